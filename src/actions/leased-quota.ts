import type { z } from 'zod';
import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import { levelOf, limitWords } from './quota-figures.ts';
import { mb } from './phrases.ts';
import { accountQuota } from './raise-account-quota.ts';
import { mailboxQuota } from './raise-mailbox-quota.ts';
import type { Quota, Reading } from './raise-quota.ts';
import type { Whms } from './servers.ts';

/** A raise for a time, as the checks and actions at its end are told of it. */
export type LeaseInput = z.output<ShippedContracts['leaseEnd']['input']>;

/** The quota that was raised; undefined without its server. */
export function leasedQuota(
  whms: Whms,
  check: string,
  { account, server, leaseOf, mailbox }: Pick<LeaseInput, 'account' | 'server' | 'leaseOf' | 'mailbox'>,
): Quota | undefined {
  const whm = whms.get(server);
  if (whm === undefined) return undefined;
  if (leaseOf === 'account') return { ...accountQuota(whm, server, account), check };
  if (mailbox === undefined) throw new Error('The raise of a mailbox does not say of which.');
  return { ...mailboxQuota(whm, server, account, mailbox), check };
}

/** Whether it still has the limit that the raise gave it. */
export function isAsRaised({ limitMb }: Reading, newLimitMb: number): boolean {
  return limitWords(limitMb) === limitWords(newLimitMb);
}

/** Whether what is used would leave the old limit some air: less would be full at once, and mail be turned away. */
export function fitsBack({ usedMb, fresh }: Reading, oldLimitMb: number): boolean {
  return fresh && levelOf({ usedMb, limitMb: oldLimitMb }) !== 'full';
}

/** Usage at the raise and now, and what follows for the old limit. */
export function thenAndNow({ name }: Quota, { usedMb, fresh }: Reading, lease: LeaseInput): Text {
  const values = {
    name,
    before: mb(lease.usedThenMb),
    used: mb(usedMb),
    old: limitWords(lease.oldLimitMb),
    new: limitWords(lease.newLimitMb),
  };
  const usage = 'Usage of the {name} then {before}, now {used} MB';
  if (!fresh) {
    return words(
      `${usage}, by WHM’s cache, which may be some hours old: no ground to take space away on.`,
      values,
    );
  }
  return fitsBack({ usedMb, fresh, limitMb: lease.newLimitMb }, lease.oldLimitMb)
    ? words(`${usage}: it can go back to {old} safely.`, values)
    : words(`${usage}: too much for {old}, so {new} stay until somebody decides.`, values);
}

/** Somebody or something set another limit since the raise. */
export function otherLimit({ check, name }: Quota, { limitMb }: Reading, lease: LeaseInput): Finding {
  const values = { name, limit: limitWords(limitMb), new: limitWords(lease.newLimitMb) };
  const template = 'The {name} has {limit} by now and not {new}: somebody set it since. I leave it as it is.';
  return { check, verdict: 'not-applicable', text: words(template, values) };
}

/** There is no such account or mailbox any more. */
export function gone({ check, name, server }: Quota): Finding {
  const text = words('{server} knows no {name} any more.', { server, name });
  return { check, verdict: 'unknown', text };
}
