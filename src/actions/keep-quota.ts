import { z } from 'zod';
import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import { durationInWords, durationMs, parseDuration } from '../engine/duration.ts';
import type { Duration } from '../engine/duration.ts';
import type { PlanDraft } from '../engine/plan.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActionHandler, ActContext, RunContext } from './handler.ts';
import { gone, isAsRaised, leasedQuota, otherLimit, thenAndNow } from './leased-quota.ts';
import type { LeaseInput } from './leased-quota.ts';
import { limitWords } from './quota-figures.ts';
import { leaseFacts, whatFollows } from './quota-lease.ts';
import type { Quota } from './raise-quota.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const duration = z.custom<Duration>((text) => typeof text === 'string' && parseDuration(text).ok);
const approved = z.object({
  account: z.string(),
  server: z.string(),
  mailbox: z.string().optional(),
  leaseOf: z.enum(['account', 'mailbox']),
  leaseFor: duration,
  oldLimitMb: z.number(),
  newLimitMb: z.number(),
  usedThenMb: z.number(),
});

/** Leaves a raised quota for as long again, with the way back covered anew. Nothing is changed in WHM. */
export function extendLease(whms: Whms): ActionHandler<ShippedContracts['extendLease']> {
  const check = 'extendLease';
  return {
    async plan(lease, context) {
      const lasts = duration.parse(lease.leaseFor);
      return planStay(whms, check, lease, context, (quota) => {
        const values = { name: quota.name, time: durationInWords(durationMs(lasts)) };
        const leased = { ...quota, lasts };
        return {
          title: words('Leave the {name} as it is for another {time}', values),
          to: `${limitWords(lease.newLimitMb)} for another ${values.time}`,
          ...whatFollows(leased, lease.oldLimitMb, lease.newLimitMb),
        };
      });
    },
    async act(plan, context) {
      const lease = approved.parse(plan.input);
      const stays = await lookOnce(whms, check, lease, context);
      if ('outcome' in stays) return stays;
      const { name } = stays;
      const figures = { oldMb: lease.oldLimitMb, newMb: lease.newLimitMb, usedMb: lease.usedThenMb };
      const facts = leaseFacts(stays, figures, lease.leaseFor, context.now());
      const limit = limitWords(lease.newLimitMb);
      const text = words('The {name} has {limit} until {until}.', { name, limit, until: facts.leaseUntil });
      return { outcome: 'leased', facts, findings: [{ check, verdict: 'pass', text }] };
    },
  };
}

/** Ends the lease and leaves the quota as it was raised. Nothing is changed in WHM. */
export function keepQuota(whms: Whms): ActionHandler<ShippedContracts['keepQuota']> {
  const check = 'keepQuota';
  return {
    plan: (lease, context) =>
      planStay(whms, check, lease, context, ({ name }) => ({
        title: words('Keep the raised limit of the {name} for good', { name }),
        to: `${limitWords(lease.newLimitMb)} for good`,
      })),
    async act(plan, context) {
      const lease = approved.parse(plan.input);
      const stays = await lookOnce(whms, check, lease, context);
      if ('outcome' in stays) return stays;
      const values = { name: stays.name, limit: limitWords(lease.newLimitMb) };
      const text = words('The {name} keeps {limit}.', values);
      return { outcome: 'done', findings: [{ check, verdict: 'pass', text }] };
    },
  };
}

type Stay = Pick<PlanDraft, 'title' | 'to' | 'consequence' | 'covers'>;
type PlanOfStay =
  | { readonly outcome: 'planned'; readonly plan: PlanDraft }
  | { readonly outcome: 'nothingToDo' | 'failed'; readonly findings: readonly Finding[] };

/** A plan without calls: what is approved is that nothing happens. */
async function planStay(
  whms: Whms,
  check: string,
  lease: LeaseInput,
  { signal }: RunContext,
  stay: (quota: Quota) => Stay,
): Promise<PlanOfStay> {
  const quota = leasedQuota(whms, check, lease);
  if (quota === undefined) return { outcome: 'failed', findings: [noServer(check, whms, lease.server)] };
  const reading = await quota.read(signal);
  if (reading === null) return { outcome: 'failed', findings: [gone(quota)] };
  if (!isAsRaised(reading, lease.newLimitMb))
    return { outcome: 'nothingToDo', findings: [otherLimit(quota, reading, lease)] };
  const { leaseOf, leaseFor, oldLimitMb, newLimitMb, usedThenMb, leaseUntil } = lease;
  const plan: PlanDraft = {
    subject: quota.subject,
    input: { ...quota.input, leaseOf, leaseFor, oldLimitMb, newLimitMb, usedThenMb },
    calls: [],
    from: `${limitWords(newLimitMb)} until ${leaseUntil}`,
    evidence: [thenAndNow(quota, reading, lease)],
    risk: { level: 'low', reasons: [words('Nothing is changed in WHM.')] },
    needs: 1,
    ...stay(quota),
  };
  return { outcome: 'planned', plan };
}

/** The quota, if it still is as it was when that was approved. */
async function lookOnce(
  whms: Whms,
  check: string,
  lease: z.output<typeof approved>,
  { signal }: ActContext,
): Promise<Quota | { readonly outcome: 'changed' | 'failed'; readonly findings: readonly Finding[] }> {
  const quota = leasedQuota(whms, check, lease);
  if (quota === undefined) return { outcome: 'failed', findings: [noServer(check, whms, lease.server)] };
  const reading = await quota.read(signal);
  if (reading === null) return { outcome: 'failed', findings: [gone(quota)] };
  if (!isAsRaised(reading, lease.newLimitMb)) {
    const text: Text = words('The {name} has {limit} by now.', {
      name: quota.name,
      limit: limitWords(reading.limitMb),
    });
    return { outcome: 'changed', findings: [{ check, verdict: 'warning', text }] };
  }
  return quota;
}
