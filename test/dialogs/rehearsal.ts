import { contracts } from '../../src/actions/contracts.ts';
import type { Button, Card } from '../../src/engine/card.ts';
import type { Dialog, Step } from '../../src/engine/dialog.ts';
import type { Effect } from '../../src/engine/effect.ts';
import { mailfix, type Actor, type EventBody, type InboundEvent } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { step, type Stepped } from '../../src/engine/step.ts';
import { view } from '../../src/engine/view.ts';
import { findingOf } from '../outside.ts';
import { approvers, factsFor, hostile, planned, sam, tom, type Run } from './world.ts';

/** One handled event with everything around it, for whoever asserts. */
export interface Turn {
  readonly event: InboundEvent;
  readonly before: Incident | undefined;
  readonly after: Incident;
  readonly effects: readonly Effect[];
  /** Every message of the thread, as JSON. */
  readonly cards: {
    readonly before: ReadonlyMap<string, string>;
    readonly after: ReadonlyMap<string, string>;
  };
  /** Runs and authorizations that the outside still owes an answer to. */
  readonly owed: ReadonlySet<string>;
}

type Authorize = Effect & { type: 'authorize' };
type Wake = Effect & { type: 'wake' };

/** An incident with its outside: what it is owed, which times are to come. Every turn is shown to `watch`. */
export class Rehearsal {
  readonly log: InboundEvent[] = [];
  readonly dialog: Dialog;
  runs: readonly Run[] = [];
  presses: readonly Authorize[] = [];
  wakes: readonly Wake[] = [];
  #it: Incident | undefined;
  #now = Date.UTC(2026, 10, 23, 10, 0);
  #cards: ReadonlyMap<string, Card> | undefined;
  #texts: ReadonlyMap<string, string> = new Map();
  readonly #watch: ((turn: Turn) => void) | undefined;

  constructor(dialog: Dialog, watch?: (turn: Turn) => void) {
    this.dialog = dialog;
    this.#watch = watch;
  }

  get it(): Incident {
    if (this.#it === undefined) throw new Error('The incident was not opened.');
    return this.#it;
  }

  /** The thread as it should be shown now. */
  get cards(): ReadonlyMap<string, Card> {
    this.#cards ??= view({ dialog: this.dialog, contracts, it: this.it });
    return this.#cards;
  }

  /** Buttons of open questions and proposals, or those that change earlier answers. */
  buttons(which: 'open' | 'change'): readonly Button[] {
    return [...this.cards.values()].flatMap(({ sections }) =>
      sections.flatMap(({ buttons, settled }) => (which === 'open' ? buttons : settled?.change) ?? []),
    );
  }

  /** It has ended, and nothing is left that could begin it again. */
  get over(): boolean {
    return this.it.ended !== undefined && Object.keys(this.it.open).length === 0;
  }

  /** The step that an event's key or visit names. */
  stepOf(visit: number): Step | undefined {
    return this.dialog.steps[this.it.visits[visit - 1]?.step ?? ''];
  }

  /** Hands one event to the engine, as dispatch would. */
  handle(body: EventBody, actor: Actor = mailfix): Stepped {
    const before = this.#it;
    this.#now += 1000;
    const stamp = { id: `e${this.log.length}`, source: 'test', incident: 'INC-1', at: this.#now, actor };
    const event: InboundEvent = { ...body, ...stamp };
    const stepped = step(this.dialog, contracts, before, event);
    const { incident: after, effects } = stepped;
    if (!stepped.reply.ok || after === undefined) {
      if (after === before && effects.length === 0) return stepped;
      throw new Error(`A refusal changed something: ${JSON.stringify(event)}`);
    }
    this.log.push(event);
    this.#it = after;
    this.#cards = undefined;
    this.runs = [...this.runs, ...effects.filter((effect) => effect.type === 'run')];
    this.presses = [...this.presses, ...effects.filter((effect) => effect.type === 'authorize')];
    this.wakes = [...this.wakes, ...effects.filter((effect) => effect.type === 'wake')];
    if (this.#watch === undefined) return stepped;
    const texts = new Map([...this.cards].map(([message, card]) => [message, JSON.stringify(card)]));
    const cards = { before: this.#texts, after: texts };
    this.#texts = texts;
    const owed = new Set([...this.runs, ...this.presses].map(({ key }) => key));
    this.#watch({ event, before, after, effects, cards, owed });
    return stepped;
  }

  /** The next time comes; nothing when none is to come. */
  tick(): void {
    const next = this.wakes.toSorted((one, other) => one.at - other.at)[0];
    if (next === undefined) return;
    this.wakes = this.wakes.filter((wake) => wake !== next);
    this.#now = Math.max(this.#now, next.at);
    this.handle({ type: 'time.came', key: next.key });
  }

  /** The clock goes on and nothing that is due comes yet: the server was down. */
  leap(minutes: number): void {
    this.#now += minutes * 60_000;
  }

  /** A run comes back. */
  finish(run: Run, outcome: string, more = 0): void {
    this.runs = this.runs.filter((other) => other !== run);
    const plan = run.mode === 'plan' && outcome === 'planned' ? { plan: planned(run, more) } : {};
    const facts = run.mode === 'plan' ? {} : factsFor(run.contract, outcome);
    const findings = [findingOf(run.contract, outcome)];
    this.handle({ type: 'run.finished', key: run.key, outcome, facts, ...plan, findings });
  }

  /** The policy answers a press. */
  decide(press: Authorize): void {
    this.presses = this.presses.filter((other) => other !== press);
    const { person } = press.presser;
    const allowed = approvers.has(person) && !press.requesters.includes(person);
    const authority = { allowed, roles: [], reason: hostile };
    this.handle({ type: 'confirm.decided', key: press.key, authority }, press.presser);
  }

  /** What is owed is never answered; the incident is told so, as by the runtime. */
  die(owed: Run | Authorize): void {
    this.runs = this.runs.filter((run) => run !== owed);
    this.presses = this.presses.filter((press) => press !== owed);
    this.handle({ type: 'effect.died', key: owed.key, what: 'a run', why: 'It broke.' });
  }

  /** The same incident as it stands, to be tried further without a trace here. */
  fork(): Rehearsal {
    const fork = new Rehearsal(this.dialog);
    fork.log.push(...this.log);
    fork.#it = this.#it;
    fork.#now = this.#now;
    fork.runs = this.runs;
    fork.presses = this.presses;
    fork.wakes = this.wakes;
    return fork;
  }

  /** Brings the incident to its end by the plainest means; false when 200 moves were not enough. */
  close(): boolean {
    for (let count = 0; count < 200 && this.it.ended === undefined; count += 1) this.#closeOne();
    return this.it.ended !== undefined;
  }

  #closeOne(): void {
    const { open, visits } = this.it;
    if (this.wakes.some(({ at }) => at <= this.#now)) return this.tick();
    const run = this.runs.find(({ key }) => Object.hasOwn(open, key));
    if (run !== undefined) return this.finish(run, run.mode === 'check' ? 'unknown' : 'failed');
    const press = this.presses.find(({ key }) => Object.hasOwn(open, key));
    if (press !== undefined) return this.decide(press);
    const onPath = Object.entries(open).filter(([, one]) => visits[one.visit - 1]?.detached === undefined);
    for (const [key, one] of onPath) {
      if (one.kind === 'approval') {
        this.handle(
          { type: 'confirm.pressed', key, hash: one.plan.hash, decision: 'reject', why: 'no' },
          tom,
        );
        return;
      }
      if (one.kind === 'answer' && this.stepOf(one.visit)?.kind === 'ask') {
        this.handle({ type: 'answer.given', key, choice: 'unknown' }, sam);
        return;
      }
    }
    this.tick();
  }
}
