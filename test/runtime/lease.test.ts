import { expect, it as test } from 'vitest';
import { contracts as shipped } from '../../src/actions/contracts.ts';
import { createHandlers } from '../../src/actions/handlers.ts';
import type { WhmClient } from '../../src/clients/whm.ts';
import { runbook } from '../../dialogs/cannot-receive.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { mailingOf } from '../../src/mailing.ts';
import { foldLog } from '../../src/runtime/fold.ts';
import { openRow, verifyRows } from '../../src/store/chain.ts';
import type { Policy } from '../../src/runtime/policy.ts';
import type { Store } from '../../src/store/store.ts';
import { Killable } from './killable.ts';
import { idOf, lea, policy, press, rig, sam } from './rig.ts';
import type { Life, Rig } from './rig.ts';

const day = 86_400_000;
const account = 'harbortax';
const shippedDialog = runbook({
  unblockChecks: ['5m', '7m', '10m'],
  approvalWithin: '30m',
  watchFor: '24h',
  quotaLease: '14d',
  byfUrl: undefined,
  ownAddresses: [],
});
/** The shipped runbook from where quotas are read, with time for the lease of a row to run out after a kill. */
const dialog: Dialog = {
  ...shippedDialog,
  start: 'quota',
  steps: Object.fromEntries(
    Object.entries(shippedDialog.steps).map(([id, step]) => [
      id,
      'deadline' in step ? { ...step, deadline: '2m' as const } : step,
    ]),
  ),
};

/** One account of a WHM; it outlives the server that is killed. */
class Quota {
  usedMb = 200.2;
  limitMb = 200;
  readonly writes: number[] = [];
  /** What the server that is running now may still do. */
  alive: () => void = () => {};

  /** The handlers are the shipped ones; only WHM is not there. */
  get handlers() {
    const living = async <T>(work: () => T): Promise<T> => {
      this.alive();
      const result = work();
      this.alive();
      return result;
    };
    const whm = {
      diskUsage: () =>
        living(() => ({ usedMb: this.usedMb, limitMb: this.limitMb, inodesUsed: null, inodesLimit: null })),
      mailboxes: () => living(() => [{ address: `info@${account}.example`, usedMb: 1, limitMb: 100 }]),
      mainMailbox: () => living(() => ({ usedMb: 0 })),
      setAccountQuota: (_: string, quotaMb: number) =>
        living(() => {
          this.writes.push(quotaMb);
          this.limitMb = quotaMb;
        }),
    };
    const mailing = mailingOf(undefined, () => 0);
    const whms = new Map([['host2', whm as unknown as WhmClient]]);
    return createHandlers({ whms, cpa: undefined, quotaStepMb: 100, quotaLease: '14d', mailing });
  }
}

function boot(it: Rig, quota: Quota, server?: Killable, rules = policy()): Life {
  quota.alive = () => server?.alive();
  const chat = new Proxy(it.chat, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        server?.alive();
        const result: unknown = await Reflect.apply(value, target, args);
        server?.alive();
        return result;
      };
    },
  });
  const store: { store?: Store } = server === undefined ? {} : { store: server.store };
  return it.boot({
    ...store,
    dialog,
    contracts: shipped,
    handlers: quota.handlers,
    policy: rules,
    channels: new Map([['web', chat]]),
    // Nothing but what is due: two weeks are long.
    pollMs: 90 * day,
  });
}

/** An account was raised from 200 to 300 MB, Lea approved, and the incident is over. */
async function raised(it: Rig, quota: Quota, rules = policy()): Promise<{ id: string; life: Life }> {
  const life = boot(it, quota, undefined, rules);
  const facts = { client: account, account, server: 'host2' };
  const opening = { dialog: dialog.id, facts, actor: sam, source: 'web', eventId: 'open', simulated: true };
  const id = idOf(await life.dispatcher.open({ ...opening, place: { channel: 'web' } }));
  await it.clock.settle();
  for (const [actor, label] of [
    [lea, 'Approve'],
    [sam, 'None, or they can’t tell'],
    [sam, 'Yes'],
  ] as const) {
    idOf(await press(life, it, id, actor, label));
    await it.clock.settle();
  }
  expect((await it.read(id)).ended?.outcome).toBe('resolved');
  expect(quota.writes).toEqual([300]);
  return { id, life };
}

async function check(it: Rig, id: string): Promise<void> {
  const log = await it.store.log(id);
  expect(verifyRows(log, (await it.store.read(id))?.head).ok).toBe(true);
  expect(foldLog(() => dialog, shipped, log.map(openRow))).toEqual(await it.read(id));
  expect(await it.store.deadLetters(9)).toEqual([]);
}

const returns = async (it: Rig, id: string) =>
  (await it.read(id)).deeds.filter(({ action }) => action === 'returnQuota');

test('a lent quota goes back on day 14 under the approval of its raise, and the log shows whose that was', async () => {
  const it = rig();
  const quota = new Quota();
  const { id, life } = await raised(it, quota);
  quota.usedMb = 183;
  await it.clock.advance(12 * day - 60_000);
  expect((await it.read(id)).ended).toBeDefined();
  await it.clock.advance(60_000);
  expect(it.chat.text(id)).toContain('Usage of the account harbortax then 200.2, now 183 MB');
  expect(it.chat.text(id)).toContain('it can go back to 200 MB safely.');
  expect(it.chat.text(id)).toContain('In 2 days the 300 MB of the account harbortax end.');
  await it.clock.advance(2 * day - 60_000);
  expect(quota.writes).toEqual([300]);
  await it.clock.advance(60_000);
  expect(quota.writes).toEqual([300, 200]);
  expect(await returns(it, id)).toMatchObject([{ outcome: 'done', approvedBy: [lea] }]);
  expect((await it.read(id)).ended?.outcome).toBe('resolved');
  expect(it.chat.text(id)).toContain('Approved by Lea on 2025-06-02 10:00 UTC, together with');
  const asked = (await it.store.log(id)).map(openRow).filter(({ type }) => type === 'confirm.pressed');
  expect(asked).toHaveLength(1);
  await check(it, id);
  await it.clock.advance(30 * day);
  expect(quota.writes).toEqual([300, 200]);
  expect(await it.store.nextDue(it.clock.now())).toBeUndefined();
  expect(life.errors).toEqual([]);
});

test('over a limit of the policy the way back does not run by itself, and people are told why', async () => {
  const it = rig();
  const quota = new Quota();
  const limit = { name: 'returns', limit: { most: 0, withinMs: day }, over: 'That is over the limit.' };
  const countsOf: Policy['countsOf'] = ({ action }) => (action === 'returnQuota' ? [limit] : []);
  const { id } = await raised(it, quota, { ...policy(), countsOf });
  quota.usedMb = 183;
  await it.clock.advance(14 * day);
  expect(quota.writes).toEqual([300]);
  expect(it.chat.text(id)).toContain('That is over the limit.');
  expect(it.chat.buttons(id).map(({ label }) => label.template)).toContain('Approve');
  await check(it, id);
});

test('over the old limit it stays until somebody decides; extended, it goes back two weeks later', async () => {
  const it = rig();
  const quota = new Quota();
  const { id, life } = await raised(it, quota);
  quota.usedMb = 240;
  await it.clock.advance(40 * day);
  expect(quota.writes).toEqual([300]);
  expect(it.chat.text(id)).toContain(
    'now 240 MB: too much for 200 MB, so 300 MB stay until somebody decides.',
  );
  for (const [actor, label] of [
    [sam, 'Extend 14 days'],
    [lea, 'Approve'],
  ] as const) {
    idOf(await press(life, it, id, actor, label));
    await it.clock.settle();
  }
  expect(quota.writes).toEqual([300]);
  quota.usedMb = 120;
  await it.clock.advance(13 * day);
  expect(quota.writes).toEqual([300]);
  await it.clock.advance(day);
  expect(quota.writes).toEqual([300, 200]);
  await check(it, id);
});

// Every life takes its time: by default every fourth write is one to die at, another fourth before than after.
const stride = process.env['MAILFIX_KILLS'] === undefined ? 4 : 1;

test.each([
  ['before', 1],
  ['after', 3],
] as const)(
  'a server killed %s any write of the way back, and restarted, takes the quota back exactly once',
  async (when, first) => {
    let killed = 0;
    for (let n = Math.min(first, stride), dead = true; dead; n += stride) {
      const it = rig();
      const quota = new Quota();
      const { id, life } = await raised(it, quota);
      quota.usedMb = 183;
      await it.clock.advance(14 * day - 60_000);
      await life.worker.drain(0);
      const server = new Killable(it.store, n, when);
      const second = boot(it, quota, server);
      await it.clock.advance(61_000);
      ({ dead } = server);
      if (dead) killed += 1;
      const third = boot(it, quota);
      await it.clock.advance(10 * 60_000);
      expect({ n, writes: quota.writes, limit: quota.limitMb }).toEqual({
        n,
        writes: [300, 200],
        limit: 200,
      });
      expect(await returns(it, id)).toMatchObject([{ outcome: 'done', approvedBy: [lea] }]);
      expect((await it.read(id)).ended?.text.template).toContain('is back at');
      await check(it, id);
      await Promise.allSettled([second.worker.drain(0), third.worker.drain(0)]);
    }
    expect(killed).toBeGreaterThan(16 / stride);
  },
);
