import { setMaxListeners } from 'node:events';
import type { Whms } from '../servers.ts';
import { chosen } from '../servers.ts';
import type { Block, Blocker, BlockerLook } from './blocker.ts';
import { cphulk } from './cphulk.ts';
import { csf } from './csf.ts';

/** What blocks on our servers: every blocker of the server that was named, or of all of them. */
export function blockersOf(whms: Whms, server: string | undefined, now: () => number): readonly Blocker[] {
  return chosen(whms, server).flatMap(([name, whm]) => [csf(name, whm, now), cphulk(name, whm, now)]);
}

/** Asks all blockers side by side; throws only on a defect. */
export function lookAtIp(
  blockers: readonly Blocker[],
  ip: string,
  signal: AbortSignal,
): Promise<readonly BlockerLook[]> {
  // Many calls listen to it at once; Node takes more than ten for a leak.
  setMaxListeners(0, signal);
  return Promise.all(blockers.map((blocker) => blocker.look(ip, signal)));
}

// A block that is proven stands; short of that, one blocker that could not be asked spoils "not blocked".
const gravest = ['blocked', 'unknown', 'clear', 'off'] as const;

/** The gravest state among the blockers; without any, nothing is known. `off` counts as clear. */
export function worstOf(looks: readonly BlockerLook[]): 'blocked' | 'unknown' | 'clear' {
  const worst = gravest.find((state) => looks.some((look) => look.state === state)) ?? 'unknown';
  return worst === 'off' ? 'clear' : worst;
}

/** The earliest start of the blocks, by the server's own clock. */
export function sinceOf({ blocks }: BlockerLook): string | null {
  return blocks.flatMap(({ since }) => (since === null ? [] : [since])).toSorted()[0] ?? null;
}

/** The first block that an un-block of the address does not lift. */
export function stuckIn(looks: readonly BlockerLook[]): (Block & { readonly stuck: string }) | undefined {
  return looks
    .flatMap(({ blocks }) => blocks)
    .find((block): block is Block & { readonly stuck: string } => block.stuck !== undefined);
}
