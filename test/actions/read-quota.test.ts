import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rig, said } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const account = (user: string) =>
  one.handlers().accountQuota({ account: user, server: 'host2' }, one.context());
const mailbox = (user: string, box?: string) =>
  one
    .handlers()
    .mailboxQuota(
      { account: user, server: 'host2', ...(box === undefined ? {} : { mailbox: box }) },
      one.context(),
    );
const broken = [
  'loginPage',
  'cutJson',
  'resetBefore',
  'stringResultZero',
  'deniedHtml',
  'empty',
  'oddResult',
] as const;

function world(user: string) {
  const found = one.sims.world.accounts.find((each) => each.user === user);
  if (found === undefined) throw new Error(`no ${user}`);
  return found;
}

test.each([
  [195.9, 'room', 'warning'],
  [196, 'full', 'fail'],
  [200.2, 'full', 'fail'],
  [180, 'room', 'warning'],
  [179.9, 'room', 'pass'],
])('an account with %s of 200 MB: %s, %s', async (usedMb, outcome, verdict) => {
  world('harbortax').usedMb = usedMb;
  expect(await account('harbortax')).toMatchObject({
    outcome,
    findings: [{ verdict, bar: { limitMb: 200 } }],
  });
  expect(one.calls()).toEqual(['get_disk_usage']);
});

test('a full account in words, and drawn', async () => {
  const result = await account('harbortax');
  expect(said(result)).toBe(
    'fail: Account harbortax uses 200.2 of 200 MB: it is full, and mail is turned away',
  );
  expect(result.findings?.[0]?.bar?.usedMb).toBeCloseTo(200.2, 2);
});

test('without a limit there is room, and no bar', async () => {
  const result = await account('oakline');
  expect(result.outcome).toBe('room');
  expect(said(result)).toBe('pass: Account oakline uses 512.6 MB and has no limit');
  expect(result.findings?.[0]).not.toHaveProperty('bar');
});

test('used-up inodes are a finding of their own that MB cannot help', async () => {
  world('mercerpay').inodes = 50_000;
  const result = await account('mercerpay');
  expect(result).toMatchObject({
    outcome: 'filesFull',
    findings: [{ verdict: 'pass' }, { verdict: 'fail' }],
  });
  expect(said(result)).toContain('50000 of 50000 files (inodes): mail stops, and raising MB does not help');
});

test.each(broken)('past the cache with %s: older figures, which say so and never pass', async (fault) => {
  one.sims.faults.next('get_disk_usage', fault, 2);
  const result = await account('acmecpa');
  expect(result).toMatchObject({ outcome: 'room', findings: [{ verdict: 'warning' }] });
  expect(said(result)).toContain('up to some hours old');
});

test.each(broken)('no figures at all with %s: thrown, for the runtime to call unknown', async (fault) => {
  one.sims.faults.next('get_disk_usage', fault, 2);
  one.sims.faults.next('accountsummary', fault, 2);
  await expect(account('acmecpa')).rejects.toMatchObject({ name: 'EffectError' });
});

test('an account that is not there is unknown', async () => {
  const result = await account('nobody');
  expect(result.outcome).toBe('unknown');
  expect(said(result)).toContain('host2 knows no account nobody');
});

test.each([
  ['lindqvist', 'erik@lindqvist-cpa.example', 'full', 'fail'],
  ['lindqvist', 'reception@lindqvist-cpa.example', 'room', 'pass'],
  ['delgado', 'lucia@delgado-tax.example', 'room', 'pass'],
  ['oakline', 'support@oakline-advisors.example', 'room', 'pass'],
])('%s, mailbox %s: %s', async (user, box, outcome, verdict) => {
  const result = await mailbox(user, box);
  expect(result).toMatchObject({ outcome, findings: [{ verdict }] });
  expect(result.facts).toEqual(outcome === 'full' ? { mailbox: box } : undefined);
});

test('the only full mailbox of an account is named', async () => {
  const result = await mailbox('lindqvist');
  expect(result).toMatchObject({ outcome: 'full', facts: { mailbox: 'erik@lindqvist-cpa.example' } });
  expect(said(result)).toBe(
    'fail: erik@lindqvist-cpa.example uses 100 of 100 MB: it is full, and mail is turned away\npass: 1 other mailbox with room',
  );
});

test('several full ones are all brought', async () => {
  const fullMailboxes = [
    'alice@whitfield-rowe.example',
    'rowe@whitfield-rowe.example',
    'desk@whitfield-rowe.example',
  ];
  const result = await mailbox('whitrowe');
  expect(result.outcome).toBe('several');
  expect(result.facts).toEqual({ fullMailboxes: expect.arrayContaining(fullMailboxes) });
  expect(result.facts?.['fullMailboxes']).toHaveLength(3);
});

test('nobody full: room, in one line', async () => {
  expect(said(await mailbox('acmecpa'))).toBe('pass: 3 mailboxes with room');
});

test('suspended login and suspended incoming mail are failures', async () => {
  const [box] = world('acmecpa').mailboxes;
  if (box !== undefined) Object.assign(box, { suspendedLogin: true, suspendedIncoming: true });
  const text = said(await mailbox('acmecpa', 'info@acme-cpa.example'));
  expect(text).toContain('fail: Login to info@acme-cpa.example is suspended');
  expect(text).toContain('fail: Incoming mail of info@acme-cpa.example is suspended');
});

test('a hundred full mailboxes stay a readable card', async () => {
  const [box] = world('acmecpa').mailboxes;
  if (box === undefined) throw new Error('no box');
  world('acmecpa').mailboxes = Array.from({ length: 100 }, (_, n) => ({
    ...box,
    local: `m${n}`,
    usedMb: 100,
  }));
  const result = await mailbox('acmecpa');
  expect(result.findings).toHaveLength(9);
  expect(said(result)).toContain('92 more findings of this kind');
});

test('a mailbox that is not there is unknown, with similar ones', async () => {
  const result = await mailbox('acmecpa', 'inof@acme-cpa.example');
  expect(result.outcome).toBe('unknown');
  expect(said(result)).toBe(
    'unknown: Account acmecpa on host2 has no mailbox inof@acme-cpa.example: a forwarder, or a typing error? Similar: info@acme-cpa.example',
  );
  one.sims.faults.next('Email::list_pops_with_disk', { kind: 'delay', ms: 0 });
  one.sims.faults.next('Email::list_pops_with_disk', 'loginPage', 2);
  const without = await mailbox('acmecpa', 'inof@acme-cpa.example');
  expect(said(without)).toMatch(/has no mailbox inof@acme-cpa\.example: a forwarder, or a typing error\?$/);
});

test.each([
  ['suspendedLogin', 'loginSuspended'],
  ['suspendedIncoming', 'incomingSuspended'],
] as const)('a mailbox with %s comes to %s', async (field, outcome) => {
  const [box] = world('acmecpa').mailboxes;
  if (box !== undefined) box[field] = true;
  expect(await mailbox('acmecpa', 'info@acme-cpa.example')).toMatchObject({
    outcome,
    facts: { mailbox: 'info@acme-cpa.example' },
    findings: [{ verdict: 'pass' }, { verdict: 'fail' }],
  });
  // Nobody said that it is about this one.
  expect((await mailbox('acmecpa')).outcome).toBe('room');
});

test('the account’s own mailbox is in no list, and is told of beside the others, or by its name', async () => {
  world('acmecpa').mainMailboxMb = 77.3;
  const own = 'pass: The account’s own mailbox (acmecpa) holds 77.3 MB; its limit is that of the account.';
  expect(said(await mailbox('acmecpa'))).toContain(own);
  const named = await mailbox('acmecpa', 'acmecpa@acme-cpa.example');
  expect(named.outcome).toBe('room');
  expect(said(named)).toBe(own);
  expect(said(await mailbox('acmecpa', 'info@acme-cpa.example'))).not.toContain('own mailbox');
  one.sims.faults.next('Email::get_main_account_disk_usage_bytes', 'loginPage', 2);
  const broken = await mailbox('acmecpa');
  expect(broken.outcome).toBe('room');
  expect(said(broken)).toContain('unknown: I could not ask WHM about the own mailbox of acmecpa');
});

test('an account without mailboxes is unknown, not room', async () => {
  world('acmecpa').mailboxes = [];
  expect((await mailbox('acmecpa')).outcome).toBe('unknown');
});

test.each(broken)('mailboxes with %s: thrown, for the runtime to call unknown', async (fault) => {
  one.sims.faults.next('Email::list_pops_with_disk', fault, 2);
  await expect(mailbox('acmecpa')).rejects.toMatchObject({ name: 'EffectError' });
});

test('a server that is not in the settings is unknown', async () => {
  const input = { account: 'acmecpa', server: 'constructor' };
  expect((await one.handlers().accountQuota(input, one.context())).outcome).toBe('unknown');
  expect((await one.handlers().mailboxQuota(input, one.context())).outcome).toBe('unknown');
});
