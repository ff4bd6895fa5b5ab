import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';
import { serverMoments } from '../../src/clients/whm-times.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
const minute = 60_000;
let now = start;
let sim: Simulators;
let whm: WhmClient;

beforeAll(async () => {
  sim = await startSimulators({ now: () => now });
});
beforeEach(() => {
  now = start;
  sim.reset();
  // The settings of cPHulk are remembered, so each test has a client of its own.
  whm = whmClient({ url: sim.whmUrl, user: sim.whmUser, token: sim.whmToken, now: () => now });
});
afterAll(() => sim.close());

const lastCall = () => sim.calls().at(-1);
const reply = (data: unknown) =>
  ({ kind: 'reply', body: JSON.stringify({ data, metadata: { result: '1', reason: 'OK' } }) }) as const;

test('failed logins of a domain: the server filters, and other domains that it lets through are dropped', async () => {
  const row = {
    ip: '192.0.2.1',
    timeleft: '5',
    logintime: '2026-11-23 10:00:00',
    exptime: '2026-11-23 10:06:00',
  };
  const users = [
    'Info@Acme-CPA.example',
    'info@acme-cpa.example.other.example',
    'acme-cpa.example',
    'x@not-acme-cpa.example',
  ];
  sim.faults.next(
    'get_cphulk_failed_logins',
    reply({ failed_logins: users.map((user) => ({ ...row, user })) }),
  );
  const found = await whm.cphulkFailedLogins({ domain: 'acme-cpa.example' });
  expect(found.map((one) => one.user)).toEqual(['Info@Acme-CPA.example']);
  expect(lastCall()?.params).toMatchObject({
    'api.filter.a.field': 'user',
    'api.filter.a.type': 'contains',
    'api.filter.a.arg0': '@acme-cpa.example',
  });
  expect(await whm.cphulkFailedLogins({ domain: 'acme-cpa.example' })).toHaveLength(14);
  expect(await whm.cphulkFailedLogins({ domain: 'nobody.example' })).toEqual([]);
});

test.each([0, -360, 330, 765])('a server %i minutes from UTC: its times become moments', async (offset) => {
  sim.world.clockOffsetMinutes = offset;
  const [brute] = await whm.cphulkBrutes('203.0.113.7');
  expect(brute?.at).toBe(start - 40 * minute);
  expect(brute?.since).not.toBe(offset === 0 ? '' : '2026-11-23 09:21:00');
  const tries = await whm.cphulkFailedLogins({ user: 'tom@baxter-ledger.example' });
  expect(tries.map(({ at }) => at)).toEqual([19, 11, 4].map((ago) => start - ago * minute));
});

test.each([
  ['the minutes left are missing', { exptime: '2026-11-23 10:06:00' }],
  ['the end is missing', { timeleft: 5 }],
  ['it has ended', { exptime: '2026-11-23 10:06:00', timeleft: '0' }],
  ['the end cannot be read', { exptime: 'soon', timeleft: 5 }],
  ['the clocks differ by no time zone', { exptime: '2026-11-23 10:13:00', timeleft: 5 }],
  ['the clocks differ by a day', { exptime: '2026-11-24 10:06:00', timeleft: 5 }],
])('no moment when %s', async (_, times) => {
  const row = { user: 'a@x.example', ip: '192.0.2.1', logintime: '2026-11-23 10:00:00', ...times };
  sim.faults.next('get_cphulk_failed_logins', reply({ failed_logins: [row] }));
  expect(await whm.cphulkFailedLogins({ user: 'a@x.example' })).toMatchObject([
    { since: '2026-11-23 10:00:00', at: null },
  ]);
});

test('one row that tells the offset is enough for all; the nearest end counts, and "Z" is not believed', () => {
  const rows = [
    { exptime: '2026-12-07T10:00:00.000Z', timeleft: 14 * 24 * 60 + 59 },
    { exptime: '2026-11-23 05:06:20', timeleft: 5 },
    { exptime: null, timeleft: null },
  ];
  const momentOf = serverMoments(rows, start);
  expect(momentOf('2026-11-23 05:00:00')).toBe(start - minute);
  expect(momentOf('2026-11-23T05:00:00.000Z')).toBe(start - minute);
  expect(momentOf(null)).toBe(null);
  expect(momentOf('yesterday')).toBe(null);
});

test.each([
  ['2a0f:0042:123::7', '123'],
  ['2a0f:0042::7', '42'],
  ['2a0f:db8::1234:5678', undefined],
  ['2a0f:db8:a:b:c:d:1234:5678', undefined],
])('the server is asked about %s by %s, which every spelling has', async (ip, part) => {
  await whm.cphulkBrutes(ip);
  expect(lastCall()?.params['api.filter.a.arg0']).toBe(part);
});

test('user locks: filtered by the name, whoever it was, with and without an address', async () => {
  expect(await whm.cphulkUserBrutes('dana@acme-cpa.example')).toEqual([]);
  const lock = {
    service: 'imap',
    authService: 'dovecot',
    at: start - 8 * minute,
    until: start + 52 * minute,
  };
  sim.world.userBrutes.push(
    { user: 'dana@acme-cpa.example', ip: '', ...lock },
    { user: 'xdana@acme-cpa.example', ip: '192.0.2.9', ...lock },
  );
  expect(await whm.cphulkUserBrutes('Dana@acme-cpa.example')).toEqual([]);
  expect(await whm.cphulkUserBrutes('dana@acme-cpa.example')).toEqual([
    {
      user: 'dana@acme-cpa.example',
      ip: null,
      service: 'imap',
      authService: 'dovecot',
      since: '2026-11-23 09:53:00',
      at: start - 8 * minute,
      untilMs: start + 52 * minute,
    },
  ]);
  expect(lastCall()?.params).toMatchObject({ 'api.filter.a.field': 'user', 'api.filter.a.type': 'eq' });
  const locks = ['xdana@acme-cpa.example', 'dana@acme-cpa.example.au'].map((user) => ({ user }));
  sim.faults.next('get_cphulk_user_brutes', reply({ user_brutes: locks }));
  expect(await whm.cphulkUserBrutes('dana@acme-cpa.example')).toEqual([]);
  for (const data of [null, {}, { user_brutes: null }]) {
    sim.faults.next('get_cphulk_user_brutes', reply(data));
    expect(await whm.cphulkUserBrutes('dana@acme-cpa.example')).toEqual([]);
  }
});

test('the settings of cPHulk: also while it is off, remembered for ten minutes, failures not', async () => {
  sim.world.cphulkEnabled = false;
  sim.world.cphulkSettings = { maxFailuresByIp: 5, periodMinutes: 360, byFirewall: true };
  const settings = { enabled: false, maxFailuresByIp: 5, periodMinutes: 360, byFirewall: true };
  sim.faults.next('load_cphulk_config', 'missingPrivilege');
  await expect(whm.cphulkConfig()).rejects.toMatchObject({ code: 'whm.missing-privilege' });
  expect(await whm.cphulkConfig()).toEqual(settings);
  now += 9 * minute;
  sim.world.cphulkEnabled = true;
  expect(await whm.cphulkConfig()).toEqual(settings);
  expect(sim.calls()).toHaveLength(2);
  now += minute;
  expect(await whm.cphulkConfig()).toMatchObject({ enabled: true });
  expect(sim.calls()).toHaveLength(3);
});

test('the settings of cPHulk: what a build leaves out is unknown, but whether it is on must be there', async () => {
  sim.faults.next(
    'load_cphulk_config',
    reply({ cphulk_config: { is_enabled: '1', ip_brute_force_period_sec: '900' } }),
  );
  expect(await whm.cphulkConfig()).toEqual({
    enabled: true,
    maxFailuresByIp: null,
    periodMinutes: 15,
    byFirewall: null,
  });
  now += 11 * minute;
  sim.faults.next('load_cphulk_config', reply({ cphulk_config: {} }), 2);
  await expect(whm.cphulkConfig()).rejects.toMatchObject({ code: 'whm.broken-answer' });
});
