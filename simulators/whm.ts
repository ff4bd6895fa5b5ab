import { csfName, csfPage } from './csf.ts';
import type { SimReply, SimSystem } from './http.ts';
import type { SimAccount } from './firms.ts';
import { cphulkFunctions } from './whm-cphulk.ts';
import { filtered } from './whm-lists.ts';
import { mailFunctions } from './whm-mail.ts';
import { serverFunctions } from './whm-server.ts';
import { uapi } from './whm-uapi.ts';
import { accountOf, ownerOf, settle, sharedAddress } from './world.ts';
import type { World } from './world.ts';

type Params = Readonly<Record<string, string>>;

/** What a function brings: its `data`, or the reason why it failed. */
type Outcome = { data?: unknown; reason?: string } | { failed: string };

/** The simulated WHM: API 1 over the shared world, with the odd number formats of real servers. */
export function whmSystem(options: {
  world: World;
  user: string;
  /** One for reading and one for changes; both may do everything. */
  tokens: readonly string[];
  now: () => number;
}): SimSystem {
  const { world, now } = options;
  const functions: ReadonlyMap<string, (params: Params) => Outcome> = new Map(
    Object.entries({ ...functionsOf(world, now), ...serverFunctions(() => [...functions.keys()]) }),
  );

  return {
    system: 'whm',
    nameOf(path, params) {
      const plugin = csfName(path, params['action']);
      if (plugin !== undefined) return plugin;
      const name = path.replace(/^\/json-api\//, '');
      return name === 'uapi_cpanel' ? `${params['cpanel.module']}::${params['cpanel.function']}` : name;
    },
    answer(call, authorization, path) {
      const scheme = authorization.slice(0, 4).toLowerCase();
      const known = options.tokens.map((token) => `${options.user}:${token}`);
      if (scheme !== 'whm ' || !known.includes(authorization.slice(4))) return denied();
      if (csfName(path) !== undefined) {
        settle(world, now());
        return csfPage(world.csf, path, call.params, now());
      }
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

function functionsOf(world: World, now: () => number): Record<string, (params: Params) => Outcome> {
  return {
    version: () => ({ data: { version: '11.138.0.10' } }),
    gethostname: () => ({ data: { hostname: 'host2.simulator.example' } }),
    getdomainowner: ({ domain = '' }) => ({ data: { user: ownerOf(world, domain)?.user ?? null } }),
    accountsummary({ user, domain }) {
      const account = world.accounts.find((one) => one.user === user || one.domain === domain);
      if (account === undefined) return { failed: 'Account does not exist.' };
      return { data: { acct: [summaryOf(account, world)] } };
    },
    listaccts({ search = '', searchtype }) {
      const pattern = new RegExp(search, 'i');
      const key = searchtype === 'user' ? 'user' : 'domain';
      const found = world.accounts.filter((one) => pattern.test(one[key]));
      return { data: { acct: found.map((one) => summaryOf(one, world)) } };
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
    ...cphulkFunctions(world, now),
    ...mailFunctions(world),
  };
}

/** The same field comes as a number, a quoted number or a float, depending on the account. */
function quirky(value: number, index: number): number | string {
  return [value, String(value), value.toFixed(2)][index % 3] ?? value;
}

function summaryOf(account: SimAccount, world: World): object {
  const index = world.accounts.indexOf(account);
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
    outgoing_mail_suspended: Number(account.outgoingSuspended),
    outgoing_mail_hold: Number(account.outgoingHold),
    ip: world.addresses.get(account.user) ?? sharedAddress,
    child_nodes: account.mailNode === null ? [] : [{ workload: 'Mail', alias: account.mailNode }],
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
