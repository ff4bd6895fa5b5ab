import type { CpaClient } from '../clients/cpa.ts';
import type { Duration } from '../engine/duration.ts';
import type { ShippedContracts } from './contracts.ts';
import { findAccount } from './find-account.ts';
import { findCpaBlock } from './find-cpa-block.ts';
import { findDelivery } from './find-delivery.ts';
import { findIpBlock } from './find-ip-block.ts';
import { findIpFit } from './find-ip-fit.ts';
import { findMailRouting } from './find-mail-routing.ts';
import { findMailServices } from './find-mail-services.ts';
import { findMailSettings } from './find-mail-settings.ts';
import { findOutgoingMail } from './find-outgoing-mail.ts';
import { findRootCause } from './find-root-cause.ts';
import { findFailingLogins } from './find-failing-logins.ts';
import { findServerTrouble } from './find-server-trouble.ts';
import type { Handlers } from './handler.ts';
import { extendLease, keepQuota } from './keep-quota.ts';
import type { QuotaLadder } from './quota-ladder.ts';
import { raiseAccountQuota } from './raise-account-quota.ts';
import { raiseMailboxQuota } from './raise-mailbox-quota.ts';
import { readAccountQuota } from './read-account-quota.ts';
import { readLease } from './read-lease.ts';
import { readMailboxQuota } from './read-mailbox-quota.ts';
import { returnQuota } from './return-quota.ts';
import { sendInstructions } from './send-instructions.ts';
import type { Mailing } from './send-instructions.ts';
import type { Whms } from './servers.ts';
import { unblockIp } from './unblock-ip.ts';

/** What the handlers act on; without a WHM or a CPA System they say "not configured" and the dialog goes by hand. */
export interface Systems {
  /** By the name that findings and facts call the server. */
  readonly whms: Whms;
  readonly cpa: CpaClient | undefined;
  /** QUOTA_STEP_MB: by how much a full quota is raised. */
  readonly quotaStepMb: number;
  /** How far and by which steps instead, by mailfix.yaml. */
  readonly quotaLadders?: { readonly account: QuotaLadder; readonly mailbox: QuotaLadder };
  /** quotaLease: how long a raise is for; for good when absent. */
  readonly quotaLease?: Duration | undefined;
  readonly mailing: Mailing;
}

/** The handlers of the shipped contracts. */
export function createHandlers({
  whms,
  cpa,
  quotaStepMb,
  quotaLadders,
  quotaLease,
  mailing,
}: Systems): Handlers<ShippedContracts> {
  return {
    clientAccount: findAccount(whms),
    mailRouting: findMailRouting(whms),
    mailServices: findMailServices(whms),
    outgoingMail: findOutgoingMail(whms),
    failingLogins: findFailingLogins(whms),
    delivery: findDelivery(whms),
    mailSettings: findMailSettings(whms),
    ipFits: findIpFit(whms),
    rootCause: findRootCause(whms),
    ipBlock: findIpBlock(whms),
    serverTrouble: findServerTrouble(),
    cpaBlock: findCpaBlock(cpa),
    accountQuota: readAccountQuota(whms),
    mailboxQuota: readMailboxQuota(whms),
    unblockIp: unblockIp(whms, cpa),
    raiseAccountQuota: raiseAccountQuota(whms, quotaStepMb, quotaLadders?.account, quotaLease),
    raiseMailboxQuota: raiseMailboxQuota(whms, quotaStepMb, quotaLadders?.mailbox, quotaLease),
    leaseEnd: readLease(whms),
    returnQuota: returnQuota(whms),
    extendLease: extendLease(whms),
    keepQuota: keepQuota(whms),
    sendInstructions: sendInstructions(mailing),
  };
}
