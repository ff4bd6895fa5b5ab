import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../fakes/slack/faults.ts';
import type { FakeSlack } from '../../fakes/slack/server.ts';
import { SimulatedClock } from '../../runtime/simulated-clock.ts';
import type { SlackRig } from './rig.ts';
import { line, nothingUnhandled, patient, roundTrips, whereTo } from './socket-line.ts';
import { connected, holdCommit, openedBySocket, socketRig } from './socket-rig.ts';

const hour = 3_600_000;

beforeEach(nothingUnhandled);

describe('a connection that ends is made again', () => {
  it.each([
    ['Slack recycles it', ({ socket }: FakeSlack) => socket.disconnect()],
    ['it breaks', ({ socket }: FakeSlack) => socket.drop()],
  ])('at once when %s, and events go on', async (_, end) => {
    const clock = new SimulatedClock(Date.now());
    const rig = await socketRig({ ports: { clock } });
    await connected(rig);
    const sam = rig.fake.person({ id: 'U0SAM' });
    await sam.command('/mailfix acme.example');
    await rig.settled();
    for (const time of [1, 2, 3]) {
      await clock.advance(hour);
      end(rig.fake);
      await expect.poll(() => rig.fake.calls(whereTo), patient).toHaveLength(time + 1);
      await connected(rig);
      const thread = rig.fake.roots('C0SUPPORT')[0]?.ts ?? '';
      expect((await sam.says(`remark ${time}`, { channel: 'C0SUPPORT', thread })).status).toBe(200);
    }
    expect(rig.logged.filter(({ message }) => message.includes('again')).map(({ fields }) => fields)).toEqual(
      Array.from({ length: 3 }, () => ({ ms: 0, why: 'Slack ended the connection' })),
    );
    const { incident } = (await rig.store.read('INC-1')) ?? {};
    expect(incident?.notes.map(({ text }) => text)).toEqual(['remark 1', 'remark 2', 'remark 3']);
  });

  it('after waits that grow when every one ends as soon as it is there', async () => {
    const it = await line();
    for (const [index, ms] of [1000, 2000, 4000].entries()) {
      await it.up();
      it.fake.socket.disconnect('link_disabled');
      await it.tried(index + 1);
      expect(it.waits.at(-1)?.ms).toBe(ms);
      await it.clock.advance(ms);
    }
    await it.up();
    await it.clock.advance(hour);
    it.fake.socket.disconnect();
    await it.tried(4);
    expect(it.waits.at(-1)?.ms).toBe(0);
  });

  it('what was stored while it broke is not stored again when Slack sends it by the next one', async () => {
    const clock = new SimulatedClock(Date.now());
    const { rig, thread } = await openedBySocket(clock);
    const held = holdCommit(rig);
    const saying = rig.fake.person({ id: 'U0SAM' }).says('a remark', { channel: 'C0SUPPORT', thread });
    await held.reached;
    rig.fake.socket.drop();
    const { status, request } = await saying;
    expect(status).toBe(0);
    await clock.advance(1000);
    await connected(rig);
    held.release();
    const again = await rig.fake.redeliver(request, { num: 1, reason: 'connection_failed' });
    expect(again.status).toBe(200);
    const { incident } = (await rig.store.read('INC-1')) ?? {};
    expect(incident?.notes.map(({ text }) => text)).toEqual(['a remark']);
  });
});

describe('when Slack takes no connection it tries again, after waits that grow', () => {
  const growing = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];

  it.each<readonly [string, Fault, string]>([
    [
      'refuses the app',
      { kind: 'error', error: 'account_inactive' },
      'refused "apps.connections.open" (account_inactive): check SLACK_APP_TOKEN',
    ],
    ['refuses the token', { kind: 'error', error: 'invalid_auth' }, 'check SLACK_APP_TOKEN'],
    ['fails inside', { kind: 'status', status: 500 }, 'failed inside (500)'],
    ['breaks off', { kind: 'drop' }, 'gave no answer'],
    ['never answers', { kind: 'hang' }, 'gave no answer'],
  ])('as long as it %s', async (_, fault, why) => {
    let mended = (): void => {};
    const it = await line((fake) => (mended = fake.every(whereTo, fault)));
    for (const [index, ms] of growing.entries()) {
      await expect.poll(() => it.fake.calls(whereTo), patient).toHaveLength(index + 1);
      if (fault.kind === 'hang') it.timeOut();
      await it.tried(index + 1);
      expect(it.waits.at(-1)).toEqual({ ms, why: expect.stringContaining(why) });
      expect(it.socket.isUp()).toBe(false);
      await it.clock.advance(ms - 1);
      expect(it.fake.calls(whereTo)).toHaveLength(index + 1);
      if (index === growing.length - 1) mended();
      await it.clock.advance(1);
    }
    await it.up();
    expect(it.fake.calls(whereTo)).toHaveLength(growing.length + 1);
  });

  it('and never sooner than Slack asks to', async () => {
    const it = await line((fake) => {
      fake.next(whereTo, { kind: 'rate', retryAfterSeconds: 60 });
      fake.next(whereTo, { kind: 'error', error: 'internal_error' });
    });
    await it.tried(1);
    expect(it.waits).toEqual([{ ms: 60_000, why: 'Slack asks to wait for 60 s.' }]);
    await it.clock.advance(60_000);
    await it.tried(2);
    expect(it.waits.at(-1)?.ms).toBe(2000);
    await it.clock.advance(2000);
    await it.up();
  });

  it('also when the door is closed that Slack sent it to', async () => {
    const it = await line((fake) => fake.socket.next('refused'));
    await it.tried(1);
    expect(it.waits.at(-1)).toEqual({ ms: 1000, why: 'The connection ended before Slack said hello.' });
    await it.clock.advance(1000);
    await it.up();
  });

  it.each(['unanswered', 'without hello'] as const)('also when it is %s there: after 20 s', async (how) => {
    const it = await line((fake) => fake.socket.next(how));
    await expect.poll(() => it.fake.calls(whereTo)[0]?.status, patient).toBe(200);
    await roundTrips(it.fake);
    await it.clock.advance(19_999);
    expect(it.waits).toEqual([]);
    await it.clock.advance(1);
    await it.tried(1);
    expect(it.socket.isUp()).toBe(false);
    await it.clock.advance(1000);
    await it.up();
  });

  it('and mailfix says that it is not ready, until it is connected', async () => {
    const clock = new SimulatedClock(Date.now());
    const rig = await socketRig({ ports: { clock } });
    await connected(rig);
    expect(rig.now.slack.notReady()).toEqual([]);
    const mended = rig.fake.every(whereTo, { kind: 'error', error: 'account_inactive' });
    for (const restarted of [false, true]) {
      if (restarted) await rig.restart();
      else rig.fake.socket.drop();
      const refused = () =>
        rig.logged.filter(({ message }) => message.includes('could not be reached')).length;
      const before = refused();
      await clock.advance(hour);
      await expect.poll(refused, patient).toBeGreaterThan(before);
      expect(rig.now.slack.notReady()).toEqual(['The Socket Mode connection to Slack is not up.']);
      expect(await ready(rig)).toBe(503);
    }
    mended();
    await clock.advance(hour);
    await connected(rig);
    expect(rig.now.slack.notReady()).toEqual([]);
    expect(await ready(rig)).toBe(200);
  });
});

async function ready(rig: SlackRig): Promise<number> {
  return (await fetch(`${rig.now.server.url}/readyz`)).status;
}
