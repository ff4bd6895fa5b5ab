import { expect, test } from 'vitest';
import { createPatience } from '../../../adapters/teams/patience.ts';
import { createSendQueue } from '../../../src/chat/send-queue.ts';
import { effectError } from '../../../src/errors.ts';
import { SimulatedClock } from '../../runtime/simulated-clock.ts';

const limited = (seconds: number) =>
  effectError(
    'teams.limited',
    { call: 'x', seconds },
    { retry: 'later', outcome: 'not-applied', afterMs: seconds * 1000 },
  );

function rig() {
  const clock = new SimulatedClock(0, () => 0);
  return { clock, patience: createPatience(createSendQueue(clock, limited), clock) };
}

test('a stop that comes while Teams is asked ends it after one last try', async () => {
  const { patience } = rig();
  let asked = 0;
  let refuse = (): void => {};
  const sending = patience.send('lane', () => {
    asked += 1;
    return new Promise((_, reject) => {
      refuse = () => reject(limited(60));
    });
  });
  await expect.poll(() => asked).toBe(1);
  patience.stop();
  refuse();
  await expect(sending).rejects.toMatchObject({ code: 'teams.limited' });
  expect(asked).toBe(1);
});

test('what Teams does not take is given up after a while', async () => {
  const { clock, patience } = rig();
  const at: number[] = [];
  const sending = patience.send('lane', async () => {
    at.push(clock.now() / 1000);
    throw limited(3);
  });
  const failed = expect(sending).rejects.toMatchObject({ code: 'teams.limited' });
  await clock.advance(60_000);
  await failed;
  expect(at).toEqual([0, 3, 6, 9, 12]);
});
