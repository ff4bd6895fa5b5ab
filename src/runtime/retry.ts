import type { EffectError } from '../errors.ts';

/** What to do with a row that could not be performed. */
export type Retry =
  | { readonly again: true; readonly due: number; readonly counts: boolean }
  | { readonly again: false };

/** How often and how far apart a kind of work is tried. */
export interface Patience {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly attempts: number;
}

/** Messages must arrive, also when a chat product was down for long: more than an hour of tries. */
export const showPatience: Patience = { firstMs: 1000, mostMs: 300_000, attempts: 40 };

/** A private word is worth little when it is late. */
export const whisperPatience: Patience = { firstMs: 1000, mostMs: 10_000, attempts: 5 };

/** Turns of our own that were overtaken, or a store that was busy. */
export const turnPatience: Patience = { firstMs: 50, mostMs: 5000, attempts: 12 };

/** Acts, and only those that surely changed nothing. */
export const actPatience: Patience = { firstMs: 2000, mostMs: 15_000, attempts: 3 };

/** The wait before the try after the `attempt`-th: doubled each time, with full jitter, so that many do not come at once. */
export function backOff(patience: Patience, attempt: number, random: () => number): number {
  const ceiling = Math.min(patience.mostMs, patience.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.ceil(ceiling * random());
}

/** Whether an outside failure is worth another try. A rate limit costs waiting, not an attempt. */
export function retryOf(
  error: EffectError,
  attempt: number,
  patience: Patience,
  { now, random }: { readonly now: number; readonly random: () => number },
): Retry {
  if (error.afterMs !== undefined)
    return { again: true, due: now + Math.max(error.afterMs, 100), counts: false };
  if (error.retry === 'never' || attempt >= patience.attempts) return { again: false };
  return { again: true, due: now + backOff(patience, attempt, random), counts: true };
}
