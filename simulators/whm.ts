import type { SimReply, SimSystem } from './http.ts';
import type { SimAccount } from './firms.ts';
import { uapi } from './whm-uapi.ts';
import { accountOf, ownerOf, settle } from './world.ts';
import type { SimFailedLogin, SimRecord, World } from './world.ts';

type Params = Readonly<Record<string, string>>;

/** What a function brings: its `data`, or the reason why it failed. */
type Outcome = { data?: unknown; reason?: string } | { failed: string };

/** The simulated WHM: API 1 over the shared world, with the odd number formats of real servers. */
export function whmSystem(options: {
  world: World;
  user: string;
  token: string;
  now: () => number;
}): SimSystem {
  const { world, now } = options;
  const functions = new Map(Object.entries(functionsOf(world, now)));

  return {
    system: 'whm',
    nameOf(path, params) {
      const name = path.replace(/^\/json-api\//, '');
      return name === 'uapi_cpanel' ? `${params['cpanel.module']}::${params['cpanel.function']}` : name;
    },
    answer(call, authorization, path) {
      const scheme = authorization.slice(0, 4).toLowerCase();
      if (scheme !== 'whm ' || authorization.slice(4) !== `${options.user}:${options.token}`) return denied();
      if (!path.startsWith('/json-api/'))
        return { status: 404, headers: html, body: '<html>Not Found</html>' };
      // Without the dotted name WHM answers in the shapes of API 0.
      if (call.params['api.version'] !== '1') return json({ status: 1, statusmsg: 'Ok' });
      settle(world, now());
      const command = path.slice('/json-api/'.length);
      const run = functions.get(command);
      const outcome: Outcome =
        run === undefined
          ? { failed: `Unknown app (“${command}”) requested for this version (1) of the API.` }
          : run(call.params);
      return json(envelope(command, outcome, call.params));
    },
  };
}

const html = { 'Content-Type': 'text/html; charset="utf-8"' };

function json(body: object): SimReply {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

function denied(): SimReply {
  const data = { reason: 'Access denied', result: '0' };
  const body = { cpanelresult: { apiversion: '2', error: 'Access denied', data, type: 'text' } };
  return { ...json(body), status: 403 };
}

function envelope(command: string, outcome: Outcome, params: Params): object {
  if ('failed' in outcome) return { metadata: { version: 1, command, reason: outcome.failed, result: 0 } };
  const { data, reason = 'OK' } = outcome;
  // "WHM randomly returns this as a string."
  const metadata = { version: 1, command, reason, result: command.startsWith('get_') ? '1' : 1 };
  return data === undefined ? { metadata } : { data: filtered(data, params), metadata };
}

/** Filter and chunk, on the first list found in the data. */
function filtered(data: unknown, params: Params): unknown {
  const entries: [string, unknown][] = Object.entries(data ?? {});
  const index = entries.findIndex(([, value]) => Array.isArray(value));
  const [key, list] = entries[index] ?? ['', undefined];
  if (!Array.isArray(list)) return data;
  let rows: unknown[] = list;
  if (params['api.filter.enable'] === '1') {
    const { 'api.filter.a.field': field = '', 'api.filter.a.arg0': wanted = '' } = params;
    const exact = params['api.filter.a.type'] === 'eq';
    rows = rows.filter((row) => {
      const found = String(typeof row === 'object' && row !== null ? Reflect.get(row, field) : '');
      return exact ? found === wanted : found.includes(wanted);
    });
  }
  if (params['api.chunk.enable'] === '1') {
    const start = Number(params['api.chunk.start'] ?? 1) - 1;
    rows = rows.slice(start, start + Number(params['api.chunk.size'] ?? rows.length));
  }
  return { ...Object.fromEntries(entries), [key]: rows };
}

function functionsOf(world: World, now: () => number): Record<string, (params: Params) => Outcome> {
  const cphulk = (data: () => unknown): Outcome =>
    world.cphulkEnabled ? { data: data() } : { failed: 'cPHulk is disabled on the server.' };
  const current = <T extends SimRecord>(records: T[]) => records.filter((one) => one.until > now());
  return {
    version: () => ({ data: { version: '11.138.0.10' } }),
    gethostname: () => ({ data: { hostname: 'host2.simulator.example' } }),
    getdomainowner: ({ domain = '' }) => ({ data: { user: ownerOf(world, domain)?.user ?? null } }),
    accountsummary({ user, domain }) {
      const account = world.accounts.find((one) => one.user === user || one.domain === domain);
      if (account === undefined) return { failed: 'Account does not exist.' };
      return { data: { acct: [summaryOf(account, world.accounts.indexOf(account))] } };
    },
    listaccts({ search = '', searchtype }) {
      const pattern = new RegExp(search, 'i');
      const key = searchtype === 'user' ? 'user' : 'domain';
      const found = world.accounts.filter((one) => pattern.test(one[key]));
      return { data: { acct: found.map((one) => summaryOf(one, world.accounts.indexOf(one))) } };
    },
    get_disk_usage: () => ({ data: { accounts: world.accounts.map(diskRowOf) } }),
    editquota({ user = '', quota = '' }) {
      const account = accountOf(world, user);
      if (account === undefined) return { failed: `API failure: The user “${user}” does not exist.` };
      if (!/^(\d+|unlimited)$/.test(quota))
        return { failed: `API failure: “${quota}” is not a valid quota.` };
      account.limitMb = quota === 'unlimited' || quota === '0' ? 'unlimited' : Number(quota);
      return { reason: 'Set quota for user.' };
    },
    uapi_cpanel: (params) => uapi(world, params),
    cphulk_status: () => ({ data: { is_enabled: world.cphulkEnabled ? '1' : 0 } }),
    get_cphulk_brutes: () =>
      cphulk(() => ({ brutes: current(world.brutes).map((one) => blockRow(one, now())) })),
    get_cphulk_excessive_brutes: () =>
      cphulk(() => ({ excessive_brutes: current(world.excessiveBrutes).map((one) => blockRow(one, now())) })),
    get_cphulk_user_brutes: () => cphulk(() => ({ user_brutes: [] })),
    get_cphulk_failed_logins: () =>
      cphulk(() => ({ failed_logins: world.failedLogins.map((one) => failedRow(one, now())) })),
    read_cphulk_records: ({ list_name }) =>
      cphulk(() => ({
        list_name,
        ips_in_list: Object.fromEntries(list_name === 'black' ? world.blackList : world.whiteList),
      })),
  };
}

/** The same field comes as a number, a quoted number or a float, depending on the account. */
function quirky(value: number, index: number): number | string {
  return [value, String(value), value.toFixed(2)][index % 3] ?? value;
}

function summaryOf(account: SimAccount, index: number): object {
  const suspended = account.suspendReason !== null;
  const { limitMb, inodeLimit, maxMailboxMb } = account;
  return {
    user: account.user,
    domain: account.domain,
    plan: account.plan,
    email: '*unknown*',
    maxaddons: '*unknown*',
    max_email_per_hour: '500',
    diskused: index % 2 === 0 ? `${account.usedMb}M` : quirky(account.usedMb, index),
    disklimit: limitMb === 'unlimited' ? limitMb : `${limitMb}M`,
    suspended: index % 2 === 0 ? Number(suspended) : String(Number(suspended)),
    suspendreason: account.suspendReason ?? 'not suspended',
    suspendtime: 0,
    inodesused: quirky(account.inodes, index % 2),
    inodeslimit: inodeLimit === 'unlimited' ? inodeLimit : String(inodeLimit),
    max_emailacct_quota: maxMailboxMb === 'unlimited' ? maxMailboxMb : String(maxMailboxMb),
    outgoing_mail_suspended: 0,
    outgoing_mail_hold: Number(account.outgoingHold),
  };
}

function diskRowOf(account: SimAccount, index: number): object {
  const { limitMb, inodeLimit } = account;
  return {
    user: account.user,
    blocks_used: quirky(Math.round(account.usedMb * 1024), index),
    blocks_limit: limitMb === 'unlimited' ? null : limitMb * 1024,
    inodes_used: account.inodes,
    inodes_limit: inodeLimit === 'unlimited' ? null : inodeLimit,
  };
}

/** "YYYY-MM-DD HH:MM:SS" in the server's time, without a zone. */
function serverTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function timesOf(record: SimRecord, now: number): object {
  const timeleft = String(Math.max(0, Math.round((record.until - now) / 60_000)));
  return { logintime: serverTime(record.at), exptime: serverTime(record.until), timeleft };
}

function blockRow(record: SimRecord & { notes: string }, now: number): object {
  return { ip: record.ip, notes: record.notes, ...timesOf(record, now) };
}

function failedRow(record: SimFailedLogin, now: number): object {
  const { user, ip, service, authService } = record;
  return { user, ip, service, authservice: authService, ...timesOf(record, now) };
}
