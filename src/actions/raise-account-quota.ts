import { z } from 'zod';
import type { WhmClient } from '../clients/whm.ts';
import { words } from '../engine/card.ts';
import type { Duration } from '../engine/duration.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActionHandler } from './handler.ts';
import { accountFigures } from './quota-figures.ts';
import type { QuotaLadder } from './quota-ladder.ts';
import { actLeased } from './raise-leased.ts';
import { planRaise } from './raise-quota.ts';
import type { Quota } from './raise-quota.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'raiseAccountQuota';
const approved = z.object({ account: z.string(), server: z.string(), quota: z.int().min(1) });

/** Raises the disk quota of an account by the step or ladder of the settings, with `editquota`; for a time if `lasts` says so. */
export function raiseAccountQuota(
  whms: Whms,
  quotaStepMb: number,
  ladder: QuotaLadder = {},
  lasts?: Duration,
): ActionHandler<ShippedContracts['raiseAccountQuota']> {
  return {
    async plan({ account, server }, context) {
      const whm = whms.get(server);
      if (whm === undefined) return { outcome: 'failed', findings: [noServer(check, whms, server)] };
      return planRaise(
        { ...accountQuota(whm, server, account), lasts },
        { stepMb: quotaStepMb, ...ladder },
        context,
      );
    },
    async act(plan, context) {
      const { account, server, quota } = approved.parse(plan.input);
      const whm = whms.get(server);
      if (whm === undefined) return { outcome: 'failed', findings: [noServer(check, whms, server)] };
      return actLeased(accountQuota(whm, server, account), plan, quota, context);
    },
  };
}

/** The quota of an account, to be read and set. */
export function accountQuota(whm: WhmClient, server: string, account: string): Quota {
  return {
    check,
    subject: `account:${server}/${account}`,
    of: 'account',
    name: `account ${account}`,
    server,
    input: { account, server },
    read: (signal) => accountFigures(whm, account, signal),
    write: (quotaMb, signal) => whm.setAccountQuota(account, quotaMb, { signal }),
    call(quotaMb) {
      const values = { server, account, quota: String(quotaMb) };
      return {
        id: 'editquota',
        text: words('WHM on {server}: editquota user={account} quota={quota}', values),
      };
    },
    consequence: words('A package change in WHM would overwrite it.'),
  };
}
