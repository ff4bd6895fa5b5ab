import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { coversIp } from '../../src/clients/ip-match.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
let now = start;
let sim: Simulators;
let whm: WhmClient;

beforeAll(async () => {
  sim = await startSimulators({ now: () => now });
  whm = whmClient({ url: sim.whmUrl, user: sim.whmUser, token: sim.whmToken, now: () => now });
});
beforeEach(() => {
  now = start;
  sim.reset();
});
afterAll(() => sim.close());

const lastCall = () => sim.calls().at(-1);
const reply = (data: unknown) =>
  ({ kind: 'reply', body: JSON.stringify({ data, metadata: { result: 1, reason: 'OK' } }) }) as const;
const uapi = (data: unknown) => reply({ uapi: { status: 1, data, errors: null } });

test('domainOwner: main and addon domains, null when not here', async () => {
  expect(await whm.domainOwner('acme-cpa.example')).toBe('acmecpa');
  expect(await whm.domainOwner('acme-payroll.example')).toBe('acmecpa');
  expect(await whm.domainOwner('elsewhere.example')).toBe(null);
});

test('account: by user or domain, with the odd formats read', async () => {
  expect(await whm.account({ user: 'harbortax' })).toEqual({
    user: 'harbortax',
    domain: 'harbor-tax.example',
    plan: 'CPA Site Standard',
    suspended: false,
    suspendReason: null,
    diskUsedMb: 200.2,
    diskLimitMb: 200,
    inodesUsed: 9507,
    inodesLimit: 'unlimited',
    maxMailboxQuotaMb: 'unlimited',
    outgoingSuspended: false,
    outgoingHold: false,
    ip: '192.0.2.80',
    mailNode: null,
  });
  expect(await whm.account({ domain: 'northgate-accounting.example' })).toMatchObject({
    suspended: true,
    suspendReason: expect.stringContaining('Invoice 2291'),
  });
  expect(await whm.account({ user: 'oakline' })).toMatchObject({ diskLimitMb: 'unlimited' });
  expect(await whm.account({ user: 'mercerpay' })).toMatchObject({ inodesLimit: 50_000 });
  expect(await whm.account({ user: 'nobody' })).toBe(null);
});

test('account: what an old build leaves out is unknown, not fine; another account is not taken', async () => {
  const row = { user: 'harbortax', domain: 'harbor-tax.example', diskused: '1M', disklimit: '2M' };
  sim.faults.next('accountsummary', reply({ acct: [row] }));
  expect(await whm.account({ user: 'harbortax' })).toMatchObject({
    suspended: null,
    inodesUsed: null,
    plan: null,
    ip: null,
    mailNode: null,
  });
  sim.faults.next('accountsummary', reply({ acct: [{ ...row, user: 'other' }] }));
  expect(await whm.account({ user: 'harbortax' })).toBe(null);
  sim.faults.next('accountsummary', reply({ acct: [{ ...row, disklimit: null }] }), 2);
  await expect(whm.account({ user: 'harbortax' })).rejects.toThrow('acct.0.disklimit: null is not a limit');
});

test('findAccounts: few columns, chunked, and never unfiltered', async () => {
  expect(await whm.findAccounts('^(acme|delgado)-', 5)).toEqual([
    { user: 'acmecpa', domain: 'acme-cpa.example' },
    { user: 'delgado', domain: 'delgado-tax.example' },
  ]);
  expect(lastCall()?.params).toMatchObject({
    want: 'user,domain',
    searchtype: 'domain',
    'api.chunk.size': '5',
  });
  expect(await whm.findAccounts('example$', 3)).toHaveLength(3);
  await expect(whm.findAccounts('.*', 3)).rejects.toThrow('would list every account');
  await expect(whm.findAccounts('', 3)).rejects.toThrow('would list every account');
});

test('findAccounts: a server that ignores the search is checked again here', async () => {
  sim.faults.next(
    'listaccts',
    reply({
      acct: [
        { user: 'a', domain: 'acme.example' },
        { user: 'b', domain: 'b.example' },
      ],
    }),
  );
  expect(await whm.findAccounts('^acme', 5)).toEqual([{ user: 'a', domain: 'acme.example' }]);
});

test('diskUsage: past the cache, filtered by eq, and checked again here', async () => {
  expect(await whm.diskUsage('harbortax')).toMatchObject({ usedMb: expect.closeTo(200.2, 2), limitMb: 200 });
  expect(lastCall()?.params).toMatchObject({
    cache_mode: 'off',
    'api.filter.enable': '1',
    'api.filter.a.field': 'user',
    'api.filter.a.type': 'eq',
    'api.filter.a.arg0': 'harbortax',
  });
  expect(await whm.diskUsage('oakline')).toMatchObject({ limitMb: 'unlimited' });
  expect(await whm.diskUsage('nobody')).toBe(null);
  const row = { user: 'harbortax2', blocks_used: 1, blocks_limit: 2 };
  sim.faults.next('get_disk_usage', reply({ accounts: [row] }));
  expect(await whm.diskUsage('harbortax')).toBe(null);
  sim.faults.next('get_disk_usage', reply({ accounts: [{ user: 'harbortax', blocks_used: 1 }] }), 2);
  await expect(whm.diskUsage('harbortax')).rejects.toMatchObject({ code: 'whm.broken-answer' });
});

test('mailboxes: all, of a domain, or one; unlimited is not 0', async () => {
  const boxes = await whm.mailboxes('whitrowe');
  expect(boxes.map((box) => [box.address, box.usedMb, box.limitMb])).toEqual([
    ['alice@whitfield-rowe.example', 100, 100],
    ['rowe@whitfield-rowe.example', 100.1, 100],
    ['desk@whitfield-rowe.example', 50, 50],
    ['archive@whitfield-rowe.example', 81.4, 'unlimited'],
  ]);
  expect(boxes[0]).toMatchObject({ suspendedLogin: false, suspendedIncoming: false });
  expect(await whm.mailboxes('whitrowe', { email: 'Desk@Whitfield-Rowe.example' })).toHaveLength(0);
  expect(await whm.mailboxes('whitrowe', { email: 'desk@whitfield-rowe.example' })).toHaveLength(1);
  expect(await whm.mailboxes('whitrowe', { domain: 'whitfield-rowe.example' })).toHaveLength(4);
});

test('mailboxes: rows nobody asked for and doubles are dropped, null is an empty list', async () => {
  const row = { email: 'a@x.example', diskused: '1', diskquota: 0 };
  sim.faults.next(
    'Email::list_pops_with_disk',
    uapi([row, { ...row, email: 'A@X.example' }, { ...row, email: 'b@x.example' }]),
  );
  expect(await whm.mailboxes('whitrowe', { email: 'a@x.example' })).toMatchObject([
    { address: 'a@x.example', limitMb: 'unlimited', suspendedLogin: null },
  ]);
  sim.faults.next('Email::list_pops_with_disk', uapi(null));
  expect(await whm.mailboxes('whitrowe')).toEqual([]);
});

test('cPHulk: blocks with since and until, failed logins, lists', async () => {
  expect(await whm.cphulkStatus()).toEqual({ enabled: true });
  expect(await whm.cphulkBrutes('203.0.113.7')).toEqual([
    {
      ip: '203.0.113.7',
      notes: expect.stringContaining('14 login failures'),
      since: '2026-11-23 09:21:00',
      at: start - 40 * 60_000,
      untilMs: start + 320 * 60_000,
    },
  ]);
  expect(await whm.cphulkBrutes('203.0.113.70')).toEqual([]);
  expect(await whm.cphulkExcessiveBrutes('192.0.2.66')).toHaveLength(1);
  expect(await whm.cphulkFailedLogins({ ip: '203.0.113.7' })).toHaveLength(14);
  const tom = await whm.cphulkFailedLogins({ user: 'tom@baxter-ledger.example' });
  expect(tom.map((one) => one.ip)).toEqual(Array(3).fill('198.51.100.23'));
  expect(tom[0]).toMatchObject({ service: 'pop3', authService: 'dovecot', since: '2026-11-23 09:42:00' });
  const black = await whm.cphulkList('black');
  expect([...black.keys()].filter((entry) => coversIp(entry, '192.0.2.11'))).toEqual([
    '192.0.2.10-192.0.2.20',
  ]);
  expect([...(await whm.cphulkList('white'))]).toEqual([['192.0.2.250', 'our office']]);
});

test('cPHulk: IPv6 is compared by value; the server filters by what all its spellings have in common', async () => {
  const at = { at: start, until: start + 60_000 };
  sim.world.brutes.push({ ip: '2001:db8:0:0::7', notes: '', ...at });
  expect(await whm.cphulkBrutes('2001:DB8::7')).toMatchObject([{ notes: null }]);
  expect(lastCall()?.params).toMatchObject({
    'api.filter.a.type': 'contains',
    'api.filter.a.arg0': '2001',
  });
  expect(await whm.cphulkBrutes('2a0f:db8::7')).toEqual([]);
  expect(lastCall()?.params).not.toHaveProperty('api.filter.a.arg0');
});

test('cPHulk: a server that filters by "contains" is checked again here', async () => {
  const row = { ip: '11.2.3.45', timeleft: null };
  sim.faults.next('get_cphulk_brutes', reply({ brutes: [row, { ip: '1.2.3.4', timeleft: '' }] }));
  expect(await whm.cphulkBrutes('1.2.3.4')).toEqual([
    { ip: '1.2.3.4', notes: null, since: null, at: null, untilMs: null },
  ]);
});

test('cPHulk: disabled is a code of its own; empty lists may be missing', async () => {
  sim.world.cphulkEnabled = false;
  expect(await whm.cphulkStatus()).toEqual({ enabled: false });
  await expect(whm.cphulkBrutes('203.0.113.7')).rejects.toMatchObject({
    code: 'whm.cphulk-disabled',
    retry: 'never',
  });
  sim.world.cphulkEnabled = true;
  for (const [index, data] of [{}, undefined, { failed_logins: null }].entries()) {
    sim.faults.next('get_cphulk_failed_logins', reply(data));
    expect(await whm.cphulkFailedLogins({ ip: `192.0.2.${index}` })).toEqual([]);
  }
  sim.faults.next('read_cphulk_records', reply({ ips_in_list: [] }));
  expect((await whm.cphulkList('black')).size).toBe(0);
});

test('clientSettings and version', async () => {
  expect(await whm.clientSettings('acmecpa', 'info@acme-cpa.example')).toEqual({
    inboxService: 'pop',
    inboxHost: 'mail.acme-cpa.example',
    inboxPort: 995,
    inboxUsername: 'info@acme-cpa.example',
    smtpHost: 'mail.acme-cpa.example',
    smtpPort: 465,
    smtpUsername: 'info@acme-cpa.example',
  });
  expect(await whm.version()).toBe('11.138.0.10');
});

test('setAccountQuota: one POST with user and quota in the body', async () => {
  await whm.setAccountQuota('harbortax', 300);
  expect(sim.calls()).toMatchObject([
    {
      method: 'POST',
      function: 'editquota',
      params: { 'api.version': '1', user: 'harbortax', quota: '300' },
    },
  ]);
  expect(await whm.diskUsage('harbortax')).toMatchObject({ limitMb: 300 });
});

test('setMailboxQuota: POST through uapi_cpanel; above the maximum the maximum is set, so read back', async () => {
  await whm.setMailboxQuota('delgado', 'lucia@delgado-tax.example', 9000);
  expect(lastCall()).toMatchObject({
    method: 'POST',
    function: 'Email::edit_pop_quota',
    params: { 'cpanel.user': 'delgado', email: 'lucia', domain: 'delgado-tax.example', quota: '9000' },
  });
  expect(await whm.mailboxes('delgado', { email: 'lucia@delgado-tax.example' })).toMatchObject([
    { limitMb: 250 },
  ]);
});

test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('a quota of %s never leaves', async (mb) => {
  await expect(whm.setAccountQuota('harbortax', mb)).rejects.toThrow(RangeError);
  await expect(whm.setMailboxQuota('delgado', 'lucia@delgado-tax.example', mb)).rejects.toThrow(RangeError);
  expect(sim.calls()).toEqual([]);
});

test('a write token of its own serves the writes only', async () => {
  const two = whmClient({
    url: sim.whmUrl,
    user: sim.whmUser,
    token: 'read-only',
    writeToken: sim.whmToken,
    now: () => now,
  });
  await two.setAccountQuota('harbortax', 300);
  await expect(two.version()).rejects.toMatchObject({ code: 'whm.refused-token' });
});
