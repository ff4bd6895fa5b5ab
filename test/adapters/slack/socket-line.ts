import type { webApi } from '@slack/bolt';
import { expect, onTestFinished } from 'vitest';
import { clientOptions } from '../../../adapters/slack/api.ts';
import { DurableSocketReceiver, keepConnected, type Socket } from '../../../adapters/slack/socket.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { quiet } from '../../fakes/slack/client.ts';
import { startSlack, type FakeSlack } from '../../fakes/slack/server.ts';
import { SimulatedClock } from '../../runtime/simulated-clock.ts';

/** The method that says where to connect to. */
export const whereTo = 'apps.connections.open';

/** Looks often, for what is waited for comes soon. */
export const patient = { interval: 5 };

/** Fails the test if anything happened that would end the process. */
export function nothingUnhandled(): void {
  const unhandled: unknown[] = [];
  const heard = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', heard);
  onTestFinished(() => {
    process.off('unhandledRejection', heard);
    expect(unhandled).toEqual([]);
  });
}

/** The connection alone, by a clock that the test moves. */
export interface Line {
  readonly fake: FakeSlack;
  readonly clock: SimulatedClock;
  readonly socket: Socket;
  /** How long it waited before each new try, and why. */
  readonly waits: { readonly ms: number; readonly why: string }[];
  /** Timers that are set. */
  readonly timers: ReadonlySet<object>;
  /** The time limit of the calls that are under way comes. */
  timeOut(): void;
  /** Resolves when it has set about so many new tries. */
  tried(count: number): Promise<void>;
  up(): Promise<void>;
}

/** Opens one; `before` says what it meets. */
export async function line(before: (fake: FakeSlack) => void = () => {}): Promise<Line> {
  const fake = await startSlack({ transport: 'socket' });
  before(fake);
  const clock = new SimulatedClock(Date.now());
  const timers = new Set<object>();
  const waits: Line['waits'] = [];
  const note = (fields: object) => {
    if ('ms' in fields && 'why' in fields) waits.push({ ms: Number(fields.ms), why: String(fields.why) });
  };
  const log = { debug: note, info: note, warn: note, error: note };
  const calling = new Set<AbortController>();
  const timeOut = () => calling.forEach((call) => call.abort(new DOMException('late', 'TimeoutError')));
  const options: webApi.WebClientOptions = {
    ...clientOptions(fake.apiUrl),
    async fetch(url, init) {
      const call = new AbortController();
      calling.add(call);
      return fetch(url, { ...init, signal: call.signal }).finally(() => calling.delete(call));
    },
  };
  const receiver = new DurableSocketReceiver(
    { appToken: 'xapp-fake', logger: quiet, installerOptions: { clientOptions: options } },
    { log, unknown: () => undefined },
  );
  const socket = keepConnected(receiver, { clock: counted(clock, timers), log, random: () => 1 });
  onTestFinished(async () => {
    await socket.close();
    await fake.close();
  });
  const tried = (count: number) => expect.poll(() => waits.length, patient).toBe(count);
  const up = () => expect.poll(() => socket.isUp(), patient).toBe(true);
  return { fake, clock, socket, waits, timers, timeOut, tried, up };
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

/** Long enough for whatever was about to be sent to arrive. */
export async function roundTrips(fake: FakeSlack): Promise<void> {
  for (let n = 0; n < 10; n += 1) await fetch(`${fake.url}/api/nothing`, { method: 'POST' });
}
