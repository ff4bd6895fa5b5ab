import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';

const start = Date.UTC(2026, 10, 23, 10, 3);
const minute = 60_000;
let sim: Simulators;
let whm: WhmClient;

beforeAll(async () => {
  sim = await startSimulators({ now: () => start });
  whm = whmClient({ url: sim.whmUrl, user: sim.whmUser, token: sim.whmToken, now: () => start });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const lastCall = () => sim.calls().at(-1);
const reply = (data: unknown) =>
  ({ kind: 'reply', body: JSON.stringify({ data, metadata: { result: 1, reason: 'OK' } }) }) as const;
const uapi = (data: unknown) => reply({ uapi: { status: '1', data, errors: null } });

test('services: running, down, and not monitored, which is not "down"', async () => {
  const imap = sim.world.services.find(({ name }) => name === 'imap');
  if (imap === undefined) throw new Error('no imap');
  imap.running = false;
  const services = await whm.services();
  expect(services.find(({ name }) => name === 'imap')).toEqual({
    name: 'imap',
    title: 'IMAP Server',
    enabled: true,
    installed: true,
    monitored: true,
    running: false,
  });
  expect(services.find(({ name }) => name === 'spamd')).toMatchObject({ monitored: false, running: null });
  expect(services.filter(({ running }) => running === true).map(({ name }) => name)).toContain('exim');
});

test('services: null and absent are unknown, the title may be missing, and no service at all is no answer', async () => {
  sim.faults.next('servicestatus', reply({ service: [{ name: 'pop', enabled: '1', running: null }] }));
  expect(await whm.services()).toEqual([
    { name: 'pop', title: 'pop', enabled: true, installed: null, monitored: null, running: null },
  ]);
  for (const service of [null, [], undefined]) {
    sim.faults.next('servicestatus', reply({ service }), 2);
    await expect(whm.services()).rejects.toMatchObject({ code: 'whm.broken-answer' });
  }
});

test('routing: local, elsewhere, and a domain that is not of the account', async () => {
  expect(await whm.mailRouting('acmecpa', 'acme-payroll.example')).toMatchObject({ detected: 'local' });
  expect(await whm.mailRouting('ridgeway', 'ridgeway-tax.example')).toEqual({
    detected: 'remote',
    alwaysAccept: false,
    exchangers: [
      { host: 'mx1.other-provider.example', priority: 10 },
      { host: 'mx2.other-provider.example', priority: 20 },
    ],
  });
  expect(lastCall()).toMatchObject({
    function: 'Email::list_mxs',
    params: { 'cpanel.user': 'ridgeway', domain: 'ridgeway-tax.example' },
  });
  await expect(whm.mailRouting('ridgeway', 'acme-cpa.example')).rejects.toMatchObject({ code: 'whm.failed' });
});

test.each([
  [[], { detected: 'unknown', exchangers: [] }],
  [null, { detected: 'unknown', exchangers: [] }],
  [[{ domain: 'other.example', detected: 'local' }], { detected: 'unknown', exchangers: [] }],
  [
    [{ domain: 'X.example', detected: 'Secondary', entries: null }],
    { detected: 'secondary', exchangers: [] },
  ],
  [[{ domain: 'x.example', local: '0', remote: 1, secondary: 0 }], { detected: 'remote', exchangers: [] }],
  [[{ domain: 'x.example', detected: 'remote', local: 1 }], { detected: 'remote', exchangers: [] }],
  [[{ domain: 'x.example', local: 1, remote: 1 }], { detected: 'unknown', exchangers: [] }],
  [
    [{ domain: 'x.example', detected: 'auto', alwaysaccept: '1' }],
    { detected: 'unknown', alwaysAccept: true, exchangers: [] },
  ],
])('routing: %j', async (rows, expected) => {
  sim.faults.next('Email::list_mxs', uapi(rows));
  expect(await whm.mailRouting('acmecpa', 'x.example')).toEqual(expected);
});

test('deliveries: filtered by the server on address and time, newest first, at most so many', async () => {
  const all = await whm.deliveries({ recipient: 'office@harbor-tax.example' }, start - 300 * minute, 50);
  expect(all.map(({ outcome, at }) => [outcome, (start - at) / minute])).toEqual([
    ['deferred', 17],
    ['deferred', 64],
    ['deferred', 111],
    ['delivered', 190],
  ]);
  expect(all[0]).toMatchObject({
    recipient: 'office@harbor-tax.example',
    sender: 'notice@payroll-news.example',
    senderIp: '198.51.100.40',
    message: expect.stringContaining('mailbox for user is full'),
  });
  const since = Math.floor((start - 300 * minute) / 1000) - 1;
  expect(lastCall()?.params).toMatchObject({
    'api.filter.a.field': 'recipient',
    'api.filter.a.type': 'eq',
    'api.filter.a.arg0': 'office@harbor-tax.example',
    'api.filter.b.field': 'sendunixtime',
    'api.filter.b.type': 'gt',
    'api.filter.b.arg0': String(since),
    'api.sort.a.reverse': '1',
    'api.chunk.size': '50',
    max_results_by_type: '0',
  });
  expect(
    await whm.deliveries({ recipient: 'office@harbor-tax.example' }, start - 300 * minute, 2),
  ).toHaveLength(2);
  expect(
    await whm.deliveries({ recipient: 'office@harbor-tax.example' }, start - 70 * minute, 50),
  ).toHaveLength(2);
});

test('deliveries: those on their way have no recipient, and are found by their sender', async () => {
  sim.world.deliveries = [
    {
      type: 'inprogress',
      at: start - minute,
      sentAt: start - minute,
      recipient: 'someone@elsewhere.example',
      sender: 'info@acme-cpa.example',
      senderIp: '203.0.113.7',
      message: '',
    },
  ];
  expect(await whm.deliveries({ sender: 'INFO@acme-cpa.example' }, 0, 5)).toEqual([]);
  expect(await whm.deliveries({ sender: 'info@acme-cpa.example' }, 0, 5)).toMatchObject([
    { outcome: 'inprogress', recipient: 'unknown' },
  ]);
  expect(await whm.deliveries({ recipient: 'someone@elsewhere.example' }, 0, 5)).toEqual([]);
});

test('deliveries: other rows are dropped, undocumented types are read, a filter is no delivery', async () => {
  const row = { recipient: 'A@x.example', sendunixtime: '1795000000', sender: null, senderip: '' };
  const records = [
    { ...row, type: 'filtered', actionunixtime: 1_795_000_003 },
    { ...row, type: 'rejected', actionunixtime: null, message: 'x'.repeat(900) },
    { ...row, type: 'archive' },
    { ...row, type: 'success', recipient: 'aa@x.example' },
    { ...row, type: 'success', sendunixtime: 1_600_000_000 },
  ];
  sim.faults.next('emailtrack_search', reply({ records }));
  const found = await whm.deliveries({ recipient: 'a@x.example' }, 1_794_000_000_000, 10);
  expect(found.map(({ outcome, at }) => [outcome, at])).toEqual([
    ['failed', 1_795_000_003_000],
    ['failed', 1_795_000_000_000],
  ]);
  expect(found[1]).toMatchObject({ sender: '', senderIp: null, message: 'x'.repeat(500) });
  sim.faults.next('emailtrack_search', reply({ records: null }));
  expect(await whm.deliveries({ recipient: 'a@x.example' }, 0, 10)).toEqual([]);
  sim.faults.next('emailtrack_search', reply(undefined), 2);
  await expect(whm.deliveries({ recipient: 'a@x.example' }, 0, 10)).rejects.toMatchObject({
    code: 'whm.broken-answer',
  });
});

test('the default mailbox: bytes as a number or in quotes; nothing is no answer', async () => {
  sim.faults.next('Email::get_main_account_disk_usage_bytes', uapi('3779010736'));
  expect((await whm.mainMailbox('acmecpa')).usedMb).toBeCloseTo(3603.95, 2);
  expect((await whm.mainMailbox('acmecpa')).usedMb).toBeCloseTo(0.003, 4);
  for (const data of [null, '', '3076 bytes', []]) {
    sim.faults.next('Email::get_main_account_disk_usage_bytes', uapi(data), 2);
    await expect(whm.mainMailbox('acmecpa')).rejects.toMatchObject({ code: 'whm.broken-answer' });
  }
});

test('account: its address, and the server that its mail lives on', async () => {
  expect(await whm.account({ user: 'oakline' })).toMatchObject({ ip: '192.0.2.81', mailNode: null });
  const acme = sim.world.accounts.find(({ user }) => user === 'acmecpa');
  if (acme === undefined) throw new Error('no acmecpa');
  acme.mailNode = 'mail3';
  expect(await whm.account({ user: 'acmecpa' })).toMatchObject({ mailNode: 'mail3' });
});

test.each([
  [null, null],
  [{}, null],
  ['Mail', null],
  [[null, 7, { workload: 5 }], null],
  [[{ workload: 'Web', alias: 'web2' }], null],
  [[{ workload: 'mail', alias: '', hostname: 'mail2.host.example' }], 'mail2.host.example'],
  [[{ workload: 'Mail' }], 'another server'],
])('account: child nodes %j', async (child_nodes, expected) => {
  const row = { user: 'acmecpa', domain: 'acme-cpa.example', diskused: '1M', disklimit: '2M' };
  sim.faults.next('accountsummary', reply({ acct: [{ ...row, child_nodes }] }));
  expect(await whm.account({ user: 'acmecpa' })).toMatchObject({ mailNode: expected });
});
