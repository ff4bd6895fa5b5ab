import { words } from '../engine/card.ts';
import type { Text } from '../engine/card.ts';
import { readAddress } from '../input/address.ts';
import type { SeenAddress } from './handler.ts';

/**
 * How much of two addresses is alike in one network: an office gets a new address now and then, mostly from the same
 * provider, who has /16s of IPv4 and at least a /32 of IPv6.
 */
const bits = { ipv4: 16, ipv6: 32 } as const;
const mostNamed = 3;

/**
 * Why an address is risky that is in none of the networks that the client was seen in before. Only addresses of its own
 * protocol can speak against it: an office has both. Undefined where there are none.
 */
export function foreignNetwork(ip: string, seen: readonly SeenAddress[]): Text | undefined {
  const address = readAddress(ip);
  if (address === undefined) return undefined;
  const kind = address.kind();
  const known = seen.flatMap((one) => {
    const read = readAddress(one.ip);
    return read === undefined || read.kind() !== kind ? [] : [{ ...one, read }];
  });
  const isNear = known.some(({ read }) => address.match(read, bits[kind]));
  if (known.length === 0 || isNear) return undefined;
  const firsts = [...new Map(known.map((one) => [one.ip, one])).values()];
  const named = firsts.slice(0, mostNamed).map((one) => `${one.ip} in ${one.incident}`);
  const more = firsts.length > mostNamed ? ` and ${firsts.length - mostNamed} more` : '';
  return words(
    'It is from another network than all that this client was seen in before ({seen}): make sure that it is theirs.',
    { seen: `${named.join(', ')}${more}` },
  );
}
