/**
 * A trace names one event of one incident: `INC-142.17`. A click is an event, everything that it sets off is an outbox
 * row whose id begins so, and every log line about either has it as `trace`.
 */
export function traceOf({ id, seq }: { readonly id: string; readonly seq: number }): string {
  return `${id}.${seq}`;
}

/** The trace of the event that an outbox row came from, out of the row's id. */
export function traceOfRow(row: string): string {
  return row.split('.', 2).join('.');
}

/** What the log says of an event that was taken; `after` is the event whose outbox row it is the result of. */
export function turnFields(
  incident: { readonly id: string; readonly seq: number },
  { type, source }: { readonly type: string; readonly source: string },
  finishes: { readonly id: string } | undefined,
): object {
  const after = finishes === undefined ? {} : { after: traceOfRow(finishes.id) };
  return { trace: traceOf(incident), ...after, type, source };
}

const traces = new WeakMap<AbortSignal, string>();

/** Says what the work under this signal belongs to. The signal goes wherever the work goes, so nothing else need be handed on. */
export function traced(signal: AbortSignal, trace: string | undefined): AbortSignal {
  if (trace !== undefined) traces.set(signal, trace);
  return signal;
}

/** The trace of the work under this signal, as a field of a log line; no field where nobody said. */
export function traceUnder(signal: AbortSignal | undefined): { readonly trace?: string } {
  const trace = signal === undefined ? undefined : traces.get(signal);
  return trace === undefined ? {} : { trace };
}
