import type { Text } from './card.ts';
import { takeUp } from './watch.ts';
import { closeKeys, visitOf, type Work } from './work.ts';

/** Ends the incident: watches and an act that runs live on, everything else that was open is dropped. */
export function endIncident(
  work: Work,
  outcome: 'resolved' | 'escalated' | 'cancelled',
  text: Text,
): string | undefined {
  closeKeys(work, (_, open) => !(open.kind === 'run' && open.mode === 'act') && !isWatch(work, open.visit));
  const { parked: _, ...it } = work.it;
  work.it = { ...it, ended: { outcome, text, at: work.event.at } };
  work.rootNotify = 'channel';
  const due = work.it.due[0];
  return due === undefined ? undefined : takeUp(work, due);
}

function isWatch(work: Work, n: number): boolean {
  return visitOf(work.it, n).detached !== undefined;
}
