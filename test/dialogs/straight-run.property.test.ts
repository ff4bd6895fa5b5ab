import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../../src/engine/fact.ts';
import { factsOf } from '../../src/engine/work.ts';
import { dialog as cannotReceive } from './cannot-receive/shipped.ts';
import { dialog as cannotSend } from './cannot-send/shipped.ts';
import { Determined, straightRun } from './straight-run.ts';

const numRuns = Number(process.env['MAILFIX_RUNS'] ?? 60);
const seed = Number(process.env['MAILFIX_SEED'] ?? 20_261_125);
const dice = fc.record({ kind: fc.nat(99), pick: fc.nat(0xffff), mid: fc.nat(9) });
const rounds = fc.record({
  world: fc.nat(0xffff),
  moves: fc.array(dice, { minLength: 8, maxLength: 40, size: 'max' }),
  facts: fc.constantFrom<Record<string, string>[]>(
    {},
    { client: 'info@zztyped.example' },
    { client: 'zztyped' },
  ),
});
const least = { corrections: 25, backs: 15, 'overruled checks': 40, repeats: 10, restarts: 6, acts: 15 };
const shorter = { corrections: 8, backs: 4, 'overruled checks': 15, repeats: 4, restarts: 3, acts: 4 };

describe.each([
  { dialog: cannotReceive, id: cannotReceive.id, least },
  // Most of it ends after a few questions.
  { dialog: cannotSend, id: cannotSend.id, least: shorter },
])('whatever people change on the way through "$id"', ({ dialog, least }) => {
  const met = new Map<string, number>();
  const count = (what: string, by: number): void => void met.set(what, (met.get(what) ?? 0) + by);

  it(
    'is known in the end what a straight run with the final answers knows',
    { timeout: 600_000 + numRuns * 300 },
    () => {
      fc.assert(
        fc.property(rounds, ({ world, moves, facts }) => {
          const first = new Determined(dialog, facts, world);
          for (const move of moves) {
            if (first.it.ended !== undefined) break;
            // Some change their mind while checks still run.
            if (move.kind >= 50 && move.mid < 3) first.settle(move.mid);
            else first.settle();
            first.move(move);
          }
          first.settle();
          const straight = straightRun(first);
          expect(straight.path.map(({ step }) => step)).toEqual(first.path.map(({ step }) => step));
          expect(valuesOf(factsOf(straight.it))).toEqual(valuesOf(factsOf(first.it)));
          for (const [what, by] of first.counts) count(what, by);
          count('acts', first.it.deeds.length);
        }),
        { numRuns, seed, endOnFailure: true },
      );
    },
  );

  it('and enough was changed for that to mean something', () => {
    const share = Math.min(1, numRuns / 60);
    const seldom = Object.entries(least).filter(([what, wanted]) => (met.get(what) ?? 0) < wanted * share);
    expect(Object.fromEntries(seldom)).toEqual({});
  });

  afterAll(() => {
    const counts = [...met].map(([what, by]) => `${by} ${what}`).join(', ');
    console.log(`straight runs at ${dialog.id}: ${numRuns}, seed ${seed}: ${counts}`);
  });
});
