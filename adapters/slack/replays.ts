import type { Clock } from '../../src/runtime/clock.ts';

/** Requests that were handled lately, by what identifies them: time and signature. */
export interface Replays {
  seen(request: string): boolean;
  handled(request: string): void;
}

/** A signature is good for five minutes before and after its time. */
const goodForMs = 11 * 60_000;
const most = 50_000;

/**
 * Makes the list, in memory: what a request changed is deduped in the store anyhow, so all that a restart could bring
 * back is an answer that changes nothing.
 */
export function createReplays(clock: Clock): Replays {
  // In the order of their coming, so that the oldest are found at the front.
  const times = new Map<string, number>();
  return {
    seen: (request) => clock.now() - (times.get(request) ?? -Infinity) < goodForMs,
    handled(request) {
      const now = clock.now();
      times.set(request, now);
      for (const [old, at] of times) {
        if (now - at < goodForMs && times.size <= most) break;
        times.delete(old);
      }
    },
  };
}
