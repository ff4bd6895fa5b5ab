import { readAddress } from '../input/address.ts';

/** Whether two spellings mean the same address (IPv6 in any form, IPv4 mapped into IPv6). */
export function sameIp(a: string, b: string): boolean {
  const left = read(a);
  return left !== undefined && left.toNormalizedString() === read(b)?.toNormalizedString();
}

/** Whether an entry of a list (an address, a CIDR range or `a-b`) covers the address. */
export function coversIp(entry: string, ip: string): boolean {
  const address = read(ip);
  if (address === undefined) return false;
  if (entry.includes('/')) {
    const [base = '', bits = ''] = entry.split('/');
    const network = read(base);
    if (network === undefined || !/^\d{1,3}\s*$/.test(bits) || network.kind() !== address.kind())
      return false;
    const length = Number(bits);
    return length <= network.toByteArray().length * 8 && address.match(network, length);
  }
  if (entry.includes('-')) {
    const [from, to] = entry.split('-').map((end) => read(end)?.toByteArray());
    const bytes = address.toByteArray();
    if (from === undefined || to === undefined || from.length !== bytes.length) return false;
    return compare(from, bytes) <= 0 && compare(bytes, to) <= 0;
  }
  return sameIp(entry, ip);
}

/** Whether a text is an IPv6 address (and not IPv4 mapped into one), which servers may spell in several ways. */
export function isIpv6(ip: string): boolean {
  return read(ip)?.kind() === 'ipv6';
}

function read(text: string) {
  return readAddress(text.trim());
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, byte] of a.entries()) {
    const difference = byte - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
