import { configError, EffectError, effectError } from '../errors.ts';
import { cookieJar } from './cookie-jar.ts';
import type { BlockStatus, CpaClient, CpaOptions, UnblockAnswer } from './cpa.ts';
import { asksToSignIn, signInForm, unblockForm } from './cpa-form.ts';
import type { FilledForm } from './cpa-form.ts';
import { readSiteAnswer, readSiteStatus } from './cpa-site-words.ts';
import { readCpaBody, saysBlocked } from './cpa-words.ts';
import { readHtml } from './html-page.ts';
import type { HtmlPage } from './html-page.ts';
import { lane } from './lanes.ts';
import { httpTransport, outsideUrl, redactor, statusFailure, worthAnotherTry } from './transport.ts';
import type { HttpAnswer, HttpCall } from './transport.ts';

type Send = (call: HttpCall) => Promise<HttpAnswer>;
type Filled = Exclude<FilledForm, { why: string }>;
interface SitePage {
  readonly url: URL;
  readonly answer: HttpAnswer;
  readonly page: HtmlPage;
}

const mostRedirects = 3;
const largestPage = 2 * 1024 * 1024;
/** After a refused sign-in nobody knocks again for so long: guessing gets an address blocked, and ours would be it. */
const restMs = 5 * 60_000;
const never = { retry: 'never', outcome: 'not-applied' } as const;
const doubtful = { retry: 'never', outcome: 'unknown' } as const;

/**
 * The old admin site as a client of the CPA System: it signs in by the form of `loginUrl`, keeps the session, fills in
 * the form of `unblockUrl` and reads the page that answers. A page that it does not understand is never a success.
 * One thing at a time: such sites give out tokens that are good for the latest page only.
 */
export function cpaSite(options: CpaOptions & { loginUrl: string }) {
  const loginUrl = outsideUrl('CPA_LOGIN_URL', options.loginUrl);
  const unblockUrl = ofSite('CPA_UNBLOCK_URL', options.unblockUrl, loginUrl);
  const statusUrl =
    options.statusUrl === undefined ? undefined : ofSite('CPA_STATUS_URL', options.statusUrl, loginUrl);
  const { user, password, ipField = 'ip', totalMs = 5000, ca, log, now = () => Date.now() } = options;
  if (user === undefined || password === undefined)
    throw configError('config.missing', { name: 'CPA_USER', example: 'the user, and CPA_PASSWORD' });
  const who = { user, password };
  const asSent = new URLSearchParams({ password }).toString().slice('password='.length);
  const transport = httpTransport({ system: 'cpa', secrets: [password, asSent], totalMs, ca, log });
  const server = loginUrl.host;
  const jar = cookieJar(loginUrl.origin, now);
  const inLane = lane(1);
  let signedIn = false;
  let refused: { readonly error: EffectError; readonly until: number } | undefined;

  function request(name: string, url: URL, more: Partial<HttpCall> = {}): HttpCall {
    const headers = { Accept: 'text/html, application/json;q=0.8', ...jar.header(url), ...more.headers };
    return { name, method: 'GET', url, write: false, ...more, headers };
  }

  /** A redirect is followed by hand: with GET, to the same site, and only so often. */
  function redirectOf(answer: HttpAnswer, from: URL, call: string): URL | undefined {
    if (answer.status < 300 || answer.status >= 400) return undefined;
    const location = answer.header('location');
    const to = URL.canParse(location, from.href) && location !== '' ? new URL(location, from) : undefined;
    if (to?.origin !== loginUrl.origin)
      throw effectError('cpa.redirected', { server, call, status: answer.status }, never);
    to.hash = '';
    return to;
  }

  async function open(send: Send, name: string, start: URL): Promise<SitePage> {
    let url = start;
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const answer = await sendTwice(send, request(name, url));
      jar.take(answer.setCookies, url);
      const next = redirectOf(answer, url, name);
      if (next === undefined) return { url, answer, page: pageOf(answer, name) };
      url = next;
    }
    throw effectError('cpa.redirected', { server, call: name, status: 'too many times' }, never);
  }

  function pageOf(answer: HttpAnswer, call: string): HtmlPage {
    if (answer.text.length > largestPage)
      throw effectError('cpa.too-large', { server, call, limit: `${largestPage / 1024 / 1024} MiB` }, never);
    return readHtml(answer.text);
  }

  /** A page that we are let see: an answer that is a failure by its status is thrown. */
  function seen(page: SitePage, call: string): SitePage {
    const { answer } = page;
    const failure = statusFailure(answer, { system: 'cpa', server, name: call, write: false });
    if (failure !== undefined) throw failure;
    if (answer.status >= 400)
      throw effectError('cpa.failed', { server, call, reason: `status ${answer.status}` }, never);
    return page;
  }

  async function signIn(send: Send): Promise<void> {
    if (refused !== undefined && refused.until > now()) throw refused.error;
    const call = 'sign-in';
    jar.clear();
    signedIn = false;
    const { page, url } = seen(await open(send, call, loginUrl), call);
    const form = understood(signInForm(page, url, who), call);
    const answer = await send(request(call, form.to, posted(form, url)));
    jar.take(answer.setCookies, form.to);
    const next =
      answer.status === 307 || answer.status === 308 ? undefined : redirectOf(answer, form.to, call);
    const after =
      next === undefined
        ? { url: form.to, answer, page: pageOf(answer, call) }
        : await open(send, call, next);
    if (after.answer.status === 401 || after.answer.status === 403 || asksToSignIn(after.page, ipField)) {
      const { status } = after.answer;
      const error = effectError('cpa.refused-token', { server, call, status }, never);
      refused = { error, until: now() + restMs };
      throw error;
    }
    seen(after, call);
    signedIn = true;
    refused = undefined;
  }

  /** A page behind the sign-in; a session that has ended is begun anew, once. */
  async function openSignedIn(send: Send, call: string, url: URL): Promise<SitePage> {
    const fresh = !signedIn;
    if (fresh) await signIn(send);
    const first = await open(send, call, url);
    if (!wantsSignIn(first)) return seen(first, call);
    if (!fresh) {
      await signIn(send);
      const second = await open(send, call, url);
      if (!wantsSignIn(second)) return seen(second, call);
    }
    signedIn = false;
    throw effectError('cpa.signed-out', { server, call }, never);
  }

  function wantsSignIn({ answer, page }: SitePage): boolean {
    return answer.status === 401 || asksToSignIn(page, ipField);
  }

  function understood(form: FilledForm, call: string): Filled {
    if ('why' in form)
      throw effectError('cpa.not-understood', { server, call, reason: hush(form.why) }, never);
    return form;
  }

  /** Takes out what this session must not tell, beside the password: its cookies, and the tokens of its forms. */
  function hush(text: string, hidden: readonly string[] = []): string {
    const tokens = hidden.filter((value) => value.length >= 16);
    return redactor([...jar.secrets(), ...tokens])(transport.redact(text));
  }

  async function prepare(send: Send, ip: string): Promise<{ before: SitePage; form: Filled }> {
    const call = 'un-block page';
    const before = await openSignedIn(send, call, unblockUrl);
    return { before, form: understood(unblockForm(before.page, before.url, { name: ipField, ip }), call) };
  }

  /** From here on nothing is ever sent a second time, and what is not clear is unknown. */
  async function submit(send: Send, ip: string, { before, form }: { before: SitePage; form: Filled }) {
    const call = 'unblock';
    const answer = await send(request(call, form.to, { ...posted(form, before.url), write: true }));
    jar.take(answer.setCookies, form.to);
    const after = await resultOf(send, answer, form.to);
    if (wantsSignIn(after) && after.answer.status < 400) {
      signedIn = false;
      throw effectError('cpa.signed-out', { server, call }, doubtful);
    }
    const said = readSiteAnswer(before.page.lines, after.page.lines, ip);
    const words = hush(said.words, form.hidden);
    if (after.answer.status >= 400) {
      const reason = words === '' ? `status ${after.answer.status}` : words;
      throw effectError('cpa.failed', { server, call, reason }, after.answer === answer ? never : doubtful);
    }
    if (!isWhole(before, after)) {
      const consequence = { retry: 'later', outcome: 'unknown' } as const;
      throw effectError('cpa.broken-answer', { server, call, reason: 'the page breaks off' }, consequence);
    }
    if (said.state === 'unclear') {
      const reason = words === '' ? 'it does not say what became of the un-block' : words;
      throw effectError('cpa.not-understood', { server, call, reason }, doubtful);
    }
    if (said.state === 'refused') throw effectError('cpa.failed', { server, call, reason: words }, never);
    return { state: said.state, message: words } satisfies UnblockAnswer;
  }

  /** The page that answers, which may be a redirect away. Whatever fails on that way comes after the un-block was taken. */
  async function resultOf(send: Send, answer: HttpAnswer, to: URL): Promise<SitePage> {
    const name = 'unblock';
    const isRedirect = answer.status >= 300 && answer.status < 400;
    if (!isRedirect) {
      const failure = statusFailure(answer, { system: 'cpa', server, name, write: true });
      if (failure !== undefined) throw failure;
    }
    try {
      const next = answer.status === 307 || answer.status === 308 ? undefined : redirectOf(answer, to, name);
      if (next !== undefined) return await open(send, name, next);
      if (isRedirect)
        throw effectError('cpa.redirected', { server, call: name, status: answer.status }, never);
      return { url: to, answer, page: pageOf(answer, name) };
    } catch (error) {
      if (!(error instanceof EffectError)) throw error;
      if (error.code === 'cpa.cancelled')
        throw effectError('cpa.cancelled', { server, call: name }, { retry: 'later', outcome: 'unknown' });
      throw effectError('cpa.no-result', { server, call: name, reason: error.code }, doubtful);
    }
  }

  async function inTurn<T>(
    name: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    let mine = false;
    const begin = () => {
      mine = true;
      return work();
    };
    try {
      return await inLane(begin, signal);
    } catch (error) {
      if (mine) throw error;
      throw effectError('cpa.cancelled', { server, call: name }, { retry: 'later', outcome: 'not-applied' });
    }
  }

  return {
    hasStatus: statusUrl !== undefined,

    async unblock(ip, { signal, sending } = {}) {
      return inTurn('unblock', signal, async () => {
        const ready = await transport.within((send) => prepare(send, ip), { name: 'un-block page', signal });
        await sending?.();
        return transport.within((send) => submit(send, ip, ready), { name: 'unblock', signal });
      });
    },

    async status(ip, { signal } = {}): Promise<BlockStatus> {
      if (statusUrl === undefined) return 'unknown';
      const asked = new URL(statusUrl);
      asked.searchParams.set(ipField, ip);
      return inTurn('status', signal, async () => {
        const { answer, page } = await transport.within((send) => openSignedIn(send, 'status', asked), {
          name: 'status',
          signal,
        });
        const body = readCpaBody(answer.text);
        return body.kind === 'page' ? readSiteStatus(page.lines, ip) : saysBlocked(body);
      });
    },

    /** Signs in and looks at the un-block form, without sending it; `to` is where it would go. */
    async form({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<{ to: string }> {
      return inTurn('un-block page', signal, async () => {
        const look = { name: 'un-block page', signal };
        const { form } = await transport.within((send) => prepare(send, ''), look);
        return { to: form.to.pathname };
      });
    },
  } satisfies CpaClient & Record<'form', unknown>;
}

/** Whether nothing is missing at the end of an answer, as far as the pages of this site show their end. */
function isWhole(before: SitePage, after: SitePage): boolean {
  return before.page.ended ? after.page.ended : after.answer.text.trimEnd().endsWith('>');
}

function posted(form: Filled, from: URL): Pick<HttpCall, 'method' | 'headers' | 'body'> {
  const { origin, pathname } = from;
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    // Some sites check where a form came from.
    Origin: origin,
    Referer: `${origin}${pathname}`,
  };
  return { method: 'POST', headers, body: form.body };
}

async function sendTwice(send: Send, call: HttpCall): Promise<HttpAnswer> {
  try {
    return await send(call);
  } catch (error) {
    if (!worthAnotherTry(error)) throw error;
    return send(call);
  }
}

function ofSite(name: string, text: string, site: URL): URL {
  const url = outsideUrl(name, text);
  if (url.origin === site.origin) return url;
  throw configError('config.bad-value', {
    name,
    value: text,
    why: `it is not on the site of CPA_LOGIN_URL, ${site.origin}`,
    example: `${site.origin}/...`,
  });
}
