import type { Next, When } from './dialog.ts';
import type { Fact, Facts } from './fact.ts';

/** What is known under a name: a table reads few facts, and so many need not be put together. */
export type Known = (name: string) => Fact | undefined;

/** What facts that were put together tell. */
export function toldBy(facts: Facts): Known {
  return (name) => (Object.hasOwn(facts, name) ? facts[name] : undefined);
}

/** The rows of a `next`: a plain step is a table of one default. */
export function rowsOf(next: Next): {
  readonly rows: readonly { when: When; to: string }[];
  readonly last: string;
} {
  if (typeof next === 'string') return { rows: [], last: next };
  const last = next[next.length - 1];
  if (typeof last !== 'string') throw new Error('A table must close with a default step.');
  return { rows: next.slice(0, -1) as { when: When; to: string }[], last };
}

/** Every step that a `next` can lead to. */
export function targetsOf(next: Next): readonly string[] {
  const { rows, last } = rowsOf(next);
  return [...rows.map((row) => row.to), last];
}

/**
 * The first row whose conditions hold, else the default. Undefined while a check that still runs (`pending`)
 * could change which row is chosen, so that a path is left as early as it is certain and no earlier.
 */
export function choose(next: Next, known: Known, pending: ReadonlySet<string>): string | undefined {
  const { rows, last } = rowsOf(next);
  for (const row of rows) {
    const names = Object.keys(row.when);
    const certain = names.filter((name) => !pending.has(name));
    if (!certain.every((name) => known(name)?.value === row.when[name])) continue;
    return certain.length === names.length ? row.to : undefined;
  }
  return last;
}

/** All conditions hold. */
export function met(when: When, known: Known): boolean {
  return Object.keys(when).every((name) => known(name)?.value === when[name]);
}
