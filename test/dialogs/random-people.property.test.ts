import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { InboundEvent } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { step } from '../../src/engine/step.ts';
import { dialog as cannotReceive } from './cannot-receive/shipped.ts';
import { dialog as cannotSend } from './cannot-send/shipped.ts';
import { must, Promises } from './promises.ts';
import { Rehearsal } from './rehearsal.ts';
import { Wanderer } from './wanderer.ts';
import { sam } from './world.ts';

const numRuns = Number(process.env['MAILFIX_RUNS'] ?? 200);
const seed = Number(process.env['MAILFIX_SEED'] ?? 20_261_123);
const dice = fc.record({ kind: fc.nat(99), pick: fc.nat(0xffff), more: fc.nat(0xffff) });
const rounds = fc.record({
  moves: fc.array(dice, { minLength: 40, maxLength: 160, size: 'max' }),
  facts: fc.constantFrom<Record<string, string>[]>(
    {},
    { client: 'zztyped.example' },
    { client: 'zztyped', ip: '198.51.100.7' },
    { client: 'zztyped', account: 'acmecpa', server: 'host2' },
    { client: 'info@zztyped.example', account: 'acmecpa', server: 'host2' },
  ),
});

/** How often each thing must happen in so many rounds; a property that met none of them has shown nothing. */
const least = {
  acts: 40,
  'covered acts': 2,
  ends: 100,
  corrections: 100,
  'withdrawn approvals': 8,
  'late results': 40,
  expiries: 5,
  're-opened watches': 8,
  'refused forgeries': 80,
  'refused repeats': 80,
  whispers: 40,
  'moves while an act runs': 80,
  alarms: 10,
  'refused alarms': 10,
  'other ways': 50,
  'late approvals': 12,
};

/** The second runbook is the same engine's: fewer rounds tell whether the runbook itself is sound. */
describe.each([
  { dialog: cannotReceive, runs: numRuns, share: 1 },
  { dialog: cannotSend, runs: Math.ceil(numRuns / 4), share: 0.5 },
])('random people at the runbook "$dialog.id"', ({ dialog, runs, share: part }) => {
  /** Some begin where a raise is near: its end is fourteen days away. */
  const atQuota: Dialog = { ...dialog, start: 'quota' };
  const met = new Map<string, number>();

  it('never get it to break what it promises', { timeout: 600_000 + numRuns * 300 }, () => {
    fc.assert(
      fc.property(rounds, ({ moves, facts: given }) => {
        const facts = Object.fromEntries(
          Object.entries(given).filter(([name]) => name in dialog.facts.shape),
        );
        const promises = new Promises();
        const runbook = facts['account'] === undefined ? dialog : atQuota;
        const incident = new Rehearsal(runbook, promises.watch);
        incident.handle({ type: 'incident.opened', dialog: dialog.id, version: dialog.version, facts }, sam);
        const wanderer = new Wanderer(incident);
        for (const [n, move] of moves.entries()) {
          // After the end little can happen; what can, must be refused.
          if (incident.over && move.pick % 8 > 0) continue;
          wanderer.move(move);
          if (n % 10 === 0) must(incident.fork().close(), 'it can be brought to an end from here');
        }
        expect(incident.close(), 'it can be brought to an end').toBe(true);
        must(
          isDeepStrictEqual(folded(runbook, incident.log), incident.it),
          'folding the log gives the snapshot',
        );
        for (const counts of [promises.counts, wanderer.counts]) {
          for (const [what, count] of counts) met.set(what, (met.get(what) ?? 0) + count);
        }
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
  });

  it('do everything often enough for that to mean something', () => {
    // What is shorter has less to be late with, and whole numbers of what is rare.
    const share = part * Math.min(1, runs / 200);
    const seldom = Object.entries(least).filter(
      ([what, count]) => (met.get(what) ?? 0) < Math.floor(count * share),
    );
    expect(Object.fromEntries(seldom)).toEqual({});
  });

  afterAll(() => {
    const counts = [...met].map(([what, count]) => `${count} ${what}`).join(', ');
    console.log(`random rounds at ${dialog.id}: ${runs}, seed ${seed}: ${counts}`);
  });
});

/** The log as the store gives it back, folded. */
function folded(runbook: Dialog, log: readonly InboundEvent[]): Incident | undefined {
  return (JSON.parse(JSON.stringify(log)) as InboundEvent[]).reduce<Incident | undefined>(
    (it, event) => step(runbook, contracts, it, event).incident,
    undefined,
  );
}
