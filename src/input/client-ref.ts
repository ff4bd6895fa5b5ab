import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { asWritten } from './spoken.ts';
import { listed, MAX_TYPED, onOneLine, quoted, tooLong, trimChars } from './typed.ts';

/** Which client is meant: a mailbox, a domain, or the user name of a cPanel account. */
export type ClientRef =
  | { readonly kind: 'mailbox'; readonly mailbox: string; readonly domain: string }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'account'; readonly user: string };

/** The one client that a text names, or why there is none and what to do. */
export type ParsedClientRef =
  | { readonly ok: true; readonly ref: ClientRef }
  | {
      readonly ok: false;
      readonly code: 'empty' | 'too-long' | 'address' | 'several' | 'bad-mailbox' | 'bad-domain' | 'nothing';
      readonly message: string;
    };

type Refused = Extract<ParsedClientRef, { ok: false }>;
type Found = Exclude<ClientRef, { kind: 'account' }>;

const LIKE = 'Type their domain, mailbox or account, like acme.example, info@acme.example or acme.';
const BETWEEN_WORDS = /[\s<>"“”«»„,;()[\]…—]+/u;
const EDGE = "*~`'‘’";

/** Reads the one client in what somebody typed or pasted; never throws. */
export function parseClientRef(text: string): ParsedClientRef {
  if (text.length > MAX_TYPED) return refused('too-long', tooLong(text.length, 'the domain or the mailbox'));
  const line = asWritten(onOneLine(text));
  if (line === '') return refused('empty', `No client was named. ${LIKE}`);
  const words = line
    .replace(/<([^<>|]*)\|([^<>|]*)>/g, ' $1 $2 ')
    .split(BETWEEN_WORDS)
    .map((word) => withoutItalics(trimChars(word, EDGE, `${EDGE}.:!?`)))
    .filter((word) => word !== '');
  const found: Found[] = [];
  const refusals: Refused[] = [];
  for (const word of words) {
    const read = readWord(word);
    if (read && 'kind' in read) found.push(read);
    else if (read) refusals.push(read);
  }
  const bad = refusals.find(({ code }) => code === 'bad-mailbox');
  if (bad) return bad;
  const refs = distinct(found);
  const [ref, ...others] = refs;
  if (others.length > 0) {
    return refused(
      'several',
      `That names different clients: ${listed(refs.map(refText))}. Which one is it? Send only that one.`,
    );
  }
  if (ref) return { ok: true, ref };
  const only = words.length === 1 ? words[0] : undefined;
  if (only !== undefined && /^[a-z][a-z0-9_]{0,15}$/i.test(only)) {
    return { ok: true, ref: { kind: 'account', user: only.toLowerCase() } };
  }
  return refusals[0] ?? refused('nothing', nothingIn(line, only));
}

/** The canonical text of a client: `info@acme.example`, `acme.example` or `acme`. */
export function refText(ref: ClientRef): string {
  return ref.kind === 'mailbox' ? ref.mailbox : ref.kind === 'domain' ? ref.domain : ref.user;
}

/** The type of a fact that names a client; its output is the canonical text. */
export function clientRef() {
  return z.string({ error: LIKE }).transform((text, ctx) => {
    const parsed = parseClientRef(text);
    if (parsed.ok) return refText(parsed.ref);
    ctx.addIssue({ code: 'custom', message: parsed.message });
    return z.NEVER;
  });
}

function refused(code: Refused['code'], message: string): Refused {
  return { ok: false, code, message };
}

function nothingIn(line: string, only: string | undefined): string {
  return only === undefined
    ? `No domain or mailbox was found in ${quoted(line)}. ${LIKE}`
    : `${quoted(only)} is not a domain, a mailbox or an account. ${LIKE}`;
}

function readWord(word: string): Found | Refused | undefined {
  const { host, local } = cut(word.replaceAll('\\', '/'));
  const name = host.replace(/['’]s$/i, '').replace(/:\d{1,5}$/, '');
  if (isIP(name) !== 0 || isIP(word) !== 0) {
    return refused(
      'address',
      `${quoted(isIP(name) === 0 ? word : name)} is an IP address. Which client is it? ${LIKE}`,
    );
  }
  if (name === '') return undefined;
  const domain = readDomain(name);
  if (local === undefined || local === '') {
    if (domain !== undefined) return { kind: 'domain', domain: withoutWww(domain) };
    const looks = name.length > 3 && name.includes('.') && /\p{L}/u.test(name);
    return looks
      ? refused('bad-domain', `${quoted(name)} is not a possible domain. Check its spelling. ${LIKE}`)
      : undefined;
  }
  // cPanel knows no other mailboxes; "/", "%" and the like would be read as something else further on.
  const possible = local.length <= 64 && /^[a-z0-9_][a-z0-9_+&'=-]*(?:\.[a-z0-9_+&'=-]+)*$/i.test(local);
  if (domain !== undefined && possible)
    return { kind: 'mailbox', mailbox: `${local.toLowerCase()}@${domain}`, domain };
  const why =
    domain === undefined
      ? `${quoted(name)} is not a whole domain`
      : `${quoted(local)} is not a possible mailbox name`;
  // Beside a good one, "sam@support" is a mention; "a..b@acme.example" was meant.
  return refused(
    domain === undefined ? 'bad-domain' : 'bad-mailbox',
    `In ${quoted(`${local}@${name}`)}, ${why}. ${LIKE}`,
  );
}

/** The host of a URL, or the halves of a mail address; what else a URL holds (user, password, path, query) is dropped. */
function cut(word: string): { readonly host: string; readonly local?: string } {
  const scheme = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(word)?.[0];
  const rest = trimChars(scheme === undefined ? withoutLabel(word) : word.slice(scheme.length), '/', '');
  const authority = rest.split(/[/?#|]/, 1)[0] ?? '';
  const at = authority.lastIndexOf('@');
  const host = trimChars(authority.slice(at + 1), '', '.:');
  return scheme === undefined && at >= 0 ? { host, local: authority.slice(0, at) } : { host };
}

/** `mailto:`, `Domain:` and the like; "acme.example:2096" has a dot in front of its colon. */
function withoutLabel(word: string): string {
  const label = /^[\p{L}-]{1,30}:/u.exec(word)?.[0];
  return label === undefined || isIP(word) !== 0 ? word : word.slice(label.length);
}

/** Slack sends italics as they were typed. */
function withoutItalics(word: string): string {
  return word.startsWith('_') && word.endsWith('_') && /[.@]/.test(word) ? word.slice(1, -1) : word;
}

function readDomain(name: string): string | undefined {
  // Asked first, so that 10 kB are never turned into Punycode.
  if (name.length > 253 || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(name)) return undefined;
  const ascii = domainToASCII(name).toLowerCase();
  const labels = ascii.split('.');
  const possible = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  // Node makes 127.0.0.1 of "0x7f.1"; no top-level domain begins with a digit.
  return possible && labels.length > 1 && ascii.length <= 253 && /^[a-z][a-z0-9-]+$/.test(labels.at(-1) ?? '')
    ? ascii
    : undefined;
}

function withoutWww(domain: string): string {
  let rest = domain;
  while (rest.startsWith('www.') && rest.indexOf('.', 4) > 0) rest = rest.slice(4);
  return rest;
}

/** A signature names the mailbox and the website beside it: that is one client, and the mailbox says more. */
function distinct(found: readonly Found[]): readonly Found[] {
  const byText = new Map(found.map((ref) => [refText(ref), ref]));
  const refs = [...byText.values()];
  const mailboxDomains = new Set(
    refs.filter((ref) => ref.kind === 'mailbox').map((ref) => withoutWww(ref.domain)),
  );
  return refs.filter((ref) => ref.kind === 'mailbox' || !mailboxDomains.has(ref.domain));
}

/** The candidates that `wanted` may be a misspelling of, nearest first, at most `max`. */
export function nearMatches(wanted: string, candidates: readonly string[], max = 3): readonly string[] {
  const name = nameOf(wanted.toLowerCase().slice(0, 320));
  const scored: { candidate: string; far: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const far = farness(wanted.toLowerCase().slice(0, 320), name, candidate.toLowerCase());
    if (far <= mostTypos(name)) scored.push({ candidate, far });
  }
  scored.sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, max).map(({ candidate }) => candidate);
}

/** Two letters exchanged count as two. */
function mostTypos(name: string): number {
  return name.length < 4 ? 1 : name.length < 9 ? 2 : 3;
}

/** Another ending is one typo, and so is a part of the name that was left out. */
function farness(wanted: string, name: string, candidate: string): number {
  const other = nameOf(candidate);
  const whole = distance(wanted, candidate);
  const byName =
    distance(name, other) + (wanted.slice(name.length) === candidate.slice(other.length) ? 0 : 1);
  const partly = name.length >= 4 && other.includes(name) ? mostTypos(name) : Infinity;
  return Math.min(whole, byName, partly);
}

/** A domain, mailbox or user without its ending: an ending would outweigh the typo. */
function nameOf(text: string): string {
  const dot = text.lastIndexOf('.');
  return dot > 0 ? text.slice(0, dot) : text;
}

/**
 * A PCRE (and JavaScript) source that finds the domains of which `domain` may be a misspelling by one typo or
 * by its ending, so that near matches can be looked for without listing every account.
 */
export function nearMatchPattern(domain: string): string {
  const name = nameOf(domain.toLowerCase().slice(0, 253));
  if (name === '') return '(?!)';
  const tries: string[] = name.length >= 4 ? [`.*${escaped(name)}.*`] : [`${escaped(name)}.?`];
  if (name.length > 8) {
    // One typo leaves the front or the back whole, also when it exchanges the two letters in the middle.
    const middle = Math.floor(name.length / 2);
    tries.push(`${escaped(name.slice(0, middle))}.*`, `.*${escaped(name.slice(middle + 1))}`);
  } else {
    for (let at = 0; at + 2 <= name.length; at++) {
      tries.push(`${escaped(name.slice(0, at))}.{0,3}${escaped(name.slice(at + 2))}`);
    }
  }
  return `^(?:${tries.join('|')})\\.[a-z0-9.-]+$`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/#@]/g, String.raw`\$&`);
}
