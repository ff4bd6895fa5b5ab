import type { BlockStatus, CpaClient } from '../clients/cpa.ts';
import type { EffectError } from '../errors.ts';
import { attempt } from './attempt.ts';
import { worstOf } from './find-ip-block.ts';
import { lookAtIp, sinceOf } from './ip-look.ts';
import type { IpLook } from './ip-look.ts';
import type { Whms } from './servers.ts';

type Seen = 'blocked' | 'clear' | 'unknown';

/** What is seen of a block just before an un-block is planned, sent, or judged. */
export interface Sight {
  readonly looks: readonly IpLook[];
  readonly cphulk: Seen;
  /** `silent`: the CPA System has no status to ask for. */
  readonly cpa: BlockStatus | 'silent';
  /** Both together: clear only if everybody who was asked said so. */
  readonly seen: Seen;
  readonly errors: readonly EffectError[];
}

/** Asks cPHulk and the CPA System about an address, side by side. */
export async function lookBeforeUnblock(
  systems: { readonly whms: Whms; readonly cpa: CpaClient },
  asked: { readonly ip: string; readonly server?: string | undefined },
  signal: AbortSignal,
): Promise<Sight> {
  const { whms, cpa } = systems;
  const [looks, status] = await Promise.all([
    lookAtIp(whms, asked, signal),
    cpa.hasStatus ? attempt(cpa.status(asked.ip, { signal })) : undefined,
  ]);
  const worst = worstOf(looks);
  const cphulk = worst === 'failing' ? 'clear' : worst;
  const cpaState = status === undefined ? 'silent' : status.ok ? status.value : 'unknown';
  const errors = looks.flatMap((look) => look.errors);
  return {
    looks,
    cphulk,
    cpa: cpaState,
    seen: together(cphulk, cpaState, looks.length > 0),
    errors: status === undefined || status.ok ? errors : [...errors, status.error],
  };
}

/** The state in words that stay the same for as long as the world does: no counts, no "until". */
export function stateWords({ looks, cpa }: Sight): string {
  const parts = looks.flatMap((look) => {
    if (look.state === 'unknown') return [`cPHulk on ${look.server}: not known`];
    if (look.state !== 'blocked') return [`not blocked by cPHulk on ${look.server}`];
    const since = `blocked by cPHulk on ${look.server} since ${sinceOf(look) ?? 'an unknown time'}`;
    const listed = `on the black list of cPHulk on ${look.server}`;
    return [...(look.blocks.length > 0 ? [since] : []), ...(look.blackList.length > 0 ? [listed] : [])];
  });
  const said = { blocked: 'blocked', queued: 'un-block queued', clear: 'clear', unknown: 'not known' };
  if (cpa !== 'silent') parts.push(`CPA System: ${said[cpa]}`);
  return parts.length === 0 ? 'not known' : parts.join('; ');
}

function together(cphulk: Seen, cpa: Sight['cpa'], asked: boolean): Seen {
  if (cphulk === 'blocked' || cpa === 'blocked') return 'blocked';
  if (cpa === 'unknown' || (asked && cphulk === 'unknown')) return 'unknown';
  return asked || cpa !== 'silent' ? 'clear' : 'unknown';
}
