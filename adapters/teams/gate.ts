import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { activitySchema, tenantOf } from './activity.ts';
import type { Activity } from './activity.ts';
import { createKeys, KeysUnreachable, type KeysOptions } from './keys.ts';

/** The domains of Teams' service addresses. */
export const serviceHosts: readonly string[] = ['trafficmanager.net', 'botframework.com'];
/** An activity that is larger than this is none of Teams'. */
export const largestActivity = 256 * 1024;

const issuer = 'https://api.botframework.com';
const skewSeconds = 300;

/** What a gate lets in, and where it looks that up. */
export interface GateOptions extends KeysOptions {
  /** The app's id in Entra: the audience of every token. */
  readonly appId: string;
  /** The organisations that may use it; none named means `ownTenant`, and without that nobody. */
  readonly tenants: readonly string[];
  readonly ownTenant?: string | undefined;
  /** Domains that answers may go to, with what is below them; a loopback host is meant exactly, http included. */
  readonly hosts?: readonly string[];
  /** Off (TEAMS_AUTH=off): no token is asked for, and answers go to this machine alone. */
  readonly auth: boolean;
  readonly log: { warn(fields: object, message: string): void };
}

/** A request, as far as it is looked at. */
export interface Knock {
  readonly method: string;
  readonly headers: Pick<IncomingHttpHeaders, 'authorization' | 'content-type' | 'host' | 'origin'>;
  /** As it was sent; more than `largestActivity` is refused. */
  readonly body: string | Uint8Array;
}

/** What the gate decided; a refusal is in the log under its id. */
export type Verdict =
  | { readonly ok: true; readonly activity: Activity }
  | {
      readonly ok: false;
      readonly status: 400 | 401 | 403 | 405 | 413 | 503;
      readonly why: string;
      readonly id: string;
    };

/** Lets in what Teams sent, for this app and from an organisation that may use it. */
export interface Gate {
  check(knock: Knock): Promise<Verdict>;
  /** Fetches Microsoft's keys, for which whoever knocks first would have to wait. Never throws: it is tried again. */
  fetchKeys(): Promise<void>;
  /** Why nobody can be let in, in words; undefined when that is not so. */
  closedFor(): string | undefined;
  /** Waits for nothing from Microsoft any more. */
  close(): void;
}

class Refused extends Error {
  readonly status: Extract<Verdict, { ok: false }>['status'];

  constructor(status: Extract<Verdict, { ok: false }>['status'], why: string) {
    super(why);
    this.status = status;
  }
}

/**
 * Makes the gate. The token is looked at first, so whoever has none learns nothing of what else is checked. Tokens of
 * Entra itself, as emulators send them, are refused: in production Teams alone may knock.
 */
export function createGate(options: GateOptions): Gate {
  const { appId, auth, now, log, hosts = serviceHosts } = options;
  if (auth && appId === '') throw new Error('A gate that looks at tokens needs the id of the app.');
  const keys = createKeys(options);
  const tenants = new Set(
    (options.tenants.length > 0 ? options.tenants : [options.ownTenant ?? '']).map((id) => id.toLowerCase()),
  );

  async function admitted({ method, headers, body }: Knock): Promise<Activity> {
    if (method !== 'POST') throw new Refused(405, 'it was no POST');
    if (!auth) {
      // Any page in a browser on this machine can send here; only what a browser would ask us about first may come in.
      if (isFromPage(headers)) throw new Refused(403, 'it may be of a page in a browser');
      const activity = activityOf(body);
      if (!isService(activity.serviceUrl, 'loopback')) throw new Refused(403, 'its serviceUrl is elsewhere');
      return activity;
    }
    const { claims, endorsements } = await verified(headers.authorization);
    const activity = activityOf(body);
    const { channelId, serviceUrl } = activity;
    if (channelId !== 'msteams') throw new Refused(403, `it is of the channel ${quoted(channelId)}`);
    if (!endorsements.includes(channelId)) throw new Refused(403, 'its key does not speak for Teams');
    if (claims['serviceurl'] !== serviceUrl) throw new Refused(403, 'its serviceUrl is not the token’s');
    if (!isService(serviceUrl, hosts)) throw new Refused(403, `its serviceUrl is ${quoted(serviceUrl)}`);
    const tenant = tenantOf(activity)?.toLowerCase() ?? '';
    if (tenant === '' || !tenants.has(tenant))
      throw new Refused(403, `the tenant ${quoted(tenant)} may not use it`);
    return activity;
  }

  async function verified(authorization: string | undefined) {
    const [, token] = /^Bearer +([\w.-]+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw new Refused(401, 'it brought no Bearer token');
    try {
      const { payload, protectedHeader } = await jwtVerify(token, (header) => keys.find(header), {
        algorithms: ['RS256'],
        issuer,
        audience: appId,
        requiredClaims: ['exp'],
        clockTolerance: skewSeconds,
        currentDate: new Date(now()),
      });
      const claims: JWTPayload = payload;
      return { claims, endorsements: keys.endorsements(protectedHeader.kid) };
    } catch (error) {
      if (error instanceof KeysUnreachable) throw new Refused(503, error.message);
      throw new Refused(401, `its token is not good: ${wordsOf(error)}`);
    }
  }

  return {
    async check(knock) {
      try {
        return { ok: true, activity: await admitted(knock) };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const { status, message: why } = error;
        const id = randomUUID();
        log.warn({ request: id, status, why }, 'A request in the name of Teams was refused');
        return { ok: false, status, why, id };
      }
    },
    async fetchKeys() {
      if (!auth) return;
      await keys.fetch();
      const why = keys.trouble();
      if (why !== undefined) log.warn({ why }, 'Until that is over, Teams is answered 503 and sends again');
    },
    closedFor: () => (auth ? keys.trouble() : undefined),
    close: () => keys.close(),
  };
}

function activityOf(body: string | Uint8Array): Activity {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  if (bytes.byteLength > largestActivity) throw new Refused(413, 'it is too large');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refused(400, 'it is no JSON');
  }
  const read = activitySchema.safeParse(value);
  if (read.success) return read.data;
  const where = read.error.issues.slice(0, 5).map(({ path }) => path.join('.') || 'all of it');
  throw new Refused(400, `it is no activity (${where.join(', ')})`);
}

function isService(serviceUrl: string, hosts: readonly string[] | 'loopback'): boolean {
  const url = URL.canParse(serviceUrl) ? new URL(serviceUrl) : undefined;
  if (url === undefined || url.username + url.password + url.search + url.hash !== '') return false;
  const { protocol, hostname, port } = url;
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  if (isLoopback(hostname)) return hosts === 'loopback' || hosts.includes(hostname);
  if (hosts === 'loopback' || protocol !== 'https:' || port !== '') return false;
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a page of elsewhere could have sent it without asking, or under a name that leads to this machine. */
function isFromPage({ origin, host = '', ...headers }: Knock['headers']): boolean {
  const isJson = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
  const url = `http://${host}`;
  return origin !== undefined || !isJson || !URL.canParse(url) || !isLoopback(new URL(url).hostname);
}

/** jose's words say which part is wrong, never what stands there. */
function wordsOf(error: unknown): string {
  return error instanceof errors.JOSEError ? error.message : 'it cannot be read';
}

/** What a stranger wrote, short and on one line. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
