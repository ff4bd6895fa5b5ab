import { words } from './card.ts';
import type { WatchStep } from './dialog.ts';
import { fill } from './fill.ts';
import type { Values } from './fact.ts';
import type { Visit } from './incident.ts';
import { lookLater, pendingChecks } from './look.ts';
import { leave } from './leave.ts';
import { met } from './next.ts';
import { addVisit, amend, asFacts, closeKeys, factsOf, stepOf, visitOf, type Work } from './work.ts';

/** Begins a watch on what a deed changed; it hangs on the deed, with its input as it is now, and outlives the end. */
export function beginWatch(work: Work, step: string, input: Values, subject: string): void {
  const visit = addVisit(work, step, { detached: { input, subject } });
  amend(work, visit.n, {
    text: fill(watchStep(work, visit).title, asFacts(work, input, 'action', 'mailfix')),
  });
  lookLater(work, visit.n);
}

/** What follows from a watch's results: the step that re-opens the incident, or nothing. */
export function afterWatched(work: Work, n: number): string | undefined {
  if (pendingChecks(work, n).size > 0) return undefined;
  const visit = visitOf(work.it, n);
  const step = watchStep(work, visit);
  closeKeys(work, (_, open) => open.visit === n && open.kind === 'time');
  if (met(step.fires, visit.brought)) {
    amend(work, n, { settled: { text: words('It came back.'), by: 'mailfix', at: work.event.at } });
    if (work.it.ended !== undefined) return takeUp(work, n);
    work.it = { ...work.it, due: [...work.it.due, n] };
    amend(work, n, { turn: work.it.turn, notices: [words('It came back; this is taken up next.')] });
    return undefined;
  }
  const every = { ...visit.brought };
  const looked = step.run.some((check) => every[check]?.value !== 'unknown');
  if (looked) amend(work, n, { detached: { ...detachedOf(visit), looked: true } });
  if (!lookLater(work, n)) finishWatch(work, n);
  return undefined;
}

/** Goes back to work on what a watch found: its input and results are facts again, though `ip` may have been corrected since. */
export function takeUp(work: Work, n: number): string | undefined {
  const watched = visitOf(work.it, n);
  const step = watchStep(work, watched);
  const { ended: _, ...it } = work.it;
  work.it = { ...it, due: it.due.filter((due) => due !== n), turn: it.turn + 1 };
  work.rootNotify = 'owner';
  const again = addVisit(work, watched.step, {
    text: watched.text ?? words(step.title),
    findings: watched.findings,
    brought: { ...asFacts(work, detachedOf(watched).input, 'action', 'mailfix'), ...watched.brought },
  });
  return leave(work, again.n, step.reopen);
}

function finishWatch(work: Work, n: number): void {
  const visit = visitOf(work.it, n);
  const blind = detachedOf(visit).looked !== true;
  amend(work, n, {
    settled: {
      text: blind ? words('Could not look even once.') : words('Nothing came back.'),
      by: 'mailfix',
      at: work.event.at,
    },
    ...(blind
      ? { turn: work.it.turn, notices: [words('The watch could not look even once: look by hand.')] }
      : {}),
  });
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

/** The facts a watch's `after` step reads now, with the approved plan's input over them. */
export function watchInput(work: Work, planInput: Values): Values {
  const now = factsOf(work.it);
  return {
    ...Object.fromEntries(Object.entries(now).map(([name, fact]) => [name, fact.value])),
    ...planInput,
  };
}
