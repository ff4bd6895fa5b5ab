import { isIP } from 'node:net';
import { cphulkFlush } from './world.ts';
import type { SimFailedLogin, SimRecord, World } from './world.ts';

type Outcome = { data: unknown } | { failed: string };

/** The functions of the simulated cPHulk. */
export function cphulkFunctions(
  world: World,
  now: () => number,
): Record<string, (params: Readonly<Record<string, string>>) => Outcome> {
  const cphulk = (data: () => unknown): Outcome =>
    world.cphulkEnabled ? { data: data() } : { failed: 'cPHulk is disabled on the server.' };
  const rowsOf = <T extends SimRecord>(records: readonly T[], row: (one: T) => object) =>
    records.map((one) => ({ ...row(one), ...timesOf(one, now(), world.clockOffsetMinutes) }));
  const current = <T extends SimRecord>(records: readonly T[]) => records.filter((one) => one.until > now());
  return {
    cphulk_status: () => ({ data: { is_enabled: world.cphulkEnabled ? '1' : 0 } }),
    // Answers while cPHulk is off as well.
    load_cphulk_config: () => ({ data: { cphulk_config: configOf(world) } }),
    get_cphulk_brutes: () => cphulk(() => ({ brutes: rowsOf(current(world.brutes), blockRow) })),
    get_cphulk_excessive_brutes: () =>
      cphulk(() => ({ excessive_brutes: rowsOf(current(world.excessiveBrutes), blockRow) })),
    get_cphulk_user_brutes: () =>
      cphulk(() => ({ user_brutes: rowsOf(current(world.userBrutes), loginRow) })),
    get_cphulk_failed_logins: () => cphulk(() => ({ failed_logins: rowsOf(world.failedLogins, loginRow) })),
    // Lists are kept, and so are ranges in them: they are nobody's history.
    flush_cphulk_login_history_for_ips: ({ ip = '' }) =>
      isIP(ip) === 0
        ? { failed: `API failure: “${ip}” is not a valid IP address.` }
        : cphulk(() => ({ records_removed: cphulkFlush(world, ip), iptable_bans_removed: 0 })),
    read_cphulk_records: ({ list_name }) =>
      cphulk(() => ({
        list_name,
        ips_in_list: Object.fromEntries(list_name === 'black' ? world.blackList : world.whiteList),
      })),
  };
}

function configOf({ cphulkEnabled, cphulkSettings }: World): object {
  const { maxFailuresByIp, periodMinutes, byFirewall } = cphulkSettings;
  return {
    is_enabled: Number(cphulkEnabled),
    can_temp_ban_firewall: 1,
    max_failures: '15',
    max_failures_byip: String(maxFailuresByIp),
    mark_as_brute: 30,
    brute_force_period_mins: '5',
    ip_brute_force_period_mins: periodMinutes,
    ip_brute_force_period_sec: periodMinutes * 60,
    lookback_time: 21_600,
    block_brute_force_with_firewall: byFirewall ? '1' : 0,
    block_excessive_brute_force_with_firewall: 1,
    command_to_run_on_brute_force: '',
  };
}

/** "YYYY-MM-DD HH:MM:SS" in the server's time, without a zone. */
function serverTime(at: number, offsetMinutes: number): string {
  return new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

function timesOf(record: SimRecord, now: number, offset: number): object {
  const timeleft = String(Math.max(0, Math.round((record.until - now) / 60_000)));
  return { logintime: serverTime(record.at, offset), exptime: serverTime(record.until, offset), timeleft };
}

function blockRow({ ip, notes }: SimRecord & { notes: string }): object {
  return { ip, notes };
}

function loginRow({ user, ip, service, authService }: SimFailedLogin): object {
  return { user, ip, service, authservice: authService };
}
