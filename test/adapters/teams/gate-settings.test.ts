import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGate } from '../../../adapters/teams/gate.ts';
import type { GateOptions } from '../../../adapters/teams/gate.ts';
import type { Overrides } from '../../fakes/teams/deliveries.ts';
import { startTeams } from '../../fakes/teams/server.ts';
import type { FakeTeams } from '../../fakes/teams/server.ts';
import { at, big, knock, message, startGated, stopGated } from './gate-rig.ts';
import type { Change, GatedApp } from './gate-rig.ts';

/** What is sent, and what is different from what Teams would send. */
type Case = readonly [what: string, status: number, send: (teams: FakeTeams) => Change];

const minutes = 60;
const began = at.now;
let teams: FakeTeams;

beforeAll(async () => {
  teams = await startTeams({ now: () => at.now });
});
afterAll(async () => {
  stopGated();
  await teams.close();
});
beforeEach(() => {
  at.now = began;
});

describe('who may use it', () => {
  const foreign = 'e0000000-0000-4000-8000-000000000003';
  const ofForeign = { channelData: { tenant: { id: foreign } } };

  test('with a list, the tenants of the list and not the own one', async () => {
    const listed = await startGated({ ...teams.gate, tenants: [foreign.toUpperCase()] });
    expect((await knock(teams, listed, ofForeign)).status).toBe(200);
    expect((await knock(teams, listed)).status).toBe(403);
  });

  test('without a list and an own tenant, nobody', async () => {
    const closed = await startGated({ ...teams.gate, ownTenant: undefined });
    expect((await knock(teams, closed)).status).toBe(403);
    expect(
      (await knock(teams, closed, { channelData: {}, conversation: { id: 'a:1', tenantId: '' } })).status,
    ).toBe(403);
  });

  test("a gate for no app at all is not made, for anybody's token would do", () => {
    const log = { warn: () => undefined };
    expect(() => createGate({ ...teams.gate, appId: '', now: () => 0, log })).toThrow('the id of the app');
  });

  test("Teams' own addresses are allowed when nothing else is said, and this machine is not", async () => {
    const { hosts: _, ...usual } = teams.gate;
    const real = await startGated(usual);
    for (const serviceUrl of ['https://smba.trafficmanager.net/emea/', 'https://x.botframework.com/']) {
      expect((await knock(teams, real, { serviceUrl })).status).toBe(200);
    }
    expect((await knock(teams, real)).status).toBe(403);
  });
});

describe('the keys', () => {
  async function own(options: Partial<GateOptions> = {}) {
    const cloud = await startTeams({ now: () => at.now });
    onTestFinished(() => cloud.close());
    return { cloud, gate: await startGated({ ...cloud.gate, keyCooldownMs: 0, ...options }) };
  }

  test('that do not speak for Teams do not let in', async () => {
    const { cloud, gate } = await own();
    cloud.endorse(['webchat']);
    expect(await knock(cloud, gate, {})).toMatchObject({ status: 403, body: '' });
    expect(gate.handled).toEqual([]);
    expect(gate.logged).toMatchObject([{ fields: { why: 'its key does not speak for Teams' } }]);
  });

  test.each(['keys', 'metadata'] as const)(
    'that cannot be read (%s) are our trouble, and Teams sends again',
    async (what) => {
      const { cloud, gate } = await own();
      for (const fault of [{ kind: 'drop' }, { kind: 'status', status: 500 }, { kind: 'garbled' }] as const) {
        cloud.next(what, fault);
        expect(await knock(cloud, gate, {})).toMatchObject({ status: 503, body: '' });
        expect(gate.handled).toEqual([]);
      }
      expect((await knock(cloud, gate)).status).toBe(200);
    },
  );

  test('are kept: with Microsoft out of reach, what is known still lets in', async () => {
    const { cloud, gate } = await own();
    expect((await knock(cloud, gate)).status).toBe(200);
    cloud.every('*', { kind: 'drop' });
    expect((await knock(cloud, gate)).status).toBe(200);
    // And where they were is good for more than a day, when nobody says otherwise.
    at.now += 25 * 60 * minutes * 1000;
    expect((await knock(cloud, gate)).status).toBe(200);
    // A key that is not known cannot be looked for.
    cloud.rotateKeys();
    expect((await knock(cloud, gate)).status).toBe(503);
  });

  test('are good for a day, whatever Microsoft says meanwhile', async () => {
    const { cloud, gate } = await own();
    expect((await knock(cloud, gate)).status).toBe(200);
    cloud.every('*', { kind: 'status', status: 500 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 23 * 60 * minutes * 1000 });
    onTestFinished(() => void vi.useRealTimers());
    expect((await knock(cloud, gate)).status).toBe(200);
    vi.setSystemTime(Date.now() + 61 * minutes * 1000);
    expect((await knock(cloud, gate)).status).toBe(503);
  });

  test('that were changed are fetched, and the old ones let in no more', async () => {
    const { cloud, gate } = await own();
    expect((await knock(cloud, gate)).status).toBe(200);
    cloud.rotateKeys({ keep: true });
    expect((await knock(cloud, gate)).status).toBe(200);
    expect((await knock(cloud, gate, { with: { signed: 'older' } })).status).toBe(200);
    cloud.rotateKeys();
    expect((await knock(cloud, gate)).status).toBe(200);
    expect((await knock(cloud, gate, { with: { signed: 'older' } })).status).toBe(401);
  });

  test('are not asked for again by everybody who makes up the name of one', async () => {
    const { cloud, gate } = await own({ keyCooldownMs: 30_000 });
    expect((await knock(cloud, gate)).status).toBe(200);
    cloud.every('*', { kind: 'drop' });
    expect((await knock(cloud, gate, { with: { header: { kid: 'made-up' } } })).status).toBe(401);
  });
});

let open: GatedApp;
describe('TEAMS_AUTH=off', () => {
  const none: Overrides = { authorization: 'none' };
  beforeAll(async () => {
    open = await startGated({ ...teams.gate, auth: false, appId: '', ownTenant: undefined });
  });

  test.each<Case>([
    ['no token', 200, () => ({ with: none })],
    ['whatever token', 200, () => ({ with: { authorization: 'Bearer x' } })],
    ['localhost', 200, () => ({ with: none, serviceUrl: 'http://localhost:56150/_connector' })],
    ['IPv6', 200, () => ({ with: none, serviceUrl: 'http://[::1]:56150/' })],
    [
      'any tenant',
      200,
      () => ({ with: none, channelData: { tenant: { id: '00000000-0000-0000-0000-0000000000001' } } }),
    ],
    ["Teams' own address", 403, () => ({ with: none, serviceUrl: 'https://smba.trafficmanager.net/emea/' })],
    ['another machine', 403, () => ({ with: none, serviceUrl: 'http://192.168.0.7/' })],
    [
      'a name that begins like this machine',
      403,
      () => ({ with: none, serviceUrl: 'http://127.0.0.1.evil.example/' }),
    ],
    ['bad JSON', 400, () => ({ with: { ...none, body: '{' } })],
    ['bad shape', 400, () => ({ with: { ...none, body: '{}' } })],
    ['2 MB', 413, () => ({ with: { ...none, body: big(teams, 2 * 1024 * 1024) } })],
    ['GET', 405, () => ({ with: { ...none, method: 'GET' } })],
  ])('%s: %i', async (_, status, send) => {
    expect(await knock(teams, open, send(teams))).toMatchObject({ status, body: '' });
    expect(open.handled).toHaveLength(status === 200 ? 1 : 0);
  });

  test.each([
    ['a page that sends what it may send unasked', { 'content-type': 'text/plain' }, 403],
    ['a page of elsewhere', { 'content-type': 'application/json', origin: 'https://evil.example' }, 403],
    ['a name that leads here', { 'content-type': 'application/json', host: 'evil.example:3000' }, 403],
    ['a name that begins so', { 'content-type': 'application/json', host: 'localhost.evil.example' }, 403],
    ['a program on this machine', { 'content-type': 'Application/JSON; charset=utf-8' }, 200],
  ])('%s', async (_, headers, status) => {
    const said = await raw(open.url, { host: new URL(open.url).host, ...headers }, message(teams));
    expect(said).toBe(status);
    expect(open.handled).toHaveLength(status === 200 ? 1 : 0);
  });
});

/** Posts with exactly these headers, which `fetch` would not let us choose; the status. */
function raw(url: string, headers: Readonly<Record<string, string>>, activity: object): Promise<number> {
  open.handled.length = 0;
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers, path: '/api/messages' }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sending.on('error', reject);
    sending.end(JSON.stringify(activity));
  });
}
