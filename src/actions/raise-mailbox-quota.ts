import { z } from 'zod';
import type { WhmClient } from '../clients/whm.ts';
import { words } from '../engine/card.ts';
import type { Duration } from '../engine/duration.ts';
import { attempt } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActionHandler } from './handler.ts';
import type { QuotaLadder } from './quota-ladder.ts';
import { actLeased } from './raise-leased.ts';
import { planRaise } from './raise-quota.ts';
import type { Quota } from './raise-quota.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'raiseMailboxQuota';
const approved = z.object({
  account: z.string(),
  server: z.string(),
  mailbox: z.string(),
  quota: z.int().min(1),
});

/** Raises the quota of a mailbox by the step or ladder of the settings, with `Email::edit_pop_quota`; for a time if `lasts` says so. */
export function raiseMailboxQuota(
  whms: Whms,
  quotaStepMb: number,
  ladder: QuotaLadder = {},
  lasts?: Duration,
): ActionHandler<ShippedContracts['raiseMailboxQuota']> {
  return {
    async plan({ account, server, mailbox }, context) {
      const whm = whms.get(server);
      if (whm === undefined) return { outcome: 'failed', findings: [noServer(check, whms, server)] };
      // Without this figure the raise still works: WHM would put in its maximum, and the read-back shows it.
      const summary = await attempt(whm.account({ user: account }, { signal: context.signal }));
      const most = summary.ok ? summary.value?.maxMailboxQuotaMb : undefined;
      const cap = typeof most === 'number' ? { mostMb: Math.floor(most) } : {};
      return planRaise(
        { ...mailboxQuota(whm, server, account, mailbox), ...cap, lasts },
        { stepMb: quotaStepMb, ...ladder },
        context,
      );
    },
    async act(plan, context) {
      const { account, server, mailbox, quota } = approved.parse(plan.input);
      const whm = whms.get(server);
      if (whm === undefined) return { outcome: 'failed', findings: [noServer(check, whms, server)] };
      return actLeased(mailboxQuota(whm, server, account, mailbox), plan, quota, context);
    },
  };
}

/** The quota of a mailbox, to be read and set. */
export function mailboxQuota(whm: WhmClient, server: string, account: string, mailbox: string): Quota {
  return {
    check,
    subject: `mailbox:${server}/${mailbox}`,
    of: 'mailbox',
    name: `mailbox ${mailbox}`,
    server,
    input: { account, server, mailbox },
    async read(signal) {
      const [box] = await whm.mailboxes(account, { email: mailbox }, { signal });
      return box === undefined ? null : { usedMb: box.usedMb, limitMb: box.limitMb, fresh: true };
    },
    write: (quotaMb, signal) => whm.setMailboxQuota(account, mailbox, quotaMb, { signal }),
    call(quotaMb) {
      const values = { server, mailbox, quota: String(quotaMb) };
      const template = 'WHM on {server}: Email::edit_pop_quota {mailbox} quota={quota}';
      return { id: 'edit_pop_quota', text: words(template, values) };
    },
  };
}
