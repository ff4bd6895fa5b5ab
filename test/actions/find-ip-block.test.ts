import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHandlers } from '../../src/actions/handlers.ts';
import { rig, said, whmOf } from './rig.ts';
import type { Rig } from './rig.ts';
import { mailingOf } from '../../src/mailing.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const look = (ip: string, server?: string) =>
  one.handlers().ipBlock(server === undefined ? { ip } : { ip, server }, one.context());
const functions = [
  'csf.cgi',
  'get_cphulk_brutes',
  'get_cphulk_excessive_brutes',
  'get_cphulk_failed_logins',
  'load_cphulk_config',
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
      'pass: 203.0.113.7 is not blocked by CSF on host2 at 10:03 UTC.',
      'fail: 203.0.113.7 is blocked by cPHulk on host2 since 09:23 UTC, until 15:23 UTC: 14 failed logins.',
      '- Blocked since 09:23 UTC, until 15:23 UTC. cPHulk notes: 14 login failures attempting to log in to service "pop3" as info@acme-cpa.example',
      '- 14 failed logins for info@acme-cpa.example (POP3) since 09:10 UTC, the last 2 minutes ago',
    ].join('\n'),
  );
  expect(one.calls()).toEqual([...functions, 'read_cphulk_records'].toSorted());
});

test.each([
  ['192.0.2.66', 'a two-week block', 'blocked', 'until 2026-12-06 00:43 UTC'],
  [
    '198.51.100.150',
    'a range of the black list',
    'stuck',
    'as 198.51.100.128/25, put there by hand. Comment: spam <b>wave</b> of August',
  ],
  ['192.0.2.15', 'an a-b range', 'stuck', 'as 192.0.2.10-192.0.2.20'],
  ['198.51.100.77', 'a block by LFD for a time', 'blocked', 'Failed SSH login from 198.51.100.77'],
  ['192.0.2.131', 'a block by LFD for good', 'blocked', 'Failed SMTP AUTH login from 192.0.2.131'],
  ['192.0.2.132', 'a line that is to stay', 'stuck', 'spammer, asked <abuse@example.net> & got no answer'],
])('%s is blocked: %s', async (ip, _what, outcome, words) => {
  const result = await look(ip);
  expect(result.outcome).toBe(outcome);
  expect(said(result)).toContain(words);
});

test('what stands on a white list says so', async () => {
  one.sims.world.csf.allow.push({ entry: '203.0.113.99', comment: 'a client' });
  one.sims.world.whiteList.set('203.0.113.0/24', null);
  const result = await look('203.0.113.99');
  expect(result.outcome).toBe('clear');
  expect(said(result)).toContain('- It is on the white list of cPHulk on host2 as 203.0.113.0/24.');
  expect(said(result)).toContain('- CSF on host2 allows 203.0.113.99.');
});

test('no address, no look', async () => {
  expect(await one.handlers().ipBlock({ server: 'host2' }, one.context())).toEqual({
    outcome: 'notAsked',
    findings: [],
  });
  expect(one.calls()).toEqual([]);
});

test.each(['denied', 'restricted', 'login'] as const)(
  'a firewall that may not be asked (%s) is unknown, and never clear',
  async (access) => {
    one.sims.world.csf.access = access;
    const result = await look('203.0.113.99');
    expect(result.outcome).toBe('unknown');
    expect(said(result)).toContain(
      'unknown: I could not see whether 203.0.113.99 is blocked by CSF on host2.',
    );
  },
);

test('failing logins without a block are a warning with evidence', async () => {
  const result = await look('198.51.100.23');
  expect(result.outcome).toBe('failing');
  expect(said(result)).toMatch(
    /\nwarning: .*3 logins from it failed: a device is still using a wrong password/,
  );
  expect(said(result)).toContain('- 3 failed logins for tom@baxter-ledger.example (POP3)');
});

test('clear says who was asked, and when', async () => {
  const result = await look('203.0.113.99');
  expect(result.outcome).toBe('clear');
  expect(said(result)).toBe(
    'pass: 203.0.113.99 is not blocked by CSF on host2 at 10:03 UTC.\npass: 203.0.113.99 is not blocked by cPHulk on host2 at 10:03 UTC.',
  );
});

test('cPHulk switched off cannot be what blocks', async () => {
  one.sims.world.cphulkEnabled = false;
  const result = await look('203.0.113.7');
  expect(result.outcome).toBe('clear');
  expect(said(result)).toContain(
    'not-applicable: cPHulk on host2 is switched off or not there, so it blocks nobody.',
  );
});

test.each(functions)('a clear address is never clear when %s goes wrong', async (name) => {
  for (const fault of broken) {
    one.reset();
    // Twice for each of its tries; the lists are two.
    one.sims.faults.next(name, fault, name === 'read_cphulk_records' ? 4 : 2);
    const result = await look('203.0.113.99');
    expect.soft(result.outcome, fault).toBe('unknown');
    const system = name === 'csf.cgi' ? 'CSF' : 'cPHulk';
    expect.soft(said(result), fault).not.toContain(`pass: 203.0.113.99 is not blocked by ${system}`);
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
    expect(result.findings).toHaveLength(4);
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
  const handlers = createHandlers({
    whms: new Map(),
    cpa: undefined,
    quotaStepMb: 100,
    mailing: mailingOf(undefined, Date.now),
  });
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
