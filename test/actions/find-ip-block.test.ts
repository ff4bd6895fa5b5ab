import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHandlers } from '../../src/actions/handlers.ts';
import { rig, said, whmOf } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const look = (ip: string, server?: string) =>
  one.handlers().ipBlock(server === undefined ? { ip } : { ip, server }, one.context());
const functions = [
  'cphulk_status',
  'get_cphulk_brutes',
  'get_cphulk_excessive_brutes',
  'get_cphulk_failed_logins',
  'read_cphulk_records',
] as const;
const broken = [
  'loginPage',
  'cutJson',
  'resetBefore',
  'stringResultZero',
  'deniedHtml',
  'empty',
  'oddResult',
] as const;

test('a blocked address: why, since when, until when, for whom', async () => {
  const result = await look('203.0.113.7', 'host2');
  expect(result.outcome).toBe('blocked');
  expect(said(result)).toBe(
    [
      'fail: 203.0.113.7 is blocked by cPHulk on host2 since 2026-11-23 09:23:00 (the server’s clock), until 15:23 UTC: 14 failed logins listed.',
      '- Blocked since 2026-11-23 09:23:00 (the server’s clock), until 15:23 UTC. cPHulk notes: 14 login failures attempting to log in to service "pop3" as info@acme-cpa.example',
      '- 14 failed logins for info@acme-cpa.example (POP3), the last at 2026-11-23 10:01:00 (the server’s clock)',
    ].join('\n'),
  );
  expect(one.calls()).toEqual([...functions]);
});

test.each([
  ['192.0.2.66', 'a two-week block', 'until 2026-12-06 00:43 UTC'],
  [
    '198.51.100.200',
    'a range of the black list',
    'as 198.51.100.128/25, put there by hand. Comment: spam <b>wave</b> of August',
  ],
  ['192.0.2.15', 'an a-b range', 'as 192.0.2.10-192.0.2.20'],
])('%s is blocked: %s', async (ip, _what, words) => {
  const result = await look(ip);
  expect(result.outcome).toBe('blocked');
  expect(said(result)).toContain(words);
});

test('failing logins without a block are a warning with evidence', async () => {
  const result = await look('198.51.100.23');
  expect(result.outcome).toBe('failing');
  expect(said(result)).toMatch(
    /^warning: .*3 logins from it failed: a device is still using a wrong password/,
  );
  expect(said(result)).toContain('- 3 failed logins for tom@baxter-ledger.example (POP3)');
});

test('clear says what it could not see', async () => {
  const result = await look('203.0.113.99');
  expect(result.outcome).toBe('clear');
  expect(said(result)).toBe(
    'pass: 203.0.113.99 is not blocked by cPHulk on host2 at 10:03 UTC; the firewall (CSF) was not asked.',
  );
});

test('cPHulk switched off cannot be what blocks', async () => {
  one.sims.world.cphulkEnabled = false;
  const result = await look('203.0.113.7');
  expect(result.outcome).toBe('clear');
  expect(said(result)).toMatch(/^not-applicable: cPHulk is switched off on host2/);
});

test.each(functions)('a clear address is never clear when %s goes wrong', async (name) => {
  for (const fault of broken) {
    one.reset();
    one.sims.faults.next(name, fault, 2);
    const result = await look('203.0.113.99');
    expect.soft(result.outcome, fault).toBe('unknown');
    expect.soft(said(result), fault).not.toContain('pass:');
  }
});

test('no answer in time is unknown', async () => {
  one.sims.faults.next('get_cphulk_brutes', 'hang');
  const result = await one.handlers({ totalMs: 400 }).ipBlock({ ip: '203.0.113.99' }, one.context());
  expect(result.outcome).toBe('unknown');
  expect(said(result)).toContain('no complete answer to "get_cphulk_brutes"');
});

test.each(functions.filter((name) => name !== 'get_cphulk_brutes'))(
  'a proven block stands when %s goes wrong',
  async (name) => {
    one.sims.faults.next(name, 'loginPage');
    expect((await look('203.0.113.7')).outcome).toBe('blocked');
  },
);

test('a failing address is unknown while a block cannot be excluded', async () => {
  one.sims.faults.next('get_cphulk_excessive_brutes', 'loginPage');
  const result = await look('198.51.100.23');
  expect(result.outcome).toBe('unknown');
  expect(said(result)).toContain('logins from it fail');
});

describe('several servers', () => {
  let two: Rig;
  beforeAll(async () => {
    two = await rig();
  });
  afterEach(() => two.reset());
  afterAll(() => two.sims.close());
  const lookOnBoth = (ip: string, server?: string) =>
    one
      .handlers({}, [['host3', whmOf(two.sims, 5000, () => two.clock.at)]])
      .ipBlock(server === undefined ? { ip } : { ip, server }, one.context());

  test('all are asked, one block is enough', async () => {
    one.sims.world.brutes = [];
    const result = await lookOnBoth('203.0.113.7');
    expect(result.outcome).toBe('blocked');
    expect(result.findings).toHaveLength(2);
  });

  test('one that cannot be asked makes it unknown', async () => {
    two.sims.faults.next('*', 'loginPage', 9);
    expect((await lookOnBoth('198.51.100.23')).outcome).toBe('unknown');
  });

  test('only the named one is asked', async () => {
    expect((await lookOnBoth('203.0.113.7', 'host3')).outcome).toBe('blocked');
    expect(one.calls()).toEqual([]);
  });
});

test('a server that is not in the settings, or none at all, is unknown', async () => {
  expect((await look('203.0.113.7', '__proto__')).outcome).toBe('unknown');
  const handlers = createHandlers({ whms: new Map(), cpa: undefined, quotaStepMb: 100 });
  expect((await handlers.ipBlock({ ip: '203.0.113.7' }, one.context())).outcome).toBe('unknown');
});

describe('the CPA System', () => {
  const ask = (ip: string) => one.handlers().cpaBlock({ ip }, one.context());

  test.each([
    ['203.0.113.7', 'blocked', 'fail'],
    ['203.0.113.99', 'clear', 'pass'],
  ])('%s is %s', async (ip, outcome, verdict) => {
    expect(await ask(ip)).toMatchObject({ outcome, findings: [{ verdict }] });
  });

  test('queued is not clear', async () => {
    one.sims.world.pendingUnblocks.set('203.0.113.7', one.clock.at + 60_000);
    expect(await ask('203.0.113.7')).toMatchObject({ outcome: 'queued', findings: [{ verdict: 'warning' }] });
  });

  test('an unclear answer is unknown', async () => {
    one.sims.faults.next('status', { kind: 'reply', body: 'hello' });
    expect(await ask('203.0.113.99')).toMatchObject({
      outcome: 'unknown',
      findings: [{ verdict: 'unknown' }],
    });
  });

  test.each(['loginPage', 'resetBefore', 'deniedHtml'] as const)(
    '%s is thrown, for the runtime to call unknown',
    async (fault) => {
      one.sims.faults.next('status', fault, 2);
      await expect(ask('203.0.113.99')).rejects.toMatchObject({ name: 'EffectError' });
    },
  );

  test.each(['without status', 'none'] as const)('%s: silent', async (cpa) => {
    const result = await one.handlers({ cpa }).cpaBlock({ ip: '203.0.113.7' }, one.context());
    expect(result).toMatchObject({ outcome: 'silent', findings: [{ verdict: 'not-applicable' }] });
    expect(one.calls()).toEqual([]);
  });
});
