import { z } from 'zod';
import { EffectError } from '../errors.ts';
import { isIpv6, sameIp } from './ip-match.ts';
import { whmCalls } from './whm-calls.ts';
import type { CallOptions, WhmOptions } from './whm-calls.ts';
import {
  accountOf,
  accountRow,
  bruteRow,
  diskRow,
  failedRow,
  mailboxRow,
  settingsData,
} from './whm-shapes.ts';
import type { Account, Brute, ClientSettings, DiskUsage, FailedLogin, Mailbox } from './whm-shapes.ts';
import * as value from './whm-values.ts';

/**
 * A WHM server. Every method throws EffectError (codes `whm.*`); sizes are in MiB, times in milliseconds since 1970.
 * Source: cPanel's pages of WHM API 1 and UAPI.
 */
export function whmClient(options: WhmOptions) {
  const { read, write } = whmCalls(options);
  const untilMs = (minutes: number | null) => (minutes === null ? null : options.now() + minutes * 60_000);

  /** The blocks of one address; the server's own filter only saves work, equality is decided here. */
  async function blocksOf(name: string, ip: string, signal: AbortSignal | undefined) {
    const list = value.list(bruteRow);
    const answer = z.looseObject({ brutes: list, excessive_brutes: list }).nullish();
    const data = await read({ name, params: isIpv6(ip) ? {} : filter('ip', ip), answer, signal });
    const rows = [...(data?.brutes ?? []), ...(data?.excessive_brutes ?? [])];
    return rows
      .filter((row) => sameIp(row.ip, ip))
      .map((row): Brute => {
        return { ip: row.ip, notes: row.notes, since: row.logintime, untilMs: untilMs(row.timeleft) };
      });
  }

  return {
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
        'api.chunk.enable': 1,
        'api.chunk.size': limit,
        'api.chunk.start': 1,
      };
      const row = z.looseObject({ user: value.name, domain: value.name });
      const answer = z.looseObject({ acct: value.list(row) });
      const { acct } = await read({ name: 'listaccts', params, answer, signal });
      const found = acct.filter((one) => pattern.test(one.domain)).slice(0, limit);
      return found.map(({ user, domain }) => ({ user, domain }));
    },

    /** Disk use of an account as it is now, past WHM's cache; null if there is no such account. */
    async diskUsage(user: string, { signal }: CallOptions = {}): Promise<DiskUsage | null> {
      const params = { cache_mode: 'off', ...filter('user', user) };
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
          };
        });
    },

    /** Whether cPHulk is on; when it is off it cannot be what blocks. */
    async cphulkStatus({ signal }: CallOptions = {}): Promise<{ enabled: boolean }> {
      const answer = z.looseObject({ is_enabled: value.flag });
      return { enabled: (await read({ name: 'cphulk_status', answer, signal })).is_enabled };
    },

    /** The blocks of an address for too many failed logins. */
    cphulkBrutes: (ip: string, { signal }: CallOptions = {}): Promise<Brute[]> =>
      blocksOf('get_cphulk_brutes', ip, signal),

    /** The two-week blocks of an address for very many failed logins. */
    cphulkExcessiveBrutes: (ip: string, { signal }: CallOptions = {}): Promise<Brute[]> =>
      blocksOf('get_cphulk_excessive_brutes', ip, signal),

    /** The failed logins from an address or of a user (mostly a mail address), one for each try. */
    async cphulkFailedLogins(
      by: { ip: string } | { user: string },
      { signal }: CallOptions = {},
    ): Promise<FailedLogin[]> {
      const params = 'user' in by ? filter('user', by.user) : isIpv6(by.ip) ? {} : filter('ip', by.ip);
      const answer = z.looseObject({ failed_logins: value.list(failedRow) }).nullish();
      const rows =
        (await read({ name: 'get_cphulk_failed_logins', params, answer, signal }))?.failed_logins ?? [];
      const mine = rows.filter((row) =>
        'user' in by ? row.user.toLowerCase() === by.user.toLowerCase() : sameIp(row.ip, by.ip),
      );
      return mine.map((row): FailedLogin => {
        const { user, ip, service, authservice: authService, logintime: since } = row;
        return { user, ip, service, authService, since, untilMs: untilMs(row.timeleft) };
      });
    },

    /** A list of cPHulk: address, CIDR range or `a-b` → comment. Match it with `coversIp`. */
    async cphulkList(
      listName: 'black' | 'white',
      { signal }: CallOptions = {},
    ): Promise<Map<string, string | null>> {
      const answer = z.looseObject({ ips_in_list: value.orUnknown(value.mapping) }).nullish();
      const data = await read({
        name: 'read_cphulk_records',
        params: { list_name: listName },
        answer,
        signal,
      });
      return data?.ips_in_list ?? new Map();
    },

    /** The settings that a mail program needs for a mailbox. */
    async clientSettings(
      user: string,
      mailbox: string,
      { signal }: CallOptions = {},
    ): Promise<ClientSettings> {
      const params = { account: mailbox };
      const name = 'Email::get_client_settings';
      const data = await read({ name, account: user, params, answer: settingsData, signal });
      return {
        inboxService: data.inbox_service,
        inboxHost: data.inbox_host,
        inboxPort: data.inbox_port,
        inboxUsername: data.inbox_username,
        smtpHost: data.smtp_host,
        smtpPort: data.smtp_port,
        smtpUsername: data.smtp_username,
      };
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

function filter(field: string, arg0: string): Record<string, string | number> {
  return {
    'api.filter.enable': 1,
    'api.filter.a.field': field,
    // The default, "contains", would let 1.2.3.4 match 11.2.3.45.
    'api.filter.a.type': 'eq',
    'api.filter.a.arg0': arg0,
  };
}

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
