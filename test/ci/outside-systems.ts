import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

// A WHM and a CPA System that know what their documentation says, and nothing of mailfix or its simulators. They note
// every request down to its bytes.

/** A request as it came in. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string;
  readonly type: string;
  readonly body: string;
}

/** What the outside systems were asked, and where they are. */
export interface OutsideSystems {
  readonly whmUrl: string;
  readonly cpaUrl: string;
  readonly whm: readonly Request[];
  readonly cpa: readonly Request[];
  close(): Promise<void>;
}

/** Who may ask. */
export interface Tokens {
  readonly whm: string;
  readonly cpa: string;
}

const blockedIp = '203.0.113.7';
const failingBox = 'info@acme-cpa.example';
/** How long this CPA System takes. */
const unblockMs = 1500;

/** Starts both on loopback: 203.0.113.7 is blocked by wrong passwords for info@acme-cpa.example, harbortax uses 200.2 of 200 MB. */
export async function outsideSystems(tokens: Tokens): Promise<OutsideSystems> {
  let openFrom = Infinity;
  const isBlocked = () => Date.now() < openFrom;
  let harborLimitKib = 200 * 1024;

  const account = (user: string, domain: string) => ({
    user,
    domain,
    plan: 'standard',
    diskused: '120M',
    disklimit: '200M',
    suspended: 0,
    suspendreason: 'not suspended',
    inodesused: '4000',
    inodeslimit: 'unlimited',
    max_emailacct_quota: 'unlimited',
    outgoing_mail_suspended: 0,
    outgoing_mail_hold: 0,
  });
  const accounts = [account('acmecpa', 'acme-cpa.example'), account('harbortax', 'harbor-tax.example')];
  const usage = (user: string, used: number, limit: number) => {
    return { user, blocks_used: used, blocks_limit: limit, inodes_used: 4000, inodes_limit: null };
  };
  const box = (email: string) => ({ email, diskused: '60.00', diskquota: '100.00', suspended_login: 0 });
  const boxes = [failingBox, 'office@harbor-tax.example', 'june@harbor-tax.example'].map(box);
  const routing = { mxcheck: 'auto', detected: 'local', local: 1, remote: 0, secondary: 0, entries: null };
  const record = (ip: string, minutesAgo: number) => {
    const times = { logintime: minutesFromNow(-minutesAgo), exptime: minutesFromNow(300), timeleft: '300' };
    return { ip, ...times };
  };
  const block = (ip: string) => ({ ...record(ip, 60), notes: '14 login failures' });
  const failedLogin = (user: string, ip: string, minutesAgo: number) => {
    return { ...record(ip, minutesAgo), user, service: 'pop3', authservice: 'dovecot' };
  };

  const functions: Readonly<Record<string, (params: Readonly<Record<string, string>>) => unknown>> = {
    getdomainowner: ({ domain }) => ({
      user: accounts.find((one) => one.domain === domain)?.user ?? null,
    }),
    accountsummary: ({ user }) => ({ acct: accounts.filter((one) => one.user === user) }),
    get_disk_usage: () => ({
      accounts: [
        usage('acmecpa', 120 * 1024, 200 * 1024),
        usage('harbortax', Math.round(200.2 * 1024), harborLimitKib),
      ],
    }),
    // It has no function "emailtrack_search": what cannot be looked at must stop nothing.
    servicestatus: () => ({
      service: ['exim', 'imap', 'pop'].map((name) => {
        return { name, display_name: name, enabled: 1, installed: 1, monitored: 1, running: 1 };
      }),
    }),
    load_cphulk_config: () => ({
      cphulk_config: { is_enabled: 1, max_failures_byip: '15', ip_brute_force_period_mins: 15 },
    }),
    get_cphulk_user_brutes: () => ({ user_brutes: [] }),
    // No filter here: whoever asks has to look at what it gets.
    get_cphulk_brutes: () => ({ brutes: ['203.0.113.70', ...(isBlocked() ? [blockedIp] : [])].map(block) }),
    get_cphulk_excessive_brutes: () => ({ excessive_brutes: [] }),
    // No filter here either.
    get_cphulk_failed_logins: () => ({
      failed_logins: [
        failedLogin('kim@summit-books.example', '203.0.113.70', 3),
        ...(isBlocked() ? [9, 5, 2].map((ago) => failedLogin(failingBox, blockedIp, ago)) : []),
      ],
    }),
    read_cphulk_records: () => ({ ips_in_list: {} }),
    uapi_cpanel(params) {
      const domain = accounts.find(({ user }) => user === params['cpanel.user'])?.domain;
      const known: Readonly<Record<string, readonly object[] | undefined>> = {
        'Email::list_pops_with_disk': boxes.filter(({ email }) => email.endsWith(`@${domain}`)),
        'Email::list_mxs': [{ domain, ...routing }],
      };
      const data = known[`${params['cpanel.module']}::${params['cpanel.function']}`];
      const failed = { data: null, errors: ['There is no such function.'], status: 0 };
      return { uapi: data === undefined ? failed : { data, errors: null, status: 1 } };
    },
  };

  const whm = await recorder((request) => {
    if (request.authorization !== `whm root:${tokens.whm}`) {
      return [
        403,
        { cpanelresult: { error: 'Access denied', data: { reason: 'Access denied', result: '0' } } },
      ];
    }
    // It has no CSF, so there is no page of it.
    if (!request.path.startsWith('/json-api/')) return [404, { error: 'Not Found' }];
    const name = request.path.replace('/json-api/', '');
    const params = { ...request.query, ...Object.fromEntries(new URLSearchParams(request.body)) };
    const metadata = { version: 1, command: name, reason: 'OK', result: 1 };
    if (name === 'editquota' && params['user'] === 'harbortax') {
      harborLimitKib = Number(params['quota']) * 1024;
      return [200, { metadata: { ...metadata, reason: 'Set quota for user.' } }];
    }
    const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (run === undefined) return [200, { metadata: { ...metadata, reason: 'Unknown app', result: 0 } }];
    return [200, { data: run(params), metadata }];
  });

  const cpa = await recorder((request) => {
    if (request.authorization !== `Bearer ${tokens.cpa}`) return [401, { error: 'unauthorized' }];
    if (request.path === '/api/status') return [200, { status: isBlocked() ? 'blocked' : 'clear' }];
    if (request.path !== '/api/unblock' || request.method !== 'POST') return [404, { error: 'not found' }];
    openFrom = Date.now() + unblockMs;
    return [200, { status: 'accepted', message: 'The address will be un-blocked in 5-10 minutes.' }];
  });

  return {
    whmUrl: whm.url,
    cpaUrl: cpa.url,
    whm: whm.requests,
    cpa: cpa.requests,
    close: async () => void (await Promise.all([whm.close(), cpa.close()])),
  };
}

/** A time as WHM writes it, in the server's zone, which is UTC here. */
function minutesFromNow(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Answers JSON and writes down what came. */
async function recorder(answer: (request: Request) => readonly [status: number, body: object]) {
  const requests: Request[] = [];
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then((request) => {
      requests.push(request);
      const [status, body] = answer(request);
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<Request> {
  let body = '';
  incoming.setEncoding('utf8');
  for await (const piece of incoming) body += String(piece);
  const url = new URL(incoming.url ?? '/', 'http://outside');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    authorization: incoming.headers.authorization ?? '',
    type: incoming.headers['content-type'] ?? '',
    body,
  };
}
