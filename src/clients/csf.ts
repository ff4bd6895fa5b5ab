import { isIP } from 'node:net';
import { EffectError, effectError } from '../errors.ts';
import { readGrep, readTemp } from './csf-lines.ts';
import type { Found } from './csf-lines.ts';
import { csfVersion, isResellerPage, readCsfKill, readCsfPage } from './csf-page.ts';
import { coversIp, sameIp } from './ip-match.ts';
import { liftRight } from './lift-right.ts';
import { statusFailure } from './transport.ts';
import type { HttpAnswer } from './transport.ts';
import type { CallOptions, WhmCalls } from './whm-calls.ts';

/** What CSF has about an address. */
export interface CsfEntry {
  /** `port`: only some ports are blocked. `ipset`: a list that CSF loads, such as a block list or a country. */
  kind: 'temporary' | 'permanent' | 'range' | 'port' | 'ipset' | 'allow';
  /** The address, range or set as CSF names it. */
  entry: string;
  /** Outside text. */
  reason: string | null;
  /** `POP3`, `IMAP`, `SMTP`, `cPanel`, …; LFD names no mailbox. */
  service: string | null;
  failures: number | null;
  /** The server's local time, as text. */
  since: string | null;
  untilMs: number | null;
  /** Lifted by removing this one address. */
  removable: boolean;
  /** Why removing the address does not lift it. */
  stuck?: 'range' | 'ipset' | 'do not delete';
}

/** What CSF says about an address. An allow entry for the whole address goes before every block, so it is not `blocked` then. */
export interface CsfLook {
  blocked: boolean;
  allowed: boolean;
  entries: CsfEntry[];
  version: string | null;
}

const newer = { name: 'csf.cgi', path: '/cgi/configserver/csf.cgi' };
const older = { name: 'addon_csf.cgi', path: '/cgi/addon_csf.cgi' };

/** What speaks for an administrator and a reseller; both run `csf -dr` and then take the temporary block off. */
const killActions = { root: 'kill', reseller: 'qkill' } as const;

/**
 * The firewall CSF/LFD, which has no API: its plugin's pages are read as `DisplayUI.pm` and `DisplayResellerUI.pm` of
 * cpanel/cpanel-csf (16.07) print them. Throws EffectError, codes `csf.*` and those of the way there, `whm.*`.
 */
export function csfClient(
  { page: get, pageWrite: post, server }: Pick<WhmCalls, 'page' | 'pageWrite' | 'server'>,
  mayWrite: boolean,
  now: () => number,
) {
  /** The address of the plugin, once one has answered, and as whom it sees us. */
  let known: typeof newer | undefined;
  const right = liftRight(mayWrite);
  let seenAs: keyof typeof killActions = 'root';

  async function ask(
    params: Record<string, string>,
    check: (html: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const places = known === older ? [older, newer] : [newer, older];
    for (const place of places) {
      const read = (answer: HttpAnswer) => {
        const failure = refusalOf(answer, server, place.name);
        if (failure !== undefined) throw failure;
        check(answer.text);
        return answer.text;
      };
      try {
        const html = await get({ ...place, params, read, signal });
        known = place;
        return html;
      } catch (error) {
        if (!(error instanceof EffectError) || error.code !== 'csf.missing') throw error;
      }
    }
    throw effectError('csf.missing', { server }, { retry: 'never', outcome: 'not-applied' });
  }

  /** The time left is only in the table of temporary blocks; a block without it is still a block. */
  async function temporaryBlocks(signal: AbortSignal | undefined): Promise<ReturnType<typeof readTemp>> {
    try {
      return readTemp(await ask({ action: 'temp' }, () => {}, signal));
    } catch (error) {
      if (signal?.aborted === true || !(error instanceof EffectError)) throw error;
      return [];
    }
  }

  return {
    /** Everything that CSF has about an address: two pages when it is blocked for a time, else one. */
    async look(ip: string, { signal }: CallOptions = {}): Promise<CsfLook> {
      const html = await ask({ action: 'grep', ip }, (page) => void found(page, ip, server), signal);
      seenAs = isResellerPage(html) ? 'reseller' : 'root';
      const lines = found(html, ip, server);
      const rows = lines.some(({ entry }) => entry.kind === 'temporary') ? await temporaryBlocks(signal) : [];
      const entries = lines.map(({ entry, ports }): CsfEntry => {
        if (entry.kind !== 'temporary') return entry;
        const mine = rows.filter((row) => sameIp(row.ip, ip));
        const row = mine.find((one) => one.ports === ports) ?? mine[0];
        return row === undefined ? entry : { ...entry, untilMs: now() + row.leftMs };
      });
      const allows = entries.filter(({ kind }) => kind === 'allow');
      const letThrough = allows.some(({ entry }) => coversIp(entry, ip));
      return {
        blocked: !letThrough && entries.length > allows.length,
        allowed: allows.length > 0,
        entries,
        version: csfVersion(html),
      };
    },

    /** Whether mailfix itself may remove entries here: it has a token for changes, which was not refused for it yet. */
    mayKill: right.has,

    /**
     * Takes the address itself out of the deny list and the temporary blocks: sent once, after a `look`, which is what
     * the page is known from. Resolves to what csf printed, and that proves nothing: look again.
     */
    async kill(ip: string, { signal }: CallOptions = {}): Promise<string> {
      // "all" in the place of an address would empty the list.
      if (isIP(ip) === 0) throw new RangeError(`"${ip}" is no address, and a kill must be of one`);
      const place = known ?? newer;
      const read = (answer: HttpAnswer) => {
        const failure = refusalOf(answer, server, place.name, true);
        if (failure !== undefined) throw failure;
        const page = readCsfKill(answer.text);
        if (page.kind === 'output') return page.text;
        if (page.kind === 'refused') throw noAccess(server, page.reason);
        throw broken(server, page.reason, page.cut, 'unknown');
      };
      const params = { action: killActions[seenAs], ip };
      return right.use(() => post({ ...place, params, read, signal, about: `ip:${ip}` }));
    },
  };
}

function found(html: string, ip: string, server: string): readonly Found[] {
  const page = readCsfPage(html);
  if (page.kind === 'refused') throw noAccess(server, page.reason);
  if (page.kind === 'broken') throw broken(server, page.reason, page.cut);
  const entries = readGrep(page.text, ip);
  if (entries === undefined) {
    const said = page.text.trim().split('\n')[0]?.slice(0, 100) ?? '';
    throw broken(server, said === '' ? 'csf printed nothing' : `csf printed "${said}"`, false);
  }
  return entries;
}

function noAccess(server: string, reason: string): EffectError {
  const consequence = { retry: 'never', outcome: 'not-applied' } as const;
  return effectError('csf.no-access', { server, reason }, consequence);
}

function broken(
  server: string,
  reason: string,
  cut: boolean,
  outcome: 'not-applied' | 'unknown' = 'not-applied',
): EffectError {
  const consequence = { retry: cut ? 'later' : 'never', outcome } as const;
  return effectError('csf.broken-answer', { server, reason }, consequence);
}

/** What a status of HTTP says all by itself: WHM shows a login page, or sends there, whoever may not see the plugin. */
function refusalOf(answer: HttpAnswer, server: string, name: string, write = false): EffectError | undefined {
  const failure = statusFailure(answer, { system: 'whm', server, name, write });
  if (failure === undefined) return undefined;
  const never = { retry: 'never', outcome: 'not-applied' } as const;
  if (failure.code === 'whm.wrong-address') return effectError('csf.missing', { server }, never);
  if (failure.code === 'whm.refused-token' || failure.code === 'whm.redirected')
    return noAccess(server, `status ${answer.status}`);
  return failure;
}
