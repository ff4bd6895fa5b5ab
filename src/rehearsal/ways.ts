import type { Contracts } from '../engine/contract.ts';
import type { Next, When } from '../engine/dialog.ts';
import { outcomesOf } from '../engine/edges.ts';
import { valuesOf, type Facts } from '../engine/fact.ts';
import { rowsOf } from '../engine/next.ts';

/** What each of some checks says. */
export type Said = Readonly<Record<string, string>>;

/** What is wanted of the ways through a table. */
export interface Wanted {
  /** What must hold in any case. */
  readonly also?: (said: Said) => boolean;
  /** Another table, further on: of each way there is one for each row that it would take there. */
  readonly target?: Next | undefined;
}

const mostTries = 2000;

/**
 * For each row of a table (and its default) outcomes of these checks that take it, with what is known besides; rows that
 * nothing takes are left out.
 */
export function waysThrough(
  next: Next,
  checks: readonly string[],
  facts: Facts,
  contracts: Contracts,
  { also = () => true, target }: Wanted = {},
): readonly Said[] {
  const known = valuesOf(facts);
  const { rows } = rowsOf(next);
  const ways = whensOf(next).flatMap((when, index) =>
    (target === undefined ? [{}] : whensOf(target)).flatMap((further, row): readonly Said[] => {
      const options = checks.map((check) => {
        const fixed = when[check] ?? further[check];
        return fixed === undefined ? quietFirst(check, rows, contracts) : [fixed];
      });
      const said = firstOf(checks, options, (one) => {
        const all = { ...known, ...one };
        return (
          rowTaken(next, all) === index &&
          (target === undefined || rowTaken(target, all) === row) &&
          also(one)
        );
      });
      return said === undefined ? [] : [said];
    }),
  );
  return [...new Map(ways.map((said) => [JSON.stringify(said), said])).values()];
}

/** The row that these facts take, from 0; after the last it is the default. */
export function rowTaken(next: Next, facts: Readonly<Record<string, unknown>>): number {
  const { rows } = rowsOf(next);
  const row = rows.findIndex(({ when }) =>
    Object.entries(when).every(([name, value]) => Object.hasOwn(facts, name) && facts[name] === value),
  );
  return row === -1 ? rows.length : row;
}

/** The conditions of each row, and none for the default. */
function whensOf(next: Next): readonly When[] {
  return [...rowsOf(next).rows.map(({ when }) => when), {}];
}

/** A check's outcomes: first those that no row asks for, so that they decide nothing. */
function quietFirst(check: string, rows: readonly { when: When }[], contracts: Contracts): readonly string[] {
  const asked = new Set(rows.flatMap(({ when }) => (Object.hasOwn(when, check) ? [when[check]] : [])));
  const outcomes = [...new Set([...Object.keys(outcomesOf(contracts, check)), 'unknown'])];
  return outcomes.toSorted((one, other) => Number(asked.has(one)) - Number(asked.has(other)));
}

function firstOf(
  checks: readonly string[],
  options: readonly (readonly string[])[],
  fits: (said: Said) => boolean,
): Said | undefined {
  let tries = 0;
  const extend = (said: Said, index: number): Said | undefined => {
    const check = checks[index];
    if (check === undefined) return (tries += 1) <= mostTries && fits(said) ? said : undefined;
    for (const outcome of options[index] ?? []) {
      const found = extend({ ...said, [check]: outcome }, index + 1);
      if (found !== undefined || tries > mostTries) return found;
    }
    return undefined;
  };
  return extend({}, 0);
}
