import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { knownFaults } from '../../simulators/faults.ts';
import { approvedPlan, rig, said } from './rig.ts';
import type { Rig, RigOptions } from './rig.ts';

type FaultName = keyof typeof knownFaults;

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const blocked = '203.0.113.7';
const clear = '203.0.113.99';
const plan = (ip = blocked, options?: RigOptions) =>
  one.handlers(options).unblockIp.plan({ ip, server: 'host2' }, one.context());
const act = (
  ...[approved, context, options]: [
    ReturnType<typeof approvedPlan>,
    ReturnType<Rig['actContext']>?,
    RigOptions?,
  ]
) => one.handlers(options).unblockIp.act(approved, context ?? one.actContext());
const deed = (minutesAgo: number, outcome = 'accepted', incident = 'INC-141') =>
  one.deeds.unshift({
    subject: `ip:${blocked}`,
    incident,
    hash: 'h',
    action: 'unblockIp',
    outcome,
    at: one.clock.at - minutesAgo * 60_000,
  });
/** Somebody un-blocked it by hand. */
const lift = () => {
  one.sims.world.brutes = [];
};

describe('acting', () => {
  test('is one un-block, marked before, and "accepted" is not "open"', async () => {
    const approved = approvedPlan(await plan());
    const context = one.actContext({ onSending: () => expect(one.writes()).toEqual([]) });
    const result = await act(approved, context);
    expect(result.outcome).toBe('accepted');
    expect(said(result)).toContain(
      `Un-block of ${blocked} queued by the CPA System at 10:03 UTC. It takes 5–10 minutes.`,
    );
    expect(said(result)).toContain('Reference: UB-');
    expect(one.writes()).toEqual([`unblock ip=${blocked}`]);
    expect(context.marks()).toBe(1);
  });

  test('an address that seemed clear is un-blocked as approved', async () => {
    expect((await act(approvedPlan(await plan(clear)))).outcome).toBe('accepted');
    expect(one.writes()).toEqual([`unblock ip=${clear}`]);
  });

  test.each<[string, () => unknown, string]>([
    ['another incident was faster', () => deed(0), 'INC-141 asked for'],
    ['the block is gone', lift, 'is not any more (10:03 UTC)'],
    [
      'somebody queued it by hand',
      () => one.sims.world.pendingUnblocks.set(blocked, one.clock.at + 60_000),
      'in its queue by now',
    ],
  ])('%s: changed, and nothing is sent', async (_what, happen, words) => {
    const approved = approvedPlan(await plan());
    happen();
    const context = one.actContext();
    const result = await act(approved, context);
    expect(result.outcome).toBe('changed');
    expect(said(result)).toContain(words);
    expect(one.writes()).toEqual([]);
    expect(context.marks()).toBe(0);
  });

  test('a deed that the plan knew of does not stop it', async () => {
    deed(11);
    const approved = approvedPlan(await plan());
    expect((await act(approved)).outcome).toBe('accepted');
  });

  test('a state that cannot be compared is thrown, and nothing is sent', async () => {
    const approved = approvedPlan(await plan());
    one.sims.faults.next('get_cphulk_brutes', 'loginPage');
    one.sims.faults.next('status', 'resetBefore', 2);
    await expect(act(approved)).rejects.toMatchObject({ name: 'EffectError' });
    expect(one.writes()).toEqual([]);
  });

  test.each<[FaultName, 'with status' | 'without status', string]>([
    // With a status the queue shows whether it arrived.
    ['resetAfter', 'with status', 'accepted'],
    ['cutJson', 'with status', 'accepted'],
    ['crashAfter', 'with status', 'accepted'],
    ['resetBefore', 'with status', 'unknown'],
    ['loginPage', 'with status', 'unknown'],
    ['crashBefore', 'with status', 'unknown'],
    ['deniedHtml', 'with status', 'failed'],
    ['redirectToLogin', 'with status', 'failed'],
    ['notFound', 'with status', 'failed'],
    // Without one, a block that is still there proves nothing for ten minutes.
    ['resetAfter', 'without status', 'unknown'],
    ['resetBefore', 'without status', 'unknown'],
    ['loginPage', 'without status', 'unknown'],
    ['cutJson', 'without status', 'unknown'],
  ])('the request with %s, %s: %s, and never two', async (fault, cpa, outcome) => {
    const approved = approvedPlan(await plan(blocked, { cpa }));
    one.sims.faults.next('unblock', fault);
    const result = await act(approved, one.actContext(), { cpa });
    expect(result.outcome).toBe(outcome);
    expect(one.writes()).toEqual([`unblock ip=${blocked}`]);
    if (result.outcome === 'unknown') expect(said(result)).toContain('may be on its way');
    if (result.outcome !== 'accepted') expect(said(result)).not.toContain('pass:');
  });

  test('the CPA System says no: failed, with its reason and the way by hand', async () => {
    const approved = approvedPlan(await plan());
    const body = JSON.stringify({ ok: false, error: 'not on my watch' });
    one.sims.faults.next('unblock', { kind: 'reply', body, headers: { 'Content-Type': 'application/json' } });
    const result = await act(approved);
    expect(result.outcome).toBe('failed');
    expect(said(result)).toMatch(/Global Content › Un-Block IP Address[^]*not on my watch/);
  });

  test('no answer in time, but queued: accepted', async () => {
    const approved = approvedPlan(await plan());
    one.sims.faults.next('unblock', 'hang');
    expect((await act(approved, one.actContext(), { totalMs: 400 })).outcome).toBe('accepted');
    expect(one.writes()).toHaveLength(1);
  });

  test('an odd answer whose un-block went through at once: accepted', async () => {
    const approved = approvedPlan(await plan(blocked, { cpa: 'without status' }));
    one.sims.faults.next('unblock', 'loginPage');
    const result = await act(approved, one.actContext({ onSending: lift }), { cpa: 'without status' });
    expect(result.outcome).toBe('accepted');
    expect(said(result)).toContain('the block that was seen before is gone');
  });

  test('the old site says that it is not blocked there: nothing to do, and no success', async () => {
    const approved = approvedPlan(await plan(clear, { by: 'site' }));
    const result = await act(approved, one.actContext(), { by: 'site' });
    expect(result.outcome).toBe('nothingToDo');
    expect(said(result)).toContain(`not-applicable: The CPA System says that ${clear} is not blocked there`);
  });

  test('"clear" proves nothing where nothing was blocked before', async () => {
    const approved = approvedPlan(await plan(clear));
    one.sims.faults.next('unblock', 'loginPage');
    expect((await act(approved)).outcome).toBe('unknown');
  });

  test('the CPA System asks to slow down: thrown for a later try', async () => {
    const approved = approvedPlan(await plan());
    one.sims.faults.next('unblock', 'tooManyRequests');
    await expect(act(approved)).rejects.toMatchObject({
      retry: 'later',
      outcome: 'not-applied',
      afterMs: 7000,
    });
    expect(one.writes()).toHaveLength(1);
  });

  test('given up in the middle: thrown, so that the next attempt looks first', async () => {
    const approved = approvedPlan(await plan());
    const stop = new AbortController();
    one.sims.faults.next('unblock', 'hang');
    const running = act(approved, one.actContext({ signal: stop.signal }));
    await expect.poll(() => one.sims.world.pendingUnblocks.size).toBe(1);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cpa.cancelled', outcome: 'unknown' });
    expect((await act(approved, one.actContext({ mayHaveSent: true }))).outcome).toBe('accepted');
    expect(one.writes()).toHaveLength(1);
  });
});

describe('acting after an attempt that may have sent', () => {
  const again = (
    approved: ReturnType<typeof approvedPlan>,
    cpa: 'with status' | 'without status' = 'with status',
  ) => act(approved, one.actContext({ mayHaveSent: true }), { cpa });

  test('queued: accepted, nothing is sent', async () => {
    const approved = approvedPlan(await plan());
    one.sims.world.pendingUnblocks.set(blocked, one.clock.at + 60_000);
    expect((await again(approved)).outcome).toBe('accepted');
    expect(one.writes()).toEqual([]);
  });

  test.each(['with status', 'without status'] as const)(
    'the block is gone (%s): accepted, nothing is sent',
    async (cpa) => {
      const approved = approvedPlan(await plan(blocked, { cpa }));
      lift();
      expect((await again(approved, cpa)).outcome).toBe('accepted');
      expect(one.writes()).toEqual([]);
    },
  );

  test('the CPA System says plainly that it is blocked: it never arrived, so it is sent', async () => {
    const approved = approvedPlan(await plan());
    expect((await again(approved)).outcome).toBe('accepted');
    expect(one.writes()).toEqual([`unblock ip=${blocked}`]);
  });

  test('no status and still blocked in cPHulk: unknown, nothing is sent', async () => {
    const approved = approvedPlan(await plan(blocked, { cpa: 'without status' }));
    const result = await again(approved, 'without status');
    expect(result.outcome).toBe('unknown');
    expect(said(result)).toContain('Look again in 5–10 minutes');
    expect(one.writes()).toEqual([]);
  });

  test('nobody can be asked: unknown, nothing is sent', async () => {
    const approved = approvedPlan(await plan());
    one.sims.faults.next('*', 'loginPage', 20);
    expect((await again(approved)).outcome).toBe('unknown');
    expect(one.writes()).toEqual([]);
  });
});
