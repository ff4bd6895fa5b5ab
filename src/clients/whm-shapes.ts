import { z } from 'zod';
import * as value from './whm-values.ts';
import type { LimitMb } from './whm-values.ts';

/** An account as `accountsummary` tells it; null where this build does not say. Its figures come from a cache. */
export interface Account {
  user: string;
  domain: string;
  plan: string | null;
  suspended: boolean | null;
  suspendReason: string | null;
  diskUsedMb: number;
  diskLimitMb: LimitMb;
  inodesUsed: number | null;
  inodesLimit: number | 'unlimited' | null;
  maxMailboxQuotaMb: LimitMb | null;
  outgoingSuspended: boolean | null;
  outgoingHold: boolean | null;
}

/** Disk use of an account, not from the cache. */
export interface DiskUsage {
  usedMb: number;
  limitMb: LimitMb;
  inodesUsed: number | null;
  inodesLimit: number | 'unlimited' | null;
}

/** A mailbox with its full address in lower case. */
export interface Mailbox {
  address: string;
  usedMb: number;
  limitMb: LimitMb;
  suspendedLogin: boolean | null;
  suspendedIncoming: boolean | null;
}

/** A block by cPHulk. `since` is the server's local time, as text, since WHM sends no zone. */
export interface Brute {
  ip: string;
  notes: string | null;
  since: string | null;
  untilMs: number | null;
}

/** A login that failed; `user` is what was typed, mostly the whole mail address. */
export interface FailedLogin {
  user: string;
  ip: string;
  service: string | null;
  authService: string | null;
  since: string | null;
  untilMs: number | null;
}

/** What a mail program is set to. */
export interface ClientSettings {
  inboxService: string | null;
  inboxHost: string;
  inboxPort: number;
  inboxUsername: string;
  smtpHost: string;
  smtpPort: number;
  smtpUsername: string;
}

const minutesLeft = z.union([z.null(), z.literal('').transform(() => null), value.number]);
const blockFields = { notes: value.orUnknown(value.text), logintime: value.orUnknown(value.text) };
/** A row of get_cphulk_brutes and get_cphulk_excessive_brutes. */
export const bruteRow = z.looseObject({
  ip: value.name,
  timeleft: value.orUnknown(minutesLeft),
  ...blockFields,
});
/** A row of get_cphulk_failed_logins. */
export const failedRow = z.looseObject({
  user: value.name,
  ip: value.name,
  service: value.orUnknown(value.text),
  authservice: value.orUnknown(value.text),
  logintime: value.orUnknown(value.text),
  timeleft: value.orUnknown(minutesLeft),
});
/** A row of accountsummary. */
export const accountRow = z.looseObject({
  user: value.name,
  domain: value.name,
  plan: value.orUnknown(value.text),
  suspended: value.orUnknown(value.flag),
  suspendreason: value.orUnknown(value.text),
  diskused: value.sizeMb,
  disklimit: value.limitMb,
  inodesused: value.orUnknown(value.number),
  inodeslimit: value.orUnknown(value.countLimit),
  max_emailacct_quota: value.orUnknown(value.limitMb),
  outgoing_mail_suspended: value.orUnknown(value.flag),
  outgoing_mail_hold: value.orUnknown(value.flag),
});
/** A row of get_disk_usage. */
export const diskRow = z.looseObject({
  user: value.name,
  blocks_used: value.sizeMbFromKib,
  blocks_limit: value.limitMbFromKib,
  inodes_used: value.orUnknown(value.number),
  inodes_limit: value.orUnknown(value.countLimit),
});
/** A row of Email::list_pops_with_disk. */
export const mailboxRow = z.looseObject({
  email: value.name,
  diskused: value.sizeMb,
  diskquota: value.limitMb,
  suspended_login: value.orUnknown(value.flag),
  suspended_incoming: value.orUnknown(value.flag),
});
/** The data of Email::get_client_settings. */
export const settingsData = z.looseObject({
  inbox_service: value.orUnknown(value.text),
  inbox_host: value.name,
  inbox_port: value.number,
  inbox_username: value.name,
  smtp_host: value.name,
  smtp_port: value.number,
  smtp_username: value.name,
});

/** The account that a row of accountsummary tells of. */
export function accountOf(row: z.infer<typeof accountRow>): Account {
  return {
    user: row.user,
    domain: row.domain,
    plan: row.plan,
    suspended: row.suspended,
    // An account that is not suspended says "not suspended" here.
    suspendReason: row.suspended === true ? row.suspendreason : null,
    diskUsedMb: row.diskused,
    diskLimitMb: row.disklimit,
    inodesUsed: row.inodesused,
    inodesLimit: row.inodeslimit,
    maxMailboxQuotaMb: row.max_emailacct_quota,
    outgoingSuspended: row.outgoing_mail_suspended,
    outgoingHold: row.outgoing_mail_hold,
  };
}
