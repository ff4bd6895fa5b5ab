import type { Notify } from '../engine/effect.ts';

const loudness: Record<Notify, number> = { none: 0, owner: 1, approvers: 2, channel: 3 };

/** Whom a message tells that says what two should have said. */
export function louder(one: Notify, other: Notify): Notify {
  return loudness[one] > loudness[other] ? one : other;
}
