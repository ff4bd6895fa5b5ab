import { plain } from '../engine/card.ts';
import type { Next } from '../engine/dialog.ts';
import type { Effect } from '../engine/effect.ts';
import type { Open, Visit } from '../engine/incident.ts';
import { met, toldBy } from '../engine/next.ts';
import { view } from '../engine/view.ts';
import { factsOf as known } from '../engine/work.ts';
import { factsOf, typedFor } from './sample.ts';
import { happens, lea, sam, type Play, type Stage } from './stage.ts';
import { waysThrough, type Said } from './ways.ts';

/** One thing that may happen next. */
export interface Move {
  readonly name: string;
  readonly make: (stage: Stage) => Stage;
}

/**
 * What may happen to an incident now: answers, what checks and acts come to, decisions, time that runs out, watches that
 * fire. Of what checks say together there is one case for each way on, and for each row that they would
 * take in `target`, a table further on.
 */
export function movesOf(play: Play, stage: Stage, target?: Next): readonly Move[] {
  const { it } = stage;
  if (it.ended !== undefined) return it.visits.flatMap((visit) => fires(play, stage, visit, target));
  const open = Object.entries(it.open).flatMap(([key, one]) => {
    const visit = it.visits[one.visit - 1];
    return visit === undefined || visit.detached !== undefined || visit.ledTo !== undefined
      ? []
      : [{ key, one, visit }];
  });
  const looking = open.find(({ visit }) => play.dialog.steps[visit.step]?.kind === 'check')?.visit;
  return [
    ...open.flatMap(({ key, one, visit }) => {
      if (one.kind === 'answer') return answers(play, stage, visit);
      if (one.kind === 'approval') return decisions(play, key, one);
      return one.kind === 'run' && one.mode === 'act' ? acts(play, key, visit) : [];
    }),
    ...(looking === undefined ? [] : results(play, stage, looking, target)),
  ];
}

/** Every button of a question, and its field. */
function answers(play: Play, { it }: Stage, visit: Visit): readonly Move[] {
  const sections = [...view({ ...play, it }).values()].flatMap((card) => card.sections);
  const buttons = sections.findLast(({ id }) => id === `${visit.n}`)?.buttons ?? [];
  const step = play.dialog.steps[visit.step];
  return buttons.flatMap(({ event, field, label }): Move[] => {
    if (event.type !== 'answer.given') return [];
    const chosen = step !== undefined && 'choices' in step ? step.choices?.[event.choice ?? ''] : undefined;
    const save = event.choice === undefined && step?.kind === 'ask' ? step.save : chosen?.text?.save;
    const typed =
      field === undefined ? undefined : save === undefined ? 'some words' : typedFor(play.dialog, save);
    if (field !== undefined && typed === undefined) return [];
    const text = typed === undefined ? {} : { text: typed };
    const name = [plain(label), typed].filter((part) => part !== undefined).join(': ');
    return [{ name, make: (stage) => happens(play, stage, { ...event, ...text }, sam) }];
  });
}

function decisions(play: Play, key: string, { plan, until }: Open & { kind: 'approval' }): readonly Move[] {
  const press =
    (decision: 'approve' | 'reject', why = {}) =>
    (stage: Stage) =>
      happens(play, stage, { type: 'confirm.pressed', key, hash: plan.hash, decision, ...why }, lea);
  const expiry = (stage: Stage): Stage => {
    const end = Object.entries(stage.it.open).find(
      ([, one]) => one.kind === 'time' && one.purpose === 'expiry',
    );
    if (end === undefined) throw new Error(`The approval ${key} never expires.`);
    return happens(play, stage, { type: 'time.came', key: end[0] }, undefined, until);
  };
  return [
    { name: 'approved', make: press('approve') },
    { name: 'rejected', make: press('reject', { why: 'some words' }) },
    { name: 'approved by nobody', make: expiry },
  ];
}

function acts(play: Play, key: string, { step: id }: Visit): readonly Move[] {
  const step = play.dialog.steps[id];
  if (step?.kind !== 'action') return [];
  const own = play.contracts[step.run]?.outcomes ?? {};
  return Object.keys(step.on)
    .filter((outcome) => !['rejected', 'expired'].includes(outcome))
    .map((outcome) => ({
      name: outcome,
      make: (stage) =>
        happens(play, stage, {
          type: 'run.finished',
          key,
          outcome,
          facts: factsOf(play.dialog, own[outcome]),
        }),
    }));
}

/** For each row of a check's table one set of results. A check that waits looks until it has no look left. */
function results(play: Play, { it }: Stage, visit: Visit, target: Next | undefined): readonly Move[] {
  const step = play.dialog.steps[visit.step];
  if (step?.kind !== 'check') return [];
  return waysThrough(step.next, step.run, known(it), play.contracts, { target }).map((said) => ({
    name: inWords(said),
    make: (stage) =>
      looked(play, stage, visit.n, said, (now) => now.it.visits[visit.n - 1]?.ledTo !== undefined),
  }));
}

/** For each row of a watch's table one set of results that fires it. */
function fires(play: Play, stage: Stage, visit: Visit, target: Next | undefined): readonly Move[] {
  const step = play.dialog.steps[visit.step];
  if (step?.kind !== 'watch' || visit.detached === undefined || visit.settled !== undefined) return [];
  const facts = { ...known(stage.it), ...visit.detached.input };
  const isFiring = (said: Said): boolean =>
    step.fires.some((when) =>
      met(
        when,
        toldBy({
          ...facts,
          ...Object.fromEntries(Object.entries(said).map(([name, value]) => [name, asFact(value)])),
        }),
      ),
    );
  return waysThrough(step.reopen, step.run, facts, play.contracts, { also: isFiring, target }).map(
    (said) => ({
      name: `later, ${inWords(said)}`,
      make: (now) =>
        looked(play, now, visit.n, said, ({ it }) => it.visits[visit.n - 1]?.settled !== undefined),
    }),
  );
}

const asFact = (value: string) => ({ value, source: 'check', by: 'rehearsal', at: 0 }) as const;
const mostLooks = 200;

/** Lets a visit's checks come back with this, look after look, until it is over. */
function looked(play: Play, stage: Stage, n: number, said: Said, isOver: (stage: Stage) => boolean): Stage {
  let now: Stage = { ...stage, scenes: [] };
  for (let count = 0; !isOver(now); count += 1) {
    if (count > mostLooks) throw new Error(`Visit ${n} looks for ever.`);
    const run = now.owed.find((effect) => isRunOf(effect, now, n));
    const wake = Object.entries(now.it.open).find(
      ([, one]) => one.kind === 'time' && one.visit === n && one.purpose === 'look',
    );
    if (run?.type === 'run') {
      const outcome = said[run.contract] ?? 'unknown';
      const contract = play.contracts[run.contract];
      const facts = factsOf(play.dialog, contract?.outcomes[outcome]);
      now = joined(now, happens(play, now, { type: 'run.finished', key: run.key, outcome, facts }));
    } else if (wake?.[1].kind === 'time') {
      now = joined(now, happens(play, now, { type: 'time.came', key: wake[0] }, undefined, wake[1].at));
    } else throw new Error(`Visit ${n} waits for nothing and is not over.`);
  }
  return now;
}

function joined(before: Stage, after: Stage): Stage {
  return { ...after, scenes: [...before.scenes, ...after.scenes] };
}

function isRunOf(effect: Effect, { it }: Stage, n: number): boolean {
  const open = effect.type === 'run' && Object.hasOwn(it.open, effect.key) ? it.open[effect.key] : undefined;
  return open?.kind === 'run' && open.visit === n && open.mode === 'check';
}

function inWords(said: Said): string {
  return Object.entries(said)
    .map(([check, outcome]) => `${check} ${outcome}`)
    .join(', ');
}
