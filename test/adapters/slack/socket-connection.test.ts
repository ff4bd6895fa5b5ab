import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { clientOptions } from '../../../adapters/slack/api.ts';
import { DurableSocketReceiver, keepConnected, type Socket } from '../../../adapters/slack/socket.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { quiet } from '../../fakes/slack/client.ts';
import type { Fault } from '../../fakes/slack/faults.ts';
import { startSlack, type FakeSlack } from '../../fakes/slack/server.ts';
import { SimulatedClock } from '../../runtime/simulated-clock.ts';
import type { SlackRig } from './rig.ts';
import { connected, socketRig } from './socket-rig.ts';

const open = 'apps.connections.open';
const hour = 3_600_000;
const patient = { timeout: 10_000, interval: 5 };

/** What would end the process. */
const unhandled: unknown[] = [];
beforeEach(() => {
  const heard = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', heard);
  onTestFinished(() => {
    process.off('unhandledRejection', heard);
    expect(unhandled.splice(0)).toEqual([]);
  });
});

/** The connection alone, by a clock that the test moves. */
interface Line {
  readonly fake: FakeSlack;
  readonly clock: SimulatedClock;
  readonly socket: Socket;
  /** How long it waited before each new try, and why. */
  readonly waits: { readonly ms: number; readonly why: string }[];
  /** Timers that are set. */
  readonly timers: ReadonlySet<object>;
  /** Resolves when it has set about so many new tries. */
  tried(count: number): Promise<void>;
  up(): Promise<void>;
}

async function line(before: (fake: FakeSlack) => void = () => {}): Promise<Line> {
  const fake = await startSlack({ transport: 'socket' });
  before(fake);
  const clock = new SimulatedClock(Date.now());
  const timers = new Set<object>();
  const waits: Line['waits'] = [];
  const note = (fields: object) => {
    if ('ms' in fields && 'why' in fields) waits.push({ ms: Number(fields.ms), why: String(fields.why) });
  };
  const log = { debug: note, info: note, warn: note, error: note };
  const limits = { ...clientOptions(fake.apiUrl), timeout: 100 };
  const receiver = new DurableSocketReceiver(
    { appToken: 'xapp-fake', logger: quiet, installerOptions: { clientOptions: limits } },
    { log, unknown: () => undefined },
  );
  const socket = keepConnected(receiver, { clock: counted(clock, timers), log, random: () => 1 });
  onTestFinished(async () => {
    await socket.close();
    await fake.close();
  });
  const tried = (count: number) => expect.poll(() => waits.length, patient).toBe(count);
  const up = () => expect.poll(() => socket.isUp(), patient).toBe(true);
  return { fake, clock, socket, waits, timers, tried, up };
}

function counted(clock: Clock, timers: Set<object>): Clock {
  return {
    now: () => clock.now(),
    setTimer(at, fn) {
      const timer = {};
      timers.add(timer);
      const cancel = clock.setTimer(at, () => {
        timers.delete(timer);
        fn();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
}

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
      await expect.poll(() => rig.fake.calls(open)).toHaveLength(time + 1);
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
    const { rig, thread } = await opened(clock);
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
    const it = await line((fake) => (mended = fake.every(open, fault)));
    for (const [index, ms] of growing.entries()) {
      await it.tried(index + 1);
      expect(it.waits.at(-1)).toEqual({ ms, why: expect.stringContaining(why) });
      expect(it.socket.isUp()).toBe(false);
      await it.clock.advance(ms - 1);
      expect(it.fake.calls(open)).toHaveLength(index + 1);
      if (index === growing.length - 1) mended();
      await it.clock.advance(1);
    }
    await it.up();
    expect(it.fake.calls(open)).toHaveLength(growing.length + 1);
  });

  it('and never sooner than Slack asks to', async () => {
    const it = await line((fake) => {
      fake.next(open, { kind: 'rate', retryAfterSeconds: 60 });
      fake.next(open, { kind: 'error', error: 'internal_error' });
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
    await expect.poll(() => it.fake.calls(open)[0]?.status).toBe(200);
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
    const mended = rig.fake.every(open, { kind: 'error', error: 'account_inactive' });
    for (const restarted of [false, true]) {
      if (restarted) await rig.restart();
      else rig.fake.socket.drop();
      const refused = () =>
        rig.logged.filter(({ message }) => message.includes('could not be reached')).length;
      const before = refused();
      await clock.advance(hour);
      await expect.poll(refused).toBeGreaterThan(before);
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

describe('closing ends everything', () => {
  it.each<readonly [string, (it: Line) => Promise<unknown>, (fake: FakeSlack) => void]>([
    ['while it is connected', (it) => it.up(), () => undefined],
    [
      'while it waits for the next try',
      (it) => it.tried(1),
      (fake) => fake.every(open, { kind: 'status', status: 500 }),
    ],
    [
      'while it asks where to connect',
      (it) => asked(it.fake),
      (fake) => fake.next(open, { kind: 'slow', ms: 50 }),
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
    const calls = it.fake.calls(open).length;
    await expect.poll(() => it.fake.calls(open).every(({ status }) => status !== undefined)).toBe(true);
    await roundTrips(it.fake);
    await it.clock.advance(hour);
    await roundTrips(it.fake);
    expect(it.fake.socket.connections()).toBe(0);
    expect(it.fake.calls(open)).toHaveLength(calls);
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
    await closing;
    expect(it.timers.size).toBe(0);
  });

  it('after what is under way is answered; what comes then is left to the next server', async () => {
    const { rig, thread } = await opened();
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

async function opened(clock?: Clock): Promise<{ readonly rig: SlackRig; readonly thread: string }> {
  const rig = await socketRig(clock === undefined ? {} : { ports: { clock } });
  await connected(rig);
  await rig.fake.person({ id: 'U0SAM' }).command('/mailfix acme.example');
  await rig.settled();
  return { rig, thread: rig.fake.roots('C0SUPPORT')[0]?.ts ?? '' };
}

/** The next commit waits until it is released. */
function holdCommit({ store }: SlackRig): { readonly reached: Promise<void>; readonly release: () => void } {
  const commit = store.commit.bind(store);
  let [release, arrive] = [(): void => {}, (): void => {}];
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  store.commit = async (turn) => {
    arrive();
    await released;
    return commit(turn);
  };
  onTestFinished(() => {
    store.commit = commit;
  });
  return { reached, release };
}

async function asked(fake: FakeSlack, status?: number): Promise<void> {
  await expect.poll(() => fake.calls(open)[0]).toBeDefined();
  if (status !== undefined) await expect.poll(() => fake.calls(open)[0]?.status).toBe(status);
}

/** Long enough for whatever was about to be sent to arrive. */
async function roundTrips(fake: FakeSlack): Promise<void> {
  for (let n = 0; n < 10; n += 1) await fetch(`${fake.url}/api/nothing`, { method: 'POST' });
}

async function ready(rig: SlackRig): Promise<number> {
  return (await fetch(`${rig.now.server.url}/readyz`)).status;
}
