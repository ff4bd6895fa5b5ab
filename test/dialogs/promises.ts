import { isDeepStrictEqual } from 'node:util';
import { isCorrection } from '../../src/engine/consequences.ts';
import { durationMs } from '../../src/engine/duration.ts';
import type { Incident, Open } from '../../src/engine/incident.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { Turn } from './rehearsal.ts';
import { approvers, hostile } from './world.ts';

/** What must hold in every turn of every incident. Kept beside the engine's own state, so that both would have to be wrong. */
export class Promises {
  readonly counts = new Map<string, number>();
  readonly #rows = new Set<string>();
  readonly #effectKeys = new Set<string>();
  readonly #openKeys = new Set<string>();
  /** Persons who validly approved, by approval and hash. */
  readonly #approved = new Map<string, Set<string>>();
  /** Who last gave a fact, by name and value. */
  readonly #gave = new Map<string, string>();
  readonly #acts: { readonly key: string; readonly plan: Plan; outcome?: string }[] = [];
  /** What approvals of deeds allow later, and from when. */
  readonly #covered: { readonly action: string; readonly hash: string; readonly from: number }[] = [];

  /** Give it to the wanderer. */
  readonly watch = (turn: Turn): void => {
    this.#remember(turn);
    this.#keys(turn);
    this.#acting(turn);
    waits(turn);
    oneThingAtATime(turn.after);
    shows(turn);
    escapes(turn);
    warns(turn);
    this.#count(turn);
  };

  #remember({ event, before, after }: Turn): void {
    // Who gave it last of what stands: an answer that was taken back binds nobody.
    this.#gave.clear();
    this.#note(after.facts);
    for (const { brought, said, struck, detached } of after.visits) {
      if (struck === true || detached !== undefined) continue;
      this.#note(brought);
      if (said !== undefined) this.#note(said);
    }
    if (event.type === 'run.finished') {
      const act = this.#acts.find(({ key }) => key === event.key);
      if (act !== undefined) act.outcome = event.outcome;
      const covers = event.outcome === 'leased' ? act?.plan.covers : undefined;
      if (covers !== undefined)
        this.#covered.push({
          action: covers.action,
          hash: covers.plan.hash,
          from: event.at + durationMs(covers.after),
        });
    }
    const press = event.type === 'confirm.decided' ? before?.open[event.key] : undefined;
    if (event.type !== 'confirm.decided' || press?.kind !== 'press' || press.decision !== 'approve') return;
    const approval = before?.open[press.approval];
    if (!event.authority.allowed || approval?.kind !== 'approval' || event.at > approval.until) return;
    const plan = [approval.plan, ...(approval.plan.alternatives ?? [])].find(
      ({ hash }) => hash === press.hash,
    );
    must(plan !== undefined, 'an approval is for a plan that was proposed');
    const name = `${press.approval} ${press.hash}`;
    this.#approved.set(name, (this.#approved.get(name) ?? new Set()).add(press.presser.person));
  }

  #note(brought: Incident['facts']): void {
    for (const [name, { value, person, source }] of Object.entries(brought)) {
      const fact = `${name}=${JSON.stringify(value)}`;
      if (person !== undefined) this.#gave.set(fact, person);
      else if (source === 'check') this.#gave.delete(fact);
    }
  }

  #keys({ before, after, effects }: Turn): void {
    for (const effect of effects) {
      const row = `${after.seq}.${effect.key}`;
      must(!this.#rows.has(row), `the outbox row ${row} is made once`);
      this.#rows.add(row);
      if (effect.type === 'show' || effect.type === 'whisper') continue;
      const key = `${effect.type} ${effect.key}`;
      must(!this.#effectKeys.has(key), `the effect ${key} is made once`);
      this.#effectKeys.add(key);
    }
    for (const key of Object.keys(after.open)) {
      if (before !== undefined && Object.hasOwn(before.open, key)) continue;
      must(!this.#openKeys.has(key), `the key ${key} is opened once`);
      this.#openKeys.add(key);
    }
  }

  /** No act without its own approvals, for its hash, in time, by others than those who asked for it; none twice. */
  #acting({ event, before, after, effects }: Turn): void {
    for (const effect of effects) {
      if (effect.type !== 'run' || effect.mode !== 'act') continue;
      const { plan } = effect;
      const press = event.type === 'confirm.decided' ? before?.open[event.key] : undefined;
      must(plan !== undefined, 'an act has a plan');
      this.#once(effect.key, plan);
      must(isDeepStrictEqual(effect.input, plan.input), 'what is done is what was approved');
      if (event.type === 'run.finished') {
        const covered = this.#covered.some(
          ({ action, hash, from }) => action === effect.contract && hash === plan.hash && from <= event.at,
        );
        must(covered && event.plan?.hash === plan.hash, 'an act without a press was covered by a deed');
        this.#count1('covered acts');
        continue;
      }
      must(press?.kind === 'press', 'an act follows from a press');
      const persons = this.#approved.get(`${press.approval} ${plan.hash}`) ?? new Set<string>();
      must(
        persons.size === plan.needs,
        `the act of ${plan.hash} has ${plan.needs} approvals, and has ${persons.size}`,
      );
      const givers = Object.entries(plan.input).map(([name, value]) =>
        this.#gave.get(`${name}=${JSON.stringify(value)}`),
      );
      for (const person of persons) {
        must(approvers.has(person) && person !== after.openedBy.person, `${person} may approve`);
        must(!givers.includes(person), `${person} gave a fact that the plan uses`);
      }
      must(after.visits[press.visit - 1]?.struck !== true, 'no struck visit acts');
      this.#count1('acts');
    }
  }

  #once(key: string, plan: Plan): void {
    const again = this.#acts.filter(
      (act) => act.plan.hash === plan.hash && act.outcome !== 'failed' && act.outcome !== 'changed',
    );
    must(again.length === 0, `${plan.hash} is done once`);
    this.#acts.push({ key, plan });
  }

  #count({ event, before, after, effects }: Turn): void {
    if (isCorrection(event)) {
      const waited = Object.values(before?.open ?? {}).some(({ kind }) => kind === 'approval');
      const waits = Object.values(after.open).some(({ kind }) => kind === 'approval');
      if (waited && !waits) this.#count1('withdrawn approvals');
    }
    if (before?.ended !== undefined && after.ended === undefined) this.#count1('re-opened watches');
    if (before?.ended === undefined && after.ended !== undefined) this.#count1('ends');
    if (effects.some((effect) => effect.type === 'whisper')) this.#count1('whispers');
  }

  #count1(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** Throws, with what was promised. */
export function must(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(`Broken: ${promise}.`);
}

function onPath(it: Incident): readonly (readonly [string, Open])[] {
  return Object.entries(it.open).filter(([, { visit }]) => it.visits[visit - 1]?.detached === undefined);
}

/** It has ended, or a person or a time is waited for; or a machine that owes an answer. */
function waits({ after, owed }: Turn): void {
  const open = onPath(after);
  if (after.ended !== undefined) {
    const left = open.filter(
      ([, one]) => !(one.kind === 'press' || (one.kind === 'run' && one.mode === 'act')),
    );
    must(
      left.length === 0,
      `after the end nothing waits but acts and watches, and ${left.map(([key]) => key).join()} does`,
    );
    return;
  }
  const stands = open.filter(([, { visit }]) => after.visits[visit - 1]?.struck !== true);
  const queued =
    open.length > 0 && after.visits.some((visit) => visit.queued === true && visit.struck !== true);
  must(stands.length > 0 || queued, 'it has ended or something is open');
  for (const [key, one] of Object.entries(after.open)) {
    must((one.kind !== 'run' && one.kind !== 'press') || owed.has(key), `somebody owes an answer to ${key}`);
  }
}

function oneThingAtATime(it: Incident): void {
  const open = onPath(it);
  const acts = open.filter(([, one]) => one.kind === 'run' && one.mode === 'act');
  must(acts.length <= 1, 'one act runs at a time');
  const proposals = open.filter(
    ([, one]) => one.kind === 'approval' || (one.kind === 'run' && one.mode === 'plan'),
  );
  must(acts.length === 0 || proposals.length === 0, 'while an act runs nothing else is proposed');
  const heads = new Set(
    open.flatMap(([, one]) =>
      (one.kind === 'run' && one.mode !== 'plan') || one.kind === 'press' ? [] : [one.visit],
    ),
  );
  must(heads.size <= 1, `the path has one head, and has ${[...heads].join()}`);
  for (const [key, one] of open) {
    const acting = one.kind === 'press' || (one.kind === 'run' && one.mode === 'act');
    must(acting || it.visits[one.visit - 1]?.struck !== true, `nothing struck is open, and ${key} is`);
  }
}

/** Every message that reads differently is shown, as it now reads; every other is left alone. */
function shows({ cards, effects }: Turn): void {
  const shown = new Map(
    effects.flatMap((effect) =>
      effect.type === 'show' ? [[effect.message, JSON.stringify(effect.card)]] : [],
    ),
  );
  for (const [message, card] of cards.after) {
    const changed = card !== cards.before.get(message);
    must(changed === shown.has(message), `${message} is shown if it reads differently, and only then`);
    must(!changed || shown.get(message) === card, `${message} is shown as it reads`);
  }
  for (const message of [...cards.before.keys(), ...shown.keys()]) {
    must(cards.after.has(message), `${message} is in the thread`);
  }
}

/** An alarm moves nothing, and each incident hears of it once. */
function warns({ event, before, after }: Turn): void {
  if (event.type !== 'server.suspected') return;
  must(before !== undefined && before.open === after.open, 'an alarm opens and closes nothing');
  const names = (after.alarms ?? []).map(({ server, sign }) => `${server} ${sign}`);
  must(new Set(names).size === names.length, `an incident hears of a sign once, not of ${names.join()}`);
}

const typed = [hostile, '<!channel>', '__proto__', 'zztyped', '198.51.100.'];

/** What people typed, and their names, are values and never templates. */
function escapes({ effects }: Turn): void {
  for (const effect of effects) {
    for (const template of templatesIn(effect)) {
      for (const text of typed)
        must(!template.includes(text), `"${text}" was typed, and is in the template "${template}"`);
    }
  }
}

/** Every `template` within, however deep. */
export function templatesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === 'template' && typeof inner === 'string' ? [inner] : templatesIn(inner),
  );
}
