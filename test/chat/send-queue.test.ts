import { expect, test } from 'vitest';
import { createSendQueue } from '../../src/chat/send-queue.ts';
import { effectError } from '../../src/errors.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';

const limited = (seconds: number) =>
  effectError(
    'teams.limited',
    { call: 'x', seconds },
    { retry: 'later', outcome: 'not-applied', afterMs: seconds * 1000 },
  );

test('what a product counts together waits together, each in its own order', async () => {
  const clock = new SimulatedClock(0, () => 0);
  const queue = createSendQueue(clock, limited, (lane) => lane.slice(0, lane.indexOf('/')));
  const refused = queue.send('team/one', () => Promise.reject(limited(3)));
  await expect(refused).rejects.toMatchObject({ afterMs: 3000 });
  const asked: string[] = [];
  const send = (lane: string) =>
    queue.send(lane, async () => {
      asked.push(lane);
    });
  for (const lane of ['team/one', 'team/two'])
    await expect(send(lane)).rejects.toMatchObject({ afterMs: 3000 });
  await send('other/one');
  expect(asked).toEqual(['other/one']);
  expect([queue.isBusy('team/two'), queue.isBusy('other/two')]).toEqual([true, false]);
});
