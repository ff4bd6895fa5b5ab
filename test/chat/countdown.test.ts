import { expect, test } from 'vitest';
import { createCountdown, type Counting } from '../../src/chat/countdown.ts';
import { createSendQueue } from '../../src/chat/send-queue.ts';
import { words, type Card } from '../../src/engine/card.ts';
import { effectError } from '../../src/errors.ts';
import type { Place, Shown } from '../../src/store/store.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';

const second = 1000;
const start = Date.UTC(2026, 10, 25, 10);

/** A countdown over a store that shows what was shown last, and a list of what was drawn again. */
function rig() {
  const clock = new SimulatedClock(start, () => 0);
  const rows: Shown[] = [];
  const drawn: { message: string; at: number }[] = [];
  const queue = createSendQueue(clock, limited);
  const open: string[] = [];
  const store = {
    list: async () => open.map((id) => ({ id, seq: 1, incident: {} as never })),
    places: async (incident: string) => [placeOf(incident)],
    shown: async (incident: string) => rows.filter((row) => row.incident === incident),
  };
  const log = { debug: () => undefined };
  const make = () => {
    const countdown = createCountdown({ clock, store, queue, channel: 'slack', laneOf: () => 'C1', log });
    countdown.draws(async ({ place, message }, isCurrent) => {
      if (isCurrent())
        drawn.push({ message: `${place.incident} ${message}`, at: (clock.now() - start) / second });
    });
    return countdown;
  };
  const show = (incident: string, card: Card, message = 'turn-1'): Counting => {
    const row = { incident, place: 'home', message, ref: '{"ts":"1.2"}', card, at: clock.now() };
    rows.splice(
      0,
      rows.length,
      ...rows.filter((one) => one.incident !== incident || one.message !== message),
      row,
    );
    if (!open.includes(incident)) open.push(incident);
    return { place: placeOf(incident), message, ref: row.ref, card };
  };
  return { clock, queue, drawn, make, show, rows };
}

function placeOf(incident: string): Place {
  return { id: 'home', incident, channel: 'slack', role: 'home', ref: '{"team":"T1","channel":"C1"}' };
}

function limited(seconds: number) {
  const consequence = { retry: 'later', outcome: 'not-applied', afterMs: seconds * second } as const;
  return effectError('slack.limited', { call: 'chat.postMessage', seconds }, consequence);
}

/** A card that waits for the look in so many seconds. */
function waiting(seconds: number): Card {
  const at = start + seconds * second;
  const progress = { text: words('Next look'), since: start, nextAt: at, until: at };
  return { at: start, tone: 'working', sections: [{ id: '1', progress }] };
}

test('a message that waits is drawn again every thirty seconds, until its time has come', async () => {
  const { clock, drawn, make, show } = rig();
  make().watch(show('INC-1', waiting(120)));
  await clock.advance(300 * second);
  expect(drawn.map(({ at }) => at)).toEqual([30, 60, 90]);
});

test('a wait of two days is drawn again some dozen times, and oftener towards its end', async () => {
  const { clock, drawn, make, show } = rig();
  make().watch(show('INC-1', waiting(2 * 86_400)));
  await clock.advance(3 * 86_400 * second);
  expect(drawn[0]?.at).toBe(2 * 1440);
  expect(drawn.length).toBeGreaterThan(100);
  expect(drawn.length).toBeLessThan(400);
  const [last = 0, before = 0] = drawn.map(({ at }) => at).toReversed();
  expect(last - before).toBe(30);
});

test('nothing is drawn over something newer, whoever showed it', async () => {
  const { clock, drawn, make, show } = rig();
  const countdown = make();
  countdown.watch(show('INC-1', waiting(300)));
  await clock.advance(40 * second);
  // Another server showed the next card: only the store knows.
  show('INC-1', { at: start, tone: 'waiting', sections: [] });
  await clock.advance(300 * second);
  expect(drawn).toHaveLength(1);
  // And one that this server showed itself.
  countdown.watch(show('INC-2', waiting(600)));
  countdown.watch(show('INC-2', { at: start, tone: 'waiting', sections: [] }));
  await clock.advance(300 * second);
  expect(drawn).toHaveLength(1);
});

test('many that wait share what Slack allows: never two within two seconds, each in its turn', async () => {
  const { clock, drawn, make, show } = rig();
  const countdown = make();
  for (let n = 1; n <= 40; n += 1) countdown.watch(show(`INC-${n}`, waiting(900)));
  await clock.advance(240 * second);
  const gaps = drawn.slice(1).map(({ at }, n) => at - (drawn[n]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2.5);
  expect(new Set(drawn.map(({ message }) => message)).size).toBe(40);
  expect(drawn.length).toBeLessThanOrEqual(240 / 2.5);
});

test('after a restart it goes on with what is shown', async () => {
  const { clock, drawn, make, show } = rig();
  show('INC-1', waiting(100));
  show('INC-2', { at: start, tone: 'waiting', sections: [] });
  await make().resume();
  await clock.advance(100 * second);
  expect(drawn.map(({ message }) => message)).toEqual(['INC-1 turn-1', 'INC-1 turn-1', 'INC-1 turn-1']);
});

test('it stays away while Slack asks the channel to wait, and ends when it is told to', async () => {
  const { clock, queue, drawn, make, show } = rig();
  const countdown = make();
  countdown.watch(show('INC-1', waiting(900)));
  const busy = limited(50);
  await expect(queue.send('C1', () => Promise.reject(busy))).rejects.toThrow('slow down');
  await clock.advance(45 * second);
  expect(drawn).toEqual([]);
  await clock.advance(60 * second);
  expect(drawn.length).toBeGreaterThan(0);
  const { length } = drawn;
  countdown.stop();
  await clock.advance(300 * second);
  expect(drawn).toHaveLength(length);
});
