import type { CpaClient } from '../clients/cpa.ts';
import type { EffectError } from '../errors.ts';
import type { Blocker, BlockerLook, Lift } from './blockers/blocker.ts';
import { nothingSeen } from './blockers/blocker.ts';
import { cpaSystem } from './blockers/cpa.ts';
import { blockersOf, lookAtIp, sinceOf, worstOf } from './blockers/look.ts';
import type { Whms } from './servers.ts';

type Seen = 'blocked' | 'clear' | 'unknown';

/** What is seen of a block just before an un-block is planned, sent, or judged. */
export interface Sight {
  /** Of the blockers on our servers. */
  readonly looks: readonly BlockerLook[];
  readonly servers: Seen;
  /** `silent`: the CPA System has no status to ask for. */
  readonly cpa: 'blocked' | 'queued' | 'clear' | 'unknown' | 'silent';
  /** All together: clear only if everybody who was asked said so. */
  readonly seen: Seen;
  readonly errors: readonly EffectError[];
  /** What mailfix may lift itself, in the order of the looks. */
  readonly held: readonly Held[];
}

/** A blocker that mailfix may have let go of an address. */
export type Lifter = Blocker & { readonly lift: Lift };

/** What such a blocker holds of the address, as `holdsOf` says it. */
export interface Held {
  readonly lift: Lift;
  readonly look: BlockerLook;
  readonly holds: string;
}

/** The liftable blocks of a look, the same for as long as these are the same; '' when there are none. */
export function holdsOf(lift: Lift, { state, blocks }: BlockerLook): string {
  const ids = blocks.flatMap(({ id, liftable }) => (liftable ? [id] : []));
  return state !== 'blocked' || ids.length === 0 ? '' : [lift.id, ...ids.toSorted()].join(' | ');
}

/** Asks the blockers on our servers and the CPA System about an address, side by side. */
export async function lookBeforeUnblock(
  systems: { readonly whms: Whms; readonly cpa: CpaClient | undefined },
  asked: { readonly ip: string; readonly server?: string | undefined },
  context: { readonly signal: AbortSignal; readonly now: () => number },
): Promise<Sight> {
  const { signal, now } = context;
  const { cpa: system } = systems;
  const blockers = blockersOf(systems.whms, asked.server, now);
  const [looks, status] = await Promise.all([
    lookAtIp(blockers, asked.ip, signal),
    system === undefined ? nothingSeen('the CPA System', 'silent') : cpaSystem(system).look(asked.ip, signal),
  ]);
  const servers = worstOf(looks);
  const cpa = status.state === 'off' ? 'silent' : status.state;
  return {
    looks,
    servers,
    cpa,
    seen: together(servers, cpa, looks.length > 0),
    errors: [...looks, status].flatMap((look) => look.errors),
    held: looks.flatMap((look, index) => {
      const lift = blockers[index]?.lift;
      const holds = lift === undefined ? '' : holdsOf(lift, look);
      return lift === undefined || holds === '' ? [] : [{ lift, look, holds }];
    }),
  };
}

/** The state in words that stay the same for as long as the world does: no counts, no "until". */
export function stateWords({ looks, cpa }: Sight): string {
  const parts = looks.flatMap((look) => {
    if (look.state === 'unknown') return [`${look.name}: not known`];
    if (look.state !== 'blocked') return [`not blocked by ${look.name}`];
    const since = `blocked by ${look.name} since ${sinceOf(look) ?? 'an unknown time'}`;
    const listed = `put on a list of ${look.name} by hand`;
    return [
      ...(look.blocks.some(({ byHand }) => !byHand) ? [since] : []),
      ...(look.blocks.some(({ byHand }) => byHand) ? [listed] : []),
    ];
  });
  const said = { blocked: 'blocked', queued: 'un-block queued', clear: 'clear', unknown: 'not known' };
  if (cpa !== 'silent') parts.push(`CPA System: ${said[cpa]}`);
  return parts.length === 0 ? 'not known' : parts.join('; ');
}

function together(servers: Seen, cpa: Sight['cpa'], asked: boolean): Seen {
  if (servers === 'blocked' || cpa === 'blocked') return 'blocked';
  if (cpa === 'unknown' || (asked && servers === 'unknown')) return 'unknown';
  return asked || cpa !== 'silent' ? 'clear' : 'unknown';
}
