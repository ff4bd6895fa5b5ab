import { expect, test } from 'vitest';
import { createReadiness } from '../../src/runtime/readiness.ts';
import { open, rig } from './rig.ts';

const at = { nextDue: async () => undefined, worker: { quietMs: () => 0 } };
const never = () => new Promise<never>(() => undefined);
const fine = { ...at, working: () => true, sockets: () => [], wait: never };

test('ready when everything is', async () => {
  expect(await createReadiness(fine)()).toEqual([]);
});

test('a database that fails, and one that never answers, are said', async () => {
  const broken = () => Promise.reject(new Error('CANARY'));
  expect(await createReadiness({ ...fine, nextDue: broken })()).toEqual(['The database cannot be read.']);
  const silent = createReadiness({ ...fine, nextDue: never, wait: async () => undefined });
  expect(await silent()).toEqual(['The database did not answer within 5 s.']);
});

test('the wait for a database that answered is given up', async () => {
  let given: AbortSignal | undefined;
  const wait = (_ms: number, signal: AbortSignal) => {
    given = signal;
    return never();
  };
  await createReadiness({ ...fine, wait })();
  expect(given?.aborted).toBe(true);
});

test('a worker that stops, one that went quiet, and a connection that is down are said', async () => {
  expect(await createReadiness({ ...fine, working: () => false })()).toEqual(['The worker stops.']);
  expect(await createReadiness({ ...fine, worker: { quietMs: () => 15_000 } })()).toEqual([]);
  const quiet = await createReadiness({ ...fine, worker: { quietMs: () => 61_000 } })();
  expect(quiet).toEqual(['The worker has not looked at the outbox for 61 s; the log says why.']);
  const down = createReadiness({ ...fine, sockets: () => ['Slack is not connected.'] });
  expect(await down()).toEqual(['Slack is not connected.']);
});

test('a worker is quiet from when its database is gone until it is back, and not while it works or is idle', async () => {
  let gone = false;
  const it = rig((store) => {
    return new Proxy(store, {
      get(target, name, receiver) {
        if (name === 'pools' && gone) return () => Promise.reject(new Error('gone'));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
  });
  const life = it.boot({ pollMs: 1000 });
  await open(life);
  await it.clock.advance(60_000);
  expect(life.worker.quietMs()).toBeLessThanOrEqual(1000);
  gone = true;
  await it.clock.advance(60_000);
  expect(life.worker.quietMs()).toBeGreaterThanOrEqual(59_000);
  gone = false;
  await it.clock.advance(1000);
  expect(life.worker.quietMs()).toBeLessThanOrEqual(1000);
});
