import { words, type Button } from '../../src/engine/card.ts';
import type { PressableEvent } from '../../src/engine/event.ts';
import { targetsOf } from '../../src/engine/next.ts';
import { answeredVisits, isCorrectable } from '../../src/engine/steer.ts';
import { factsOf } from '../../src/engine/work.ts';
import type { Rehearsal } from './rehearsal.ts';
import { hostile, lea, of, outcomeOf, people, sam, tim, tom, type Run } from './world.ts';

/** Numbers that decide about one move. */
export interface Dice {
  readonly kind: number;
  readonly pick: number;
  readonly more: number;
}

/** What is typed into fields that are read: two good ones and one that is refused. */
const typed: ReadonlyMap<string, readonly string[]> = new Map([
  ['client', ['zztyped.example', 'info@zztyped.example', 'zztyped', 'two zztyped.example zztwo.example']],
  ['ip', ['198.51.100.7', '198.51.100.8', '10.0.0.1']],
]);

/** People who do mostly legal things to an incident, and some illegal ones. */
export class Wanderer {
  readonly counts = new Map<string, number>();
  readonly #at: Rehearsal;
  /** Proposals that could be approved once, by their keys. */
  readonly #proposals = new Map<string, string>();

  constructor(at: Rehearsal) {
    this.#at = at;
  }

  /** One move; which one, the dice say. While an act runs, people get in its way more often than else. */
  move(dice: Dice): void {
    const { kind } = dice;
    this.#remember();
    const acts = Object.values(this.#at.it.open).some((open) => open.kind === 'run' && open.mode === 'act');
    if (acts && kind < 40) {
      this.#count('moves while an act runs');
      if (kind < 15) this.#press(dice, 'change');
      else if (kind < 20) this.#steer(dice);
      else if (kind < 24) this.#cancel();
      else this.#press(dice, 'open');
    } else if (kind < 62) this.#goOn(dice);
    else if (kind < 73) this.#press(dice, 'open');
    else if (kind < 76) this.#steer(dice);
    else if (kind < 80) this.#press(dice, 'change');
    else if (kind < 85) this.#tick();
    else if (kind < 90) this.#late(dice);
    else if (kind < 92) this.#forge(dice);
    else if (kind < 93) this.#tooLate(dice);
    else if (kind < 95) this.#repeat(dice);
    else if (kind < 97) this.#about(dice);
    else if (kind < 98) this.#die(dice);
    else {
      if (kind < 99) this.#at.leap(40);
      for (let count = 0; count < 6; count += 1) this.#tick();
    }
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** What the outside owes is answered; when it owes nothing, a person does the next thing; when nobody can, time passes. */
  #goOn(dice: Dice): void {
    const { it, runs, presses } = this.#at;
    const run = of(
      runs.filter(({ key }) => Object.hasOwn(it.open, key)),
      dice.pick,
    );
    if (run !== undefined) return this.#comeBack(run, dice);
    const press = of(presses, dice.pick);
    if (press !== undefined) return this.#at.decide(press);
    const buttons = this.#at.buttons('open');
    const waits = buttons.some(({ event }) => event.type === 'time.came');
    if (buttons.length > 0 && !(waits && dice.more % 5 > 0)) return this.#press(dice, 'open');
    // Between a raise and its end lie the looks of other watches.
    const owed = () => this.#at.runs.some(({ key }) => Object.hasOwn(this.#at.it.open, key));
    for (let count = 0; count === 0 || (count < 8 && it.ended !== undefined && !owed()); count += 1)
      this.#tick();
  }

  /** A run comes back; mostly the others of the same look are right behind it. */
  #comeBack(run: Run, { more }: Dice): void {
    this.#at.finish(run, outcomeOf(run, more), more);
    if (run.mode !== 'check' || more % 4 === 0) return;
    const { runs } = this.#at;
    for (const [n, other] of runs.filter(({ key }) => lookOf(key) === lookOf(run.key)).entries()) {
      if (Object.hasOwn(this.#at.it.open, other.key))
        this.#at.finish(other, outcomeOf(other, more + 7919 * (n + 1)), more);
    }
  }

  #press({ pick, more }: Dice, which: 'open' | 'change'): void {
    const buttons = this.#at.buttons(which);
    const approves = buttons.filter(({ id }) => id.includes('.approve'));
    // A round that is over soon meets little: most people choose what leads on.
    const lasting = buttons.filter((one) => !this.#endsSoon(one));
    const likely = more % 10 === 0 || lasting.length === 0 ? buttons : lasting;
    const button = of(approves.length > 0 && more % 4 > 0 ? approves : likely, pick);
    if (button === undefined) return;
    const text = button.field === undefined ? {} : { [button.field.name]: this.#typed(button, more) };
    const crowd =
      button.event.type === 'confirm.pressed' ? [lea, lea, tom, tom, sam, tim] : [sam, sam, tim, lea];
    const { reply } = this.#at.handle({ ...button.event, ...text }, of(crowd, more) ?? sam);
    if (button.event.type === 'answer.corrected' && reply.ok) this.#count('corrections');
  }

  /** Whether this button leads straight to an end. */
  #endsSoon({ event }: Button): boolean {
    if (event.type === 'confirm.pressed') return event.decision === 'reject';
    const step = this.#at.stepOf(visitOf(event));
    const choice = 'choice' in event ? (event.choice ?? '') : '';
    const next = step?.kind === 'ask' || step?.kind === 'check' ? step.choices?.[choice]?.next : undefined;
    return next !== undefined && targetsOf(next).some((to) => this.#at.dialog.steps[to]?.kind === 'end');
  }

  /** Text as somebody would type it into this button's field. */
  #typed({ event, field }: Button, more: number): string {
    if (field?.name === 'why' || 'choice' in event) return hostile;
    const step = this.#at.stepOf(visitOf(event));
    const save = step?.kind === 'ask' ? step.save : undefined;
    return of(typed.get(save ?? '') ?? [hostile], more) ?? '';
  }

  /** Back, over what a check said, from the start, once more, or to the end where others take it on. */
  #steer({ pick, more }: Dice): void {
    const { it, dialog } = this.#at;
    const known = factsOf(it);
    const facts = Object.keys(known).filter((name) => isCorrectable(dialog, name) && typed.has(name));
    const fact = of(facts, more) ?? 'none';
    const answer = of(answeredVisits(it).slice(-3), more);
    const question = Object.entries(it.open).find(([, open]) => open.kind === 'answer');
    const events: readonly PressableEvent[] = [
      { type: 'answer.reopened', visit: answer?.n ?? 1 },
      { type: 'answer.reopened', visit: answer?.n ?? 1 },
      { type: 'fact.corrected', fact, text: of(typed.get(fact) ?? [hostile], more) ?? '' },
      { type: 'fact.corrected', fact, text: of(typed.get(fact) ?? [hostile], more + 1) ?? '' },
      { type: 'question.repeated', key: question?.[0] ?? 'none' },
      more % 4 > 0 ? { type: 'incident.restarted' } : { type: 'incident.escalated', why: hostile },
    ];
    const event = of(events, pick);
    if (event !== undefined && this.#at.handle(event, of([sam, tim], more) ?? sam).reply.ok)
      this.#count('other ways');
  }

  #remember(): void {
    for (const [key, open] of Object.entries(this.#at.it.open))
      if (open.kind === 'approval') this.#proposals.set(key, open.plan.hash);
  }

  /** Approve, pressed on a card that somebody still sees of a proposal that waits no more. */
  #tooLate({ pick }: Dice): void {
    const gone = [...this.#proposals].filter(([key]) => !Object.hasOwn(this.#at.it.open, key));
    const [key, hash] = of(gone, pick) ?? [];
    if (key === undefined || hash === undefined) return;
    const { reply } = this.#at.handle({ type: 'confirm.pressed', key, hash, decision: 'approve' }, lea);
    if (reply.ok) throw new Error(`A proposal that waits no more was approved: ${key}`);
    if (/withdrawn|ended|Decided already|no longer waiting/.test(reply.refusal.message))
      this.#count('late approvals');
    else throw new Error(`It does not say why: ${reply.refusal.message}`);
  }

  #tick(): void {
    const before = this.#at.log.length;
    const { open } = this.#at.it;
    this.#at.tick();
    const event = this.#at.log[before];
    const came = event?.type === 'time.came' ? open[event.key] : undefined;
    if (came?.kind === 'time' && came.purpose === 'expiry') this.#count('expiries');
  }

  /** A result that nobody waits for any more. */
  #late({ pick, more }: Dice): void {
    const { it, runs } = this.#at;
    const late = runs.filter(({ key }) => {
      const open = it.open[key];
      const visit = open === undefined ? undefined : it.visits[open.visit - 1];
      return (
        open?.kind !== 'run' || visit?.ledTo !== undefined || visit?.late?.includes(open.contract) === true
      );
    });
    const run = of(late, pick);
    if (run === undefined) return;
    this.#at.finish(run, outcomeOf(run, more), more);
    this.#count('late results');
  }

  /** A press of a button that never was. */
  #forge({ pick, more }: Dice): void {
    const { open } = this.#at.it;
    const keys = [
      '__proto__',
      'constructor',
      'prototype',
      '1.answer',
      '999.approval.0',
      ...Object.keys(open),
    ];
    const key = of(keys, pick) ?? '';
    const name = of(['__proto__', 'constructor', 'prototype', 'toString', 'nonsense', ''], more) ?? '';
    const visit = of([0, -1, 0.5, 1e9, Number.NaN, 1], more) ?? 0;
    // "Look now" is for people; deadlines and expiries are for the clock alone.
    const clocks = Object.keys(open).filter((one) => open[one]?.kind === 'time' && !one.includes('.look.'));
    const forged: readonly PressableEvent[] = [
      { type: 'answer.given', key, choice: name },
      { type: 'answer.given', key: name, text: hostile },
      { type: 'answer.corrected', visit, choice: name },
      { type: 'confirm.pressed', key, hash: name, decision: 'approve' },
      { type: 'confirm.pressed', key: name, hash: name, decision: 'approve' },
      { type: 'time.came', key: name },
      { type: 'time.came', key: of(clocks, pick) ?? name },
      { type: 'note.edited', note: name, text: hostile },
    ];
    const event = of(forged, pick + more) ?? { type: 'time.came', key: '' };
    const { reply } = this.#at.handle(event, of(people, pick) ?? sam);
    if (reply.ok) throw new Error(`A forged press was taken: ${JSON.stringify(event)}`);
    this.#count('refused forgeries');
  }

  /** An event that was handled before, under another id; dispatch would not even let the same one through. */
  #repeat({ pick }: Dice): void {
    const once = ['answer.given', 'answer.corrected', 'confirm.decided', 'run.finished', 'time.came'];
    const handled = this.#at.log.filter(({ type }) => once.includes(type));
    const event = of(handled, pick);
    if (event === undefined) return;
    if (this.#at.handle(event, event.actor).reply.ok) {
      throw new Error(`It was handled twice: ${JSON.stringify(event)}`);
    }
    this.#count('refused repeats');
  }

  #about({ pick, more }: Dice): void {
    if (more % 16 === 0) return this.#cancel();
    if (more % 16 < 8) return this.#suspect(pick);
    const note = of(this.#at.it.notes, more)?.id ?? 'none';
    const events: readonly PressableEvent[] = [
      { type: 'note.added', text: hostile },
      { type: 'note.edited', note, text: `${hostile}!` },
      { type: 'incident.taken-over' },
      { type: 'incident.handed-over', to: tim },
      { type: 'incident.parked', why: hostile },
      { type: 'incident.resumed' },
    ];
    this.#at.handle(of(events, pick) ?? { type: 'incident.resumed' }, of([sam, tim], more) ?? sam);
  }

  /** Elsewhere it was seen that a server may be the trouble. */
  #suspect(pick: number): void {
    const sign = `incidents ${of(['INC-1', 'INC-2', 'INC-3', 'INC-4'], pick) ?? ''}`;
    const text = words('It may be the server: {sign}', { sign: `${sign} ${hostile}` });
    const server = pick % 5 === 0 ? 'host1' : 'host2';
    const { reply } = this.#at.handle({ type: 'server.suspected', server, sign, text });
    this.#count(reply.ok ? 'alarms' : 'refused alarms');
  }

  #cancel(): void {
    this.#at.handle({ type: 'incident.cancelled', why: hostile }, sam);
  }

  #die({ pick }: Dice): void {
    const owed = of([...this.#at.runs, ...this.#at.presses], pick);
    if (owed !== undefined) this.#at.die(owed);
  }
}

/** `3.ipBlock.0`: visit, check and look. */
function lookOf(key: string): string {
  const [visit, , look] = key.split('.');
  return `${visit}.${look}`;
}

function visitOf(event: PressableEvent): number {
  return 'visit' in event ? event.visit : Number.parseInt('key' in event ? event.key : '', 10);
}
