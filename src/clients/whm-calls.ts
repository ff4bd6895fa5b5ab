import type { z } from 'zod';
import { configError, EffectError, effectError } from '../errors.ts';
import { lane, lanesByKey } from './lanes.ts';
import { sharedReads } from './shared-reads.ts';
import { httpTransport, outsideUrl, usableSecret, worthAnotherTry } from './transport.ts';
import type { CallReport, ClientLog, HttpAnswer, HttpCall } from './transport.ts';
import { shaped, uapiData, whmData } from './whm-answer.ts';

/** Where a WHM is and how to sign in there. */
export interface WhmOptions {
  /** `https://HOST:2087`, the host name of the server itself. */
  url: string;
  user: string;
  token: string;
  /** Used for changes when set, so that `token` can be read-only. Only then does mailfix lift blocks here itself. */
  writeToken?: string | undefined;
  /** PEM of a self-signed certificate or of its authority. */
  ca?: string | undefined;
  /** The time a call may take in all, both tries of a read included, in milliseconds. */
  totalMs?: number | undefined;
  /** How many calls may be under way at a time; 4 where nothing else is said, for WHM publishes no limit. */
  parallel?: number | undefined;
  /** The clock that "minutes left" count from. */
  now: () => number;
  log?: ClientLog | undefined;
  onCall?: ((call: CallReport) => void) | undefined;
}

/** Passed to every method; the signal gives the call up. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** One function call, before it is an HTTP request. */
export interface WhmCall<T> {
  /** `editquota`, or `Email::edit_pop_quota` for UAPI through WHM. */
  name: string;
  /** The account a UAPI call acts as, and whose lane a write takes. */
  account?: string;
  params?: Record<string, string | number>;
  answer: z.ZodType<T>;
  signal: AbortSignal | undefined;
  /** Shown every answer as it came, before anybody judged it. */
  seen?: (answer: HttpAnswer) => void;
}

/** A call that changes something: it is sent once, and in turn with the others about the same. */
export type WhmWrite<T> = Omit<WhmCall<T>, 'seen'> &
  ({ account: string } | { /** What it is about, where that is no account. */ about: string });

/** A page of a plugin of WHM, and what to make of it; `read` throws an EffectError for a page that it cannot use. */
export interface WhmPage {
  /** What people call it: `csf.cgi`. */
  name: string;
  path: string;
  params: Record<string, string>;
  read: (answer: HttpAnswer) => string;
  signal: AbortSignal | undefined;
}

/**
 * The ways to call WHM: `read` tries twice and is shared with whoever reads the same at the time, `write` is sent once
 * and in the lane of what it is about, `page` reads a plugin's page and `pageWrite` changes something by one. All of
 * them take a place among four.
 */
export function whmCalls(options: WhmOptions) {
  const origin = whmOrigin(options.url);
  if (!/^[\w.-]{1,64}$/.test(options.user)) {
    throw configError('config.bad-value', {
      name: 'WHM_USER',
      value: options.user,
      why: 'it is no user name',
      example: 'root',
    });
  }
  const token = usableSecret('WHM_TOKEN', options.token);
  const writeToken =
    options.writeToken === undefined ? token : usableSecret('WHM_WRITE_TOKEN', options.writeToken);
  const { totalMs = 5000, parallel = 4, ca, log, onCall } = options;
  const secrets = [token, writeToken];
  const transport = httpTransport({ system: 'whm', secrets, totalMs, ca, log, onCall });
  const slots = lane(parallel);
  const subjects = lanesByKey();
  const answers = sharedReads<unknown>();
  const pages = sharedReads<string>();

  function request(call: WhmCall<unknown>, write: boolean): HttpCall {
    const [module, inner] = call.name.split('::');
    const isUapi = module !== undefined && inner !== undefined;
    const url = new URL(`/json-api/${isUapi ? 'uapi_cpanel' : call.name}`, origin);
    const params = new URLSearchParams({ 'api.version': '1' });
    if (isUapi) {
      params.set('cpanel.user', call.account ?? '');
      params.set('cpanel.module', module);
      params.set('cpanel.function', inner);
    }
    for (const [key, value] of Object.entries(call.params ?? {})) params.set(key, String(value));
    const headers = { Authorization: `whm ${options.user}:${write ? writeToken : token}` };
    if (!write) {
      url.search = params.toString();
      return { name: call.name, method: 'GET', url, write, headers };
    }
    // Changes go in a body: neither the values nor the client's address end in an access log.
    const form = { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' };
    return { name: call.name, method: 'POST', url, write, headers: form, body: params.toString() };
  }

  type Send = (call: HttpCall) => Promise<HttpAnswer>;

  function readingOf(call: WhmCall<unknown>, write: boolean) {
    const context = { system: 'whm', server: origin.host, name: call.name, write } as const;
    return { context, redact: transport.redact };
  }

  /** One request, and the data in its answer once it has the right shape. */
  async function once(call: WhmCall<unknown>, write: boolean, send: Send): Promise<unknown> {
    const answer = await send(request(call, write));
    call.seen?.(answer);
    const reading = readingOf(call, write);
    try {
      const outer = whmData(answer, reading);
      const data = call.name.includes('::') ? uapiData(outer, reading) : outer;
      shaped(call.answer, data, reading);
      return data;
    } catch (error) {
      if (error instanceof EffectError && /broken|not-json/.test(error.code)) {
        transport.logExcerpt(call, answer.text);
      }
      throw error;
    }
  }

  /** Giving up before one's turn came is a failure like any other, and surely nothing was sent. */
  async function inTurn<T>(
    call: { name: string; signal: AbortSignal | undefined },
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EffectError || call.signal?.aborted !== true) throw error;
      const consequence = { retry: 'later', outcome: 'not-applied' } as const;
      throw effectError('whm.cancelled', { server: origin.host, call: call.name }, consequence);
    }
  }

  /** A read's two tries, in one place among four. */
  function tried<T>(name: string, signal: AbortSignal, one: (send: Send) => Promise<T>): Promise<T> {
    const twice = () =>
      transport.within(
        async (send) => {
          try {
            return await one(send);
          } catch (error) {
            if (!worthAnotherTry(error)) throw error;
            return one(send);
          }
        },
        { name, signal },
      );
    return slots(twice, signal);
  }

  return {
    server: origin.host,

    read: async <T>(call: WhmCall<T>): Promise<T> => {
      const key = JSON.stringify([call.name, call.account, call.params]);
      const work = (signal: AbortSignal) => tried(call.name, signal, (send) => once(call, false, send));
      const data = await inTurn(call, () => answers.join(key, work, call.signal));
      return shaped(call.answer, data, readingOf(call, false));
    },

    write: async <T>(call: WhmWrite<T>): Promise<T> => {
      const about = 'about' in call ? call.about : call.account;
      const data = await changing(about, call, (send) => once(call, true, send));
      return shaped(call.answer, data, readingOf(call, true));
    },

    page: (page: WhmPage): Promise<string> => {
      const url = new URL(page.path, origin);
      url.search = new URLSearchParams(page.params).toString();
      const headers = { Authorization: `whm ${options.user}:${token}`, Accept: 'text/html' };
      const get: HttpCall = { name: page.name, method: 'GET', url, write: false, headers };
      const work = (signal: AbortSignal) =>
        tried(page.name, signal, async (send) => pageOf(page, await send(get)));
      return inTurn(page, () => pages.join(url.href, work, page.signal));
    },

    pageWrite: (page: WhmPage & { about: string }): Promise<string> => {
      const form = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };
      const post: HttpCall = {
        name: page.name,
        method: 'POST',
        url: new URL(page.path, origin),
        write: true,
        headers: { Authorization: `whm ${options.user}:${writeToken}`, ...form },
        body: new URLSearchParams(page.params).toString(),
      };
      return changing(page.about, page, async (send) => pageOf(page, await send(post)));
    },
  };

  /** One change, in turn with the others about the same. */
  function changing<T>(
    about: string,
    call: { name: string; signal: AbortSignal | undefined },
    work: (send: Send) => Promise<T>,
  ): Promise<T> {
    const renew = () => {
      answers.renew();
      pages.renew();
    };
    const justOnce = async () => {
      // A read that began before the change must not be what the change is judged by.
      renew();
      try {
        return await transport.within(work, call);
      } finally {
        renew();
      }
    };
    return inTurn(call, () => subjects(about, () => slots(justOnce, call.signal), call.signal));
  }

  function pageOf(page: WhmPage, answer: HttpAnswer): string {
    try {
      return page.read(answer);
    } catch (error) {
      if (error instanceof EffectError && error.code.endsWith('.broken-answer'))
        transport.logExcerpt(page, answer.text);
      throw error;
    }
  }
}

/** How WHM is called. */
export type WhmCalls = ReturnType<typeof whmCalls>;

function whmOrigin(text: string): URL {
  const url = outsideUrl('WHM_URL', text);
  if (url.port === '2086') throw configError('config.plain-whm-port', { name: 'WHM_URL', value: text });
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    const why = 'it has more than the host and port';
    throw configError('config.bad-value', { name: 'WHM_URL', value: text, why, example: url.origin });
  }
  return url;
}
