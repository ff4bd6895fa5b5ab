import { expect } from 'vitest';
import { contracts as shipped } from '../src/actions/contracts.ts';
import { plain, type Button, type Card, type Text } from '../src/engine/card.ts';
import type { Contracts } from '../src/engine/contract.ts';
import type { Dialog } from '../src/engine/dialog.ts';
import type { Effect } from '../src/engine/effect.ts';
import { mailfix, type Actor, type EventBody, type InboundEvent } from '../src/engine/event.ts';
import type { Values } from '../src/engine/fact.ts';
import type { Incident } from '../src/engine/incident.ts';
import type { Plan } from '../src/engine/plan.ts';
import type { Reply } from '../src/engine/reply.ts';
import type { AskTerms } from '../src/engine/terms.ts';
import { step } from '../src/engine/step.ts';
import { view } from '../src/engine/view.ts';
import type { Listener } from '../src/rehearsal/coverage.ts';
import { textOf } from './card-words.ts';
import { findingOf, mustBring, planOf } from './outside.ts';

export const sam: Actor = { id: 'web:sam', person: 'sam', name: 'Sam' };
export const lea: Actor = { id: 'web:lea', person: 'lea', name: 'Lea' };

/** What a run comes back with: its outcome and facts, or `'silent'`: it never comes back. */
export type Answered = readonly [outcome: string, facts?: Values] | 'silent';
/** What the outside says, by contract: checks by name, an action's plan under its name, its act under `act:<name>`. */
export type World = Readonly<Record<string, Answered>>;

export interface Setup {
  readonly dialog: Dialog;
  readonly contracts?: Contracts;
  readonly facts?: Readonly<Record<string, string>>;
  readonly world?: World;
  /** What the outside says to certain inputs whatever the world is; undefined leaves it to the world. */
  readonly always?: (contract: string, input: Values) => Answered | undefined;
  readonly listener?: Listener;
  /** On what terms questions wait; for ever when absent. */
  readonly asks?: (at: number) => AskTerms;
}

/** Begins a conversation with the engine: no store, no network, a clock that only `waits` moves. Tests read as the thread does. */
export function talk(setup: Setup): Conversation {
  return new Conversation(setup);
}

/** One incident in the making; every method asserts that what it does was possible. */
export class Conversation {
  incident: Incident | undefined;
  readonly effects: Effect[] = [];
  readonly log: InboundEvent[] = [];
  readonly acts: Plan[] = [];
  now = Date.UTC(2026, 10, 23, 10, 0);
  #world: Record<string, Answered>;
  #setup: Setup;
  #due: Effect[] = [];

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#world = { ...setup.world };
    const { dialog } = setup;
    this.send(
      { type: 'incident.opened', dialog: dialog.id, version: dialog.version, facts: setup.facts ?? {} },
      sam,
    );
    this.#settle();
  }

  /** The incident; a conversation always has one. */
  get it(): Incident {
    if (this.incident === undefined) throw new Error('The incident was not opened.');
    return this.incident;
  }

  /** Hands one event to the engine as the runtime would. */
  send(body: EventBody, actor: Actor = mailfix): Reply {
    const { dialog, contracts = shipped, listener, asks } = this.#setup;
    const id = `e${this.log.length + 1}`;
    const stamp = { id, source: 'test', incident: 'INC-1', at: this.now, actor };
    const event: InboundEvent = {
      ...stamp,
      ...body,
      ...(asks === undefined ? {} : { asks: asks(this.now) }),
    };
    const before = this.incident;
    const { incident, effects, reply } = step(dialog, contracts, before, event);
    if (!reply.ok) {
      expect(incident).toBe(before);
      return reply;
    }
    this.incident = incident;
    this.log.push(event);
    this.effects.push(...effects);
    this.#due.push(...effects.filter((effect) => effect.type !== 'show'));
    if (incident !== undefined) listener?.(dialog, before, event, incident);
    return reply;
  }

  /** From now on the outside says this. */
  world(world: World): this {
    Object.assign(this.#world, world);
    return this;
  }

  /** Sam presses a button, by its label or by the choice's name, with what is typed into its field. */
  clicks(label: string, typed?: string, actor: Actor = sam): this {
    const button = this.button(label);
    const text = typed === undefined ? {} : { [button.field?.name ?? 'text']: typed };
    expect(this.send({ ...button.event, ...text }, actor)).toMatchObject({ ok: true });
    return this.#settle();
  }

  /** Sam types into the open question's field. */
  types(text: string, actor: Actor = sam): this {
    const button = this.buttons().find((one) => one.inline === true);
    if (button === undefined) throw new Error(`Nothing can be typed now. There is: ${this.labels()}`);
    expect(this.send({ ...button.event, text } as EventBody, actor)).toMatchObject({ ok: true });
    return this.#settle();
  }

  /** Answers question after question: a label or choice's name is pressed, anything else is typed. */
  answers(...answers: readonly string[]): this {
    for (const answer of answers) {
      if (this.buttons().some((button) => names(button).includes(answer))) this.clicks(answer);
      else this.types(answer);
    }
    return this;
  }

  /** Lea approves, by the button's label. */
  approves(label = 'Approve', actor: Actor = lea): this {
    return this.clicks(label, undefined, actor);
  }

  /** Lea rejects. */
  rejects(why: string, actor: Actor = lea): this {
    return this.clicks('Reject …', why, actor);
  }

  /** Sam changes the answer to an earlier question that still stands, as with the card's Change buttons. */
  changes(question: string, label: string, typed?: string, actor: Actor = sam): this {
    const sections = [...this.cards().values()].flatMap((card) => card.sections);
    const section = sections.findLast(
      ({ text, settled }) => settled?.change !== undefined && plain(text ?? none).includes(question),
    );
    const button = section?.settled?.change?.find((one) => names(one).includes(label));
    if (button === undefined) throw new Error(`The answer to "${question}" cannot be changed to "${label}".`);
    expect(
      this.send({ ...button.event, ...(typed === undefined ? {} : { text: typed }) }, actor),
    ).toMatchObject({ ok: true });
    return this.#settle();
  }

  /** What is typed is refused beside the field, with these words. */
  refusesTyped(text: string, words: string): this {
    const event = this.buttons().find((one) => one.inline === true)?.event;
    if (event === undefined) throw new Error(`Nothing can be typed now. There is: ${this.labels()}`);
    expect(this.refuses({ ...event, text } as EventBody)).toContain(words);
    return this;
  }

  /** The refusal that a press would get; the press must change nothing. */
  refuses(body: EventBody, actor: Actor = sam): string {
    const reply = this.send(body, actor);
    if (reply.ok) throw new Error('It was not refused.');
    return reply.refusal.message;
  }

  /** Time goes by; what falls due comes, in order. */
  waits(minutes: number): this {
    const until = this.now + minutes * 60_000;
    for (;;) {
      const wakes = this.#due.filter((effect) => effect.type === 'wake' && effect.at <= until);
      const next = wakes.sort((one, other) => time(one) - time(other))[0];
      if (next?.type !== 'wake') break;
      this.#due = this.#due.filter((effect) => effect !== next);
      this.now = Math.max(this.now, next.at);
      this.send({ type: 'time.came', key: next.key });
      this.#settle();
    }
    this.now = until;
    return this.#settle();
  }

  /** The thread now holds these words. */
  says(...wanted: readonly (string | RegExp)[]): this {
    const text = this.thread();
    for (const one of wanted) expect(text).toMatch(one instanceof RegExp ? one : new RegExp(escaped(one)));
    return this;
  }

  /** The latest message holds these words. */
  asks(wanted: string): this {
    expect(textOf([...this.cards().values()].at(-1))).toContain(wanted);
    return this;
  }

  ends(outcome: 'resolved' | 'escalated' | 'cancelled', words?: string): this {
    expect(this.it.ended?.outcome).toBe(outcome);
    if (words !== undefined) expect(plain(this.it.ended?.text ?? { template: '' })).toContain(words);
    return this;
  }

  cards(): ReadonlyMap<string, Card> {
    const { dialog, contracts = shipped } = this.#setup;
    return view({ dialog, contracts, it: this.it });
  }

  /** Everything that can be read in the thread. */
  thread(): string {
    return [...this.cards().values()].map(textOf).join('\n');
  }

  /** Buttons that can be pressed now, corrections left out. */
  buttons(): readonly Button[] {
    return [...this.cards().values()].flatMap((card) =>
      card.sections.flatMap((section) => section.buttons ?? []),
    );
  }

  /** The button with this label, or of this choice. */
  button(label: string): Button {
    const found = this.buttons().find((button) => names(button).includes(label));
    if (found === undefined) throw new Error(`There is no button "${label}". There is: ${this.labels()}`);
    return found;
  }

  labels(): string {
    return this.buttons()
      .map((button) => plain(button.label))
      .join(' | ');
  }

  /** Lets the outside answer until everything waits for a person or a time. */
  #settle(): this {
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const next = this.#due.find((effect) => effect.type !== 'wake' && !this.#silent(effect));
      if (next === undefined) return this;
      this.#due = this.#due.filter((effect) => effect !== next);
      this.#answer(next);
    }
    throw new Error('It never comes to rest.');
  }

  #silent(effect: Effect): boolean {
    return effect.type === 'run' && this.#worldOf(effect) === 'silent';
  }

  #worldOf(effect: Effect & { type: 'run' }): Answered {
    const name = effect.mode === 'act' ? `act:${effect.contract}` : effect.contract;
    return this.#setup.always?.(name, effect.input) ?? this.#world[name] ?? ['unknown'];
  }

  #answer(effect: Effect): void {
    if (effect.type === 'authorize') {
      const allowed = !effect.requesters.includes(effect.presser.person);
      const authority = { allowed, roles: [], reason: allowed ? 'approvers' : 'You asked for it yourself.' };
      this.send({ type: 'confirm.decided', key: effect.key, authority });
      return;
    }
    if (effect.type !== 'run') return;
    const said = this.#worldOf(effect);
    if (said === 'silent') return;
    const [outcome, facts = {}] = said;
    mustBring(this.#setup.contracts ?? shipped, effect.contract, outcome, facts);
    if (effect.mode === 'act' && effect.plan !== undefined) this.acts.push(effect.plan);
    if (effect.mode === 'plan' && outcome === 'planned') {
      const plan = planOf(effect.contract, effect.input, facts);
      this.send({ type: 'run.finished', key: effect.key, outcome, plan });
      return;
    }
    this.send({
      type: 'run.finished',
      key: effect.key,
      outcome,
      facts,
      findings: [findingOf(effect.contract, outcome)],
    });
  }
}

const none: Text = { template: '' };

function names(button: Button): readonly string[] {
  return [plain(button.label), button.id.split('.').at(-1) ?? ''];
}

function time(effect: Effect): number {
  return effect.type === 'wake' ? effect.at : 0;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
