import { z } from 'zod';
import { words } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActionHandler } from './handler.ts';
import { fitsBack, gone, isAsRaised, leasedQuota, otherLimit, thenAndNow } from './leased-quota.ts';
import { mb } from './phrases.ts';
import { limitWords } from './quota-figures.ts';
import { returnDraft } from './quota-lease.ts';
import { actRaise } from './raise-quota.ts';
import type { Quota } from './raise-quota.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';
import { withSuspicions } from './suspicions.ts';

const check = 'returnQuota';
const approved = z.object({
  account: z.string(),
  server: z.string(),
  mailbox: z.string().optional(),
  leaseOf: z.enum(['account', 'mailbox']),
  quota: z.int().min(1),
});

/** Takes a quota that was raised for a time back to the old limit, never below what is used. */
export function returnQuota(whms: Whms): ActionHandler<ShippedContracts['returnQuota']> {
  return {
    async plan(lease, { signal, suspicions }) {
      const quota = leasedQuota(whms, check, lease);
      if (quota === undefined) return { outcome: 'failed', findings: [noServer(check, whms, lease.server)] };
      const reading = await quota.read(signal);
      if (reading === null) return { outcome: 'failed', findings: [gone(quota)] };
      if (!isAsRaised(reading, lease.newLimitMb))
        return { outcome: 'nothingToDo', findings: [otherLimit(quota, reading, lease)] };
      const text = thenAndNow(quota, reading, lease);
      if (!fitsBack(reading, lease.oldLimitMb))
        return { outcome: 'needed', findings: [{ check, verdict: 'warning', text }] };
      const draft = returnDraft(quota, lease.newLimitMb, lease.oldLimitMb, [text]);
      const risk = withSuspicions(draft.risk, await suspicions(lease.server));
      return { outcome: 'planned', plan: { ...draft, risk } };
    },
    async act(plan, context) {
      const { quota: oldMb, ...of } = approved.parse(plan.input);
      const quota = leasedQuota(whms, check, of);
      if (quota === undefined) return { outcome: 'failed', findings: [noServer(check, whms, of.server)] };
      return actRaise({ ...quota, against: tooMuch(quota.name, oldMb) }, plan, oldMb, context);
    },
  };
}

/** The last look before the write: what filled up since the plan is not cut off. */
function tooMuch(name: string, oldMb: number): NonNullable<Quota['against']> {
  return (reading) =>
    fitsBack(reading, oldMb)
      ? undefined
      : words('The {name} uses {used} MB by now: too much for {old}. Nothing was changed.', {
          name,
          used: mb(reading.usedMb),
          old: limitWords(oldMb),
        });
}
