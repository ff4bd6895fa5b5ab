import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TeamsSystem } from '../../src/config-systems.ts';
import { lookAtTeams } from '../../src/doctor/teams.ts';
import type { Fault, Operation } from '../fakes/teams/faults.ts';
import { startTeams } from '../fakes/teams/server.ts';
import type { FakeTeams } from '../fakes/teams/server.ts';
import { asking, told } from './rig.ts';

let teams: FakeTeams;
beforeEach(async () => {
  teams = await startTeams();
});
afterEach(() => teams.close());

const looked = (change: Partial<TeamsSystem> = {}, callMs = 5000) =>
  lookAtTeams(
    {
      appId: teams.appId,
      appPassword: 'the secret',
      appType: 'SingleTenant',
      appTenantId: teams.tenant,
      auth: true,
      tenants: [],
      ...change,
    },
    asking({ callMs }),
    { login: teams.url, openId: teams.gate.openIdUrl },
  );

test('what is well is said', async () => {
  const looks = await looked();
  expect(told(looks, 'app token')).toBe('pass: Microsoft gives one for this app id and password');
  expect(told(looks, 'keys of Teams')).toBe('pass: 1 found, 1 for Teams');
  // Nothing was sent anywhere in Teams.
  expect(teams.calls()).toEqual([]);
});

test.each<readonly [string, Partial<TeamsSystem>, RegExp]>([
  [
    'a wrong password',
    { appPassword: 'another' },
    /^fail: Microsoft refused \(401, invalid_client: AADSTS7000215: .* → Check MicrosoftAppId/,
  ],
  ['a wrong organisation', { appTenantId: 'x' }, /^fail: Microsoft refused \(400, invalid_request: /],
  // Such an app signs in at Microsoft's own organisation, which the fake is not.
  ['an app for several', { appType: 'MultiTenant' }, /^fail: Microsoft refused \(400, invalid_request/],
  ['a managed identity', { appType: 'UserAssignedMSI' }, /^skipped/],
  ['no password', { appPassword: undefined }, /^fail: the app has no id or no password/],
])('%s', async (_, change, words) => {
  expect(told(await looked(change), 'app token')).toMatch(words);
});

test.each<readonly [string, Operation, Fault, string, RegExp]>([
  ['no answer', 'token', { kind: 'hang' }, 'app token', /^fail: 127\.0\.0\.1:\d+: no answer within 0\.2 s/],
  ['a lost answer', 'token', { kind: 'drop' }, 'app token', /^fail: 127\.0\.0\.1:\d+: /],
  ['a page', 'token', { kind: 'garbled' }, 'app token', /^fail: Microsoft refused \(200, no reason told\)/],
  [
    'a redirect',
    'token',
    { kind: 'status', status: 307, location: '/evil' },
    'app token',
    /^fail: .*led elsewhere/,
  ],
  [
    'no metadata',
    'metadata',
    { kind: 'status', status: 500 },
    'keys of Teams',
    /^fail: .*status 500, and it names no keys/,
  ],
  [
    'metadata of no use',
    'metadata',
    { kind: 'says', status: 200, body: { jwks_uri: 7 } },
    'keys of Teams',
    /^fail: .*names no keys/,
  ],
  ['no keys', 'keys', { kind: 'drop' }, 'keys of Teams', /^fail: 127\.0\.0\.1/],
  [
    'keys of others',
    'keys',
    { kind: 'says', status: 200, body: { keys: [{ endorsements: ['skype'] }, 1] } },
    'keys of Teams',
    /^warn: 2 found, and none for Teams/,
  ],
])('%s', async (_, operation, fault, what, words) => {
  teams.next(operation, fault);
  expect(told(await looked({}, fault.kind === 'hang' ? 200 : 5000), what)).toMatch(words);
});

test('with TEAMS_AUTH=off nobody is asked', async () => {
  const looks = await looked({ auth: false });
  expect(looks).toHaveLength(1);
  expect(told(looks, 'sign-in')).toMatch(/^skipped: TEAMS_AUTH is off/);
});
