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
  ip: string | null;
  /** The server that the mail of the account lives on, if that is another one. */
  mailNode: string | null;
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
  suspendedOutgoing: boolean | null;
  outgoingHold: boolean | null;
}

/**
 * A block by cPHulk. `since` is the server's local time, as text, since WHM sends no zone; `at` is the same moment in
 * milliseconds since 1970, or null when the server's offset cannot be told.
 */
export interface Brute {
  ip: string;
  notes: string | null;
  since: string | null;
  at: number | null;
  untilMs: number | null;
}

/** A lock of a user name by cPHulk, for every address; `ip` is where the last try came from. Times as in `Brute`. */
export interface UserBrute {
  user: string;
  ip: string | null;
  service: string | null;
  authService: string | null;
  since: string | null;
  at: number | null;
  untilMs: number | null;
}

/** A login that failed; `user` is what was typed, mostly the whole mail address. Times as in `Brute`. */
export interface FailedLogin {
  user: string;
  ip: string;
  service: string | null;
  authService: string | null;
  since: string | null;
  at: number | null;
  untilMs: number | null;
}

/** The settings of cPHulk; null where this build does not say. */
export interface CphulkConfig {
  enabled: boolean;
  /** So many failed logins from one address within `periodMinutes` block it. */
  maxFailuresByIp: number | null;
  periodMinutes: number | null;
  /** A block drops all packets, so that websites do not open either. */
  byFirewall: boolean | null;
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

const nothing = z.union([z.null(), z.literal('').transform(() => null)]);
const times = {
  logintime: value.orUnknown(value.text),
  exptime: value.orUnknown(value.text),
  timeleft: value.orUnknown(z.union([nothing, value.number])),
};
const services = { service: value.orUnknown(value.text), authservice: value.orUnknown(value.text) };
/** A row of get_cphulk_brutes and get_cphulk_excessive_brutes. */
export const bruteRow = z.looseObject({ ip: value.name, notes: value.orUnknown(value.text), ...times });
/** A row of get_cphulk_user_brutes. */
export const userBruteRow = z.looseObject({
  user: value.name,
  ip: value.orUnknown(value.text),
  ...services,
  ...times,
});
/** A row of get_cphulk_failed_logins. */
export const failedRow = z.looseObject({ user: value.name, ip: value.name, ...services, ...times });
/** The settings in load_cphulk_config. */
export const cphulkSettings = z.looseObject({
  is_enabled: value.flag,
  max_failures_byip: value.orUnknown(z.union([nothing, value.number])),
  ip_brute_force_period_mins: value.orUnknown(z.union([nothing, value.number])),
  ip_brute_force_period_sec: value.orUnknown(z.union([nothing, value.number])),
  block_brute_force_with_firewall: value.orUnknown(z.union([nothing, value.flag])),
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
  ip: value.orUnknown(value.text),
  child_nodes: z.unknown().optional(),
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
  suspended_outgoing: value.orUnknown(value.flag),
  hold_outgoing: value.orUnknown(value.flag),
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
    ip: row.ip,
    mailNode: mailNodeOf(row.child_nodes),
  };
}

const childNode = z.looseObject({
  workload: z.string(),
  alias: z.string().nullish(),
  host: z.string().nullish(),
  hostname: z.string().nullish(),
});

function mailNodeOf(nodes: unknown): string | null {
  // No build is known to send anything but a list, but an account must not be lost over this field.
  for (const node of Array.isArray(nodes) ? nodes : []) {
    const parsed = childNode.safeParse(node);
    if (!parsed.success || !/^mail$/i.test(parsed.data.workload)) continue;
    const { alias, host, hostname } = parsed.data;
    return alias || host || hostname || 'another server';
  }
  return null;
}
