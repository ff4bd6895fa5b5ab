import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceHosts } from '../../../adapters/teams/gate.ts';
import { startTeams } from '../../fakes/teams/server.ts';
import type { FakeTeams } from '../../fakes/teams/server.ts';
import { at, big, knock, message, seconds, startGated, stopGated } from './gate-rig.ts';
import type { Change, GatedApp } from './gate-rig.ts';

/** What is sent, and what is different from what Teams would send. */
type Case = readonly [what: string, status: number, send: (teams: FakeTeams) => Change];

const minutes = 60;
const at403 = (url: string) => ({ serviceUrl: url });
let teams: FakeTeams;
let app: GatedApp;

beforeAll(async () => {
  teams = await startTeams({ now: () => at.now });
  app = await startGated({ ...teams.gate, hosts: [...serviceHosts, '127.0.0.1'] });
});
afterAll(async () => {
  stopGated();
  await teams.close();
});

describe('what Teams sent is let in', () => {
  test.each<Case>([
    ['a message with a good token', 200, () => ({})],
    [
      'the scheme in other letters',
      200,
      () => ({ with: { authorization: `bEARER ${teams.token(teams.serviceUrl)}` } }),
    ],
    [
      'a token that ended four minutes ago',
      200,
      () => ({ with: { claims: { exp: seconds() - 4 * minutes } } }),
    ],
    [
      'a token that begins in four minutes',
      200,
      () => ({ with: { claims: { nbf: seconds() + 4 * minutes } } }),
    ],
    ['a token without a beginning', 200, () => ({ with: { claims: { nbf: undefined } } })],
    [
      'a token for several, the app among them',
      200,
      () => ({ with: { claims: { aud: ['x', teams.appId] } } }),
    ],
    [
      'a tenant in other letters',
      200,
      () => ({ channelData: { tenant: { id: teams.tenant.toUpperCase() } } }),
    ],
    ['a tenant that only the conversation names', 200, () => ({ channelData: {} })],
    ['an activity of a kind to come', 200, () => ({ type: 'somethingNew', value: { a: 1 } })],
    ['nearly 256 KB', 200, () => ({ with: { body: big(teams, 255 * 1024) } })],
  ])('%s', async (_, status, send) => {
    expect(await knock(teams, app, send(teams))).toMatchObject({ status, body: '' });
    expect(app.handled).toHaveLength(1);
    expect(app.logged).toEqual([]);
  });
});

describe('what Teams did not send is refused with an empty answer, and nothing is handled', () => {
  test.each<Case>([
    ['no token', 401, () => ({ with: { authorization: 'none' } })],
    ['an empty header', 401, () => ({ with: { authorization: '' } })],
    ['garbage', 401, () => ({ with: { authorization: 'Bearer garbage' } })],
    ['three parts of garbage', 401, () => ({ with: { authorization: 'Bearer e30.e30.e30' } })],
    ['another scheme', 401, () => ({ with: { authorization: 'Basic c2FtOnNlY3JldA==' } })],
    [
      'a good token in another scheme',
      401,
      () => ({ with: { authorization: `Token ${teams.token(teams.serviceUrl)}` } }),
    ],
    [
      'a token with something behind it',
      401,
      () => ({ with: { authorization: `Bearer ${teams.token(teams.serviceUrl)} x` } }),
    ],
    ['an expired token', 401, () => ({ with: { claims: { exp: seconds() - 6 * minutes } } })],
    ['a token that is not valid yet', 401, () => ({ with: { claims: { nbf: seconds() + 6 * minutes } } })],
    ['a token without an end', 401, () => ({ with: { claims: { exp: undefined } } })],
    ['a token whose end is a word', 401, () => ({ with: { claims: { exp: 'never' } } })],
    [
      'a token for another app',
      401,
      () => ({ with: { claims: { aud: 'd0000000-0000-4000-8000-000000000002' } } }),
    ],
    ['a token for nobody', 401, () => ({ with: { claims: { aud: undefined } } })],
    ['another issuer', 401, () => ({ with: { claims: { iss: 'https://evil.example' } } })],
    ['the issuer with a slash', 401, () => ({ with: { claims: { iss: 'https://api.botframework.com/' } } })],
    [
      'a token of Entra for a tenant, as emulators send it',
      401,
      () => ({
        with: { claims: { iss: `https://sts.windows.net/${teams.tenant}/`, appid: teams.appId, ver: '1.0' } },
      }),
    ],
    ['no issuer', 401, () => ({ with: { claims: { iss: undefined } } })],
    ['an unknown key', 401, () => ({ with: { header: { kid: 'key-99' } } })],
    ['a token that names no key', 401, () => ({ with: { header: { kid: undefined } } })],
    ['a forged signature', 401, () => ({ with: { signature: 'A'.repeat(342) } })],
    ['no signature', 401, () => ({ with: { signature: '' } })],
    ["a stranger's signature under Microsoft's key name", 401, () => ({ with: { signed: 'stranger' } })],
    [
      'a key that the token brings itself',
      401,
      () => ({ with: { signed: 'stranger', header: { jwk: { kty: 'RSA' } } } }),
    ],
    ['alg none', 401, () => ({ with: { signed: 'none' } })],
    ['HS256 with the public key', 401, () => ({ with: { signed: 'hs256' } })],
    ['RS384', 401, () => ({ with: { signed: 'rs384' } })],
    ['a header that says RS384 over RS256', 401, () => ({ with: { header: { alg: 'RS384' } } })],
    ['an extension that has to be understood', 401, () => ({ with: { header: { crit: ['x'], x: 1 } } })],
    [
      "another serviceUrl than the token's",
      403,
      () => ({ with: { claims: { serviceurl: 'https://smba.trafficmanager.net/emea/' } } }),
    ],
    ['a token that names no serviceUrl', 403, () => ({ with: { claims: { serviceurl: undefined } } })],
    ['an evil host', 403, () => at403('https://evil.example/emea/')],
    ['a host that only looks right', 403, () => at403('https://eviltrafficmanager.net/emea/')],
    ['a good host with a name before it', 403, () => at403('https://a:b@smba.trafficmanager.net/')],
    ['a good host with another port', 403, () => at403('https://smba.trafficmanager.net:8443/')],
    ['a good host with a question', 403, () => at403('https://smba.trafficmanager.net/?x=')],
    ['a good host with a mark', 403, () => at403('https://smba.trafficmanager.net/#x')],
    ['a host behind a name', 403, () => at403('https://smba.trafficmanager.net@evil.example/')],
    ['a good host without encryption', 403, () => at403('http://smba.trafficmanager.net/emea/')],
    ['another way than http', 403, () => at403('ftp://smba.trafficmanager.net/emea/')],
    ['this machine under another name', 403, () => at403('http://localhost:1/emea/')],
    ['a serviceUrl that is none', 403, () => at403('emea')],
    ['another channel', 403, () => ({ channelId: 'webchat' })],
    ['the emulator', 403, () => ({ channelId: 'emulator' })],
    [
      'a foreign tenant',
      403,
      () => ({ channelData: { tenant: { id: 'e0000000-0000-4000-8000-000000000003' } } }),
    ],
    ['no tenant', 403, () => ({ channelData: {}, conversation: { id: 'a:1' } })],
    ['an empty tenant', 403, () => ({ channelData: { tenant: { id: '' } } })],
    ['GET', 405, () => ({ with: { method: 'GET' } })],
    ['PUT', 405, () => ({ with: { method: 'PUT' } })],
    ['bad JSON', 400, () => ({ with: { body: '{"type":' } })],
    [
      'bytes that are no text',
      400,
      () => ({ with: { body: Buffer.from(JSON.stringify(message(teams, { text: 'ÿ' })), 'latin1') } }),
    ],
    ['an empty body', 400, () => ({ with: { body: '' } })],
    ['an array', 400, () => ({ with: { body: '[]' } })],
    ['null', 400, () => ({ with: { body: 'null' } })],
    ['an empty object', 400, () => ({ with: { body: '{}' } })],
    ['no type', 400, () => ({ type: undefined })],
    ['no serviceUrl', 400, () => ({ serviceUrl: undefined })],
    ['a conversation without an id', 400, () => ({ conversation: { tenantId: teams.tenant } })],
    ['a text that is a number', 400, () => ({ text: 7 })],
    ['slightly more than 256 KB', 413, () => ({ with: { body: big(teams, 256 * 1024) } })],
    ['2 MB', 413, () => ({ with: { body: big(teams, 2 * 1024 * 1024) } })],
  ])('%s', async (_, status, send) => {
    expect(await knock(teams, app, send(teams))).toMatchObject({ status, body: '' });
    expect(app.handled).toEqual([]);
    expect(app.logged).toMatchObject([
      { fields: { status }, message: 'A request in the name of Teams was refused' },
    ]);
  });

  test.each<Case>([
    ['bad JSON', 401, () => ({ with: { authorization: 'none', body: '{' } })],
    ['an empty object', 401, () => ({ with: { authorization: 'none', body: '{}' } })],
    ['2 MB', 401, () => ({ with: { authorization: 'none', body: big(teams, 2 * 1024 * 1024) } })],
    [
      'a foreign tenant',
      401,
      () => ({ with: { authorization: 'none' }, channelData: { tenant: { id: 'x' } } }),
    ],
    ['another channel', 401, () => ({ with: { authorization: 'none' }, channelId: 'webchat' })],
  ])('without a token nobody learns what else is wrong: %s', async (_, status, send) => {
    expect(await knock(teams, app, send(teams))).toMatchObject({ status, body: '' });
  });

  test('who was refused gets a number under which the reason is in the log, and no reason', async () => {
    const token = teams.token(teams.serviceUrl, { claims: { aud: 'x' } });
    const answer = await knock(teams, app, { with: { authorization: `Bearer ${token}` } });
    const id = answer.headers['x-correlation-id'];
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(app.logged).toMatchObject([
      { fields: { request: id, status: 401, why: 'its token is not good: unexpected "aud" claim value' } },
    ]);
    expect(JSON.stringify(app.logged)).not.toContain(token.slice(0, 20));
    expect((await knock(teams, app, { with: { method: 'GET' } })).headers).toMatchObject({ allow: 'POST' });
  });
});
