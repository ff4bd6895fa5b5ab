import { answeredVisits, isCorrectable } from '../../src/engine/steer.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { EventBody } from '../../src/engine/event.ts';
import { inWords } from '../../src/engine/fill.ts';
import type { Incident, Visit } from '../../src/engine/incident.ts';
import { factsOf } from '../../src/engine/work.ts';
import { must } from './promises.ts';
import { typedFor } from './reach.ts';
import { Rehearsal } from './rehearsal.ts';
import { lea, of, outcomeOf, sam, type Run } from './world.ts';

/** Numbers that decide about one move. */
export interface Dice {
  readonly kind: number;
  readonly pick: number;
}

/**
 * An incident whose outside answers the same to the same question, whenever and however often it is asked, so that two runs
 * differ by what people do and by nothing else.
 */
export class Determined {
  readonly counts = new Map<string, number>();
  readonly at: Rehearsal;
  readonly world: number;

  /** `world`: which of many outsides it is. */
  constructor(dialog: Dialog, facts: Record<string, string>, world: number) {
    this.world = world;
    this.at = new Rehearsal(dialog);
    this.at.handle({ type: 'incident.opened', dialog: dialog.id, version: dialog.version, facts }, sam);
  }

  get it(): Incident {
    return this.at.it;
  }

  /** The visits that stand on the path, but for questions that were shown again and not answered where they stood. */
  get path(): readonly Visit[] {
    return this.it.visits.filter(
      ({ struck, detached, settled, step }) =>
        struck !== true &&
        detached === undefined &&
        !(
          this.at.dialog.steps[step]?.kind === 'ask' &&
          settled !== undefined &&
          settled.answer === undefined
        ),
    );
  }

  /** The outside answers everything that it owes; `most` runs at most. */
  settle(most = Infinity): void {
    for (let count = 0; count < most; count += 1) {
      const { open } = this.it;
      const press = this.at.presses.find(({ key }) => Object.hasOwn(open, key));
      const run = this.at.runs.find(({ key }) => Object.hasOwn(open, key));
      if (press !== undefined) this.at.decide(press);
      else if (run !== undefined) this.at.finish(run, this.#outcome(run), 1);
      else return;
    }
  }

  #outcome(run: Run): string {
    const watched = this.it.visits[Number.parseInt(run.key, 10) - 1]?.detached !== undefined;
    if (watched) return 'unknown';
    const outcome = outcomeOf(
      run,
      hashOf(`${this.world} ${run.mode} ${run.contract} ${JSON.stringify(run.input)}`),
    );
    // Nobody acts meanwhile, so nothing changes between a plan and its act.
    return outcome === 'changed' ? 'partly' : outcome;
  }

  /** One thing that a person may do; everything owed was answered before. */
  move({ kind, pick }: Dice): void {
    const { at } = this;
    if (kind < 50) return this.goOn(pick);
    const answered = answeredVisits(this.it);
    const visit = of(answered, pick);
    if (kind < 70 && visit !== undefined)
      return this.#do(
        'corrections',
        at
          .buttons('change')
          .filter(({ event }) => 'visit' in event && event.visit === visit.n)
          .map(({ event, field }) => ({
            ...event,
            ...(field === undefined ? {} : { text: this.#typed(visit, pick) }),
          })),
        pick,
      );
    if (kind < 80 && visit !== undefined)
      return this.#do('backs', [{ type: 'answer.reopened', visit: visit.n }], 0);
    if (kind < 90) {
      const known = factsOf(this.it);
      const names = Object.keys(known).filter(
        (name) => isCorrectable(at.dialog, name) && typedFor[name] !== undefined,
      );
      const events = names.flatMap((name) =>
        (typedFor[name] ?? [])
          .filter((text) => text !== inWords(known[name]?.value ?? ''))
          .map((text) => ({ type: 'fact.corrected' as const, fact: name, text })),
      );
      return this.#do('overruled checks', events, pick);
    }
    const question = Object.entries(this.it.open).find(([, open]) => open.kind === 'answer');
    if (question !== undefined && kind < 95)
      return this.#do('repeats', [{ type: 'question.repeated', key: question[0] }], 0);
    if (kind >= 98) this.#do('restarts', [{ type: 'incident.restarted' }], 0);
  }

  #do(what: string, events: readonly EventBody[], pick: number): void {
    const event = of(events, pick);
    if (event !== undefined && this.at.handle(event, sam).reply.ok)
      this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** An open question is answered, a proposal decided, or time goes by. */
  goOn(pick: number): void {
    const { at } = this;
    const buttons = at.buttons('open').filter(({ event }) => event.type !== 'time.came');
    // A round that is over soon meets little.
    const lasting = buttons.filter(({ id }) => !id.endsWith('.unknown'));
    const button = of(pick % 4 > 0 && lasting.length > 0 ? lasting : buttons, pick >> 2);
    if (button === undefined) return at.tick();
    const { event, field } = button;
    if (event.type === 'confirm.pressed') {
      const approve = pick % 5 > 0 ? 'approve' : 'reject';
      return this.decide({ ...event, decision: approve });
    }
    const visit = 'key' in event ? this.it.visits[Number.parseInt(event.key, 10) - 1] : undefined;
    const text = field === undefined || visit === undefined ? {} : { text: this.#typed(visit, pick) };
    at.handle({ ...event, ...text }, sam);
  }

  decide(event: EventBody & { type: 'confirm.pressed' }): void {
    this.at.handle(event.decision === 'reject' ? { ...event, why: 'no' } : event, lea);
    this.settle();
  }

  #typed({ step }: Visit, pick: number): string {
    const asked = this.at.dialog.steps[step];
    const save = asked?.kind === 'ask' ? asked.save : undefined;
    return of(typedFor[save ?? ''] ?? ['kim@acme.example', 'lee@acme.example'], pick) ?? '';
  }
}

/** Does what led to an incident as it stands, without the detours: every answer as it was given last, everything once. */
export function straightRun(first: Determined): Determined {
  const opening = first.at.log[0];
  const facts = Object.entries(first.it.facts).map(([name, { value }]) => [name, inWords(value)]);
  must(opening?.type === 'incident.opened', 'a log begins with the opening');
  const run = new Determined(
    first.at.dialog,
    Object.fromEntries(facts) as Record<string, string>,
    first.world,
  );
  for (let count = 0; count < 2000; count += 1) {
    // Some was said while checks still ran.
    if (sayAgain(run, first)) continue;
    const before = run.it.seq;
    run.settle(1);
    if (run.it.seq !== before) continue;
    const n = run.path.length - 1;
    const [visit, wanted] = [run.path[n], first.path[n]];
    must(visit?.step === wanted?.step, `the ${n + 1}. step is the same: ${visit?.step} and ${wanted?.step}`);
    if (visit === undefined || wanted === undefined || !goOnAs(run, visit, wanted)) return run;
  }
  throw new Error('It never came to where the other stands.');
}

/** What was said against a check is said as soon as the check is there. */
function sayAgain(run: Determined, first: Determined): boolean {
  for (const [index, wanted] of first.path.entries()) {
    for (const [name, { value }] of Object.entries(wanted.said ?? {})) {
      const visit = run.path[index];
      if (visit === undefined || visit.said?.[name]?.value === value) continue;
      const say = (text: string) => run.at.handle({ type: 'fact.corrected', fact: name, text }, sam);
      const other = typedFor[name]?.find((text) => text !== value) ?? '';
      const known = factsOf(run.it)[name];
      const [key] = Object.entries(run.it.open).find(([, open]) => open.kind === 'answer') ?? [];
      // What was answered and then said otherwise has to be answered first; what a check has to bring, is waited for.
      if (known === undefined && key === undefined) return false;
      if (known === undefined) run.at.handle({ type: 'answer.given', key: key ?? '', text: other }, sam);
      // What is known anyway is said against something else first, for it holds longer than what a check says.
      if (known?.value === value) must(say(other).reply.ok, `${name} can be said to be another`);
      const { reply } = say(inWords(value));
      must(reply.ok, `${name} can be said again: ${reply.ok ? '' : reply.refusal.message}`);
      return true;
    }
  }
  return false;
}

/** The one thing that leads from this visit to where it led before; false when it led nowhere yet. */
function goOnAs(run: Determined, visit: Visit, wanted: Visit): boolean {
  const [key, open] =
    Object.entries(run.it.open).find(([, one]) => one.visit === visit.n && one.kind !== 'time') ?? [];
  if (open?.kind === 'approval' && key !== undefined) {
    const done = run.it.deeds.length >= 0 && (wanted.approvedBy ?? []).length > 0;
    const already = wanted.settled?.by === 'mailfix' && wanted.ledTo !== undefined;
    const press = { type: 'confirm.pressed', key, hash: wanted.plan?.hash ?? open.plan.hash } as const;
    if (done || already) run.decide({ ...press, decision: 'approve' });
    else if (wanted.settled !== undefined) run.decide({ ...press, decision: 'reject' });
    else return false;
    return true;
  }
  const answer = wanted.settled?.answer;
  if (open?.kind === 'answer' && key !== undefined && answer !== undefined && visit.looks >= wanted.looks) {
    return run.at.handle({ type: 'answer.given', key, ...answer }, sam).reply.ok;
  }
  if (visit.looks >= wanted.looks && wanted.ledTo === undefined) return false;
  run.at.tick();
  return run.at.dialog.steps[visit.step]?.kind === 'check';
}

function hashOf(text: string): number {
  let hash = 7;
  for (const sign of text) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) % 65_521;
  return hash;
}
