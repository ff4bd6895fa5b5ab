import type { Contracts } from '../engine/contract.ts';
import type { Dialog, Next, Step } from '../engine/dialog.ts';
import { edgesOf, type Edge } from '../engine/edges.ts';
import type { InboundEvent } from '../engine/event.ts';
import { valuesOf, type Values } from '../engine/fact.ts';
import type { Incident, Open, Visit } from '../engine/incident.ts';
import { rowsOf } from '../engine/next.ts';
import { factsOf } from '../engine/work.ts';

/** Told of every event with the states around it. */
export type Listener = (
  dialog: Dialog,
  before: Incident | undefined,
  event: InboundEvent,
  after: Incident,
) => void;

/** Which steps and edges of a dialog conversations have taken. An edge is a step, a way out of it, and a row of its table. */
export class Coverage {
  readonly #dialog: Dialog;
  readonly #edges: ReadonlySet<string>;
  readonly #stepsTaken = new Set<string>();
  readonly #edgesTaken = new Set<string>();

  constructor(dialog: Dialog, contracts: Contracts) {
    this.#dialog = dialog;
    this.#edges = new Set(edgesOf(dialog, contracts).map(edgeName));
  }

  /** Give it to whoever walks: it is told of every event. */
  readonly listener: Listener = (dialog, before, event, after) => {
    if (dialog !== this.#dialog) throw new Error(`Coverage of another dialog than "${dialog.id}".`);
    for (const visit of after.visits)
      if (before?.visits[visit.n - 1] === undefined) this.#stepsTaken.add(visit.step);
    for (const edge of edgesTaken(dialog, before, event, after)) this.#take(edge);
  };

  /** `dialog cannot-receive: steps 44 of 44, edges 131 of 131`. */
  get line(): string {
    const steps = Object.keys(this.#dialog.steps).length;
    const taken = `steps ${this.#stepsTaken.size} of ${steps}, edges ${this.#edgesTaken.size} of ${this.#edges.size}`;
    return `dialog ${this.#dialog.id}: ${taken}`;
  }

  /** What `mailfix coverage` reads: a line of JSON. */
  get report(): string {
    return JSON.stringify({ dialog: this.#dialog.id, line: this.line, missing: this.missing });
  }

  /** Whether this edge was taken. */
  has(edge: string): boolean {
    return this.#edgesTaken.has(edge);
  }

  /** Steps and edges that no conversation took. */
  get missing(): readonly string[] {
    const steps = Object.keys(this.#dialog.steps).filter((step) => !this.#stepsTaken.has(step));
    return [...steps, ...[...this.#edges].filter((edge) => !this.#edgesTaken.has(edge))];
  }

  /** An edge that `edgesOf` does not list is a mistake here or there, and would make the count a lie. */
  #take(edge: string): void {
    if (!this.#edges.has(edge)) throw new Error(`"${edge}" was taken, and the dialog has no such edge.`);
    this.#edgesTaken.add(edge);
  }
}

/** The edges that an event took. */
export function edgesTaken(
  dialog: Dialog,
  before: Incident | undefined,
  event: InboundEvent,
  after: Incident,
): readonly string[] {
  return after.visits.flatMap((visit) => {
    const old = before?.visits[visit.n - 1];
    return [
      ...(old === undefined && visit.detached !== undefined ? [afterOf(dialog, after, event, visit)] : []),
      ...(old?.ledTo === undefined && visit.ledTo !== undefined
        ? [leftBy(dialog, { before, after, event, visit })]
        : []),
    ];
  });
}

interface Left {
  readonly before: Incident | undefined;
  readonly after: Incident;
  readonly event: InboundEvent;
  readonly visit: Visit;
}

function leftBy(dialog: Dialog, { before, after, event, visit }: Left): string {
  const step = dialog.steps[visit.step];
  if (step === undefined) throw new Error(`No step "${visit.step}".`);
  const [way, next] = wayOf(step, visit, before, event);
  const facts = valuesOf(factsOf({ ...after, visits: after.visits.slice(0, visit.n) }));
  const running = Object.values(after.open).flatMap((open) =>
    open.kind === 'run' && open.mode === 'check' && open.visit === visit.n && open.look === visit.looks - 1
      ? [open.contract]
      : [],
  );
  const late = new Set(visit.late);
  const row = rowOf(next, facts, new Set(running.filter((check) => !late.has(check))));
  if (row.to !== visit.ledTo)
    throw new Error(`"${visit.step}" led to ${visit.ledTo}, and its table says ${row.to}.`);
  return edgeName({ from: visit.step, label: `${way} ${row.label}`.trim(), to: row.to });
}

/** `find | else → diagnose`. */
export function edgeName({ from, label, to }: Pick<Edge, 'from' | 'label' | 'to'>): string {
  return `${from} | ${label} → ${to}`;
}

/** The way out of a step that an event took, and where it leads. */
function wayOf(
  step: Step,
  visit: Visit,
  before: Incident | undefined,
  event: InboundEvent,
): readonly [string, Next] {
  const answer = visit.settled?.answer;
  switch (step.kind) {
    case 'say':
      return ['', step.next];
    case 'watch':
      return ['fires', step.reopen];
    case 'end':
      throw new Error('Nothing leads on from an end.');
    case 'ask':
    case 'check': {
      const choice = step.choices?.[answer?.choice ?? ''];
      if (answer?.choice !== undefined && choice !== undefined) return [answer.choice, choice.next];
      if (step.next === undefined) throw new Error(`"${visit.step}" was left without an answer.`);
      return [step.kind === 'ask' ? 'typed' : '', step.next];
    }
    case 'action': {
      const outcome = outcomeOf(visit, before, event);
      const way = Object.hasOwn(step.on, outcome) ? outcome : 'unknown';
      const next = step.on[way];
      if (next === undefined) throw new Error(`"${visit.step}" has no way for "${way}".`);
      return [way, next];
    }
  }
}

function outcomeOf(visit: Visit, before: Incident | undefined, event: InboundEvent): string {
  if (event.type === 'effect.died') return givenUp(before?.open[event.key]);
  if (event.type === 'time.came') return 'expired';
  if (event.type === 'confirm.decided') return 'rejected';
  if (event.type !== 'run.finished') throw new Error(`An action is not left by "${event.type}".`);
  const done = event.outcome === 'planned' && before?.deeds.find((deed) => deed.hash === visit.plan?.hash);
  return done ? done.outcome : event.outcome;
}

function givenUp(open: Open | undefined): string {
  return open?.kind === 'time'
    ? 'expired'
    : open?.kind === 'run' && open.mode === 'plan'
      ? 'failed'
      : 'unknown';
}

function rowOf(next: Next, facts: Values, running: ReadonlySet<string>): { label: string; to: string } {
  const { rows, last } = rowsOf(next);
  const row = rows.find(({ when }) =>
    Object.entries(when).every(([name, value]) => !running.has(name) && facts[name] === value),
  );
  if (row === undefined) return { label: rows.length === 0 ? '' : 'else', to: last };
  const label = Object.entries(row.when).map(([name, value]) => `${name}=${value}`);
  return { label: label.join(' '), to: row.to };
}

/** The edge that began a watch: from the action whose act was over. */
function afterOf(dialog: Dialog, after: Incident, event: InboundEvent, watch: Visit): string {
  const acted = 'key' in event ? after.visits[Number.parseInt(event.key, 10) - 1] : undefined;
  const step = dialog.steps[acted?.step ?? ''];
  const one = step?.kind !== 'action' || typeof step.after === 'string';
  const label = one || event.type !== 'run.finished' ? 'after' : `after ${event.outcome}`;
  return edgeName({ from: acted?.step ?? '', label, to: watch.step });
}
