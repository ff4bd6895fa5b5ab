import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHandlers } from '../../src/actions/handlers.ts';
import { plain, words } from '../../src/engine/card.ts';
import { approvedPlan, rig, said, start, whmOf } from './rig.ts';
import type { Rig, RigOptions } from './rig.ts';
import { mailingOf } from '../../src/mailing.ts';

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
const deed = (minutesAgo: number, outcome = 'accepted', incident = 'INC-141') =>
  one.deeds.unshift({
    subject: `ip:${blocked}`,
    incident,
    hash: 'h',
    action: 'unblockIp',
    outcome,
    at: one.clock.at - minutesAgo * 60_000,
  });

describe('planning', () => {
  test('keeps the evidence, makes one call, and writes nothing', async () => {
    const draft = approvedPlan(await plan());
    expect(draft).toMatchObject({
      subject: `ip:${blocked}`,
      from: 'not blocked by CSF on host2; blocked by cPHulk on host2 since 2026-11-23 09:23:00; CPA System: blocked',
      needs: 1,
      risk: { level: 'low' },
    });
    expect(draft.calls.map(({ system, text }) => [system, plain(text)])).toEqual([
      ['cpa', `CPA System: un-block ${blocked}`],
    ]);
    expect(draft.evidence.map(plain).join('\n')).toContain(
      '14 failed logins for info@acme-cpa.example (POP3)',
    );
    expect(draft.risk.reasons.map(plain)).toEqual(['Its failed logins are all for acme-cpa.example.']);
    expect(one.writes()).toEqual([]);
  });

  test('the same world gives the same plan, a new block another one', async () => {
    const first = approvedPlan(await plan());
    one.clock.at += 120_000;
    expect(approvedPlan(await plan()).hash).toBe(first.hash);
    const [block] = one.sims.world.brutes;
    if (block !== undefined) block.at += 60_000;
    expect(approvedPlan(await plan()).hash).not.toBe(first.hash);
  });

  test('while its server is suspected, is proposed at a raised risk, by the same hash', async () => {
    const before = approvedPlan(await plan());
    const text = words('IMAP is down on {server}.', { server: 'host2' });
    one.alarms.push({ server: 'host1', sign: 'imap down', text: words('Another one.'), at: start });
    expect(approvedPlan(await plan()).risk).toEqual(before.risk);
    one.alarms.push({ server: 'host2', sign: 'imap down', text, at: start });
    const draft = approvedPlan(await plan());
    expect(draft.risk).toEqual({ level: 'raised', reasons: [text] });
    expect(draft.hash).toBe(before.hash);
    const [first, ...others] = approvedPlan(await plan(clear)).risk.reasons.map(plain);
    expect(first).toBe('IMAP is down on host2.');
    expect(others.join()).toContain('not blocked as far as can be seen');
  });

  test('not blocked as far as can be seen: still a plan, at a raised risk', async () => {
    const draft = approvedPlan(await plan(clear));
    expect(draft.from).toBe('not blocked by CSF on host2; not blocked by cPHulk on host2; CPA System: clear');
    expect(draft.risk.level).toBe('raised');
    expect(draft.risk.reasons.map(plain).join()).toContain('not blocked as far as can be seen');
  });

  test('failed logins for several clients raise the risk', async () => {
    const [login] = one.sims.world.failedLogins;
    if (login !== undefined)
      one.sims.world.failedLogins.push({ ...login, user: 'tom@baxter-ledger.example' });
    const { risk } = approvedPlan(await plan());
    expect(risk.level).toBe('raised');
    expect(risk.reasons.map(plain).join()).toContain('acme-cpa.example, baxter-ledger.example');
  });

  test('the third un-block within a week raises the risk', async () => {
    deed(2 * 24 * 60, 'accepted', 'INC-9');
    expect(approvedPlan(await plan()).risk.level).toBe('low');
    deed(24 * 60 + 5, 'accepted', 'INC-12');
    const { risk } = approvedPlan(await plan());
    expect(risk.level).toBe('raised');
    expect(risk.reasons.map(plain)).toEqual([
      'It was un-blocked 2 times within 7 days already (INC-12, INC-9): what locks it is still there.',
    ]);
  });

  test('a line of CSF that is to stay raises the risk', async () => {
    const draft = approvedPlan(await plan('192.0.2.132'));
    expect(draft.risk.level).toBe('raised');
    expect(draft.risk.reasons.map(plain).join()).toMatch(
      /by hand; an un-block may not take it off.*do not delete/,
    );
  });

  test('the black list raises the risk', async () => {
    const draft = approvedPlan(await plan('198.51.100.150'));
    expect(draft.from).toContain('put on a list of cPHulk on host2 by hand');
    expect(draft.risk.level).toBe('raised');
  });

  test.each(['get_cphulk_brutes', 'status'])(
    'a state that cannot be seen (%s) raises the risk',
    async (name) => {
      one.sims.faults.next(name, 'loginPage');
      const draft = approvedPlan(await plan(clear));
      expect(draft.from).toContain('not known');
      expect(draft.risk.level).toBe('raised');
      expect(draft.risk.reasons.map(plain).join()).not.toContain('not blocked as far as can be seen');
    },
  );

  test('without a WHM the risk is raised', async () => {
    const handlers = createHandlers({
      whms: new Map(),
      cpa: undefined,
      quotaStepMb: 100,
      mailing: mailingOf(undefined, Date.now),
    });
    expect(said(await handlers.unblockIp.plan({ ip: blocked }, one.context()))).toContain(
      'CPA_UNBLOCK_URL is not set',
    );
    const draft = approvedPlan(
      await one
        .handlers({ cpa: 'without status' })
        .unblockIp.plan({ ip: blocked, server: 'gone' }, one.context()),
    );
    expect(draft).toMatchObject({ from: 'not known', risk: { level: 'raised' } });
  });

  test('without a CPA System it fails in words that say what to set', async () => {
    const result = await plan(blocked, { cpa: 'none' });
    expect(result.outcome).toBe('failed');
    expect(said(result)).toContain('CPA_UNBLOCK_URL is not set');
    expect(one.calls()).toEqual([]);
  });

  test.each(['INC-141', 'INC-1'])('%s had it un-blocked minutes ago: nothing to do', async (incident) => {
    deed(5, 'accepted', incident);
    const result = await plan();
    expect(result.outcome).toBe('nothingToDo');
    expect(said(result)).toContain(`${incident} had ${blocked} un-blocked at 09:58 UTC`);
  });

  test('an un-block that had its ten minutes does not stand in the way', async () => {
    deed(11);
    expect(approvedPlan(await plan()).evidence.map(plain)).toContain(
      'INC-141 had it un-blocked before, at 09:52 UTC.',
    );
  });

  test('an un-block in doubt raises the risk, a failed one does not', async () => {
    deed(5, 'failed');
    expect(approvedPlan(await plan()).risk.level).toBe('low');
    deed(4, 'unknown');
    expect(approvedPlan(await plan()).risk.level).toBe('raised');
  });

  test('queued in the CPA System: nothing to do', async () => {
    one.sims.world.pendingUnblocks.set(blocked, one.clock.at + 60_000);
    expect((await plan()).outcome).toBe('nothingToDo');
  });

  test('every server is looked at when none is named', async () => {
    const two = await rig();
    const handlers = one.handlers({}, [['host3', whmOf(two.sims, 5000, () => two.clock.at)]]);
    const draft = approvedPlan(await handlers.unblockIp.plan({ ip: blocked }, one.context()));
    expect(draft.from).toMatch(/on host2 since .*on host3 since/);
    await two.sims.close();
  });
});
