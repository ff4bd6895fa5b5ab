import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { approvedPlan, rig, said } from './rig.ts';
import type { Rig, RigOptions } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const byCphulk = '203.0.113.7';
const [byCsf, kept] = ['192.0.2.131', '192.0.2.132'];
const lifts: RigOptions = { lifts: true };
const handler = (options: RigOptions = lifts) => one.handlers(options).unblockIp;
const plan = async (ip = byCphulk, options: RigOptions = lifts): Promise<Plan> =>
  approvedPlan(await handler(options).plan({ ip, server: 'host2' }, one.context()));
const act = (approved: Plan, context = one.actContext(), options: RigOptions = lifts) =>
  handler(options).act(approved, context);
const callsOf = (approved: Plan) => approved.calls.map(({ id, text }) => `${id} · ${plain(text)}`);
const flushed = 'flush_cphulk_login_history_for_ips ip=203.0.113.7';
const block = () => one.sims.world.brutes[0];
const deny = (ip: string, comment: string) => one.sims.world.csf.deny.push({ entry: ip, comment });
const lfd = 'lfd: (pop3d) Failed POP3 login from it: 10 in the last 3600 secs - Mon Nov 23 09:12:44 2026';

describe('the calls of a plan follow from what was found', () => {
  test('cPHulk holds it: asked of the CPA System, and flushed', async () => {
    const approved = await plan();
    expect(callsOf(approved)).toEqual([
      'unblock · CPA System: un-block 203.0.113.7',
      'cphulk:host2 · cPHulk on host2: remove its 14 records',
    ]);
    expect(approved).toMatchObject({
      to: 'un-block asked of the CPA System; lifted in cPHulk on host2',
      risk: { level: 'low' },
    });
    expect(plain(approved.consequence ?? { template: '' })).toMatch(
      /^cPHulk on host2 lets go at once\. The CPA System takes 5–10 minutes\. .* this log keeps them\./,
    );
    expect(approved.evidence.map(plain).join('\n')).toContain('14 failed logins for info@acme-cpa.example');
    expect(one.writes()).toEqual([]);
  });

  test('CSF holds it: killed there; both: both', async () => {
    expect(callsOf(await plan(byCsf))).toEqual([
      `unblock · CPA System: un-block ${byCsf}`,
      'csf:host2 · CSF on host2: remove its 1 entry',
    ]);
    deny(byCphulk, lfd);
    const both = await plan();
    expect(both.calls.map(({ id }) => id)).toEqual(['unblock', 'csf:host2', 'cphulk:host2']);
    expect(plain(both.consequence ?? { template: '' })).toMatch(
      /^CSF on host2 and cPHulk on host2 let go at once\./,
    );
  });

  test.each([
    ['nobody holds it', '203.0.113.99'],
    ['it is on the black list', '198.51.100.150'],
    ['its line is to stay', kept],
    ['a set has it', '198.51.100.200'],
  ])('%s: the CPA System alone', async (_, ip) => {
    expect((await plan(ip)).calls.map(({ id }) => id)).toEqual(['unblock']);
  });

  test('no token for changes: the CPA System alone, and the plan is as it always was', async () => {
    const approved = await plan(byCphulk, {});
    expect(approved.calls.map(({ id }) => id)).toEqual(['unblock']);
    expect(approved.input).not.toHaveProperty('holds');
  });

  test('no CPA System: lifted where it is held, else it is not configured', async () => {
    const none: RigOptions = { lifts: true, cpa: 'none' };
    const approved = await plan(byCphulk, none);
    expect(approved).toMatchObject({
      to: 'lifted in cPHulk on host2',
      calls: [{ id: 'cphulk:host2', system: 'whm' }],
    });
    expect((await act(approved, undefined, none)).outcome).toBe('accepted');
    one.deeds.push({
      subject: `ip:${byCphulk}`,
      incident: 'INC-1',
      hash: 'h',
      action: 'unblockIp',
      outcome: 'accepted',
      at: one.clock.at,
    });
    one.sims.world.brutes.push({ ip: byCphulk, at: one.clock.at, until: one.clock.at + 1e7, notes: 'anew' });
    expect((await plan(byCphulk, none)).calls).toHaveLength(1);
    const clear = await handler(none).plan({ ip: '203.0.113.99', server: 'host2' }, one.context());
    expect(clear.outcome).toBe('failed');
    expect(said(clear)).toContain('CPA_UNBLOCK_URL is not set');
  });

  test('a server that refused once is not proposed again', async () => {
    const { unblockIp } = one.handlers(lifts);
    const propose = async () => approvedPlan(await unblockIp.plan({ ip: byCphulk }, one.context()));
    one.sims.faults.next('flush_cphulk_login_history_for_ips', 'missingPrivilege');
    const result = await unblockIp.act(await propose(), one.actContext());
    expect(result.outcome).toBe('partly');
    one.clock.at += 11 * 60_000;
    one.sims.world.pendingUnblocks.clear();
    expect((await propose()).calls.map(({ id }) => id)).toEqual(['unblock']);
  });
});

describe('what raises the risk', () => {
  const reasons = async (ip: string, options?: RigOptions) =>
    (await plan(ip, options)).risk.reasons.map(plain).join('\n');

  test.each<[string, RigOptions]>([
    ['with', lifts],
    ['without', {}],
  ])('a deny entry of LFD that has no end, %s a token for changes', async (_, options) => {
    const { risk } = await plan(byCsf, options);
    expect(risk.level).toBe('raised');
    expect(risk.reasons.map(plain)).toEqual([
      'CSF on host2 denies it with no end date: it would not open by itself, ever.',
    ]);
  });

  test('a range, which no un-block of one address lifts', async () => {
    deny('203.0.113.0/28', lfd);
    expect(await reasons(byCphulk)).toBe(
      'The un-block will not lift all of it: CSF on host2 denies the whole range 203.0.113.0/28, and 203.0.113.7 is in it.',
    );
  });

  test('a line that somebody wrote: taken off where mailfix may, else perhaps not', async () => {
    deny(byCphulk, 'asked by the client - Mon Nov 23 09:12:44 2026');
    expect(await reasons(byCphulk)).toContain('by hand, and this takes it off.');
    expect(await reasons(byCphulk, {})).toContain('by hand; an un-block may not take it off.');
    expect(await reasons(kept)).toContain('may not take it off.\nThe un-block will not lift all of it');
  });

  test('a block for a time does not', async () => {
    const until = one.clock.at + 3_600_000;
    one.sims.world.csf.temporary.push({ ip: byCphulk, ports: '', at: one.clock.at, until, message: 'lfd' });
    expect((await plan()).risk.level).toBe('low');
  });
});

describe('acting', () => {
  test('makes each call once, marked before by its name, and reads back', async () => {
    const approved = await plan();
    const marked: unknown[] = [];
    const context = one.actContext({
      onSending: (call) => marked.push([call, one.writes().length]),
    });
    const result = await act(approved, context);
    expect(result.outcome).toBe('accepted');
    expect(one.writes()).toEqual(['unblock ip=203.0.113.7', flushed]);
    expect(marked).toEqual([
      ['unblock', 0],
      ['cphulk:host2', 1],
    ]);
    expect(said(result)).toContain('pass: Un-block of 203.0.113.7 queued by the CPA System at 10:03 UTC.');
    expect(said(result)).toContain(
      'pass: cPHulk on host2 does not block 203.0.113.7 any more, read back at 10:03 UTC.\n- cPHulk says that it removed 14 records.',
    );
    // What was erased is kept as it was just before.
    expect(said(result)).toContain('14 failed logins for info@acme-cpa.example (POP3)');
  });

  test('a call that is not needed any more is left out', async () => {
    deny(byCphulk, lfd);
    const approved = await plan();
    one.sims.world.brutes = [];
    const result = await act(approved);
    expect(result.outcome).toBe('accepted');
    expect(one.writes()).toEqual(['unblock ip=203.0.113.7', 'csf kill action=kill ip=203.0.113.7']);
    expect(said(result)).toContain(
      'not-applicable: cPHulk on host2 did not block 203.0.113.7 any more at 10:03 UTC, so nothing was sent there.',
    );
  });

  test('another block than the one that was approved: changed, and nothing is sent', async () => {
    const approved = await plan();
    const held = block();
    if (held !== undefined) held.at += 60_000;
    const result = await act(approved);
    expect(result.outcome).toBe('changed');
    expect(said(result)).toContain('by another entry than when this was proposed');
    expect(one.writes()).toEqual([]);
  });

  test('a token that lacks the right: partly, in the words of WHM', async () => {
    const approved = await plan();
    one.sims.faults.next('flush_cphulk_login_history_for_ips', 'missingPrivilege');
    const result = await act(approved);
    expect(result.outcome).toBe('partly');
    expect(said(result)).toContain('pass: Un-block of 203.0.113.7 queued');
    expect(said(result)).toMatch(
      /fail: cPHulk on host2 did not let go of 203\.0\.113\.7: it refused\.\n- .*privilege/,
    );
  });

  test('the CPA System says no, cPHulk yes: partly', async () => {
    const approved = await plan();
    one.sims.faults.next('unblock', 'deniedHtml');
    const result = await act(approved);
    expect(result.outcome).toBe('partly');
    expect(said(result)).toMatch(
      /fail: The CPA System did not take on[^]*pass: cPHulk on host2 does not block/,
    );
  });

  test('a system that cannot be reached for now is tried again while nothing was sent', async () => {
    const approved = await plan(byCphulk, { lifts: true, by: 'site' });
    one.sims.faults.next('sign-in page', 'crashBefore', 2);
    await expect(act(approved, undefined, { lifts: true, by: 'site' })).rejects.toMatchObject({
      retry: 'later',
    });
    expect(one.writes().filter((call) => !call.startsWith('sign-in'))).toEqual([]);
  });

  test('a device that locks it again at once: done, with a warning', async () => {
    const approved = await plan();
    const held = block();
    const { world } = one.sims;
    const answer = { kind: 'delay', ms: 1 } as const;
    one.sims.faults.next('flush_cphulk_login_history_for_ips', answer);
    let brutes = world.brutes;
    Object.defineProperty(world, 'brutes', {
      configurable: true,
      get: () => brutes,
      set: (rows: typeof brutes) => {
        brutes = held === undefined ? rows : [...rows, { ...held, at: one.clock.at }];
      },
    });
    const result = await act(approved);
    Object.defineProperty(world, 'brutes', {
      configurable: true,
      writable: true,
      value: [],
      enumerable: true,
    });
    expect(result.outcome).toBe('accepted');
    expect(said(result)).toContain('warning: cPHulk on host2 let go of 203.0.113.7, and blocked it anew');
  });

  test('the right was taken back after the approval: the rest is done, and it says so', async () => {
    const approved = await plan();
    const result = await act(approved, undefined, {});
    expect(result.outcome).toBe('partly');
    expect(said(result)).toContain(
      'fail: Nothing was sent for cphulk:host2: mailfix may not lift blocks there.',
    );
  });

  test('a plan from before mailfix lifted anything is carried out as it was approved', async () => {
    const approved = await plan(byCphulk, {});
    expect((await act(approved)).outcome).toBe('accepted');
    expect(one.writes()).toEqual(['unblock ip=203.0.113.7']);
  });
});

describe('after a crash each call is read back by itself', () => {
  const after = (sent: readonly string[], approved: Plan, options?: RigOptions) =>
    act(approved, one.actContext({ mayHaveSent: sent }), options);

  test('the first was sent and is queued, the second never was: it is made', async () => {
    const approved = await plan();
    one.sims.world.pendingUnblocks.set(byCphulk, one.clock.at + 60_000);
    const result = await after(['unblock'], approved);
    expect(result.outcome).toBe('accepted');
    expect(one.writes()).toEqual([flushed]);
  });

  test('both were sent and the block is gone: nothing is sent', async () => {
    const approved = await plan();
    one.sims.world.brutes = [];
    one.sims.world.pendingUnblocks.set(byCphulk, one.clock.at + 60_000);
    expect((await after(['unblock', 'cphulk:host2'], approved)).outcome).toBe('accepted');
    expect(one.writes()).toEqual([]);
  });

  test('a flush that opened it proves nothing of the un-block before it', async () => {
    const silent: RigOptions = { lifts: true, cpa: 'without status' };
    const approved = await plan(byCphulk, silent);
    one.sims.world.brutes = [];
    const result = await after(['unblock', 'cphulk:host2'], approved, silent);
    expect(result.outcome).toBe('partly');
    expect(said(result)).toMatch(
      /unknown: A request to un-block .* may be on its way[^]*pass: cPHulk on host2/,
    );
    expect(one.writes()).toEqual([]);
  });

  test('another block by now is left alone, and said', async () => {
    const approved = await plan();
    one.sims.world.pendingUnblocks.set(byCphulk, one.clock.at + 60_000);
    const held = block();
    if (held !== undefined) held.at += 60_000;
    const result = await after(['unblock', 'cphulk:host2'], approved);
    expect(result.outcome).toBe('partly');
    expect(said(result)).toContain('blocks it by another entry by now');
    expect(one.writes()).toEqual([]);
  });

  test('nobody can be asked: unknown, nothing is sent', async () => {
    const approved = await plan();
    one.sims.faults.next('*', 'loginPage', 40);
    const result = await after(['unblock', 'cphulk:host2'], approved);
    expect(result.outcome).toBe('unknown');
    expect(one.writes()).toEqual([]);
  });

  test('everything is open and nothing was asked of the CPA System: it is not asked', async () => {
    const approved = await plan();
    one.sims.world.brutes = [];
    const result = await after(['cphulk:host2'], approved);
    expect(result.outcome).toBe('accepted');
    expect(said(result)).toContain('Nothing is left to be asked of the CPA System');
    expect(one.writes()).toEqual([]);
  });
});
