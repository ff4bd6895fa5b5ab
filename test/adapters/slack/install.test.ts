import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { botScopes } from '../../../adapters/slack/manifest.ts';
import { browser, install, installRig, publicUrl, secrets, stored } from './install-rig.ts';

const home = ['T0SUPPORT'];
const cookie = 'slack-app-oauth-state';
const minute = 60_000;

/** A state as the installer makes them. */
function stateBy(secret: string, madeAt: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const installOptions = { scopes: [...botScopes], redirectUri: `${publicUrl}/slack/oauth_redirect` };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ installOptions, now: new Date(madeAt) })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

describe('somebody installs mailfix', () => {
  it('is sent to Slack with all that Slack has to know, and with nothing that is secret', async () => {
    const rig = await installRig(home);
    const person = browser(rig);
    const page = await person.visit('/slack/install');
    expect(page.status).toBe(302);
    const { origin, pathname, searchParams } = new URL(page.location);
    expect(origin + pathname).toBe(rig.fake.authorizationUrl);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: rig.fake.clientId,
      scope: botScopes.join(','),
      state: person.cookies.get(cookie),
      redirect_uri: `${publicUrl}/slack/oauth_redirect`,
    });
    const [line = ''] = page.headers.getSetCookie();
    for (const word of ['Secure', 'HttpOnly', 'Path=/', 'Max-Age=600']) expect(line).toContain(word);
    const [, claims = ''] = (searchParams.get('state') ?? '').split('.');
    expect(page.location + Buffer.from(claims, 'base64url').toString()).not.toMatch(/Canary/);
  });

  it('and is back when it is done; commands of the workspace work at once', async () => {
    const rig = await installRig(home);
    const person = browser(rig);
    const asked = await person.visit('/slack/install');
    const back = rig.fake.authorize(asked.location);
    expect(back).toMatch(/^https:\/\/mailfix\.example\/slack\/oauth_redirect\?code=/);
    const done = await person.visit(back);
    expect(done.status).toBe(200);
    expect(done.text).toContain('https://app.slack.com/client/T0SUPPORT');
    expect(person.cookies.size).toBe(0);
    expect(await stored(rig, 'team:T0SUPPORT')).toBeDefined();
    await rig.fake.person({ id: 'U0SAM' }).command('/mailfix acme.example');
    await rig.settled();
    expect(rig.fake.roots('C0SUPPORT').map((one) => rig.fake.textOf(one))).toEqual([
      expect.stringContaining('acme.example'),
    ]);
    // And after a restart.
    await rig.restart();
    expect((await rig.fake.person({ id: 'U0SAM' }).command('/mailfix list')).body).toContain('acme.example');
  });

  it('without a public address Slack sends people back to where its own settings say', async () => {
    const rig = await installRig(home, { ports: { publicUrl: undefined } });
    const { location } = await browser(rig).visit('/slack/install');
    expect(new URL(location).searchParams.has('redirect_uri')).toBe(false);
    expect((await install(rig)).status).toBe(200);
  });

  it('again: the new token takes the place of the old one', async () => {
    const rig = await installRig(home);
    await install(rig);
    await install(rig);
    const [, latest] = [...rig.fake.state.grants.values()].filter(({ kind }) => kind === 'bot');
    await rig.fake.person({ id: 'U0SAM' }).command('/mailfix acme.example');
    await rig.settled();
    expect(rig.fake.calls('chat.postMessage').map(({ token }) => token)).toContain(latest?.token);
    expect(new Set(rig.fake.calls('chat.postMessage').map(({ token }) => token)).size).toBe(1);
  });
});

describe('nothing is installed, and a page says so in plain words', () => {
  type Tamper = (back: URL, person: ReturnType<typeof browser>) => void;

  it.each<readonly [string, Tamper]>([
    ['with a forged state', (back) => back.searchParams.set('state', stateBy('a guess', Date.now()))],
    [
      'with a state that somebody else signed, in the cookie too',
      (back, person) => {
        const state = stateBy('a guess', Date.now());
        back.searchParams.set('state', state);
        person.cookies.set(cookie, state);
      },
    ],
    [
      'with a state that nobody signed',
      (back, person) => {
        const [, claims = ''] = stateBy('', Date.now()).split('.');
        const state = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
        back.searchParams.set('state', state);
        person.cookies.set(cookie, state);
      },
    ],
    [
      'with a state of eleven minutes ago',
      (back, person) => {
        const state = stateBy(secrets.state, Date.now() - 11 * minute);
        back.searchParams.set('state', state);
        person.cookies.set(cookie, state);
      },
    ],
    ['without a state', (back) => back.searchParams.delete('state')],
    ['in the browser of somebody who did not begin it', (_, person) => person.cookies.clear()],
    ['without a code', (back) => back.searchParams.delete('code')],
    ['with a code that Slack does not know', (back) => back.searchParams.set('code', 'another')],
    ['with nothing', (back) => void (back.search = '')],
  ])('%s', async (_, tamper) => {
    const rig = await installRig(home);
    const person = browser(rig);
    const asked = await person.visit('/slack/install');
    const back = new URL(rig.fake.authorize(asked.location));
    tamper(back, person);
    const page = await person.visit(back.href);
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(page.text).toMatch(/^mailfix was not installed: .* begin again at \/slack\/install\.\n$/);
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
    expect(rig.logged.map(({ message }) => message)).toContain('an installation in Slack did not succeed');
  });

  it('a state that is as good as ours is taken: what is wrong above is only what is changed there', async () => {
    const rig = await installRig(home);
    const person = browser(rig);
    const back = new URL(rig.fake.authorize((await person.visit('/slack/install')).location));
    const state = stateBy(secrets.state, Date.now() - 9 * minute);
    back.searchParams.set('state', state);
    person.cookies.set(cookie, state);
    expect((await person.visit(back.href)).status).toBe(200);
  });

  it('when it is cancelled in Slack', async () => {
    const rig = await installRig(home);
    const page = await install(rig, { denies: true });
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('that was cancelled in Slack') });
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
    expect(rig.fake.calls('oauth.v2.access')).toEqual([]);
  });

  it('when the page is opened a second time, also with the cookie kept', async () => {
    const rig = await installRig(home);
    const person = browser(rig);
    const back = rig.fake.authorize((await person.visit('/slack/install')).location);
    const kept = new Map(person.cookies);
    expect((await person.visit(back)).status).toBe(200);
    const installation = await stored(rig, 'team:T0SUPPORT');
    expect((await person.visit(back)).status).toBe(400);
    expect(rig.fake.calls('oauth.v2.access')).toHaveLength(1);
    for (const [name, value] of kept) person.cookies.set(name, value);
    expect((await person.visit(back)).status).toBe(400);
    expect(rig.fake.calls('oauth.v2.access').at(-1)?.answer).toMatchObject({ error: 'code_already_used' });
    expect(await stored(rig, 'team:T0SUPPORT')).toBe(installation);
  });

  it.each([
    ['when Slack fails inside', { kind: 'status', status: 503 }],
    ['when Slack breaks off', { kind: 'drop' }],
    ['when Slack does not know our secret', { kind: 'error', error: 'bad_client_secret' }],
  ] as const)('%s', async (_, fault) => {
    const rig = await installRig(home);
    rig.fake.next('oauth.v2.access', fault);
    const page = await install(rig);
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('Please begin again') });
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
    expect((await install(rig)).status).toBe(200);
  });

  it('when it cannot be stored', async () => {
    const rig = await installRig(home);
    const put = rig.store.put.bind(rig.store);
    rig.store.put = () => Promise.reject(new Error('the disk is full'));
    const page = await install(rig);
    rig.store.put = put;
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('disk');
    expect((await install(rig)).status).toBe(200);
  });

  it.each([
    ['a workspace', { team: 'T0OTHER' }, 'T0OTHER'],
    ['an organisation', { enterprise: 'E0ORG' }, 'E0ORG'],
  ])('in %s that is not in SLACK_TEAMS: the page names it and the setting', async (_, consent, id) => {
    const rig = await installRig(home);
    rig.fake.addEnterprise({ id: 'E0ORG', name: 'Org' });
    rig.fake.addTeam({ id: 'T0OTHER', token: null });
    rig.fake.addTeam({ id: 'T0ONE', enterprise: 'E0ORG', token: null });
    const page = await install(rig, consent);
    expect(page.status).toBe(403);
    expect(page.text).toContain(id);
    expect(page.text).toContain('SLACK_TEAMS');
    expect(page.text).not.toMatch(/xox|Canary/);
    for (const key of [`team:${id}`, `enterprise:${id}`, 'team:T0ONE'])
      expect(await stored(rig, key)).toBeUndefined();
  });
});

it.each(['/slack/install', '/slack/oauth_redirect'])('%s takes GET only', async (path) => {
  const rig = await installRig(home);
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
    const page = await browser(rig).visit(path, method);
    expect(page.status).toBe(405);
    expect(page.headers.get('allow')).toBe('GET');
    expect(page.headers.getSetCookie()).toEqual([]);
  }
});

it('without SLACK_CLIENT_ID there are no such pages', async () => {
  const rig = await installRig(home, {
    settings: { clientId: undefined, botToken: 'xoxb-fake' },
    slack: { installed: true },
  });
  for (const path of ['/slack/install', '/slack/oauth_redirect'])
    expect((await browser(rig).visit(path)).status).toBe(404);
});
