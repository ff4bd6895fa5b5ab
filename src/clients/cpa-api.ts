import { configError, effectError } from '../errors.ts';
import type { BlockStatus, CpaClient, CpaOptions, UnblockAnswer } from './cpa.ts';
import { readCpaBody, saysBlocked, saysNo, stateWord, wordsIn } from './cpa-words.ts';
import { httpTransport, outsideUrl, statusFailure, usableSecret, worthAnotherTry } from './transport.ts';
import type { CallContext, HttpAnswer, HttpCall } from './transport.ts';

/** The client of a CPA System that takes JSON or a form and answers with data. */
export function cpaApi(options: CpaOptions): CpaClient {
  const unblockUrl = outsideUrl('CPA_UNBLOCK_URL', options.unblockUrl);
  const statusUrl =
    options.statusUrl === undefined ? undefined : outsideUrl('CPA_STATUS_URL', options.statusUrl);
  const { authorization, secrets } = signInOf(options);
  const { ipField = 'ip', totalMs = 5000, ca, log, onCall } = options;
  const transport = httpTransport({ system: 'cpa', secrets, totalMs, ca, log, onCall });

  function read(answer: HttpAnswer, context: CallContext, signal: AbortSignal | undefined) {
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
      transport.logExcerpt({ name: call, signal }, answer.text);
      const reason = 'it breaks off';
      throw effectError('cpa.broken-answer', { server, call, reason }, { retry: 'later', outcome });
    }
    return body;
  }

  async function askStatus(
    ip: string,
    url: URL,
    send: (call: HttpCall) => Promise<HttpAnswer>,
    signal: AbortSignal | undefined,
  ): Promise<BlockStatus> {
    const asked = new URL(url);
    asked.searchParams.set(ipField, ip);
    const context = { system: 'cpa', server: url.host, name: 'status', write: false } as const;
    const headers = { Authorization: authorization };
    const answer = await send({ name: 'status', method: 'GET', url: asked, write: false, headers });
    return saysBlocked(read(answer, context, signal));
  }

  return {
    hasStatus: statusUrl !== undefined,

    async unblock(ip, { signal, sending } = {}): Promise<UnblockAnswer> {
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
      await sending?.();
      return transport.within(
        async (send) => {
          const answer = await send(call);
          const body = read(answer, context, signal);
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

    async status(ip, { signal } = {}): Promise<BlockStatus> {
      if (statusUrl === undefined) return 'unknown';
      return transport.within(
        async (send) => {
          try {
            return await askStatus(ip, statusUrl, send, signal);
          } catch (error) {
            if (!worthAnotherTry(error)) throw error;
            return askStatus(ip, statusUrl, send, signal);
          }
        },
        { name: 'status', signal },
      );
    },
  };
}

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
