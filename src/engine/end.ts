import { words, type Text } from './card.ts';
import type { Open, Visit } from './incident.ts';
import { takeUp } from './watch.ts';
import { amend, closeKeys, notice, resumed, tell, visitOf, type Work } from './work.ts';

/** An approval that waits is for nobody to give any more: those who were asked are told. */
export function withdraw(work: Work, n: number, text: Text): void {
  const waits = Object.values(work.it.open).find((open) => open.kind === 'approval' && open.visit === n);
  if (waits?.kind !== 'approval') return;
  if (waits.by !== undefined) amend(work, n, { asked: waits.by });
  notice(work, n, text, 'approvers');
}

/**
 * Ends the incident. Watches and an act that runs live on, and whoever pressed meanwhile is still answered; everything
 * else that was open or queued is dropped.
 */
export function endIncident(
  work: Work,
  outcome: 'resolved' | 'escalated' | 'cancelled',
  text: Text,
): string | undefined {
  const livesOn = (open: Open): boolean =>
    open.kind === 'press' || (open.kind === 'run' && open.mode === 'act') || isWatch(work, open.visit);
  const withdrawn = words('Withdrawn: {name} ended the incident.', { name: work.event.actor.name });
  for (const { visit } of Object.values(work.it.open)) withdraw(work, visit, withdrawn);
  closeKeys(work, (_, open) => !livesOn(open));
  const visits = work.it.visits.map((visit) => (visit.queued === true ? unqueued(visit) : visit));
  work.it = { ...resumed(work), visits, ended: { outcome, text, at: work.event.at } };
  tell(work, 'root', 'channel');
  const due = work.it.due[0];
  return due === undefined ? undefined : takeUp(work, due);
}

function unqueued(visit: Visit): Visit {
  const { queued: _, ...rest } = visit;
  return rest;
}

function isWatch(work: Work, n: number): boolean {
  return visitOf(work.it, n).detached !== undefined;
}
