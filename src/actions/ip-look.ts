import { setMaxListeners } from 'node:events';
import { coversIp } from '../clients/ip-match.ts';
import type { WhmClient } from '../clients/whm.ts';
import type { Brute, FailedLogin } from '../clients/whm-shapes.ts';
import type { EffectError } from '../errors.ts';
import { attempt } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { chosen } from './servers.ts';
import type { Whms } from './servers.ts';

/** What cPHulk on one server says about an address; `errors` are the questions that got no answer. */
export interface IpLook {
  readonly server: string;
  /** cPHulk is switched off there, so it blocks nobody. */
  readonly off: boolean;
  readonly blocks: readonly Brute[];
  /** The entries of the black list that cover the address. */
  readonly blackList: readonly { readonly entry: string; readonly comment: string | null }[];
  readonly failedLogins: readonly FailedLogin[];
  readonly errors: readonly EffectError[];
  /** `clear` only if every question was answered. */
  readonly state: 'blocked' | 'unknown' | 'failing' | 'clear';
}

/** Looks for an address in cPHulk, on one server or on all of them; throws only on a defect. */
export function lookAtIp(
  whms: Whms,
  asked: { readonly ip: string; readonly server?: string | undefined },
  signal: AbortSignal,
): Promise<readonly IpLook[]> {
  // Five calls a server listen to it at once; Node takes more than ten for a leak.
  setMaxListeners(0, signal);
  return Promise.all(chosen(whms, asked.server).map(([name, whm]) => lookOn(name, whm, asked.ip, signal)));
}

async function lookOn(server: string, whm: WhmClient, ip: string, signal: AbortSignal): Promise<IpLook> {
  const [status, brutes, excessive, black, failed] = await Promise.all([
    attempt(whm.cphulkStatus({ signal })),
    attempt(whm.cphulkBrutes(ip, { signal })),
    attempt(whm.cphulkExcessiveBrutes(ip, { signal })),
    attempt(whm.cphulkList('black', { signal })),
    attempt(whm.cphulkFailedLogins({ ip }, { signal })),
  ]);
  const all: readonly Attempt<unknown>[] = [status, brutes, excessive, black, failed];
  const errors = all.flatMap((one) => (one.ok ? [] : [one.error]));
  const off = status.ok ? !status.value.enabled : errors.some(({ code }) => code === 'whm.cphulk-disabled');
  if (off) return { server, off, blocks: [], blackList: [], failedLogins: [], errors: [], state: 'clear' };

  const blocks = [...valueOr(brutes, []), ...valueOr(excessive, [])];
  const blackList = [...valueOr(black, new Map<string, string | null>())]
    .filter(([entry]) => coversIp(entry, ip))
    .map(([entry, comment]) => ({ entry, comment }));
  const failedLogins = valueOr(failed, []);
  const found = { server, off, blocks, blackList, failedLogins, errors };
  if (blocks.length + blackList.length > 0) return { ...found, state: 'blocked' };
  if (errors.length > 0) return { ...found, state: 'unknown' };
  return { ...found, state: failedLogins.length > 0 ? 'failing' : 'clear' };
}

function valueOr<T>(tried: Attempt<T>, otherwise: T): T {
  return tried.ok ? tried.value : otherwise;
}

/** The earliest start of the blocks, in the server's own clock: the same for as long as the block is the same. */
export function sinceOf(look: IpLook): string | null {
  const known = look.blocks.flatMap(({ since }) => (since === null ? [] : [since]));
  return known.toSorted()[0] ?? null;
}
