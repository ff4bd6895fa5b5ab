/** A signal that fires after `totalMs` with `timeout`, or with `cancelled` when the caller gives up; `clear` when the call is over. */
export function timeLimit(
  totalMs: number,
  caller: AbortSignal | undefined,
): { signal: AbortSignal; clear: () => void } {
  // By hand and not with AbortSignal.any: Node 20 may collect a composed timeout before it fires.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort('timeout'), totalMs);
  const cancel = () => controller.abort('cancelled');
  if (caller?.aborted === true) cancel();
  caller?.addEventListener('abort', cancel);
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', cancel);
    },
  };
}
