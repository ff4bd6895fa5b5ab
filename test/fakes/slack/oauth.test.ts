import { App, HTTPReceiver } from '@slack/bolt';
import type { Installation } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientFor, quiet, refused } from './client.ts';
import { startSlack } from './server.ts';
import type { FakeSlack } from './server.ts';

const at = { now: 0 };
const redirect_uri = 'http://127.0.0.1:1/slack/oauth_redirect';
let slack: FakeSlack;

/** The URL to which an app sends somebody who wants to install it. */
function authorizeUrl(): string {
  const asked = { client_id: slack.clientId, scope: 'chat:write,commands', state: 's', redirect_uri };
  return `https://slack.com/oauth/v2/authorize?${new URLSearchParams(asked).toString()}`;
}

const codeOf = (url: string): string => new URL(url).searchParams.get('code') ?? '';
const access = (args: Record<string, unknown>) =>
  clientFor(slack.apiUrl).apiCall('oauth.v2.access', {
    client_id: slack.clientId,
    client_secret: slack.clientSecret,
    redirect_uri,
    ...args,
  });

beforeEach(async () => {
  at.now = 1_764_057_600_000;
  slack = await startSlack({ now: () => at.now, installed: false });
});
afterEach(() => slack.close());

test('a code is good for one token with the scopes that were asked for', async () => {
  const back = slack.authorize(authorizeUrl());
  expect(back).toContain(`${redirect_uri}?code=`);
  expect(new URL(back).searchParams.get('state')).toBe('s');
  const code = codeOf(back);
  const installed = await access({ code });
  expect(installed).toMatchObject({
    access_token: expect.stringMatching(/^xoxb-/),
    token_type: 'bot',
    scope: 'chat:write,commands',
    bot_user_id: 'U0SUPPORTBOT',
    app_id: 'A0MAILFIX',
    team: { id: 'T0SUPPORT', name: 'Support' },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: 'U0SAM' },
  });
  const { access_token: token = '' } = installed as { access_token?: string };
  expect(await clientFor(slack.apiUrl, token).auth.test()).toMatchObject({ team_id: 'T0SUPPORT' });
  expect(await refused(access({ code }))).toBe('code_already_used');
  expect(await refused(access({ code: 'other' }))).toBe('invalid_code');
  expect(await refused(access({ code, client_id: '1.2' }))).toBe('invalid_client_id');
  expect(await refused(access({ code, client_secret: 'x' }))).toBe('bad_client_secret');
  const other = codeOf(slack.authorize(authorizeUrl()));
  expect(await refused(access({ code: other, redirect_uri: 'http://127.0.0.1:2' }))).toBe('bad_redirect_uri');
  expect(slack.authorize(authorizeUrl(), { denies: true })).toContain('error=access_denied');
});

test('an install into a whole organisation has no team', async () => {
  slack.addEnterprise({ id: 'E0ORG', name: 'Org' });
  slack.addTeam({ id: 'T0ONE', enterprise: 'E0ORG', token: null });
  slack.addChannel({ id: 'C0ONE', team: 'T0ONE' });
  const installed = await access({ code: codeOf(slack.authorize(authorizeUrl(), { enterprise: 'E0ORG' })) });
  expect(installed).toMatchObject({
    team: null,
    is_enterprise_install: true,
    enterprise: { id: 'E0ORG', name: 'Org' },
  });
  const { access_token: token = '' } = installed as { access_token?: string };
  const client = clientFor(slack.apiUrl, token);
  expect(await client.auth.test()).toMatchObject({ enterprise_id: 'E0ORG', is_enterprise_install: true });
  expect(await client.apiCall('chat.postMessage', { channel: 'C0ONE', text: 'x' })).toMatchObject({
    ok: true,
  });
  const foreign = client.apiCall('chat.postMessage', { channel: 'C0SUPPORT', text: 'x' });
  expect(await refused(foreign)).toBe('team_access_not_granted');
  const person = slack.person({ id: 'W0PERSON', team: 'T0ONE', channels: ['C0ONE'] });
  const { request } = await person.globalShortcut('any');
  expect(request.payload).toMatchObject({
    is_enterprise_install: true,
    enterprise: { id: 'E0ORG' },
    team: { id: 'T0ONE' },
  });
});

test('rotating tokens end after twelve hours, and a refresh token works once', async () => {
  const installed = await access({ code: codeOf(slack.authorize(authorizeUrl(), { rotation: true })) });
  expect(installed).toMatchObject({
    expires_in: 43_200,
    access_token: expect.stringMatching(/^xoxe\.xoxb-/),
  });
  const { access_token: token = '', refresh_token } = installed as {
    access_token?: string;
    refresh_token?: string;
  };
  at.now += 43_200_001;
  expect(await refused(clientFor(slack.apiUrl, token).auth.test())).toBe('token_expired');
  const renewed = await access({ grant_type: 'refresh_token', refresh_token });
  expect(renewed).toMatchObject({ ok: true, team: { id: 'T0SUPPORT' }, expires_in: 43_200 });
  expect(await refused(access({ grant_type: 'refresh_token', refresh_token }))).toBe('invalid_refresh_token');
});

test('Bolt installs itself through it', async () => {
  const kept: Installation[] = [];
  const receiver = new HTTPReceiver({
    signingSecret: slack.signingSecret,
    clientId: slack.clientId,
    clientSecret: slack.clientSecret,
    stateSecret: 'state secret',
    scopes: ['chat:write'],
    logger: quiet,
    installerOptions: {
      authorizationUrl: slack.authorizationUrl,
      clientOptions: { slackApiUrl: slack.apiUrl },
      directInstall: true,
    },
    installationStore: {
      storeInstallation: async (installation) => void kept.push(installation),
      fetchInstallation: () => Promise.reject(new Error('none')),
    },
  });
  const app = new App({ receiver, logger: quiet, deferInitialization: true });
  await app.init();
  const server = await receiver.start(0);
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const asked = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  const consent = await fetch(asked.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(consent.headers.get('location') ?? '');
  const done = await fetch(`${url}/slack/oauth_redirect${back.search}`, {
    headers: { cookie: (asked.headers.get('set-cookie') ?? '').split(';')[0] ?? '' },
  });
  await app.stop();
  expect(done.status).toBe(200);
  expect(kept).toMatchObject([
    { team: { id: 'T0SUPPORT' }, bot: { userId: 'U0SUPPORTBOT', scopes: ['chat:write'] } },
  ]);
});
