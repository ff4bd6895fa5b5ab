import { plain, words, type Text } from './card.ts';
import { durationMs } from './duration.ts';
import { dated } from './fill.ts';
import type { Deed } from './incident.ts';
import type { Plan } from './plan.ts';
import type { Work } from './work.ts';

/**
 * The deed whose approval allows this plan too, if there is one: for its hash and action, by as many as it needs, not before
 * its time, and as long as nothing speaks for asking a person again. That it runs once is the ledger's to see to.
 */
export function coveringDeed(work: Work, action: string, plan: Plan): Deed | undefined {
  if (plan.risk.level !== 'low') return undefined;
  return work.it.deeds.findLast(({ covers, outcome, at, approvedBy }) => {
    if (covers === undefined || outcome === 'partly' || outcome === 'unknown') return false;
    if (approvedBy.length < plan.needs) return false;
    const due = at + durationMs(covers.after) <= work.event.at;
    return due && covers.action === action && covers.hash === plan.hash;
  });
}

/** Whose approval a covered act runs by, and what it was given for. */
export function coveredText({ approvedBy, title, at }: Deed): Text {
  const names = approvedBy.map((actor) => actor.name).join(' and ');
  const values = { names, what: plain(title), at: dated(at) };
  return words('Approved by {names} on {at}, together with “{what}”', values);
}
