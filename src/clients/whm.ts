import { z } from 'zod';
import { EffectError } from '../errors.ts';
import { csfClient } from './csf.ts';
import { whmCalls } from './whm-calls.ts';
import type { CallOptions, WhmOptions } from './whm-calls.ts';
import { cphulkCalls } from './whm-cphulk.ts';
import { filterBy, firstRows } from './whm-filter.ts';
import { mailReads } from './whm-mail.ts';
import { accountOf, accountRow, diskRow, mailboxRow } from './whm-shapes.ts';
import type { Account, DiskUsage, Mailbox } from './whm-shapes.ts';
import * as value from './whm-values.ts';

/**
 * A WHM server. Every method throws EffectError (codes `whm.*`); sizes are in MiB, times in milliseconds since 1970.
 * Source: cPanel's pages of WHM API 1 and UAPI.
 */
export function whmClient(options: WhmOptions) {
  const calls = whmCalls(options);
  const { read, write } = calls;
  const mayWrite = options.writeToken !== undefined;

  return {
    ...cphulkCalls(calls, mayWrite, options.now),
    ...mailReads(calls),
    /** The firewall CSF/LFD of this server, through its plugin in WHM. */
    csf: csfClient(calls, mayWrite, options.now),

    /** The account that a domain belongs to (also addon and parked ones), or null if it is not on this server. */
    async domainOwner(domain: string, { signal }: CallOptions = {}): Promise<string | null> {
      const answer = z.looseObject({ user: value.text });
      return (await read({ name: 'getdomainowner', params: { domain }, answer, signal })).user;
    },

    /** An account by its user or main domain, or null if there is none. */
    async account(
      by: { user: string } | { domain: string },
      { signal }: CallOptions = {},
    ): Promise<Account | null> {
      const answer = z.looseObject({ acct: value.list(accountRow) });
      try {
        const { acct } = await read({ name: 'accountsummary', params: by, answer, signal });
        const row = acct.find((one) => !('user' in by) || one.user === by.user);
        return row === undefined ? null : accountOf(row);
      } catch (error) {
        if (error instanceof EffectError && error.code === 'whm.failed' && /not exist/i.test(error.message))
          return null;
        throw error;
      }
    },

    /** Accounts whose main domain matches a regular expression, at most `limit`; the caller escapes what people typed. */
    async findAccounts(
      regexSource: string,
      limit: number,
      { signal }: CallOptions = {},
    ): Promise<{ user: string; domain: string }[]> {
      const pattern = new RegExp(regexSource, 'i');
      if (pattern.test('')) throw new RangeError(`"${regexSource}" would list every account`);
      const params = {
        search: regexSource,
        searchtype: 'domain',
        searchmethod: 'regex',
        want: 'user,domain',
        ...firstRows(limit),
      };
      const row = z.looseObject({ user: value.name, domain: value.name });
      const answer = z.looseObject({ acct: value.list(row) });
      const { acct } = await read({ name: 'listaccts', params, answer, signal });
      const found = acct.filter((one) => pattern.test(one.domain)).slice(0, limit);
      return found.map(({ user, domain }) => ({ user, domain }));
    },

    /** Disk use of an account as it is now, past WHM's cache; null if there is no such account. */
    async diskUsage(user: string, { signal }: CallOptions = {}): Promise<DiskUsage | null> {
      const params = { cache_mode: 'off', ...filterBy({ field: 'user', type: 'eq', value: user }) };
      const answer = z.looseObject({ accounts: value.list(diskRow) });
      const { accounts } = await read({ name: 'get_disk_usage', params, answer, signal });
      const row = accounts.find((one) => one.user === user);
      if (row === undefined) return null;
      return {
        usedMb: row.blocks_used,
        limitMb: row.blocks_limit,
        inodesUsed: row.inodes_used,
        inodesLimit: row.inodes_limit,
      };
    },

    /** The mailboxes of an account, or those of one domain or address of it. */
    async mailboxes(
      user: string,
      only: { domain?: string; email?: string } = {},
      { signal }: CallOptions = {},
    ): Promise<Mailbox[]> {
      const [local, domain = only.domain] = only.email === undefined ? [] : partsOf(only.email);
      const params = {
        ...(local === undefined ? {} : { email: local }),
        ...(domain === undefined ? {} : { domain }),
      };
      const answer = value.list(mailboxRow);
      const rows = await read({ name: 'Email::list_pops_with_disk', account: user, params, answer, signal });
      const boxes = new Map(rows.map((row) => [row.email.toLowerCase(), row]));
      return [...boxes]
        .filter(([address]) => isWanted(address, local, domain))
        .map(([address, row]): Mailbox => {
          return {
            address,
            usedMb: row.diskused,
            limitMb: row.diskquota,
            suspendedLogin: row.suspended_login,
            suspendedIncoming: row.suspended_incoming,
            suspendedOutgoing: row.suspended_outgoing,
            outgoingHold: row.hold_outgoing,
          };
        });
    },

    /** Sets the disk limit of an account in MiB. Absolute, so that asking twice is harmless. */
    async setAccountQuota(user: string, mb: number, { signal }: CallOptions = {}): Promise<void> {
      const params = { user, quota: wholeMb(mb) };
      await write({ name: 'editquota', account: user, params, answer: z.unknown(), signal });
    },

    /** Sets the limit of a mailbox in MiB. Above the account's maximum WHM applies the maximum and calls it success: read back. */
    async setMailboxQuota(
      user: string,
      mailbox: string,
      mb: number,
      { signal }: CallOptions = {},
    ): Promise<void> {
      const [email, domain] = partsOf(mailbox);
      const params = { email, domain, quota: wholeMb(mb) };
      await write({ name: 'Email::edit_pop_quota', account: user, params, answer: z.unknown(), signal });
    },

    /** The version of cPanel & WHM, such as "11.138.0.10". */
    async version({ signal }: CallOptions = {}): Promise<string> {
      const answer = z.looseObject({ version: value.name });
      return (await read({ name: 'version', answer, signal })).version;
    },
  };
}

/** The client of one WHM server. */
export type WhmClient = ReturnType<typeof whmClient>;

function isWanted(address: string, local: string | undefined, domain: string | undefined): boolean {
  const [addressLocal, addressDomain] = partsOf(address);
  return (
    (local === undefined || addressLocal === local.toLowerCase()) &&
    (domain === undefined || addressDomain === domain.toLowerCase())
  );
}

function partsOf(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return at === -1 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
}

function wholeMb(mb: number): number {
  // 0 and "unlimited" would take the limit away altogether.
  if (!Number.isSafeInteger(mb) || mb < 1)
    throw new RangeError(`a quota of ${mb} MB: it must be a whole number from 1`);
  return mb;
}
