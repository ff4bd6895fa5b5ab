import { configError, EffectError, effectError } from '../errors.ts';
import type { BlockStatus, CpaClient, CpaOptions, UnblockAnswer } from './cpa.ts';
import { unblockForm } from './cpa-form.ts';
import { siteSession } from './cpa-session.ts';
import type { Filled, Send, SitePage } from './cpa-session.ts';
import { readSiteAnswer, readSiteStatus } from './cpa-site-words.ts';
import { readCpaBody, saysBlocked } from './cpa-words.ts';
import { lane } from './lanes.ts';
import { httpTransport, outsideUrl, statusFailure } from './transport.ts';
import type { HttpAnswer } from './transport.ts';

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
  const { user, password, ipField = 'ip', totalMs = 5000, ca, log, onCall, now = () => Date.now() } = options;
  if (user === undefined || password === undefined)
    throw configError('config.missing', { name: 'CPA_USER', example: 'the user, and CPA_PASSWORD' });
  const asSent = new URLSearchParams({ password }).toString().slice('password='.length);
  const secrets = [password, asSent];
  const transport = httpTransport({ system: 'cpa', secrets, totalMs, ca, log, onCall });
  const server = loginUrl.host;
  const site = siteSession({ loginUrl, who: { user, password }, ipField, redact: transport.redact, now });
  const inLane = lane(1);

  async function prepare(send: Send, ip: string): Promise<{ before: SitePage; form: Filled }> {
    const call = 'un-block page';
    const before = await site.openSignedIn(send, call, unblockUrl);
    return {
      before,
      form: site.understood(unblockForm(before.page, before.url, { name: ipField, ip }), call),
    };
  }

  /** From here on nothing is ever sent a second time, and what is not clear is unknown. */
  async function submit(send: Send, ip: string, { before, form }: { before: SitePage; form: Filled }) {
    const call = 'unblock';
    const answer = await site.post(send, call, form, { from: before.url, write: true });
    const after = await resultOf(send, answer, form.to);
    if (site.isSignedOut(after) && after.answer.status < 400)
      throw effectError('cpa.signed-out', { server, call }, doubtful);
    const said = readSiteAnswer(before.page.lines, after.page.lines, ip);
    const words = site.hush(said.words, form.hidden);
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
      const next =
        answer.status === 307 || answer.status === 308 ? undefined : site.redirectOf(answer, to, name);
      if (next !== undefined) return await site.open(send, name, next);
      if (isRedirect)
        throw effectError('cpa.redirected', { server, call: name, status: answer.status }, never);
      return { url: to, answer, page: site.pageOf(answer, name) };
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
        const { answer, page } = await transport.within((send) => site.openSignedIn(send, 'status', asked), {
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
