import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { WhmSystem } from '../../src/config-systems.ts';
import type { Asking, Look } from '../../src/doctor/line.ts';
import { lookAtWhm } from '../../src/doctor/whm.ts';
import { faultyServer } from '../fakes/faulty-server.ts';

/** The moment at which the tests happen. */
export const noon = Date.UTC(2026, 10, 23, 12);

/** What a function of the small WHM answers: its `data`, a refusal, or anything at all. */
export type Says =
  | { readonly data?: unknown; readonly result?: unknown; readonly chunk?: object }
  | { readonly no: string }
  | { readonly inner: unknown }
  | { readonly innerNo: string; readonly result?: unknown }
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | 'hang'
  | 'drop';

/** A call that reached the small WHM. */
export interface Called {
  readonly method: string;
  readonly name: string;
  readonly token: string;
  readonly params: Readonly<Record<string, string>>;
}

const box = { email: 'info@acme.example', domain: 'acme.example', diskquota: '100.00', diskused: '3.5' };
const service = (name: string) => ({ name, enabled: 1, installed: 1, monitored: 1, running: 1 });

/** A WHM where everything is fine, as the facts describe one. */
const fine: Readonly<Record<string, Says>> = {
  version: { data: { version: '11.138.0.10' } },
  gethostname: { data: { hostname: 'host2.example' } },
  applist: {
    data: {
      app: [
        'version',
        'editquota',
        'uapi_cpanel',
        'flush_cphulk_login_history_for_ips',
        'flush_cphulk_login_history',
      ],
    },
  },
  myprivs: { data: { privileges: [{ all: 1, quota: 0 }] } },
  getdomainowner: { data: { user: null } },
  listaccts: {
    data: { acct: [{ user: 'acme', domain: 'acme.example' }] },
    chunk: { records: 12, chunks: 12, current: 1, size: 1 },
  },
  accountsummary: { data: { acct: [{ user: 'acme' }] } },
  get_disk_usage: { data: { accounts: [] } },
  cphulk_status: { data: { is_enabled: 1 } },
  load_cphulk_config: { data: { cphulk_config: { is_enabled: 1 } } },
  get_cphulk_brutes: { data: { brutes: [] }, result: '1' },
  get_cphulk_excessive_brutes: { data: { excessive_brutes: [] } },
  get_cphulk_user_brutes: { data: { user_brutes: [] } },
  get_cphulk_failed_logins: {
    data: { failed_logins: [{ timeleft: '90', exptime: '2026-11-23 15:30:00' }] },
  },
  read_cphulk_records: { data: { ips_in_list: {} } },
  servicestatus: { data: { service: ['exim', 'imap', 'pop'].map(service) } },
  emailtrack_search: { data: { records: [] } },
  'Email::list_pops_with_disk': { inner: [box] },
  'Email::list_mxs': { inner: [] },
  'Email::get_client_settings': { inner: {} },
  'Email::get_pop_quota': { innerNo: 'You do not have that mailbox.' },
  'csf.cgi': {
    status: 200,
    body: '<h1>ConfigServer Firewall - csf v16.07</h1><pre id="output">No matches found for 192.0.2.1 in iptables</pre>',
  },
};

/** A small WHM on this machine; `says` is what differs from one where everything is fine, for one token if it has `TOKEN name`. */
export async function smallWhm(
  says: Readonly<Record<string, Says>> = {},
  {
    tls = false,
    date = noon,
    delayMs = 0,
  }: { readonly tls?: boolean; readonly date?: number | null; readonly delayMs?: number } = {},
) {
  const calls: Called[] = [];
  let underWay = 0;
  const at = { most: 0 };
  const server = await faultyServer(
    (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://whm');
      const params = Object.fromEntries(searchParams);
      const path = pathname.replace(/^.*\//, '');
      const name = path === 'uapi_cpanel' ? `${params['cpanel.module']}::${params['cpanel.function']}` : path;
      const token = request.headers.authorization?.replace(/^whm root:/, '') ?? '';
      calls.push({ method: request.method ?? '', name, token, params });
      underWay += 1;
      at.most = Math.max(at.most, underWay);
      // Long enough that calls which go out at once are under way at once.
      setTimeout(() => {
        underWay -= 1;
        if (date !== null) response.setHeader('date', new Date(date).toUTCString());
        else response.sendDate = false;
        answer(
          response,
          says[`${token} ${name}`] ??
            says[name] ??
            fine[name] ?? { no: `Unknown app (“${name}”) requested for this version (1) of the API.` },
        );
      }, delayMs);
    },
    { tls },
  );
  const system: WhmSystem = {
    url: server.url,
    user: 'root',
    token: 'READS',
    writeToken: undefined,
    ca: undefined,
  };
  return { ...server, calls, system, most: () => at.most };
}

function answer(response: ServerResponse, says: Says): void {
  if (says === 'hang') return;
  if (says === 'drop') return void response.socket?.resetAndDestroy();
  if ('status' in says) return void response.writeHead(says.status, says.headers).end(says.body);
  if ('no' in says) return json(response, { metadata: { version: 1, result: 0, reason: says.no } });
  if ('inner' in says)
    return json(response, {
      data: { uapi: { status: 1, data: says.inner, errors: null } },
      metadata: { version: 1, result: 1, reason: 'OK' },
    });
  if ('innerNo' in says)
    return json(response, {
      data: { uapi: { status: 0, data: null, errors: [says.innerNo] } },
      metadata: { version: 1, result: says.result ?? 1, reason: 'OK' },
    });
  const { data, result = 1, chunk } = says;
  json(response, {
    data,
    metadata: { version: 1, result, reason: 'OK', ...(chunk === undefined ? {} : { chunk }) },
  });
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What a look needs: the clock of the tests, and no patience. */
export function asking(change: Partial<Asking> = {}): Asking {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return { now: () => noon, signal, callMs: 5000, ...change };
}

/** Looks at a small WHM that answers like this, and closes it. */
export async function lookedAt(
  says: Readonly<Record<string, Says>>,
  {
    system = {},
    date,
    delayMs = 0,
    change = {},
  }: {
    readonly system?: Partial<WhmSystem>;
    readonly date?: number | null;
    readonly delayMs?: number;
    readonly change?: Partial<Asking>;
  } = {},
) {
  const whm = await smallWhm(says, { delayMs, ...(date === undefined ? {} : { date }) });
  try {
    const looks = await lookAtWhm({ ...whm.system, ...system }, asking(change));
    return { looks, calls: whm.calls, most: whm.most() };
  } finally {
    await whm.close();
  }
}

/** `status: why → remedy` of each look that is called so. */
export function told(looks: readonly Look[], what: string): string {
  const found = looks.filter((look) => look.what === what);
  return found
    .map(({ status, why, remedy }) => `${status}: ${why}${remedy === undefined ? '' : ` → ${remedy}`}`)
    .join('\n');
}
