import ipaddr from 'ipaddr.js';
import { onOneLine, quoted, trimChars } from './typed.ts';

/** An IPv4 or IPv6 address as ipaddr.js holds it; never a v4-mapped IPv6. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A word that was meant as an address, perhaps: when `sure`, it is refused even beside a good one. */
export interface Broken {
  readonly kind: 'broken';
  readonly code: 'leading-zero' | 'octet' | 'incomplete' | 'range' | 'zone' | 'malformed';
  readonly message: string;
  readonly sure: boolean;
}

/** A word that is an address. */
export interface Read {
  readonly kind: 'address';
  readonly address: Address;
}

/** A word of the text, and what it was read as. */
export interface Word {
  readonly text: string;
  readonly read?: Read | Broken;
}

const BETWEEN_WORDS = /[\s<>|"“”«»„,;=()[\]{}—]+/u;
const FRONT = "*_~`'‘’/-–";
const BACK = "*_~`'‘’.!?…-–";

/** The words of a text, each with the address in it; a port, a scheme or a label such as `IP:` is not part of it. */
export function readWords(text: string): readonly Word[] {
  return onOneLine(text)
    .split(BETWEEN_WORDS)
    .map((word) => trimChars(word, FRONT, BACK))
    .filter((word) => word !== '')
    .map((word) => {
      const read = readWord(word);
      return read ? { text: word, read } : { text: word };
    });
}

/** One address without anything around it, or nothing. */
export function readAddress(word: string): Address | undefined {
  const read = /^\d/.test(word) && !word.includes(':') ? readV4(word) : readV6(word);
  return read?.kind === 'address' ? read.address : undefined;
}

function readWord(word: string): Read | Broken | undefined {
  const bare = withoutLabel(word);
  const slash = bare.indexOf('/');
  const host = slash < 0 ? bare : bare.slice(0, slash);
  const port = /^(\d[\d.]*\d):\d{1,5}$/.exec(host);
  const head = port?.[1] ?? (/[^:]:$/.test(host) ? host.slice(0, -1) : host);
  if (head.length > 100) return undefined;
  const read = readDashed(head) ?? readZoned(head) ?? (head.includes(':') ? readV6(head) : readV4(head));
  if (read?.kind === 'address' && slash >= 0 && /^\d{1,3}(?:[.:]|$)/.test(bare.slice(slash + 1)))
    return range(bare);
  return read;
}

/** Drops `IP:`, `http:`, `IPv6:`: what stands before a colon and cannot be the first group of an IPv6 address. */
function withoutLabel(word: string): string {
  let rest = word;
  for (;;) {
    const colon = rest.indexOf(':');
    const front = rest.slice(0, Math.max(colon, 0));
    // A slash or a percent sign in front is a range or a zone, not a label.
    const single = colon === 0 && !rest.startsWith('::');
    if (!single && (colon < 0 || !/[^0-9a-f.]/i.test(front) || /[/%]/.test(front))) return rest;
    rest = trimChars(rest.slice(colon + 1), '/', '');
  }
}

function readDashed(word: string): Broken | undefined {
  if (!/^[0-9a-f:.]+[-–][0-9a-f:.]+$/i.test(word)) return undefined;
  return readAddress(word.split(/[-–]/)[0] ?? '') ? range(word) : undefined;
}

function readZoned(word: string): Broken | undefined {
  const percent = word.indexOf('%');
  if (percent < 0 || !readAddress(word.slice(0, percent))) return undefined;
  return {
    kind: 'broken',
    code: 'zone',
    message: `${quoted(word)} ends in a zone (${word.slice(percent)}), so it only means something inside one network.`,
    sure: true,
  };
}

function range(word: string): Broken {
  const message = `${quoted(word)} is a range of addresses. Only a single address can be un-blocked.`;
  return { kind: 'broken', code: 'range', message, sure: true };
}

function readV4(word: string): Read | Broken | undefined {
  if (!/^\d+(?:\.\d+){2,}$/.test(word)) return undefined;
  const octets = word.split('.');
  const broken = (code: Broken['code'], why: string, sure: boolean): Broken => {
    return { kind: 'broken', code, message: `${quoted(word)} ${why}`, sure };
  };
  if (octets.length !== 4) {
    return broken(
      'incomplete',
      `has ${octets.length} numbers, and an IPv4 address has four, like 203.0.113.7.`,
      false,
    );
  }
  // Four long numbers are the version of some program more often than an address.
  const long = octets.find((octet) => octet.length > 3);
  const wrong = long ?? octets.find((octet) => Number(octet) > 255);
  if (wrong !== undefined) {
    return broken(
      'octet',
      `is no address: ${wrong} is more than 255. A digit is too many or wrong.`,
      long === undefined,
    );
  }
  if (octets.some((octet) => /^0\d/.test(octet))) {
    const plain = octets.map(Number).join('.');
    const why = `has leading zeros, which some programs read as octal, so it could be two addresses.`;
    return broken('leading-zero', `${why} If ${plain} is meant, send it like that.`, true);
  }
  return { kind: 'address', address: new ipaddr.IPv4(octets.map(Number)) };
}

function readV6(word: string): Read | Broken | undefined {
  const groups = word.split(':');
  if (groups.length < 3 || !/^[0-9a-f:.]+$/i.test(word)) return undefined;
  const last = groups.at(-1) ?? '';
  if (last.includes('.')) {
    const v4 = readV4(last);
    if (v4?.kind !== 'address') return v4;
  }
  if (word.length <= 45 && ipaddr.IPv6.isValid(word)) {
    const address = ipaddr.IPv6.parse(word);
    return { kind: 'address', address: address.isIPv4MappedAddress() ? address.toIPv4Address() : address };
  }
  // Three groups without "::" are a time of day.
  if (groups.length < 4 && !word.includes('::')) return undefined;
  const message = `${quoted(word)} is not a whole IPv6 address; one has eight groups, or fewer and one “::”, like 2001:db8::1.`;
  return { kind: 'broken', code: 'malformed', message, sure: word.includes('::') };
}
