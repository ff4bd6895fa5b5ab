import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { configError, EffectError, effectError } from '../errors.ts';
import { traceUnder } from '../trace.ts';
import { timeLimit } from './time-limit.ts';

/** Which outside system a call goes to; the first part of its error codes. */
export type System = 'whm' | 'cpa';

/** The part of a pino logger that the clients use. */
export interface ClientLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A call that is over, a read's two tries as one. `outcome` is `ok`, or what the error's code says after the dot. */
export interface CallReport {
  readonly system: string;
  readonly name: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** One HTTP request, ready to send. */
export interface HttpCall {
  /** What people call it: the API function. */
  name: string;
  method: 'GET' | 'POST';
  url: URL;
  /** A write goes on a fresh connection, and its failures may be of unknown outcome. */
  write: boolean;
  headers?: Record<string, string>;
  body?: string;
}

/** What came back, unparsed. */
export interface HttpAnswer {
  status: number;
  text: string;
  header(name: string): string;
  /** Each `Set-Cookie` as it came; they are secrets, and are for a cookie jar only. */
  readonly setCookies: readonly string[];
}

/** What an error says about its call. */
export interface CallContext {
  system: System;
  server: string;
  name: string;
  write: boolean;
}

const maxAnswerMiB = 32;
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Reads the address of an outside system; https is required except on loopback, and sign-ins do not belong in it. */
export function outsideUrl(name: string, text: string): URL {
  const example = 'https://host2.example.com:2087';
  if (!URL.canParse(text))
    throw configError('config.bad-value', { name, value: text, why: 'it is no URL', example });
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw configError('config.bad-secret', { name, why: 'a URL must not carry a user name or password' });
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw configError('config.not-https', { name, value: text });
  }
  return url;
}

/** Refuses a token or password that cannot go into a header; its value is never shown. */
export function usableSecret(name: string, secret: string): string {
  if (secret === '') throw configError('config.bad-secret', { name, why: 'it is empty' });
  if (/[^\x21-\x7e]/.test(secret)) {
    throw configError('config.bad-secret', {
      name,
      why: 'it has spaces, line breaks or letters beyond ASCII',
    });
  }
  return secret;
}

/** Whether a URL's host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname);
}

/** Makes a function that takes secrets out of a text, also where they are base64- or URL-encoded. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    // To strike every "t" out of a text would tell a one-letter token rather than hide it.
    if (secret.length < 4) continue;
    // A secret inside a longer base64 text starts at one of three offsets and so has three spellings.
    for (const pad of [0, 1, 2]) {
      const bytes = Buffer.concat([Buffer.alloc(pad), Buffer.from(secret)]);
      const inner = bytes
        .toString('base64')
        .replace(/=+$/, '')
        .slice(pad === 0 ? 0 : pad + 1, -1);
      if (inner.length >= 8) forms.add(inner).add(inner.replaceAll('+', '-').replaceAll('/', '_'));
    }
    forms.add(secret).add(encodeURIComponent(secret)).add(JSON.stringify(secret).slice(1, -1));
  }
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((left, form) => left.replaceAll(form, '[secret]'), text);
}

/** Sends requests to one outside system; every failure is an EffectError that holds nothing of the request. */
export function httpTransport(options: {
  system: System;
  secrets: readonly string[];
  totalMs: number;
  ca?: string | undefined;
  log?: ClientLog | undefined;
  onCall?: ((call: CallReport) => void) | undefined;
}) {
  const { system, totalMs, log, onCall } = options;
  // Whoever has no system to ask does not load what it would be asked with.
  const loading = import('axios');
  const redact = redactor(options.secrets);
  const agents = (keepAlive: boolean) => ({
    httpAgent: new HttpAgent({ keepAlive }),
    httpsAgent: new HttpsAgent({ keepAlive, ...(options.ca === undefined ? {} : { ca: options.ca }) }),
  });
  // A kept-alive connection that the server just closed looks like a lost write, so writes never share one.
  const forReads = agents(true);
  const forWrites = agents(false);

  async function send(call: HttpCall, limit: AbortSignal): Promise<HttpAnswer> {
    const context = { system, server: call.url.host, name: call.name, write: call.write };
    try {
      const { default: axios } = await loading;
      const answer = await axios.request<unknown>({
        method: call.method,
        url: call.url.href,
        headers: { 'User-Agent': 'mailfix', Accept: 'application/json, text/plain;q=0.5', ...call.headers },
        data: call.body,
        ...(call.write ? forWrites : forReads),
        signal: limit,
        proxy: false,
        maxRedirects: 0,
        maxContentLength: maxAnswerMiB * 1024 * 1024,
        responseType: 'text',
        transformRequest: (data: unknown) => data,
        transformResponse: (data: unknown) => data,
        validateStatus: () => true,
      });
      return {
        status: answer.status,
        text: typeof answer.data === 'string' ? answer.data : '',
        header: (name) => redact(String(answer.headers[name.toLowerCase()] ?? '')),
        setCookies: answer.headers['set-cookie'] ?? [],
      };
    } catch (error) {
      throw networkFailure(error, context, limit, totalMs);
    }
  }

  return {
    redact,
    /** Runs one call, or a read's two tries, under one total time limit and the caller's own signal. */
    async within<T>(
      work: (send: (call: HttpCall) => Promise<HttpAnswer>) => Promise<T>,
      call: { name: string; signal?: AbortSignal | undefined },
    ): Promise<T> {
      const started = performance.now();
      const limit = timeLimit(totalMs, call.signal);
      const fields = { ...traceUnder(call.signal), system, call: call.name };
      const over = (outcome: string) => {
        const seconds = (performance.now() - started) / 1000;
        onCall?.({ system, name: call.name, outcome, seconds });
        return Math.round(seconds * 1000);
      };
      try {
        const result = await work((one) => send(one, limit.signal));
        const ms = over('ok');
        log?.debug({ ...fields, ms }, `${system} answered`);
        return result;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'defect';
        const ms = over(code.slice(code.indexOf('.') + 1));
        log?.warn({ ...fields, code, ms }, `${system} failed`);
        throw error;
      } finally {
        limit.clear();
      }
    },
    /** Logs the beginning of an answer that made no sense, without secrets. */
    logExcerpt({ name, signal }: { name: string; signal: AbortSignal | undefined }, text: string): void {
      log?.warn(
        { ...traceUnder(signal), system, call: name, excerpt: redact(text).slice(0, 200) },
        `${system} answered nonsense`,
      );
    },
  };
}

/** Milliseconds that a Retry-After header asks for (seconds, or an HTTP date against the answer's own Date), at most 15 minutes. */
export function retryAfterMs(header: string, date: string): number | undefined {
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(date);
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 15 * 60_000) : undefined;
}

/** The failure for an HTTP status that says it all by itself, or undefined when the body must be read. */
export function statusFailure(answer: HttpAnswer, context: CallContext): EffectError | undefined {
  const { system, server, name: call } = context;
  const { status } = answer;
  const unknown = context.write ? 'unknown' : 'not-applied';
  const values = { server, call, status };
  if (status === 401 || status === 403) {
    return effectError(`${system}.refused-token`, values, { retry: 'never', outcome: 'not-applied' });
  }
  if (status >= 300 && status < 400) {
    return effectError(`${system}.redirected`, values, { retry: 'never', outcome: 'not-applied' });
  }
  const afterMs = retryAfterMs(answer.header('retry-after'), answer.header('date'));
  if (status === 429 || (status === 503 && afterMs !== undefined)) {
    const consequence = { retry: 'later', outcome: 'not-applied' } as const;
    return effectError(
      `${system}.limited`,
      values,
      afterMs === undefined ? consequence : { ...consequence, afterMs },
    );
  }
  if (status >= 500)
    return effectError(`${system}.server-error`, values, { retry: 'later', outcome: unknown });
  if (status === 404 || status === 405 || status === 410) {
    return effectError(`${system}.wrong-address`, values, { retry: 'never', outcome: 'not-applied' });
  }
  return undefined;
}

/** Whether a read that failed like this is worth its second try at once. */
export function worthAnotherTry(error: unknown): boolean {
  return (
    error instanceof EffectError &&
    error.retry === 'later' &&
    !/\.(limited|timeout|cancelled)$/.test(error.code)
  );
}

function networkFailure(error: unknown, context: CallContext, limit: AbortSignal, totalMs: number): Error {
  const { system, server, name: call } = context;
  const unknown = context.write ? 'unknown' : 'not-applied';
  const values = { server, call };
  if (limit.aborted) {
    const consequence = { retry: 'later', outcome: unknown } as const;
    if (limit.reason === 'cancelled') return effectError(`${system}.cancelled`, values, consequence);
    return effectError(`${system}.timeout`, { ...values, limit: `${totalMs / 1000} s` }, consequence);
  }
  // Only these two words leave this function: everything else about the error may hold the request and its token.
  const code = wordOf(error, 'code') ?? wordOf(innerOf(error), 'code') ?? 'no code';
  const syscall = wordOf(error, 'syscall') ?? wordOf(innerOf(error), 'syscall');
  const reason = { ...values, reason: code };
  if (code === 'ERR_BAD_RESPONSE' && error instanceof Error && error.message.startsWith('maxContentLength')) {
    const size = { ...values, limit: `${maxAnswerMiB} MiB` };
    return effectError(`${system}.too-large`, size, { retry: 'never', outcome: unknown });
  }
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE|^EPROTO$|^ERR_SSL|^ERR_TLS/.test(code)) {
    return effectError(`${system}.certificate`, reason, {
      retry: 'never',
      outcome: 'not-applied',
      cause: code,
    });
  }
  if (neverSent.has(code) || (code === 'ETIMEDOUT' && syscall === 'connect')) {
    return effectError(`${system}.unreachable`, reason, {
      retry: 'later',
      outcome: 'not-applied',
      cause: code,
    });
  }
  return effectError(`${system}.connection-lost`, reason, { retry: 'later', outcome: unknown, cause: code });
}

function innerOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  if (error.cause instanceof AggregateError) return error.cause.errors[0];
  return error.cause;
}

function wordOf(error: unknown, key: 'code' | 'syscall'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' && /^[\w-]{1,60}$/.test(value) ? value : undefined;
}
