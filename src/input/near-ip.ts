import { distance } from 'fastest-levenshtein';
import { readAddress } from './address.ts';

/** How two addresses are alike: what a person mixes up who reads one out or types it. */
export type Likeness = 'one digit' | 'two digits swapped' | 'same network' | 'other protocol';

/**
 * How the address that was typed is like one that was seen; undefined where it is not, or is the same. `other protocol`:
 * one is IPv4 and the other IPv6, so that they may well be one office: a browser shows the one, Outlook comes by the other.
 */
export function likeness(typed: string, seen: string): Likeness | undefined {
  const [one, other] = [readAddress(typed), readAddress(seen)];
  if (one === undefined || other === undefined) return undefined;
  const [a, b] = [one.toString(), other.toString()];
  if (a === b) return undefined;
  if (one.kind() !== other.kind()) return 'other protocol';
  if (distance(a, b) === 1) return 'one digit';
  if (isSwap(a, b)) return 'two digits swapped';
  // A home or an office has a whole /64, and its devices change their half every day.
  return one.kind() === 'ipv6' && one.match(other, 64) ? 'same network' : undefined;
}

function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2) === b;
}
