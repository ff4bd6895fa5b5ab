import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { worstFirst } from '../../src/engine/verdict.ts';
import { plain } from '../../src/engine/card.ts';
import { Diagnosis } from './diagnosis.ts';
import { box, cases, failed, ip } from './diagnosis-cases.ts';
import { rig } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

describe('the right cause comes first, with nothing asked before', () => {
  test.each(cases)('$trouble', async ({ set, facts = { client: box }, step, worst }) => {
    set(one.sims.world, one.clock.at);
    const it = await Diagnosis.of(one, facts);
    const [first] = worstFirst(it.found);
    expect(first && `${first.verdict}: ${plain(first.text)}`).toMatch(worst);
    expect(it.step).toBe(step);
    expect(it.talk.log.filter(({ type }) => type === 'answer.given')).toEqual([]);
    expect(one.writes()).toEqual([]);
  });

  test('are at least 25 different ones', () => {
    expect(new Set(cases.map(({ trouble }) => trouble)).size).toBeGreaterThanOrEqual(25);
  });
});

test.each([
  [false, ['unblock ip=203.0.113.7'], ['CPA System: un-block 203.0.113.7']],
  [
    true,
    ['unblock ip=203.0.113.7', 'flush_cphulk_login_history_for_ips ip=203.0.113.7'],
    ['CPA System: un-block 203.0.113.7', 'cPHulk on host2: remove its 14 records'],
  ],
])(
  'the usual incident, with a token for changes: %s, takes three presses and no typed address',
  async (lifts, writes, says) => {
    const handlers = one.handlers({ lifts });
    const it = await Diagnosis.of(one, { client: 'info@acme-cpa.example' }, { handlers });
    expect(it.talk.labels()).toContain('Yes, 203.0.113.7');
    await it.clicks('Yes, 203.0.113.7');
    expect(it.step).toBe('unblock');
    it.talk.says('First stop the old password', 'info@acme-cpa.example', 'most likely one device');
    expect(it.plan?.calls.map(({ text }) => plain(text))).toEqual(says);
    it.talk.approves();
    await it.settle();
    expect(it.step).toBe('waiting');
    one.clock.at += 5 * 60_000;
    it.talk.waits(5);
    await it.settle();
    await it.clicks('Yes');
    expect(it.talk.it.ended).toMatchObject({ outcome: 'resolved' });
    const presses = it.talk.log.filter(({ actor }) => actor.id !== 'mailfix').slice(1);
    expect(presses.map(({ type }) => type)).toEqual(['answer.given', 'confirm.pressed', 'answer.given']);
    expect(one.writes()).toEqual(writes);
  },
);

test('the evidence is in the log before the un-block erases it', async () => {
  const it = await Diagnosis.of(one, { client: 'info@acme-cpa.example' });
  await it.clicks('Yes, 203.0.113.7');
  it.talk.approves();
  await it.settle();
  one.clock.at += 5 * 60_000;
  expect(await one.whm().cphulkFailedLogins({ ip: '203.0.113.7' })).toEqual([]);
  const approved = it.talk.log.findIndex(({ type }) => type === 'confirm.pressed');
  const before = JSON.stringify(it.talk.log.slice(0, approved));
  expect(before).toContain('14 failed logins');
  expect(before).toContain('14 login failures attempting to log in to service');
  expect(it.plan?.evidence.map(plain).join('\n')).toMatch(
    /14 failed logins for info@acme-cpa\.example \(POP3\)/,
  );
});

describe('a wrong address', () => {
  test('is questioned before anything is proposed, and the likelier one is a press away', async () => {
    one.sims.world.failedLogins.push(...failed(one.clock.at, box, ip, [9, 6, 3]));
    one.sims.world.brutes.push({ ip, at: one.clock.at, until: one.clock.at + 1e7, notes: 'x' });
    const it = await Diagnosis.of(one, { client: box });
    await it.types('203.0.113.5');
    expect(it.step).toBe('rightIp');
    it.talk.says(
      'Is 203.0.113.5 right?',
      '203.0.113.50 did or tried to, the last time 3 minutes ago: it differs by one digit',
    );
    await it.clicks('It is 203.0.113.50');
    expect(it.step).toBe('unblock');
    it.talk.says('Un-block 203.0.113.50');
  });

  test('that is right after all is taken as it stands', async () => {
    one.sims.world.failedLogins.push(...failed(one.clock.at, box, ip, [9, 6, 3]));
    one.sims.world.brutes.push({
      ip: '203.0.113.5',
      at: one.clock.at,
      until: one.clock.at + 1e7,
      notes: 'x',
    });
    const it = await Diagnosis.of(one, { client: box });
    await it.types('203.0.113.5');
    await it.clicks('It is right as it stands');
    it.talk.says('Un-block 203.0.113.5');
  });

  test('of our own server is named as such', async () => {
    const { ip: own } = (await one.whm().account({ user: 'summitbk' })) ?? {};
    expect(own).toMatch(/^[\d.]+$/);
    const it = await Diagnosis.of(one, { client: box, ip: own ?? '' });
    await it.clicks('None, just no mail');
    await it.clicks('No');
    await it.clicks('Both');
    expect(it.step).toBe('ourIp');
    it.talk.says('is the address of our own server host2');
  });
});

test('a wrong password without a block: the client is told how to mend it, and no un-block is proposed', async () => {
  one.sims.world.failedLogins.push(...failed(one.clock.at, box, ip, [11, 6, 2]));
  const it = await Diagnosis.of(one, { client: box });
  await it.clicks(`Yes, ${ip}`);
  expect(it.step).toBe('passwordRight');
  it.talk.says('It looks like a wrong password');
});

test('the third client on one server within half an hour is told that it may be the server, and the plan warns', async () => {
  const minute = 60_000;
  one.neighbours.push(
    { id: 'INC-7', openedAt: one.clock.at - 12 * minute, account: 'harbortax' },
    { id: 'INC-8', openedAt: one.clock.at - 3 * minute, account: 'baxterled' },
  );
  const it = await Diagnosis.of(one, { client: 'info@acme-cpa.example' });
  expect(it.findings).toContain('warning: 3 clients on host2 reported trouble within 30 minutes.');
  expect(one.alarms.map(({ text }) => plain(text))).toEqual([
    '3 clients on host2 in 30 minutes (INC-7, INC-8, INC-1): it may be the server, not the client.',
  ]);
  await it.clicks('Yes, 203.0.113.7');
  expect(it.step).toBe('unblock');
  expect(it.plan?.risk.level).toBe('raised');
  expect(it.plan?.risk.reasons.map(plain).join()).toContain('it may be the server, not the client');
});

test('a service that is down is told to every thread about that server', async () => {
  for (const service of one.sims.world.services) if (service.name === 'imap') service.running = false;
  const it = await Diagnosis.of(one, { client: box });
  expect(it.step).toBe('serverDown');
  expect(one.alarms.map(({ sign, text }) => [sign, plain(text)])).toEqual([
    ['imap down', 'IMAP on host2 is not running: it may be the server, not the client.'],
  ]);
});
