import { effectError } from '../errors.ts';
import type { EffectError } from '../errors.ts';
import { cookieJar } from './cookie-jar.ts';
import { asksToSignIn, signInForm } from './cpa-form.ts';
import type { FilledForm } from './cpa-form.ts';
import { readHtml } from './html-page.ts';
import type { HtmlPage } from './html-page.ts';
import { redactor, statusFailure, worthAnotherTry } from './transport.ts';
import type { HttpAnswer, HttpCall } from './transport.ts';

/** Sends one request within the time limit of the work that it belongs to. */
export type Send = (call: HttpCall) => Promise<HttpAnswer>;
/** A form that could be filled in. */
export type Filled = Exclude<FilledForm, { why: string }>;
/** A page, and where it was found in the end. */
export interface SitePage {
  readonly url: URL;
  readonly answer: HttpAnswer;
  readonly page: HtmlPage;
}

const mostRedirects = 3;
const largestPage = 2 * 1024 * 1024;
/** After a refused sign-in nobody knocks again for so long: guessing gets an address blocked, and ours would be it. */
const restMs = 5 * 60_000;
const never = { retry: 'never', outcome: 'not-applied' } as const;

/** A person's session on the old admin site: signs in by its form when it must, and goes from page to page of this one site. */
export function siteSession(options: {
  readonly loginUrl: URL;
  readonly who: { readonly user: string; readonly password: string };
  /** A page with a field of this name is no sign-in page, whatever else it asks for. */
  readonly ipField: string;
  /** Takes the configured secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly now: () => number;
}) {
  const { loginUrl, who, ipField, redact, now } = options;
  const server = loginUrl.host;
  const jar = cookieJar(loginUrl.origin, now);
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

  /** Sends a form as the browser of this session does, once, and keeps the cookies that come back. */
  async function post(
    send: Send,
    name: string,
    form: Filled,
    { from, write }: { from: URL; write: boolean },
  ) {
    const answer = await send(request(name, form.to, { ...posted(form, from), write }));
    jar.take(answer.setCookies, form.to);
    return answer;
  }

  async function signIn(send: Send): Promise<void> {
    if (refused !== undefined && refused.until > now()) throw refused.error;
    const call = 'sign-in';
    jar.clear();
    signedIn = false;
    const { page, url } = seen(await open(send, call, loginUrl), call);
    const form = understood(signInForm(page, url, who), call);
    const answer = await post(send, call, form, { from: url, write: false });
    const next =
      answer.status === 307 || answer.status === 308 ? undefined : redirectOf(answer, form.to, call);
    const after: SitePage =
      next === undefined
        ? { url: form.to, answer, page: pageOf(answer, call) }
        : await open(send, call, next);
    const { status } = after.answer;
    const isDown = status === 429 || status >= 500;
    if (!isDown && (status === 401 || status === 403 || asksToSignIn(after.page, ipField))) {
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
    return redactor([...jar.secrets(), ...tokens])(redact(text));
  }

  return {
    open,
    openSignedIn,
    /** Whether the site asks who we are; it is then signed in to anew before the next page. */
    isSignedOut(page: SitePage): boolean {
      if (!wantsSignIn(page)) return false;
      signedIn = false;
      return true;
    },
    pageOf,
    redirectOf,
    understood,
    hush,
    post,
  };
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
