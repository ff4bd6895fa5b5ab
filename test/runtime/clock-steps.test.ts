import { expect, it as test } from 'vitest';
import { openRow, verifyRows } from '../../src/store/chain.ts';
import { steadyClock } from '../../src/runtime/clock.ts';
import { approved, rig, start } from './rig.ts';
import { SimulatedClock } from './simulated-clock.ts';

const hour = 3_600_000;

test.each([
  ['back', -hour],
  ['forward', hour],
] as const)(
  'a clock that steps %s an hour: what is pressed is done at once, once, and in order',
  async (_, step) => {
    const it = rig();
    const life = it.boot({ clock: steadyClock(it.clock, () => 0) });
    it.firewall.onLook = () => {
      // In the midst of the check, so that a row is held over the step.
      it.firewall.onLook = () => {};
      it.clock.set(it.clock.now() + step);
    };
    const id = await approved(it, life);
    await it.clock.settle();
    expect(it.firewall.writes).toHaveLength(1);
    const log = await it.store.log(id);
    expect(verifyRows(log, (await it.store.read(id))?.head).ok).toBe(true);
    const times = log.map((row) => openRow(row).at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await it.store.deadLetters(9)).toEqual([]);
    expect(life.errors).toEqual([]);
  },
);

test('a clock that was put back goes on from where it was, and slower, until the machine’s has caught up', () => {
  const machine = new SimulatedClock(start);
  let elapsed = 0;
  const pass = (ms: number): void => {
    elapsed += ms;
    machine.set(machine.now() + ms);
  };
  const steady = steadyClock(machine, () => elapsed);
  pass(1000);
  expect(steady.now()).toBe(start + 1000);
  machine.set(start + 1000 - hour);
  expect(steady.now()).toBe(start + 1000);
  pass(hour / 2);
  expect(steady.now()).toBe(start + 1000 + 0.45 * hour);
  pass(9 * hour);
  expect(steady.now()).toBe(machine.now());
  // Forward it goes with the machine's, and back by more than a day too.
  machine.set(machine.now() + 48 * hour);
  expect(steady.now()).toBe(machine.now());
  machine.set(machine.now() - 47 * hour);
  expect(steady.now()).toBe(machine.now());
});
