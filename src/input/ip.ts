import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { readAddress, readWords, type Address, type Broken, type Word } from './address.ts';
import { asWritten } from './spoken.ts';
import { listed, MAX_TYPED, onOneLine, quoted, tooLong, trimChars } from './typed.ts';

/** One of our servers or offices, which must never be taken for a client: `address` is one address or a CIDR range. */
export interface OwnAddress {
  readonly address: string;
  readonly name: string;
}

/** Why a text is not the client's address. */
export type IpCode =
  | Broken['code']
  | 'empty'
  | 'too-long'
  | 'nothing'
  | 'name'
  | 'several'
  | 'unclear'
  | 'private'
  | 'carrier-nat'
  | 'loopback'
  | 'link-local'
  | 'unique-local'
  | 'multicast'
  | 'unspecified'
  | 'broadcast'
  | 'reserved'
  | 'own';

/** An address in its canonical spelling (IPv6 after RFC 5952, v4-mapped as IPv4), or why not and what to do. */
export type ParsedIp =
  | { readonly ok: true; readonly ip: string }
  | { readonly ok: false; readonly code: IpCode; readonly message: string };

const ASK = 'Ask them to open www.whatismyip.com and to read out the address there.';

/** Reads the one public address in what somebody typed or pasted. Throws only if `own` is malformed. */
export function parseIp(text: string, own: readonly OwnAddress[]): ParsedIp {
  if (text.length > MAX_TYPED)
    return refused('too-long', tooLong(text.length, 'the address, like 203.0.113.7'));
  const line = asWritten(onOneLine(text));
  if (line === '') return refused('empty', `No address was given. ${ASK}`);
  const words = readWords(line);
  const broken = words.map(({ read }) => read).filter((read) => read?.kind === 'broken');
  const sure = broken.find((read) => read.sure);
  if (sure) return refused(sure.code, `${sure.message} ${ASK}`);
  const found = new Map<string, Address>();
  for (const { read } of words)
    if (read?.kind === 'address') found.set(read.address.toString(), read.address);
  // "IP :: 203.0.113.7" is a label.
  if (found.size > 1) found.delete('::');
  const [first, ...others] = found.values();
  if (!first) {
    const joined = withoutSpaces(line);
    if (joined) return judge(joined, own);
    return broken[0] ? refused(broken[0].code, `${broken[0].message} ${ASK}`) : nothing(words);
  }
  if (others.length > 0) {
    const names = listed(
      [first, ...others].map((one) => `${one.toString()} (${one.kind() === 'ipv4' ? 'IPv4' : 'IPv6'})`),
    );
    return refused(
      'several',
      `Those are different addresses: ${names}. Which one is it? Send only that one; the other can be looked at afterwards.`,
    );
  }
  const stray = strayDigits(line, words);
  if (stray !== undefined) {
    return refused(
      'unclear',
      `It is not clear whether ${quoted(stray)} belongs to ${first.toString()}. Send the address alone.`,
    );
  }
  return judge(first, own);
}

/** The type of a fact that is the client's public address; its output is the canonical spelling. */
export function publicIp(own: readonly OwnAddress[]) {
  const ranges = own.map((one) => ({ ...one, range: rangeOf(one.address) }));
  const bad = ranges.find((one) => !one.range);
  if (bad)
    throw new Error(
      `Own address ${quoted(bad.address)} (${bad.name}) is neither an address nor a CIDR range.`,
    );
  return z.string({ error: `Type the address. ${ASK}` }).transform((text, ctx) => {
    const parsed = parseIp(text, own);
    if (parsed.ok) return parsed.ip;
    ctx.addIssue({ code: 'custom', message: parsed.message });
    return z.NEVER;
  });
}

/** Reads the setting OWN_ADDRESSES: `203.0.113.200=our office, 198.51.100.0/24=mail servers`. */
export function parseOwnAddresses(
  setting: string,
):
  | { readonly ok: true; readonly own: readonly OwnAddress[] }
  | { readonly ok: false; readonly message: string } {
  const own: OwnAddress[] = [];
  for (const entry of setting.split(/[,;\n]/).map(onOneLine)) {
    if (entry === '') continue;
    const equals = entry.indexOf('=');
    const address = (equals < 0 ? entry : entry.slice(0, equals)).trim().toLowerCase();
    const name = equals < 0 ? '' : entry.slice(equals + 1).trim();
    const range = rangeOf(address);
    if (!range) {
      const like =
        'Write an address or a CIDR range, like 203.0.113.200=our office or 198.51.100.0/24=mail servers.';
      return {
        ok: false,
        message: `OWN_ADDRESSES has ${quoted(address)}, which is neither an address nor a range. ${like}`,
      };
    }
    if (name === '') {
      const like = `Write ${address}=our office, so that people are told whose address it is.`;
      return { ok: false, message: `OWN_ADDRESSES has ${quoted(address)} without a name. ${like}` };
    }
    own.push({
      address: address.includes('/') ? `${range[0].toString()}/${range[1]}` : range[0].toString(),
      name,
    });
  }
  return { ok: true, own };
}

function refused(code: IpCode, message: string): ParsedIp {
  return { ok: false, code, message };
}

function nothing(words: readonly Word[]): ParsedIp {
  const name = words.find(({ text }) => /^\S*[\p{L}\p{N}]\.\p{L}{2}/u.test(text));
  if (name)
    return refused(
      'name',
      `${quoted(name.text)} is a name, not an address: what stands behind a name is not the client's office. ${ASK}`,
    );
  return refused('nothing', `No address was found in that. It looks like 203.0.113.7 or 2001:db8::1. ${ASK}`);
}

/** Nothing but the characters of addresses, so that every digit in it must have a meaning. */
const ONLY_ADDRESS = /^[0-9a-f:./\s–-]+$/i;

function withoutSpaces(line: string): Address | undefined {
  const joined = trimChars(line, '([', ')].,;!?').replace(/ ?([.:]) ?/g, '$1');
  return ONLY_ADDRESS.test(joined) ? readAddress(trimChars(joined, ' ', ' ')) : undefined;
}

/** "20 3.0.113.7" must not become 3.0.113.7. */
function strayDigits(line: string, words: readonly Word[]): string | undefined {
  if (!ONLY_ADDRESS.test(line)) return undefined;
  return words.find(({ text, read }) => read?.kind !== 'address' && /[\d:]/.test(text))?.text;
}

function judge(address: Address, own: readonly OwnAddress[]): ParsedIp {
  const ip = address.toString();
  const ours = own.find((one) => isWithin(address, one));
  if (ours) {
    return refused(
      'own',
      `${ip} is ours (${ours.name}${ours.address === ip ? '' : `, ${ours.address}`}), so it is not the client's. ${ASK}`,
    );
  }
  const reason = reservedFor(address);
  return reason ? refused(reason, `${ip} ${WHY[reason]} ${ASK}`) : { ok: true, ip };
}

type Reserved = keyof typeof WHY;

const WHY = {
  private:
    "is a private address: it exists only inside the client's own network, and no server of ours ever sees it.",
  'carrier-nat':
    "is an address inside the provider's own network (100.64.0.0/10, carrier NAT); our servers see another one.",
  loopback: 'is a loopback address: every computer calls itself that.',
  'link-local':
    'is a link-local address: the computer made it up for its own cable or Wi-Fi, often because it got none from the router.',
  'unique-local': "is a unique-local address (fc00::/7): it exists only inside the client's own network.",
  multicast: 'is a multicast address: it stands for a group of computers, never for one.',
  unspecified: 'is in a range that means “no address yet”; no computer on the internet has it.',
  broadcast: 'is the broadcast address: it means “everybody here”, never one computer.',
  reserved: 'is in a range that is reserved and not used by anybody on the internet. A digit may be wrong.',
} as const;

/** Documentation ranges are let through: examples and tests live there, and nobody else does. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].map((cidr) =>
  ipaddr.parseCIDR(cidr),
);
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** Tunnels from the early days: odd, but an office can be seen under them. */
const PUBLIC_RANGES: readonly string[] = ['unicast', '6to4', 'teredo'];
const REASONS: Readonly<Record<string, Reserved>> = {
  private: 'private',
  carrierGradeNat: 'carrier-nat',
  loopback: 'loopback',
  linkLocal: 'link-local',
  uniqueLocal: 'unique-local',
  multicast: 'multicast',
  unspecified: 'unspecified',
  broadcast: 'broadcast',
};

function reservedFor(address: Address): Reserved | undefined {
  if (DOCUMENTATION.some((range) => matches(address, range))) return undefined;
  const range = address.range();
  const reason = Object.hasOwn(REASONS, range) ? REASONS[range] : undefined;
  if (reason) return reason;
  const isPublic =
    PUBLIC_RANGES.includes(range) && (address.kind() === 'ipv4' || matches(address, GLOBAL_UNICAST));
  return isPublic ? undefined : 'reserved';
}

function isWithin(address: Address, own: OwnAddress): boolean {
  const range = rangeOf(own.address);
  if (!range)
    throw new Error(
      `Own address ${quoted(own.address)} (${own.name}) is neither an address nor a CIDR range.`,
    );
  return matches(address, range);
}

function matches(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function rangeOf(text: string): [Address, number] | undefined {
  const [word = '', bits, ...more] = text.split('/');
  const address = readAddress(word);
  if (!address || more.length > 0) return undefined;
  const most = address.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [address, most];
  // A range that holds everybody would refuse every client; a v4-mapped one counts its bits differently.
  const count = /^\d{1,3}$/.test(bits) ? Number(bits) : 0;
  const mapped = address.kind() === 'ipv4' && word.includes(':');
  return count >= 1 && count <= most && !mapped ? [address, count] : undefined;
}
