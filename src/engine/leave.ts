import type { Text } from './card.ts';
import type { Next } from './dialog.ts';
import type { Answer } from './incident.ts';
import { choose } from './next.ts';
import { amend, factOf, type Work } from './work.ts';

/**
 * Where the path goes from a visit, remembered in it; undefined while a check in `pending` could still change it.
 * The caller enters the step.
 */
export function leave(
  work: Work,
  n: number,
  next: Next,
  pending: ReadonlySet<string> = new Set(),
): string | undefined {
  const to = choose(next, (name) => factOf(work.it, name), pending);
  if (to !== undefined) amend(work, n, { ledTo: to });
  return to;
}

/** Notes how a visit was settled, and by whom. */
export function settle(work: Work, n: number, text: Text, by: string, answer?: Answer): void {
  const given = answer === undefined ? {} : { answer };
  amend(work, n, { settled: { text, by, at: work.event.at, ...given } });
}
