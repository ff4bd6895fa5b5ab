import { configError, effectError } from '../errors.ts';
import { readCpaBody, saysBlocked, saysNo, stateWord, wordsIn } from './cpa-words.ts';
import { httpTransport, outsideUrl, statusFailure, usableSecret, worthAnotherTry } from './transport.ts';
import type { CallContext, ClientLog, HttpAnswer, HttpCall } from './transport.ts';

/** Where the CPA System is, how to sign in and how its form is called. */
export interface CpaOptions {
  unblockUrl: string;
  /** Asked with GET and `?<ipField>=ip`; without it the block can only be seen in WHM. */
  statusUrl?: string | undefined;
  /** A bearer token; or else user and password. */
  token?: string | undefined;
  user?: string | undefined;
  password?: string | undefined;
  body?: 'json' | 'form' | undefined;
  ipField?: string | undefined;
  ca?: string | undefined;
  totalMs?: number | undefined;
  log?: ClientLog | undefined;
}

/** What the CPA System said to an un-block: `queued` and `accepted` are not done yet. */
export interface UnblockAnswer {
  state: 'accepted' | 'queued' | 'done';
  message?: string;
  reference?: string;
}

/** What the CPA System says about an address. */
export type BlockStatus = 'blocked' | 'queued' | 'clear' | 'unknown';

/** The client of the CPA System. Its methods throw EffectError (codes `cpa.*`); an un-block is never sent twice. */
export function cpaClient(options: CpaOptions) {
  const unblockUrl = outsideUrl('CPA_UNBLOCK_URL', options.unblockUrl);
  const statusUrl =
    options.statusUrl === undefined ? undefined : outsideUrl('CPA_STATUS_URL', options.statusUrl);
  const { authorization, secrets } = signInOf(options);
  const { ipField = 'ip', totalMs = 5000, ca, log } = options;
  const transport = httpTransport({ system: 'cpa', secrets, totalMs, ca, log });

  function read(answer: HttpAnswer, context: CallContext) {
    const failure = statusFailure(answer, context);
    if (failure !== undefined) throw failure;
    const body = readCpaBody(answer.text);
    const { server, name: call, write } = context;
    const outcome = write ? 'unknown' : 'not-applied';
    if (answer.status >= 400 || saysNo(body)) {
      const reason = transport.redact(wordsIn(body).message ?? `status ${answer.status}`);
      // Plain words are a guess at what was meant, so look before believing that nothing happened.
      const sure = !write || answer.status >= 400 || body.kind === 'json' ? 'not-applied' : 'unknown';
      throw effectError('cpa.failed', { server, call, reason }, { retry: 'never', outcome: sure });
    }
    if (body.kind === 'page')
      throw effectError('cpa.not-json', { server, call }, { retry: 'never', outcome });
    if (body.kind === 'cut') {
      transport.logExcerpt(call, answer.text);
      const reason = 'it breaks off';
      throw effectError('cpa.broken-answer', { server, call, reason }, { retry: 'later', outcome });
    }
    return body;
  }

  async function askStatus(
    ip: string,
    url: URL,
    send: (call: HttpCall) => Promise<HttpAnswer>,
  ): Promise<BlockStatus> {
    const asked = new URL(url);
    asked.searchParams.set(ipField, ip);
    const context = { system: 'cpa', server: url.host, name: 'status', write: false } as const;
    const headers = { Authorization: authorization };
    const answer = await send({ name: 'status', method: 'GET', url: asked, write: false, headers });
    return saysBlocked(read(answer, context));
  }

  return {
    /** Whether `status` can tell anything. */
    hasStatus: statusUrl !== undefined,

    /** Asks for an address to be un-blocked: one request, whatever comes of it. */
    async unblock(ip: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<UnblockAnswer> {
      const context = { system: 'cpa', server: unblockUrl.host, name: 'unblock', write: true } as const;
      const json = options.body !== 'form';
      const call: HttpCall = {
        name: context.name,
        method: 'POST',
        url: unblockUrl,
        write: true,
        headers: {
          Authorization: authorization,
          'Content-Type': json ? 'application/json' : 'application/x-www-form-urlencoded',
        },
        body: json ? JSON.stringify({ [ipField]: ip }) : new URLSearchParams({ [ipField]: ip }).toString(),
      };
      return transport.within(
        async (send) => {
          const answer = await send(call);
          const body = read(answer, context);
          const { message, reference } = wordsIn(body);
          return {
            state: stateWord(body) ?? (answer.status === 202 ? 'queued' : 'accepted'),
            ...(message === undefined ? {} : { message: transport.redact(message) }),
            ...(reference === undefined ? {} : { reference: transport.redact(reference) }),
          };
        },
        { name: call.name, signal },
      );
    },

    /** What the CPA System says about an address; `unknown` when it has no status URL or says nothing clear. */
    async status(ip: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<BlockStatus> {
      if (statusUrl === undefined) return 'unknown';
      return transport.within(
        async (send) => {
          try {
            return await askStatus(ip, statusUrl, send);
          } catch (error) {
            if (!worthAnotherTry(error)) throw error;
            return askStatus(ip, statusUrl, send);
          }
        },
        { name: 'status', signal },
      );
    },
  };
}

/** The client of one CPA System. */
export type CpaClient = ReturnType<typeof cpaClient>;

function signInOf(options: CpaOptions): { authorization: string; secrets: string[] } {
  if (options.token !== undefined) {
    const token = usableSecret('CPA_TOKEN', options.token);
    return { authorization: `Bearer ${token}`, secrets: [token] };
  }
  if (options.user === undefined || options.password === undefined) {
    throw configError('config.missing', {
      name: 'CPA_TOKEN',
      example: 'the token, or CPA_USER and CPA_PASSWORD',
    });
  }
  // A password may hold spaces and any letter: base64 makes it fit for a header.
  const both = Buffer.from(`${options.user}:${options.password}`).toString('base64');
  return { authorization: `Basic ${both}`, secrets: [options.password, both] };
}
