import { beforeEach, describe, expect, it } from 'vitest';
import type { FakeSlack } from '../../fakes/slack/server.ts';
import { line, type Line, nothingUnhandled, patient, roundTrips, whereTo } from './socket-line.ts';
import { holdCommit, openedBySocket } from './socket-rig.ts';

const hour = 3_600_000;

beforeEach(nothingUnhandled);

describe('closing ends everything', () => {
  it.each<readonly [string, (it: Line) => Promise<unknown>, (fake: FakeSlack) => void]>([
    ['while it is connected', (it) => it.up(), () => undefined],
    [
      'while it waits for the next try',
      (it) => it.tried(1),
      (fake) => fake.every(whereTo, { kind: 'status', status: 500 }),
    ],
    [
      'while it asks where to connect',
      (it) => asked(it.fake),
      (fake) => fake.next(whereTo, { kind: 'slow', ms: 50 }),
    ],
    ['while it connects', (it) => asked(it.fake, 200), (fake) => fake.socket.next('unanswered')],
    [
      'while it waits for the hello',
      (it) => it.fake.socket.connected(),
      (fake) => fake.socket.next('without hello'),
    ],
  ])('%s', async (_, until, before) => {
    const it = await line(before);
    await until(it);
    await it.socket.close();
    expect(it.timers.size).toBe(0);
    const calls = it.fake.calls(whereTo).length;
    await expect
      .poll(() => it.fake.calls(whereTo).every(({ status }) => status !== undefined), patient)
      .toBe(true);
    await roundTrips(it.fake);
    await it.clock.advance(hour);
    await roundTrips(it.fake);
    expect(it.fake.socket.connections()).toBe(0);
    expect(it.fake.calls(whereTo)).toHaveLength(calls);
    expect(it.socket.isUp()).toBe(false);
  });

  it('also when the other side does not say goodbye', async () => {
    const it = await line();
    await it.up();
    it.fake.socket.freeze();
    let closed = false;
    const closing = it.socket.close().finally(() => {
      closed = true;
    });
    await it.clock.advance(1999);
    expect(closed).toBe(false);
    await it.clock.advance(1);
    expect(closed).toBe(true);
    await closing;
    expect(it.timers.size).toBe(0);
  });

  it('after what is under way is answered; what comes then is left to the next server', async () => {
    const { rig, thread } = await openedBySocket();
    const sam = rig.fake.person({ id: 'U0SAM' });
    const held = holdCommit(rig);
    const first = sam.says('in time', { channel: 'C0SUPPORT', thread });
    await held.reached;
    const closing = rig.now.slack.close();
    const second = sam.says('too late', { channel: 'C0SUPPORT', thread });
    await roundTrips(rig.fake);
    held.release();
    await closing;
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(0);
    const { incident } = (await rig.store.read('INC-1')) ?? {};
    expect(incident?.notes.map(({ text }) => text)).toEqual(['in time']);
  });
});

async function asked(fake: FakeSlack, status?: number): Promise<void> {
  await expect.poll(() => fake.calls(whereTo)[0], patient).toBeDefined();
  if (status !== undefined) await expect.poll(() => fake.calls(whereTo)[0]?.status, patient).toBe(status);
}
