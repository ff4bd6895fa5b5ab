import { isIP } from 'node:net';
import { z } from 'zod';
import { isIpv6, sameIp } from './ip-match.ts';
import { liftRight } from './lift-right.ts';
import type { CallOptions, WhmCalls } from './whm-calls.ts';
import { filterBy } from './whm-filter.ts';
import type { Condition } from './whm-filter.ts';
import { bruteRow, cphulkSettings, failedRow, userBruteRow } from './whm-shapes.ts';
import type { Brute, CphulkConfig, FailedLogin, UserBrute } from './whm-shapes.ts';
import { serverMoments } from './whm-times.ts';
import * as value from './whm-values.ts';

const configFreshMs = 10 * 60_000;

/** What cPHulk can be asked and told; source: cPanel's pages and `Whostmgr::API::1::cPHulk`, which filters nothing by itself. */
export function cphulkCalls(
  { read, write }: Pick<WhmCalls, 'read' | 'write'>,
  mayWrite: boolean,
  now: () => number,
) {
  const right = liftRight(mayWrite);
  let config: { readonly value: CphulkConfig; readonly at: number } | undefined;
  const untilMs = (minutes: number | null) => (minutes === null ? null : now() + minutes * 60_000);

  /** The blocks of one address; the server's own filter only saves work, equality is decided here. */
  async function blocksOf(name: string, ip: string, signal: AbortSignal | undefined) {
    const list = value.list(bruteRow);
    const answer = z.looseObject({ brutes: list, excessive_brutes: list }).nullish();
    const data = await read({ name, params: filterBy(...ipConditions(ip)), answer, signal });
    const rows = [...(data?.brutes ?? []), ...(data?.excessive_brutes ?? [])];
    const momentOf = serverMoments(rows, now());
    return rows
      .filter((row) => sameIp(row.ip, ip))
      .map(({ ip: address, notes, logintime: since, timeleft }): Brute => {
        return { ip: address, notes, since, at: momentOf(since), untilMs: untilMs(timeleft) };
      });
  }

  return {
    /** Whether cPHulk is on; when it is off it cannot be what blocks. */
    async cphulkStatus({ signal }: CallOptions = {}): Promise<{ enabled: boolean }> {
      const answer = z.looseObject({ is_enabled: value.flag });
      return { enabled: (await read({ name: 'cphulk_status', answer, signal })).is_enabled };
    },

    /** The settings of cPHulk, also while it is off; remembered for ten minutes. */
    async cphulkConfig({ signal }: CallOptions = {}): Promise<CphulkConfig> {
      if (config !== undefined && now() - config.at < configFreshMs) return config.value;
      const answer = z.looseObject({ cphulk_config: cphulkSettings });
      const { cphulk_config: found } = await read({ name: 'load_cphulk_config', answer, signal });
      const seconds = found.ip_brute_force_period_sec;
      const settings: CphulkConfig = {
        enabled: found.is_enabled,
        maxFailuresByIp: found.max_failures_byip,
        periodMinutes: found.ip_brute_force_period_mins ?? (seconds === null ? null : seconds / 60),
        byFirewall: found.block_brute_force_with_firewall,
      };
      config = { value: settings, at: now() };
      return settings;
    },

    /** The blocks of an address for too many failed logins. */
    cphulkBrutes: (ip: string, { signal }: CallOptions = {}): Promise<Brute[]> =>
      blocksOf('get_cphulk_brutes', ip, signal),

    /** The two-week blocks of an address for very many failed logins. */
    cphulkExcessiveBrutes: (ip: string, { signal }: CallOptions = {}): Promise<Brute[]> =>
      blocksOf('get_cphulk_excessive_brutes', ip, signal),

    /** The locks of a user name (mostly a mail address), which hold for every address. */
    async cphulkUserBrutes(user: string, { signal }: CallOptions = {}): Promise<UserBrute[]> {
      const params = filterBy({ field: 'user', type: 'eq', value: user });
      const answer = z.looseObject({ user_brutes: value.list(userBruteRow) }).nullish();
      const data = await read({ name: 'get_cphulk_user_brutes', params, answer, signal });
      const rows = data?.user_brutes ?? [];
      const momentOf = serverMoments(rows, now());
      return rows
        .filter((row) => row.user.toLowerCase() === user.toLowerCase())
        .map((row): UserBrute => {
          const { ip, service, authservice: authService, logintime: since } = row;
          const at = momentOf(since);
          return { user: row.user, ip, service, authService, since, at, untilMs: untilMs(row.timeleft) };
        });
    },

    /** The failed logins from an address, of a user (mostly a mail address) or of all mailboxes of a domain, one for each try. */
    async cphulkFailedLogins(
      by: { ip: string } | { user: string } | { domain: string },
      { signal }: CallOptions = {},
    ): Promise<FailedLogin[]> {
      const { conditions, isMine } = failedOf(by);
      const answer = z.looseObject({ failed_logins: value.list(failedRow) }).nullish();
      const params = filterBy(...conditions);
      const data = await read({ name: 'get_cphulk_failed_logins', params, answer, signal });
      const rows = data?.failed_logins ?? [];
      const momentOf = serverMoments(rows, now());
      return rows.filter(isMine).map((row): FailedLogin => {
        const { user, ip, service, authservice: authService, logintime: since } = row;
        return { user, ip, service, authService, since, at: momentOf(since), untilMs: untilMs(row.timeleft) };
      });
    },

    /** A list of cPHulk: address, CIDR range or `a-b` → comment. Match it with `coversIp`. */
    async cphulkList(
      listName: 'black' | 'white',
      { signal }: CallOptions = {},
    ): Promise<Map<string, string | null>> {
      const answer = z.looseObject({ ips_in_list: value.orUnknown(value.mapping) }).nullish();
      const params = { list_name: listName };
      const data = await read({ name: 'read_cphulk_records', params, answer, signal });
      return data?.ips_in_list ?? new Map();
    },

    /** Whether mailfix itself may flush here: it has a token for changes, which was not refused for it yet. */
    mayFlush: right.has,

    /**
     * Takes the blocks of one address away, with all that cPHulk remembers of its logins: read these first. Resolves to
     * how many records went; none is a success too. Its neighbour `flush_cphulk_login_history` would empty the history
     * of everybody, so the name is written out here and nowhere put together.
     */
    async cphulkFlush(ip: string, { signal }: CallOptions = {}): Promise<number | null> {
      if (isIP(ip) === 0) throw new RangeError(`"${ip}" is no address, and a flush must be of one`);
      const answer = z.looseObject({ records_removed: value.orUnknown(value.number) }).nullish();
      const name = 'flush_cphulk_login_history_for_ips';
      const data = await right.use(() => write({ name, about: `ip:${ip}`, params: { ip }, answer, signal }));
      return data?.records_removed ?? null;
    },
  };
}

function failedOf(by: { ip: string } | { user: string } | { domain: string }): {
  conditions: readonly Condition[];
  isMine: (row: { user: string; ip: string }) => boolean;
} {
  if ('ip' in by) return { conditions: ipConditions(by.ip), isMine: (row) => sameIp(row.ip, by.ip) };
  if ('user' in by) {
    const user = by.user.toLowerCase();
    const conditions = [{ field: 'user', type: 'eq', value: by.user }] as const;
    return { conditions, isMine: (row) => row.user.toLowerCase() === user };
  }
  const ending = `@${by.domain.toLowerCase()}`;
  const conditions = [{ field: 'user', type: 'contains', value: `@${by.domain}` }] as const;
  return { conditions, isMine: (row) => row.user.toLowerCase().endsWith(ending) };
}

/**
 * IPv6 has many spellings, so `eq` could miss one. A group of digits is in all of them, whatever their case and zeros;
 * an address without such a group is not filtered by the server.
 */
function ipConditions(ip: string): readonly Condition[] {
  if (!isIpv6(ip)) return [{ field: 'ip', type: 'eq', value: ip }];
  // The last two groups may be spelled as an IPv4 address.
  const groups = ip.split('::')[0]?.split(':').slice(0, 6) ?? [];
  const digits = groups.map((group) => group.replace(/^0+/, '')).filter((group) => /^\d{2,}$/.test(group));
  const [longest] = digits.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? [] : [{ field: 'ip', type: 'contains', value: longest }];
}
