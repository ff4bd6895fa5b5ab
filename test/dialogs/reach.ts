import { contracts } from '../../src/actions/contracts.ts';
import type { Dialog, Step, When } from '../../src/engine/dialog.ts';
import { rowsOf } from '../../src/engine/next.ts';
import { answeredVisits } from '../../src/engine/steer.ts';
import { Rehearsal } from './rehearsal.ts';
import { lea, sam, type Run } from './world.ts';

/** What is typed where a question reads it. */
export const typedFor: Readonly<Record<string, readonly string[]>> = {
  client: ['zztyped.example', 'info@zztyped.example'],
  ip: ['198.51.100.7', '198.51.100.8'],
  mailbox: ['info@acme.example', 'kim@acme.example'],
  mailTo: ['kim@acme.example', 'lee@acme.example'],
};

/** Answers that are enough to go back three. */
const enough = 3;
/** Once each step was come to, it is enough when so many of them were with that many answers. */
const shareLong = 0.5;
/** So many incidents that are alike are followed. */
const mostAlike = 1;

/**
 * For each step of a runbook an incident that came to it, the shortest with as many answers before it as there can be found,
 * up to three: breadth first, over every row of every table, every answer, approval, outcome and time.
 */
export function reachAll(dialog: Dialog): ReadonlyMap<string, Rehearsal> {
  const first = [{}, { client: 'info@acme.example' }].map((facts) => {
    const at = new Rehearsal(dialog);
    at.handle({ type: 'incident.opened', dialog: dialog.id, version: dialog.version, facts }, sam);
    return at;
  });
  const steps = Object.keys(dialog.steps).length;
  const found = new Map<string, Rehearsal>();
  const seen = new Map<string, number>();
  const todo = [...first];
  for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
    note(found, at);
    const long = [...found.values()].filter(({ it }) => answeredVisits(it).length >= enough);
    if (found.size === steps && long.length > steps * shareLong) break;
    for (const next of movesFrom(at)) {
      const name = signature(next);
      const count = seen.get(name) ?? 0;
      if (count >= mostAlike) continue;
      seen.set(name, count + 1);
      todo.push(next);
    }
  }
  return found;
}

function note(found: Map<string, Rehearsal>, at: Rehearsal): void {
  const answers = (one: Rehearsal) => Math.min(enough, answeredVisits(one.it).length);
  // A check or a question is best met while it waits, and not in passing.
  const head = at.it.visits.findLast(({ detached }) => detached === undefined)?.step;
  for (const { step } of at.it.visits) {
    const before = found.get(step);
    const stood = before?.it.visits.findLast(({ detached }) => detached === undefined)?.step === step;
    if (before === undefined || (head === step && (!stood || answers(at) > answers(before))))
      found.set(step, at);
  }
}

/** What makes an incident worth following besides others: where it stands, what waits, what was begun. */
function signature({ it, runs }: Rehearsal): string {
  const visit = it.visits.findLast(({ detached }) => detached === undefined);
  const watched = it.visits.flatMap(({ detached, step }) => (detached === undefined ? [] : [step]));
  const open = Object.values(it.open).flatMap(({ kind, visit: n }) => (n === visit?.n ? [kind] : []));
  const owed = runs
    .filter(({ key }) => Object.hasOwn(it.open, key))
    .map(({ contract, mode }) => contract + mode);
  const answers = Math.min(enough, answeredVisits(it).length);
  const passed = it.visits.flatMap(({ turn, step }) => (turn === it.turn ? [step] : []));
  const waits = [Math.min(4, visit?.looks ?? 0), new Set(open).size, new Set(watched).size];
  return JSON.stringify([
    passed,
    it.ended !== undefined,
    it.ended === undefined ? answers : 0,
    waits,
    owed.toSorted(),
  ]);
}

/** Every incident that this one may become by what happens next. */
function movesFrom(at: Rehearsal): readonly Rehearsal[] {
  const tried = (move: (fork: Rehearsal) => void): Rehearsal => {
    const fork = at.fork();
    move(fork);
    return fork;
  };
  const { open } = at.it;
  const owed = at.runs.filter(({ key }) => Object.hasOwn(open, key));
  const [run] = owed;
  if (run !== undefined) {
    const same = owed.filter(({ key }) => key.split('.')[0] === run.key.split('.')[0]);
    return outcomesFor(at, same).map((outcomes) =>
      tried((fork) => {
        for (const one of same)
          if (Object.hasOwn(fork.it.open, one.key)) fork.finish(one, outcomes[one.contract] ?? 'unknown', 1);
      }),
    );
  }
  const press = at.presses.find(({ key }) => Object.hasOwn(open, key));
  if (press !== undefined) return [tried((fork) => fork.decide(press))];
  const pressed = at.buttons('open').flatMap(({ event, field }): Rehearsal[] => {
    if (event.type === 'time.came') return [];
    if (event.type === 'confirm.pressed') {
      const why = event.decision === 'approve' ? {} : { why: 'no' };
      return event.decision === 'hold' ? [] : [tried((fork) => fork.handle({ ...event, ...why }, lea))];
    }
    const step = 'key' in event ? at.stepOf(Number.parseInt(event.key, 10)) : undefined;
    const saves = step?.kind === 'ask' && !('choice' in event) ? step.save : undefined;
    const [typed] = typedFor[saves ?? ''] ?? [];
    const text = field === undefined ? {} : { text: typed ?? 'kim@acme.example' };
    return [tried((fork) => fork.handle({ ...event, ...text }, sam))];
  });
  const waits = Object.values(open).some(({ kind }) => kind === 'time');
  return waits ? [...pressed, tried(waitOn)] : pressed;
}

/** Time goes by until something has to be looked at or done. */
function waitOn(at: Rehearsal): void {
  const { ended } = at.it;
  const owes = () => at.runs.some(({ key }) => Object.hasOwn(at.it.open, key));
  for (let count = 0; count < 60 && !owes() && at.it.ended === ended; count += 1) at.tick();
}

/** For each row that a table or a watch may take, outcomes of the runs that take it. */
function outcomesFor(at: Rehearsal, runs: readonly Run[]): readonly Readonly<Record<string, string>>[] {
  const [run] = runs;
  if (run === undefined) return [];
  const own = Object.keys(contracts[run.contract as keyof typeof contracts].outcomes);
  if (run.mode === 'plan')
    return ['planned', 'failed', ...own].map((outcome) => ({ [run.contract]: outcome }));
  if (run.mode === 'act')
    return [...own, 'failed', 'partly', 'unknown'].map((outcome) => ({ [run.contract]: outcome }));
  const step = at.stepOf(Number.parseInt(run.key, 10));
  const whens = step === undefined ? [] : whensOf(step);
  const quiet = Object.fromEntries(
    runs.map(({ contract }) => {
      const outcomes = Object.keys(contracts[contract as keyof typeof contracts].outcomes);
      const named = whens.flatMap((when) => when[contract] ?? []);
      return [
        contract,
        outcomes.find((one) => !named.includes(one) && one !== 'unknown') ?? outcomes[0] ?? 'unknown',
      ];
    }),
  );
  return [quiet, ...whens.map((when) => ({ ...quiet, ...when }))];
}

/** Everything that the tables of a step ask for. */
function whensOf(step: Step): readonly When[] {
  const choices = step.kind === 'ask' || step.kind === 'check' ? Object.values(step.choices ?? {}) : [];
  const nexts = [
    ...('next' in step && step.next !== undefined ? [step.next] : []),
    ...(step.kind === 'watch' ? [step.reopen] : []),
    ...(step.kind === 'action' ? Object.values(step.on) : []),
    ...choices.map(({ next }) => next),
  ];
  const own = step.kind === 'watch' ? step.fires : step.kind === 'check' ? (step.until ?? []) : [];
  return [...nexts.flatMap((next) => rowsOf(next).rows.map(({ when }) => when)), ...own];
}
