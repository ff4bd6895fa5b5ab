import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';
import { grepped, rootPage, tempPage } from './csf-pages.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
const minute = 60_000;
const ip = '203.0.113.7';
let sim: Simulators;
let whm: WhmClient;

beforeAll(async () => {
  sim = await startSimulators({ now: () => start });
});
beforeEach(() => {
  sim.reset();
  // Where the plugin is gets remembered, so each test has a client of its own.
  whm = whmClient({ url: sim.whmUrl, user: sim.whmUser, token: sim.whmToken, now: () => start });
});
afterAll(() => sim.close());

const calls = () => sim.calls().map((call) => [call.function, call.params.action].join(' '));
const html = (body: string) => ({ kind: 'reply', body, headers: { 'Content-Type': 'text/html' } }) as const;
const temporary = (more: object = {}) => ({
  ip,
  ports: '',
  at: start - 20 * minute,
  until: start + 40 * minute,
  message: `lfd - (imapd) Failed IMAP login from ${ip} (US/United States/-): 10 in the last 3600 secs`,
  ...more,
});

test('nothing: one page, and the version', async () => {
  expect(await whm.csf.look(ip)).toEqual({ blocked: false, allowed: false, entries: [], version: '16.07' });
  expect(calls()).toEqual(['csf.cgi grep']);
  expect(sim.calls()[0]).toMatchObject({ method: 'GET', params: { action: 'grep', ip } });
});

test('a temporary block: a second page tells the time that is left, which grep does not', async () => {
  sim.world.csf.temporary.push(temporary({ ports: '110' }), temporary({ until: start + 5 * minute }));
  const look = await whm.csf.look(ip);
  expect(look).toMatchObject({ blocked: true, allowed: false });
  expect(look.entries).toMatchObject([
    {
      kind: 'temporary',
      entry: `${ip} (port 110)`,
      untilMs: start + 40 * minute,
      service: 'IMAP',
      failures: 10,
    },
    { kind: 'temporary', entry: ip, untilMs: start + 5 * minute, removable: true },
  ]);
  expect(calls()).toEqual(['csf.cgi grep', 'csf.cgi temp']);
});

test('the time left cannot be had: it is still a block', async () => {
  const block = grepped(ip, [], [`Temporary Blocks: IP:${ip} Port: Dir:in TTL:3600 (lfd)`]);
  for (const page of [
    html(tempPage([])),
    html('<html>Cannot Read License File</html>'),
    { kind: 'reply', status: 500, body: '' },
  ] as const) {
    sim.faults.clear();
    sim.faults.next('csf.cgi', html(rootPage(ip, block)));
    sim.faults.next('csf.cgi', page, 2);
    const look = await whm.csf.look(ip);
    expect(look.entries).toMatchObject([{ kind: 'temporary', untilMs: null, removable: true }]);
    expect(look.blocked).toBe(true);
  }
});

test('a permanent block, a rule for ports, a range, a set and "do not delete"', async () => {
  const { csf } = sim.world;
  csf.sets.push({ set: 'cc_us', ranges: ['203.0.113.0/24'], setting: 'CC_DENY Country:US' });
  csf.deny.push(
    { entry: ip, comment: 'by hand, do not delete - Tue Sep  8 09:12:44 2026' },
    { entry: '203.0.113.0/25', comment: 'a <b>range</b> - Tue Sep  8 09:12:44 2026' },
    { entry: `tcp|in|d=110|s=${ip}`, comment: 'lfd: (pop3d) x - Tue Sep  8 09:12:44 2026' },
  );
  const { entries, blocked } = await whm.csf.look(ip);
  expect(blocked).toBe(true);
  expect(entries.map(({ kind, entry, removable, stuck }) => [kind, entry, removable, stuck])).toEqual([
    ['permanent', ip, false, 'do not delete'],
    ['range', '203.0.113.0/25', false, 'range'],
    ['ipset', 'cc_us', false, 'ipset'],
    ['port', `${ip} (port 110)`, true, undefined],
  ]);
  expect(entries[1]?.reason).toBe('a <b>range</b>');
});

test('an allow entry for the whole address goes before a block, one for a port does not', async () => {
  sim.world.csf.deny.push({ entry: ip, comment: 'x' });
  sim.world.csf.temporaryAllows.push(temporary({ ports: '443' }));
  expect(await whm.csf.look(ip)).toMatchObject({ blocked: true, allowed: true });
  sim.world.csf.allow.push({ entry: '203.0.113.0/24', comment: 'y' });
  expect(await whm.csf.look(ip)).toMatchObject({ blocked: false, allowed: true });
});

test('IPv6', async () => {
  sim.world.csf.deny.push({ entry: '2001:db8::7', comment: 'x' }, { entry: '2001:db8::/64', comment: 'y' });
  sim.world.csf.sets = [];
  const { entries } = await whm.csf.look('2001:db8::7');
  expect(entries.map(({ kind, entry }) => [kind, entry])).toEqual([
    ['permanent', '2001:db8::7'],
    ['range', '2001:db8::/64'],
  ]);
  expect(await whm.csf.look('2001:db8:1::7')).toMatchObject({ entries: [] });
});

test('a reseller: the page has no id, and no time left is to be had', async () => {
  sim.world.csf.access = 'reseller';
  sim.world.csf.temporary.push(temporary());
  sim.world.csf.deny.push({ entry: ip, comment: `Dana's <note> & more` });
  const { entries, version } = await whm.csf.look(ip);
  expect(entries).toMatchObject([
    { kind: 'temporary', untilMs: null },
    { kind: 'permanent', reason: `Dana's <note> & more` },
  ]);
  expect(version).toBe('16.07');
});

test('the newer address first, then the older one, and what answered is remembered', async () => {
  sim.world.csf.installed = 'older';
  await whm.csf.look(ip);
  await whm.csf.look(ip);
  expect(calls()).toEqual(['csf.cgi grep', 'addon_csf.cgi grep', 'addon_csf.cgi grep']);
  sim.world.csf.installed = 'newer';
  await whm.csf.look(ip);
  await whm.csf.look(ip);
  expect(calls().slice(3)).toEqual(['addon_csf.cgi grep', 'csf.cgi grep', 'csf.cgi grep']);
});

test('not installed', async () => {
  sim.world.csf.installed = 'no';
  await expect(whm.csf.look(ip)).rejects.toMatchObject({ code: 'csf.missing', retry: 'never' });
  expect(calls()).toEqual(['csf.cgi grep', 'addon_csf.cgi grep']);
});

test.each([['denied'], ['restricted'], ['login']] as const)('no access: %s', async (access) => {
  sim.world.csf.access = access;
  const error: unknown = await whm.csf.look(ip).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'csf.no-access', retry: 'never', outcome: 'not-applied' });
  expect(String(error)).toContain('mailfix doctor');
  expect(String(error)).toContain('csf.resellers');
  expect(calls()).toEqual(['csf.cgi grep']);
});

test('switched off, it blocks nobody', async () => {
  sim.world.csf.disabled = true;
  sim.world.csf.deny.push({ entry: ip, comment: 'x' });
  expect(await whm.csf.look(ip)).toMatchObject({ blocked: false, entries: [] });
});

test('a page that breaks off is asked for again', async () => {
  sim.world.csf.deny.push({ entry: ip, comment: 'x' });
  sim.faults.next('csf.cgi', 'cutJson');
  expect(await whm.csf.look(ip)).toMatchObject({ blocked: true });
  expect(calls()).toHaveLength(2);
});

test('the caller can give up, also between the pages', async () => {
  sim.world.csf.temporary.push(temporary());
  sim.faults.next('csf.cgi', { kind: 'delay', ms: 0 });
  sim.faults.next('csf.cgi', 'hang');
  const caller = new AbortController();
  const look = whm.csf.look(ip, { signal: caller.signal });
  look.catch(() => {});
  await expect.poll(() => calls().length).toBe(2);
  caller.abort();
  await expect(look).rejects.toMatchObject({ code: 'whm.cancelled' });
});

test('the un-block by the CPA System lifts what can be lifted', async () => {
  const { csf } = sim.world;
  csf.temporary.push(temporary());
  csf.deny.push({ entry: ip, comment: 'x' }, { entry: `tcp|in|d=110|s=${ip}`, comment: 'x' });
  csf.deny.push(
    { entry: '203.0.113.7/32', comment: 'do not delete' },
    { entry: '203.0.113.0/24', comment: 'x' },
  );
  sim.world.pendingUnblocks.set(ip, start);
  const { entries } = await whm.csf.look(ip);
  expect(entries.map(({ entry }) => entry)).toEqual(['203.0.113.7/32', '203.0.113.0/24']);
});
