import { afterEach, beforeEach, expect, test } from 'vitest';
import { botScopes } from '../../adapters/slack/manifest.ts';
import type { SlackSystem } from '../../src/config-systems.ts';
import { lookAtSlack } from '../../src/doctor/slack.ts';
import { startSlack } from '../fakes/slack/server.ts';
import type { FakeSlack } from '../fakes/slack/server.ts';
import { told } from './rig.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startSlack({ scopes: botScopes });
});
afterEach(() => slack.close());

const looked = (change: Partial<SlackSystem> = {}) =>
  lookAtSlack({
    botToken: 'xoxb-fake',
    appToken: 'xapp-fake',
    apiUrl: slack.apiUrl,
    signingSecret: undefined,
    clientId: undefined,
    clientSecret: undefined,
    stateSecret: undefined,
    teams: [],
    ...change,
  });

test('what is well is said, and Slack was asked two questions', async () => {
  const looks = await looked();
  expect(told(looks, 'SLACK_BOT_TOKEN')).toBe('pass: Slack takes it, for Support (T0SUPPORT)');
  expect(told(looks, 'scopes')).toBe('pass: all 10 of manifest.json');
  expect(told(looks, 'SLACK_APP_TOKEN')).toMatch(/^pass: .*Socket Mode$/);
  expect(
    slack
      .calls()
      .map(({ method }) => method)
      .toSorted(),
  ).toEqual(['apps.connections.open', 'auth.test']);
});

test.each<readonly [string, Partial<SlackSystem>, string, RegExp]>([
  [
    'a bot token that is none',
    { botToken: 'xoxb-other' },
    'SLACK_BOT_TOKEN',
    /^fail: Slack refused the bot token \(invalid_auth.* → Install/,
  ],
  [
    'a workspace that is not served',
    { teams: ['T0OTHER'] },
    'SLACK_BOT_TOKEN',
    /^fail: .*T0SUPPORT, which is not in SLACK_TEAMS/,
  ],
  ['no bot token', { botToken: undefined, clientId: '1.2' }, 'SLACK_BOT_TOKEN', /^skipped: not set/],
  [
    'an app token that is none',
    { appToken: 'xapp-other' },
    'SLACK_APP_TOKEN',
    /^fail: Slack refused it \(invalid_auth\) → .*connections:write/,
  ],
  [
    'a bot token for an app token',
    { appToken: 'xoxb-fake' },
    'SLACK_APP_TOKEN',
    /^fail: Slack refused it \(not_allowed_token_type\)/,
  ],
  ['HTTP', { appToken: undefined }, 'SLACK_SIGNING_SECRET', /^skipped: .*only a request that Slack signed/],
  ['nobody there', { apiUrl: 'http://127.0.0.1:1/api/' }, 'SLACK_APP_TOKEN', /^fail: Slack gave no answer/],
])('%s', async (_, change, what, words) => {
  expect(told(await looked(change), what)).toMatch(words);
});

test('scopes that are missing are named, and those that nobody needs', async () => {
  const few = await startSlack({ scopes: ['chat:write', 'files:write'] });
  expect(told(await looked({ apiUrl: few.apiUrl }), 'scopes')).toMatch(
    /^fail: missing of those in manifest\.json: commands, chat:write\.public, .*groups:read → Update the app/,
  );
  await few.close();
  const many = await startSlack({ scopes: [...botScopes, 'files:write'] });
  expect(told(await looked({ apiUrl: many.apiUrl }), 'scopes')).toBe(
    'pass: all 10 of manifest.json; beyond them it has files:write, which mailfix never uses',
  );
  await many.close();
});

test('a Slack that fails is said so', async () => {
  slack.next('auth.test', { kind: 'status', status: 503 });
  slack.next('apps.connections.open', { kind: 'rate', retryAfterSeconds: 30 });
  const looks = await looked();
  expect(told(looks, 'SLACK_BOT_TOKEN')).toMatch(/^fail: Slack failed inside \(503 to "auth\.test"\)/);
  expect(told(looks, 'SLACK_APP_TOKEN')).toMatch(/^fail: Slack asks to slow down/);
});
