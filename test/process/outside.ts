import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startSimulators } from '../../simulators/server.ts';

/** One call as the outside saw it, whatever mailfix came to know of it. */
export interface OutsideCall {
  /** `editquota`, `unblock`, `status`; for UAPI its module and function. */
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly authorization: string;
  /** The system took it and answered that all is well; a write is in force. */
  applied: boolean;
}

/** What goes back over the wire; `lost` breaks the connection instead. */
export type OutsideAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | 'lost';

/** Stands between mailfix and the system for one call; `apply` lets the system do it and gives its answer. */
export type Meeting = (call: OutsideCall, apply: () => Promise<OutsideAnswer>) => Promise<OutsideAnswer>;

type System = 'whm' | 'cpa';

/** The tokens that mailfix has to show. */
export interface OutsideTokens {
  readonly whm: string;
  readonly whmWrite?: string;
  readonly cpa: string;
}

/**
 * What is wrong with a firm: `full`: its account is; `blocked`: cPHulk blocks its address, and nobody can tell whose it
 * is; `suspected`: it is blocked because logins for `office@` fail from it.
 */
export type Trouble = 'blocked' | 'suspected' | 'full';

/** A firm of its own for one test, and the address of its office. */
export interface Firm {
  readonly user: string;
  readonly domain: string;
  readonly ip: string;
}

/** A WHM and a CPA System outside of mailfix: every call is written down, and any can be held up, spoiled or lost. */
export async function startOutside(tokens: OutsideTokens, unblockDelayMs: number) {
  const inner = await startSimulators({ now: () => Date.now(), unblockDelayMs });
  const calls: OutsideCall[] = [];
  const meetings: { name: string; meet: Meeting }[] = [];
  const lasting = new Map<System, Meeting>();
  const known = new Map([
    [`whm support:${tokens.whm}`, `whm ${inner.whmUser}:${inner.whmToken}`],
    [`whm support:${tokens.whmWrite ?? tokens.whm}`, `whm ${inner.whmUser}:${inner.whmToken}`],
    [`Bearer ${tokens.cpa}`, `Bearer ${inner.cpaToken}`],
  ]);

  async function handle(system: System, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const base = system === 'whm' ? inner.whmUrl : new URL(inner.cpaUrl).origin;
    const body = await bodyOf(request);
    const path = request.url ?? '/';
    const { method = 'GET', headers } = request;
    const { authorization = '' } = headers;
    const call = { ...readCall(path, body), authorization, applied: false };
    calls.push(call);
    const apply = async (): Promise<OutsideAnswer> => {
      const type = headers['content-type'];
      const answer = await fetch(new URL(path, base), {
        method,
        headers: {
          authorization: known.get(authorization) ?? 'Bearer wrong',
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        ...(body === '' ? {} : { body }),
      });
      const text = await answer.text();
      call.applied = answer.ok && !/"result":"?0/.test(text);
      return { status: answer.status, headers: { 'content-type': 'application/json' }, body: text };
    };
    const index = meetings.findIndex(({ name }) => name === call.name);
    const [meeting] = index < 0 ? [] : meetings.splice(index, 1);
    const meet = meeting?.meet ?? lasting.get(system);
    const answer = await (meet === undefined ? apply() : meet(call, apply));
    if (answer === 'lost') return void response.socket?.resetAndDestroy();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  const whm = await serve((request, response) => handle('whm', request, response));
  const cpa = await serve((request, response) => handle('cpa', request, response));
  let firms = 0;
  return {
    calls,
    /** The settings that point mailfix here. */
    settings: {
      WHM_URL: whm.url,
      WHM_USER: 'support',
      WHM_TOKEN: tokens.whm,
      ...(tokens.whmWrite === undefined ? {} : { WHM_WRITE_TOKEN: tokens.whmWrite }),
      CPA_UNBLOCK_URL: `${cpa.url}/unblock`,
      CPA_TOKEN: tokens.cpa,
    },
    statusUrl: `${cpa.url}/status`,
    /** The next call of this name is met like this. */
    next(name: string, meet: Meeting): void {
      meetings.push({ name, meet });
    },
    /** From now on every call to this system is met like this; what `next` says goes before. */
    always(system: System, meet: Meeting): void {
      lasting.set(system, meet);
    },
    /** Writes of this name that are in force and have these parameters. */
    applied: (name: string, params: Readonly<Record<string, string>>): readonly OutsideCall[] =>
      calls.filter((call) => call.name === name && call.applied && hasAll(call.params, params)),
    /** What a person does in the CPA System's own pages. */
    async unblockByHand(ip: string): Promise<void> {
      const headers = { authorization: `Bearer ${tokens.cpa}`, 'content-type': 'application/json' };
      await fetch(`${cpa.url}/unblock`, { method: 'POST', headers, body: JSON.stringify({ ip }) });
    },
    /** A new firm in this trouble, and in no other. */
    firm(trouble: Trouble): Firm {
      firms += 1;
      const firm = { user: `firm${firms}`, domain: `firm${firms}.example`, ip: addressOf(firms) };
      const model = inner.world.accounts.find(({ user }) => user === 'harbortax');
      if (model === undefined) throw new Error('The simulators have no full account any more.');
      const mailboxes = model.mailboxes.map((box) => ({ ...box, domain: firm.domain }));
      const limitMb = trouble === 'full' ? 200 : 400;
      inner.world.accounts.push({ ...model, user: firm.user, domain: firm.domain, mailboxes, limitMb });
      if (trouble === 'full') return firm;
      const now = Date.now();
      const until = now + 36e5;
      inner.world.brutes.push({ ip: firm.ip, at: now, until, notes: 'wrong passwords' });
      if (trouble === 'blocked') return firm;
      const login = { user: `office@${firm.domain}`, ip: firm.ip, service: 'pop3', authService: 'dovecot' };
      for (const minutesAgo of [9, 5, 2])
        inner.world.failedLogins.push({ ...login, at: now - minutesAgo * 60_000, until });
      return firm;
    },
    async close(): Promise<void> {
      await Promise.all([whm.close(), cpa.close()]);
      await inner.close();
    },
  };
}

/** The running outside systems. */
export type Outside = Awaited<ReturnType<typeof startOutside>>;

/** An address of a documentation range that the simulators' own stories do not use. */
function addressOf(n: number): string {
  const [range, last] = n <= 200 ? ['203.0.113', n + 20] : ['192.0.2', n - 180];
  if (last > 245) throw new Error('There are no addresses left for more firms.');
  return `${range}.${last}`;
}

function readCall(path: string, body: string): Pick<OutsideCall, 'name' | 'params'> {
  const url = new URL(path, 'http://outside');
  const said: unknown = body.startsWith('{') ? JSON.parse(body) : undefined;
  const params: Record<string, string> = {
    ...Object.fromEntries(url.searchParams),
    ...(typeof said === 'object' && said !== null
      ? Object.fromEntries(Object.entries(said).map(([name, value]) => [name, String(value)]))
      : Object.fromEntries(new URLSearchParams(body))),
  };
  const last = url.pathname.split('/').at(-1) ?? '';
  const name = last === 'uapi_cpanel' ? `${params['cpanel.module']}::${params['cpanel.function']}` : last;
  return { name, params };
}

function hasAll(params: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => params[name] === value);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  const server = createServer((request, response) => {
    // A mailfix that was killed takes no answer any more.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
