import { words } from '../engine/card.ts';
import type { Text } from '../engine/card.ts';
import { durationInWords, durationMs } from '../engine/duration.ts';
import type { Duration } from '../engine/duration.ts';
import type { PlanDraft } from '../engine/plan.ts';
import { limitWords } from './quota-figures.ts';
import { mb, moment } from './phrases.ts';
import type { Quota } from './raise-quota.ts';

/** What a raise for a time leaves to be known: of what, from and to how many MB, how full it was, until when. */
export type Lease = {
  readonly leaseOf: 'account' | 'mailbox';
  readonly leaseName: string;
  readonly leaseFor: Duration;
  readonly leaseUntil: string;
  readonly oldLimitMb: number;
  readonly newLimitMb: number;
  readonly usedThenMb: number;
};

/** What follows a raise: a word of warning, or, if it is for a time, the way back, which its approval covers. */
export function whatFollows(
  quota: Quota,
  fromMb: number,
  toMb: number,
): Pick<PlanDraft, 'consequence' | 'covers'> {
  const { lasts, consequence } = quota;
  if (lasts === undefined) return consequence === undefined ? {} : { consequence };
  const oldMb = Math.max(1, Math.round(fromMb));
  const values = { time: durationInWords(durationMs(lasts)), old: limitWords(oldMb) };
  const back =
    'After {time} it goes back to {old} by itself, if what is used then fits; this approval is for that too.';
  const template = consequence === undefined ? back : `${back} ${consequence.template}`;
  return {
    consequence: words(template, { ...consequence?.values, ...values }),
    covers: { action: 'returnQuota', after: lasts, plan: returnDraft(quota, toMb, oldMb) },
  };
}

/** The way back: the same from the same raise, whenever it is planned, so that its hash is the one that was approved. */
export function returnDraft(
  quota: Quota,
  newMb: number,
  oldMb: number,
  evidence: readonly Text[] = [],
): PlanDraft {
  const from = limitWords(newMb);
  const to = limitWords(oldMb);
  return {
    subject: quota.subject,
    title: words('Take the {name} back from {from} to {to}', { name: quota.name, from, to }),
    input: { ...quota.input, leaseOf: quota.of, quota: oldMb },
    calls: [{ system: 'whm', ...quota.call(oldMb) }],
    from,
    to,
    evidence,
    risk: { level: 'low', reasons: [words('What is used fits; nothing is deleted.')] },
    needs: 1,
  };
}

/** The lease that begins now, as facts. */
export function leaseFacts(
  quota: Pick<Quota, 'of' | 'name'>,
  { oldMb, newMb, usedMb }: { readonly oldMb: number; readonly newMb: number; readonly usedMb: number },
  lasts: Duration,
  now: number,
): Lease {
  return {
    leaseOf: quota.of,
    leaseName: quota.name,
    leaseFor: lasts,
    leaseUntil: moment(now + durationMs(lasts), now),
    oldLimitMb: oldMb,
    newLimitMb: newMb,
    usedThenMb: Number(mb(usedMb)),
  };
}
