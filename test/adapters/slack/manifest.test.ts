import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  botScopes,
  slackManifest,
  slackManifestSchema,
  slackNames,
} from '../../../adapters/slack/manifest.ts';

const root = new URL('../../../', import.meta.url);
const url = 'https://mailfix.example';
const variants = [{}, { url }, { url, oauth: true }] as const;

test('manifest.json is what the command prints', () => {
  const file: unknown = JSON.parse(readFileSync(new URL('manifest.json', root), 'utf8'));
  expect(file, 'run npx mailfix manifest slack > manifest.json').toEqual(slackManifest({}));
});

test.each(variants)('the variant %j keeps to the limits of Slack', (variant) => {
  expect(slackManifestSchema.safeParse(slackManifest(variant)).error).toBeUndefined();
});

test('by Socket Mode it has no address of ours; by HTTP each of the three, and one to come back to only for OAuth', () => {
  const ours = (text: string) =>
    [...text.matchAll(/"(\w+)":\[?"(https:\/\/mailfix[^"]*)"/g)].map(([, name, to]) => `${name} ${to}`);
  expect(JSON.stringify(slackManifest({}))).not.toMatch(/"(?:request_url|url|redirect_urls)":/);
  const requests = ['url', 'request_url', 'request_url'].map((name) => `${name} ${url}/slack/events`);
  expect(ours(JSON.stringify(slackManifest({ url })))).toEqual(requests);
  const [first = '', ...others] = requests;
  const back = `redirect_urls ${url}/slack/oauth_redirect`;
  expect(ours(JSON.stringify(slackManifest({ url, oauth: true })))).toEqual([first, back, ...others]);
  expect(slackManifest({}).settings.socket_mode_enabled).toBe(true);
  expect(slackManifest({ url }).settings.socket_mode_enabled).toBe(false);
});

test('what Slack sends back has the names that mailfix listens to', () => {
  const { slash_commands: commands, shortcuts } = slackManifest({}).features;
  expect(commands.map((one) => one.command)).toEqual([slackNames.command]);
  expect(shortcuts.map((one) => [one.type, one.callback_id])).toEqual([
    ['message', slackNames.openFromMessage],
    ['global', slackNames.open],
  ]);
});

test('docs/slack.md says of each permission what it is for, and of no other', () => {
  const doc = readFileSync(new URL('docs/slack.md', root), 'utf8');
  const rows = [...doc.matchAll(/^\| `([a-z_]+(?::[a-z.]+)?)` \| (.*) \|$/gm)];
  expect(rows.map(([, scope]) => scope)).toEqual([...botScopes]);
  for (const [, , why = ''] of rows) expect(why.length).toBeGreaterThan(20);
});

const long = (count: number) => 'x'.repeat(count);
const link = (count: number) => `https://${long(count - 8)}`;
const many = (count: number) => Array.from({ length: count }, (_, n) => `entry.${n}`);
const links = (count: number) => many(count).map((name) => `${url}/${name}`);
const copies = (part: 'shortcuts' | 'slash_commands', count: number) =>
  Array.from({ length: count }, () => slackManifest({ url }).features[part][0]);

const display = 'display_information';
const command = 'features.slash_commands.0';
const shortcut = 'features.shortcuts.0';
const events = 'settings.event_subscriptions';

// Where, what Slack just takes there, and what it does not.
const limits: readonly (readonly [string, unknown, unknown])[] = [
  ['$schema', 'https://example.com/schema.json', 'no address'],
  ['_metadata.major_version', 2, 1],
  [`${display}.name`, long(35), long(36)],
  [`${display}.name`, 'x', ''],
  [`${display}.description`, long(140), long(141)],
  [`${display}.description`, 'x', ''],
  [`${display}.long_description`, long(4000), long(4001)],
  [`${display}.long_description`, long(175), long(174)],
  [`${display}.background_color`, '#0aF', '#0aF1'],
  [`${display}.background_color`, '#00aaFF', '00aaFF'],
  ['features.bot_user.display_name', long(80), long(81)],
  ['features.bot_user.display_name', 'x', ''],
  ['features.app_home.home_tab_enabled', false, 'yes'],
  ['features.shortcuts', copies('shortcuts', 10), copies('shortcuts', 11)],
  ['features.shortcuts', copies('shortcuts', 1), []],
  [`${shortcut}.name`, long(24), long(25)],
  [`${shortcut}.name`, 'x', ''],
  [`${shortcut}.type`, 'global', 'channel'],
  [`${shortcut}.callback_id`, long(255), long(256)],
  [`${shortcut}.callback_id`, 'x', ''],
  [`${shortcut}.description`, long(150), long(151)],
  [`${shortcut}.description`, 'x', ''],
  ['features.slash_commands', copies('slash_commands', 50), copies('slash_commands', 51)],
  ['features.slash_commands', copies('slash_commands', 1), []],
  [`${command}.command`, `/${long(31)}`, `/${long(32)}`],
  [`${command}.command`, '/x', '/'],
  [`${command}.command`, '/fix', 'fix'],
  [`${command}.url`, link(3000), link(3001)],
  [`${command}.url`, 'http://127.0.0.1', 'ftp://mailfix.example'],
  [`${command}.description`, long(2000), long(2001)],
  [`${command}.description`, 'x', ''],
  [`${command}.usage_hint`, long(1000), long(1001)],
  [`${command}.usage_hint`, 'x', ''],
  [`${command}.should_escape`, true, 'no'],
  ['oauth_config.redirect_urls', links(1000), links(1001)],
  ['oauth_config.redirect_urls', links(2), [url, url]],
  ['oauth_config.redirect_urls.0', link(2500), link(2501)],
  ['oauth_config.scopes.bot', [...botScopes, ...many(245)], [...botScopes, ...many(246)]],
  ['oauth_config.scopes.bot', [...botScopes, long(50)], [...botScopes, long(51)]],
  ['oauth_config.scopes.bot', [...botScopes, 'x'], [...botScopes, 'commands']],
  ['oauth_config.scopes.bot', [...botScopes], ['commands', 'chat:write']],
  [`${events}.bot_events`, many(100), many(101)],
  [`${events}.bot_events`, [long(50)], [long(51)]],
  [`${events}.bot_events`, ['app_mention'], ['app_mention', 'app_mention']],
  [`${events}.request_url`, link(3500), link(3501)],
  [`${events}.request_url`, url, 'mailfix.example'],
  ['settings.interactivity.request_url', link(3500), link(3501)],
  ['settings.interactivity.request_url', url, 'mailfix.example'],
  ['settings.interactivity.is_enabled', false, undefined],
  ['settings.org_deploy_enabled', false, 'true'],
  ['settings.socket_mode_enabled', true, undefined],
  ['settings.token_rotation_enabled', true, undefined],
];

test.each(limits)('%s has a limit that holds', (path, within, beyond) => {
  expect(refused(path, within)).toEqual([]);
  const [first = ''] = refused(path, beyond);
  expect(first === path || first.startsWith(`${path}.`), `refused: ${first}`).toBe(true);
});

const objects = [
  '',
  '_metadata.',
  `${display}.`,
  'features.',
  'features.app_home.',
  'features.bot_user.',
  `${shortcut}.`,
  `${command}.`,
  'oauth_config.',
  'oauth_config.scopes.',
  'settings.',
  `${events}.`,
  'settings.interactivity.',
];

test.each(objects)('a name that "%s" does not have is refused', (path) => {
  expect(refused(`${path}unheard_of`, true)).toEqual([path.slice(0, -1)]);
});

test.each([`${command}.url`, `${events}.request_url`, 'settings.interactivity.request_url'])(
  'without Socket Mode, %s cannot be left out',
  (path) => {
    expect(refused(path, undefined)).toEqual(['settings.socket_mode_enabled']);
  },
);

/** Which parts the schema refuses when this one is changed. */
function refused(path: string, value: unknown): readonly string[] {
  const whole: unknown = structuredClone(slackManifest({ url, oauth: true }));
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce((part, name) => (part as Record<string, unknown>)[name], whole);
  (holder as Record<string, unknown>)[last] = value;
  const { error } = slackManifestSchema.safeParse(whole);
  return (error?.issues ?? []).map((issue) => issue.path.join('.'));
}
