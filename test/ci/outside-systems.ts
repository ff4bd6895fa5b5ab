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
/** How long this CPA System takes. */
const unblockMs = 1500;

/** Starts both on loopback: 203.0.113.7 is blocked, harbortax uses 200.2 of 200 MB. */
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
  const block = (ip: string) => {
    const times = { logintime: '2026-11-23 09:41:02', exptime: '2026-11-23 15:41:02', timeleft: '300' };
    return { ip, notes: '14 login failures', ...times };
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
    cphulk_status: () => ({ is_enabled: 1 }),
    // No filter here: whoever asks has to look at what it gets.
    get_cphulk_brutes: () => ({ brutes: ['203.0.113.70', ...(isBlocked() ? [blockedIp] : [])].map(block) }),
    get_cphulk_excessive_brutes: () => ({ excessive_brutes: [] }),
    get_cphulk_failed_logins: () => ({ failed_logins: [] }),
    read_cphulk_records: () => ({ ips_in_list: {} }),
    uapi_cpanel(params) {
      const boxes = ['office@harbor-tax.example', 'june@harbor-tax.example'].map(box);
      const known =
        params['cpanel.module'] === 'Email' && params['cpanel.function'] === 'list_pops_with_disk';
      const failed = { data: null, errors: ['There is no such function.'], status: 0 };
      return { uapi: known ? { data: boxes, errors: null, status: 1 } : failed };
    },
  };

  const whm = await recorder((request) => {
    if (request.authorization !== `whm root:${tokens.whm}`) {
      return [
        403,
        { cpanelresult: { error: 'Access denied', data: { reason: 'Access denied', result: '0' } } },
      ];
    }
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
