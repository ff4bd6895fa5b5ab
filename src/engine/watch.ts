import { words, type Text } from './card.ts';
import type { ActionStep, WatchStep } from './dialog.ts';
import { fill } from './fill.ts';
import type { Fact, Facts, Values } from './fact.ts';
import type { Visit } from './incident.ts';
import { lookLater, pendingChecks } from './look.ts';
import { leave } from './leave.ts';
import { met, toldBy } from './next.ts';
import {
  addVisit,
  amend,
  asFacts,
  closeKeys,
  factsOf,
  factType,
  notice,
  stepOf,
  tell,
  visitOf,
  type Work,
} from './work.ts';

/** The watch that an act begins when it came to this. */
export function watchAfter({ after }: ActionStep, outcome: string): string | undefined {
  if (after === undefined || typeof after === 'string') return after;
  return Object.hasOwn(after, outcome) ? after[outcome] : undefined;
}

/** Begins a watch on what a deed changed; it hangs on the deed, with its input as it is now, and outlives the end. */
export function beginWatch(work: Work, step: string, input: Facts, subject: string): void {
  for (const old of work.it.visits) if (old.detached?.subject === subject) replaceWatch(work, old);
  const visit = addVisit(work, step, { detached: { input, subject } });
  amend(work, visit.n, { text: fill(watchStep(work, visit).title, input) });
  lookLater(work, visit.n);
}

/** What an earlier watch on the same thing saw, or would see, is out of date since it was acted upon anew. */
function replaceWatch(work: Work, { n, settled }: Visit): void {
  if (settled !== undefined && !work.it.due.includes(n)) return;
  closeKeys(work, (_, open) => open.visit === n);
  work.it = { ...work.it, due: work.it.due.filter((due) => due !== n) };
  amend(work, n, { settled: { text: words('Watched anew.'), by: 'mailfix', at: work.event.at } });
}

/** What follows from a watch's results: the step that re-opens the incident, or nothing. */
export function afterWatched(work: Work, n: number): string | undefined {
  if (pendingChecks(work, n).size > 0) return undefined;
  const visit = visitOf(work.it, n);
  const step = watchStep(work, visit);
  if (step.fires.some((when) => met(when, toldBy(visit.brought)))) {
    closeKeys(work, (_, open) => open.visit === n);
    const fired = step.fired ?? 'It came back.';
    const { input } = detachedOf(visit);
    amend(work, n, { settled: { text: fill(fired, input), by: 'mailfix', at: work.event.at } });
    if (work.it.ended !== undefined) return takeUp(work, n);
    work.it = { ...work.it, due: [...work.it.due, n] };
    sayNow(work, n, fill(`${fired} This is taken up next.`, input));
    return undefined;
  }
  closeKeys(work, (_, open) => open.visit === n && open.kind === 'time' && open.purpose === 'deadline');
  const looked = step.run.some((check) => visit.brought[check]?.value !== 'unknown');
  if (looked) amend(work, n, { detached: { ...detachedOf(visit), looked: true } });
  if (!lookLater(work, n)) finishWatch(work, n);
  return undefined;
}

/** Goes back to work on what a watch found: its input and results are facts again, though `ip` may have been corrected since. */
export function takeUp(work: Work, n: number): string | undefined {
  const watched = visitOf(work.it, n);
  const step = watchStep(work, watched);
  const { ended: _, ...it } = work.it;
  const { input } = detachedOf(watched);
  // What it was about counts again, also where somebody has said otherwise since.
  const names = Object.keys(input).filter((name) =>
    it.visits.some(({ said = {} }) => Object.hasOwn(said, name)),
  );
  const said = Object.fromEntries(
    names.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
  work.it = { ...it, due: it.due.filter((due) => due !== n), turn: it.turn + 1 };
  tell(work, 'root', 'owner');
  const again = addVisit(work, watched.step, {
    text: watched.text ?? words(step.title),
    findings: watched.findings,
    brought: { ...input, ...watched.brought },
    ...(names.length === 0 ? {} : { said }),
  });
  return leave(work, again.n, step.reopen);
}

/** The runbook has no such watch any more. */
export function loseWatch(work: Work, { n, settled }: Visit): void {
  if (settled !== undefined && !work.it.due.includes(n)) return;
  closeKeys(work, (_, open) => open.visit === n);
  work.it = { ...work.it, due: work.it.due.filter((due) => due !== n) };
  amend(work, n, { settled: { text: words('Given up.'), by: 'mailfix', at: work.event.at } });
  sayNow(work, n, words('The runbook was changed and this watch is gone: look by hand.'));
}

const blind = words('The watch could not look even once: look by hand.');

/** No look is left. A late result of the last one may come after this, and still counts. */
function finishWatch(work: Work, n: number): void {
  const { detached, notices, settled } = visitOf(work.it, n);
  const looked = detached?.looked === true;
  const text = looked ? words('Nothing came back.') : words('Could not look even once.');
  const others = notices.filter(({ template }) => template !== blind.template);
  if (looked || settled === undefined) {
    amend(work, n, { settled: { text, by: 'mailfix', at: work.event.at }, notices: others });
  }
  if (!looked && settled === undefined) sayNow(work, n, blind);
}

/** Says in the current message what a watch, which began in an earlier one, has to say. */
function sayNow(work: Work, n: number, text: Text): void {
  amend(work, n, { turn: work.it.turn });
  notice(work, n, text);
}

function detachedOf(visit: Visit): NonNullable<Visit['detached']> {
  if (visit.detached === undefined) throw new Error(`Visit ${visit.n} is no watch.`);
  return visit.detached;
}

function watchStep(work: Work, visit: Visit): WatchStep {
  const step = stepOf(work, visit);
  if (step.kind !== 'watch') throw new Error(`Step "${visit.step}" is no watch.`);
  return step;
}

/**
 * The facts that a watch reads: those of now, and over them what the act of visit `n` was approved with. Who gave them is
 * kept, though corrections struck it since: they may not approve alone what the watch leads to.
 */
export function watchInput(work: Work, n: number, approved: Values): Facts {
  const told = [work.it.facts, ...work.it.visits.slice(0, n).map((visit) => visit.brought)];
  const facts: Record<string, Fact> = { ...factsOf(work.it) };
  for (const [name, value] of Object.entries(approved)) {
    if (factType(work.dialog, name) === undefined) continue;
    const fact = told.findLast((brought) => brought[name]?.value === value)?.[name];
    Object.assign(
      facts,
      fact === undefined ? asFacts(work, { [name]: value }, 'action', 'mailfix') : { [name]: fact },
    );
  }
  return facts;
}
