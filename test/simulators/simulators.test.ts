import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
let now = start;
let sim: Simulators;
beforeAll(async () => {
  sim = await startSimulators({ now: () => now });
});
beforeEach(() => {
  now = start;
  sim.reset();
});
afterAll(() => sim.close());

/** The wire, without our client. */
async function whm(path: string, init: RequestInit = {}, token = sim.whmToken) {
  const headers = { Authorization: `WHM ${sim.whmUser}:${token}` };
  const response = await fetch(`${sim.whmUrl}/json-api/${path}`, { ...init, headers });
  const body: unknown = await response.json();
  return { status: response.status, body };
}
const blockedIps = async () => JSON.stringify((await whm('get_cphulk_brutes?api.version=1')).body);

const full = (used: number, limit: number | 'unlimited') => limit !== 'unlimited' && used >= limit;
const form = (text: string) => ({ method: 'POST', body: new URLSearchParams(text) });

test('a dozen firms on .example domains, in every kind of trouble of the runbook', () => {
  const { accounts, brutes, failedLogins } = sim.world;
  expect(accounts).toHaveLength(13);
  expect(accounts.every((one) => one.domain.endsWith('.example') && one.mailboxes.length > 0)).toBe(true);
  const fullBoxes = accounts.map(
    (one) => one.mailboxes.filter((box) => full(box.usedMb, box.limitMb)).length,
  );
  expect(accounts.filter((one) => full(one.usedMb, one.limitMb)).map((one) => one.user)).toEqual([
    'harbortax',
  ]);
  expect(fullBoxes.filter((count) => count === 1)).toHaveLength(1);
  expect(fullBoxes.filter((count) => count > 1)).toEqual([3]);
  expect(accounts.filter((one) => one.suspendReason !== null)).toHaveLength(1);
  expect(brutes.map((one) => one.ip)).toEqual(['203.0.113.7']);
  expect(failedLogins.filter((one) => one.ip === '203.0.113.7')).toHaveLength(14);
  expect(new Set(accounts.flatMap((one) => [one.domain, one.user])).size).toBe(26);
});

test('WHM: wrong token, missing api.version and unknown functions answer as the real one does', async () => {
  expect(await whm('version?api.version=1', {}, 'wrong')).toMatchObject({
    status: 403,
    body: { cpanelresult: { error: 'Access denied' } },
  });
  expect((await whm('version')).body).not.toHaveProperty('metadata');
  expect(await whm('nonsense?api.version=1')).toMatchObject({
    status: 200,
    body: { metadata: { result: 0, reason: expect.stringContaining('Unknown app') } },
  });
  expect((await whm('__proto__?api.version=1')).body).toMatchObject({ metadata: { result: 0 } });
});

test('WHM: GET and POST, filter by eq or contains, quota 0 is unlimited', async () => {
  expect((await whm('editquota', form('api.version=1&user=acmecpa&quota=0'))).body).toEqual({
    metadata: { version: 1, command: 'editquota', reason: 'Set quota for user.', result: 1 },
  });
  expect(sim.world.accounts[0]?.limitMb).toBe('unlimited');
  const filter = (type: string) =>
    whm(
      `get_disk_usage?api.version=1&api.filter.enable=1&api.filter.a.field=user&${type}&api.filter.a.arg0=acme`,
    );
  const users = async (type: string) => JSON.stringify((await filter(type)).body);
  expect(await users('api.filter.a.type=eq')).toContain('"accounts":[]');
  expect(await users('')).toContain('"blocks_limit":null');
});

test('WHM: several conditions, numbers compared as numbers, sorted and chunked', async () => {
  const now = (minutesAgo: number) => Math.floor(start / 1000) - minutesAgo * 60;
  const found = async (more: string) => {
    const path = `emailtrack_search?api.version=1&success=1&defer=1&max_results_by_type=0&api.filter.enable=1&api.filter.a.field=recipient&api.filter.a.type=contains&api.filter.a.arg0=harbor-tax&${more}`;
    return [...JSON.stringify((await whm(path)).body).matchAll(/"type":"(\w+)"/g)].map(([, type]) => type);
  };
  expect(await found('')).toEqual(['success', 'defer', 'defer', 'defer']);
  const since = `api.filter.b.field=sendunixtime&api.filter.b.type=gt&api.filter.b.arg0=${now(200)}`;
  expect(await found(since)).toHaveLength(4);
  expect(await found(since.replace(String(now(200)), String(now(100))))).toEqual(['defer', 'defer']);
  expect(await found(since.replace('=gt', '=lt'))).toEqual([]);
  const sorted = 'api.sort.enable=1&api.sort.a.field=sendunixtime&api.sort.a.method=numeric';
  expect(await found(sorted)).toEqual(['success', 'defer', 'defer', 'defer']);
  expect(
    await found(`${sorted}&api.sort.a.reverse=1&api.chunk.enable=1&api.chunk.start=4&api.chunk.size=9`),
  ).toEqual(['success']);
});

test('the firewall: an un-block lifts the address itself, and a range goes on blocking', async () => {
  const { csf } = sim.world;
  const status = async () =>
    (
      await fetch(`${sim.cpaStatusUrl}?ip=203.0.113.9`, {
        headers: { Authorization: `Bearer ${sim.cpaToken}` },
      })
    ).json();
  expect(await status()).toMatchObject({ status: 'clear' });
  csf.deny.push({ entry: 'tcp|in|d=110|s=203.0.113.9', comment: 'x' });
  expect(await status()).toMatchObject({ status: 'blocked' });
  csf.deny.push({ entry: '203.0.113.0/24', comment: 'x' });
  sim.world.pendingUnblocks.set('203.0.113.9', start);
  expect(await status()).toMatchObject({ status: 'blocked' });
  expect(csf.deny.map(({ entry }) => entry)).toContain('203.0.113.0/24');
  expect(csf.deny.map(({ entry }) => entry)).not.toContain('tcp|in|d=110|s=203.0.113.9');
  csf.allow.push({ entry: '203.0.113.9', comment: 'x' });
  expect(await status()).toMatchObject({ status: 'clear' });
});

test('a full server, and calls that take their time: each tells how many were under way and its size', async () => {
  const full = await startSimulators({ now: () => now, accounts: 20_000, delayMs: 400 });
  expect(full.world.accounts).toHaveLength(20_013);
  full.reset();
  expect(full.world.accounts).toHaveLength(20_013);
  const ask = () =>
    fetch(`${full.whmUrl}/json-api/getdomainowner?api.version=1&domain=client-20000.example`, {
      headers: { Authorization: `whm ${full.whmUser}:${full.whmToken}` },
    }).then((response) => response.text());
  const began = performance.now();
  const [first] = await Promise.all([ask(), ask(), ask()]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(399);
  expect(first).toContain('"cl20000"');
  expect(full.calls().map(({ inFlight, bytes }) => [inFlight, bytes])).toEqual(
    [1, 2, 3].map((count) => [count, first.length]),
  );
  await full.close();
});

test('an un-block is queued and reaches WHM after the delay, on the given clock', async () => {
  const headers = { Authorization: `Bearer ${sim.cpaToken}` };
  const asked = await fetch(sim.cpaUrl, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ ip: '203.0.113.7' }),
  });
  expect([asked.status, await asked.json()]).toMatchObject([202, { state: 'queued' }]);
  now += 19_999;
  expect(await blockedIps()).toContain('203.0.113.7');
  now += 1;
  expect(await blockedIps()).not.toContain('203.0.113.7');
  sim.reset();
  expect(await blockedIps()).toContain('203.0.113.7');
});

test.each([
  ['POST', 'unblock', '198.51.100.999', 400],
  ['POST', 'unblock', '', 400],
  ['GET', 'unblock', '203.0.113.7', 405],
  ['GET', 'elsewhere', '203.0.113.7', 404],
])('CPA System: %s /%s for "%s" answers %i', async (method, path, ip, status) => {
  const url = new URL(`/${path}?ip=${ip}`, sim.cpaUrl);
  expect((await fetch(url, { method, headers: { Authorization: `Bearer ${sim.cpaToken}` } })).status).toBe(
    status,
  );
  expect((await fetch(url, { method })).status).toBe(401);
});

test('a block runs out by itself', async () => {
  now += 321 * 60_000;
  expect(await blockedIps()).not.toContain('203.0.113.7');
});

test('tokens are made per start; a port in use fails and leaves nothing running', async () => {
  const other = await startSimulators({ now: Date.now });
  expect(other.whmToken).not.toBe(sim.whmToken);
  expect(other.cpaToken).not.toBe(other.whmToken);
  const cpaPort = Number(new URL(other.cpaUrl).port);
  const free = await startSimulators({ now: Date.now });
  const whmPort = Number(new URL(free.whmUrl).port);
  await free.close();
  await expect(startSimulators({ now: Date.now, whmPort, cpaPort })).rejects.toThrow('EADDRINUSE');
  await (await startSimulators({ now: Date.now, whmPort })).close();
  await other.close();
});
