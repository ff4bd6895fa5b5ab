import { expect, test } from 'vitest';
import { diagnosisOf } from '../../bench/look-all.ts';
import type { Looked } from '../../bench/look-all.ts';

const quickest = (all: readonly Looked[]) => all.toSorted((one, other) => one.ms - other.ms)[0] as Looked;
const expected = {
  failingLogins: 'blocked',
  accountQuota: 'room',
  mailServices: 'up',
  delivery: 'delivered',
};

test('with 300 ms a call all checks are back within 1.5 times the longest chain, four calls at a time', async () => {
  const [limited, unlimited] = [
    await diagnosisOf({ delayMs: 300 }),
    await diagnosisOf({ delayMs: 300, parallel: 1000 }),
  ];
  // Whatever else the machine does only adds to it, so that the quickest of some counts; on a quiet one the first will do.
  const [all, chains] = [[await limited.look()], [await unlimited.look()]];
  const isSlow = () =>
    quickest(all).ms >= 1.5 * quickest(chains).ms || quickest(all).firstMs >= 0.7 * quickest(all).ms;
  for (let n = 0; n < 4 && isSlow(); n++) {
    all.push(await limited.look());
    chains.push(await unlimited.look());
  }
  const [looked, chain] = [quickest(all), quickest(chains)];
  await Promise.all([limited.close(), unlimited.close()]);
  expect(looked.outcomes).toMatchObject(expected);
  expect(chain.outcomes).toEqual(looked.outcomes);
  expect(looked.mostAtOnce).toBe(4);
  expect(chain.mostAtOnce).toBeGreaterThan(4);
  expect(looked.ms).toBeLessThan(1.5 * chain.ms);
  // The first evidence does not wait for the slowest.
  expect(looked.firstMs).toBeLessThan(0.7 * looked.ms);
  console.log(
    `${looked.calls} calls: first ${Math.round(looked.firstMs)}, all ${Math.round(looked.ms)}, chain ${Math.round(chain.ms)} ms`,
  );
});

test('a server with 20,000 accounts is asked as much as one with a dozen, and answers as much', async () => {
  const [few, many] = [
    await diagnosisOf({ delayMs: 0 }),
    await diagnosisOf({ delayMs: 0, accounts: 20_000 }),
  ];
  const [one, other] = [await few.look(), await many.look()];
  await Promise.all([few.close(), many.close()]);
  expect(other.outcomes).toEqual(one.outcomes);
  expect(other.calls).toBe(one.calls);
  // Times of day in the answers may be a digit longer.
  expect(Math.abs(other.bytes - one.bytes)).toBeLessThan(200);
  console.log(
    `${one.calls} calls, ${one.bytes} bytes; with 20,000 accounts ${other.calls} and ${other.bytes}`,
  );
});
