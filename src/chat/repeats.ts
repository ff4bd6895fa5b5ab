import type { Clock } from '../runtime/clock.ts';

/** Two presses of one button so close together are one that trembled: the second needs no words. */
const trembleMs = 5000;

/** Makes a function that tells whether somebody just did the very same. In memory: a restart forgets it, like the trembling. */
export function createRepeats(clock: Clock): (what: string) => boolean {
  const recent = new Map<string, number>();
  return (what) => {
    const now = clock.now();
    for (const [key, at] of recent) if (now - at > trembleMs) recent.delete(key);
    const before = recent.has(what);
    recent.set(what, now);
    return before;
  };
}
