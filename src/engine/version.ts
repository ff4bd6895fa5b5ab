import { isHead } from './act.ts';
import { words, type Text } from './card.ts';
import type { Step } from './dialog.ts';
import { endIncident } from './end.ts';
import type { Open, Visit } from './incident.ts';
import { settle } from './leave.ts';
import { loseWatch } from './watch.ts';
import { closeKeys, messageOf, notice, tell, visitOf, type Work } from './work.ts';

/**
 * The runbook was edited under a running incident: it carries on if its step can still take what it waits for, and says so;
 * else it is handed over. An act that runs is let finish; what else no longer fits is late from now on.
 */
export function versionChanged(work: Work, to: number): { readonly to: string | undefined } {
  work.it = { ...work.it, dialogVersion: to };
  const misfits = work.it.visits.filter((visit) => !fits(work, visit));
  for (const visit of misfits) {
    if (visit.detached !== undefined) loseWatch(work, visit);
    closeKeys(work, (_, open) => open.visit === visit.n && open.kind === 'run' && open.mode === 'check');
  }
  const head = misfits.find((visit) => isHead(work, visit));
  if (head !== undefined) return { to: handOver(work, head) };
  const last = work.it.visits.findLast(({ detached }) => detached === undefined);
  if (work.it.ended === undefined && last !== undefined) {
    const text = 'The runbook was changed (now version {to}); this goes on where it was.';
    notice(work, last.n, words(text, { to: `${to}` }));
  }
  return { to: undefined };
}

function handOver(work: Work, { n, turn }: Visit): string | undefined {
  const text: Text = words(
    'The runbook was changed and this step is gone. Handed over; a new incident takes the new one.',
  );
  const approved = Object.values(work.it.open).some((open) => open.kind === 'approval' && open.visit === n);
  if (approved) tell(work, messageOf(turn), 'approvers');
  notice(work, n, text);
  // Who approved an act that still runs is not to be forgotten.
  if (visitOf(work.it, n).settled === undefined) {
    settle(work, n, words('The runbook was changed.'), work.event.actor.name);
  }
  return endIncident(work, 'escalated', text);
}

/** The visit waits for nothing, or its step is still one that can take what comes. */
function fits(work: Work, visit: Visit): boolean {
  const opens = Object.values(work.it.open).filter((open) => open.visit === visit.n);
  const due = work.it.due.includes(visit.n);
  const { steps } = work.dialog;
  const step = Object.hasOwn(steps, visit.step) ? steps[visit.step] : undefined;
  if (step === undefined) return opens.length === 0 && !due && visit.queued !== true;
  if (due && step.kind !== 'watch') return false;
  if (visit.queued === true && step.kind !== 'action') return false;
  return opens.every((open) => takes(step, open, visit.detached !== undefined));
}

function takes(step: Step, open: Open, detached: boolean): boolean {
  switch (open.kind) {
    case 'answer':
      return step.kind === 'ask' || (step.kind === 'check' && step.choices !== undefined);
    case 'approval':
      return step.kind === 'action' && step.run === open.action;
    case 'press':
      return true;
    case 'run':
      if (open.mode !== 'check') return step.kind === 'action' && step.run === open.contract;
      return step.kind === (detached ? 'watch' : 'check') && step.run.includes(open.contract);
    case 'time':
      if (open.purpose === 'look' || open.purpose === 'deadline')
        return step.kind === (detached ? 'watch' : 'check');
      if (open.purpose === 'nudge' || open.purpose === 'summon' || open.purpose === 'park')
        return step.kind === 'ask';
      return step.kind === 'action';
  }
}
