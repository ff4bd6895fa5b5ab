import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slackManifest } from '../../adapters/slack/manifest.ts';
import { teamsAppId, teamsManifest } from '../../adapters/teams/manifest.ts';
import { packageRoot } from '../../src/root.ts';
import { build, folder, ran } from './child.ts';

const botId = '8c8f2b1a-0d3e-4a57-9b1c-5e2f7a60c413';
const other = '1f0e3dad-9990-4345-b743-9f8ffabdffc4';
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const plain = { appId: teamsAppId(botId), botId, slash: false, version };

const here = folder();
beforeAll(build, 120_000);
afterAll(here.remove);

test.each([
  [[], {}],
  [['--url', 'https://mailfix.example'], { url: 'https://mailfix.example' }],
  [
    ['--url', 'HTTPS://Mailfix.example:8443/', '--oauth'],
    { url: 'https://mailfix.example:8443', oauth: true },
  ],
  [['--url', 'http://127.0.0.1:3000'], { url: 'http://127.0.0.1:3000' }],
])('mailfix manifest slack %j prints the manifest and needs nothing else', async (options, variant) => {
  const { code, stdout, stderr } = await ran(['manifest', 'slack', ...options], here.path);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(slackManifest(variant));
  expect(stdout.endsWith('}\n')).toBe(true);
  expect(readdirSync(here.path)).toEqual([]);
});

test.each([
  [['--bot-id', botId], {}, plain],
  [['--bot-id', botId.toUpperCase(), '--slash'], {}, { ...plain, slash: true }],
  [
    ['--bot-id', botId, '--read-threads', '--url', 'HTTPS://Mailfix.example:8443/'],
    {},
    { ...plain, readThreads: true, publicUrl: 'https://mailfix.example:8443' },
  ],
  [
    ['--bot-id', botId, '--app-id', other, '--app-version', '2.10.0'],
    {},
    { ...plain, appId: other, version: '2.10.0' },
  ],
  [[], { MicrosoftAppId: ` ${botId}\n`, MicrosoftAppTenantId: other, PUBLIC_URL: '' }, plain],
  [
    ['--bot-id', botId, '--url', 'https://one.example'],
    { MicrosoftAppId: other, PUBLIC_URL: 'https://two.example' },
    { ...plain, publicUrl: 'https://one.example' },
  ],
  [
    [],
    { MicrosoftAppId: botId, PUBLIC_URL: 'https://two.example' },
    { ...plain, publicUrl: 'https://two.example' },
  ],
])(
  'mailfix manifest teams %j with %j prints the manifest and needs nothing else',
  async (given, env, variant) => {
    const { code, stdout, stderr } = await ran(['manifest', 'teams', ...given], here.path, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(teamsManifest(variant));
    expect(readdirSync(here.path)).toEqual([]);
  },
);

const badTeams: readonly (readonly [readonly string[], Readonly<Record<string, string>>, string])[] = [
  [[], {}, '--bot-id is missing. It is the “Application (client) ID”'],
  [['--bot-id', 'mailfix'], {}, '--bot-id cannot be "mailfix": it is no GUID. Write it like'],
  [['--bot-id', `{${botId}}`], {}, `--bot-id cannot be "{${botId}}": it is no GUID.`],
  [[], { MicrosoftAppId: '0123' }, 'MicrosoftAppId cannot be "0123": it is no GUID.'],
  [[], { MicrosoftAppId: botId.replaceAll(/\w/g, '0') }, '0000": it is nothing but zeros.'],
  [
    [],
    { MicrosoftAppId: botId, MicrosoftAppTenantId: botId.toUpperCase() },
    `MicrosoftAppId cannot be "${botId}": it is the tenant’s id, MicrosoftAppTenantId.`,
  ],
  [['--bot-id', botId, '--app-id', 'x'], {}, '--app-id cannot be "x": it is no GUID.'],
  [
    ['--bot-id', botId, '--app-version', '1.0'],
    {},
    '--app-version cannot be "1.0": it is not three numbers.',
  ],
  [['--bot-id', botId, '--app-version', '1.02.3'], {}, '"1.02.3": it is not three numbers.'],
  [
    ['--bot-id', botId, '--url', 'http://127.0.0.1:3000'],
    {},
    '--url cannot be "http://127.0.0.1:3000": Teams takes https only.',
  ],
  [['--bot-id', botId], { PUBLIC_URL: 'mailfix' }, 'PUBLIC_URL cannot be "mailfix": it is no http'],
];

test.each(badTeams)('mailfix manifest teams %j with %j is wrong usage', async (given, env, says) => {
  const { code, stdout, stderr } = await ran(['manifest', 'teams', ...given], here.path, env);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr).toContain('\nUsage: mailfix manifest slack ');
});

/** Runs scripts/teams-package.mjs with these settings and no others; its files go to a folder of their own. */
function packaged(given: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const to = folder();
  const script = join(packageRoot, 'scripts', 'teams-package.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--out', to.path, ...given], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const files = readdirSync(to.path).map((name) => [name, readFileSync(join(to.path, name))] as const);
  to.remove();
  return { status, stdout, stderr, files: Object.fromEntries(files) };
}

test('npm run teams:package packs both manifests, each with both icons, at the root of a zip', () => {
  const { status, stderr, stdout, files } = packaged(['--read-threads'], { MicrosoftAppId: botId });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`Teams app ${plain.appId}, version ${version}.`);
  expect(Object.keys(files).toSorted()).toEqual(['mailfix-teams-slash.zip', 'mailfix-teams.zip']);
  for (const [name, file] of Object.entries(files)) {
    const zip = unzipSync(file);
    expect(Object.keys(zip)).toEqual(['manifest.json', 'color.png', 'outline.png']);
    const { 'manifest.json': manifest = new Uint8Array(), ...icons } = zip;
    const variant = { ...plain, readThreads: true, slash: name.includes('slash') };
    expect(JSON.parse(Buffer.from(manifest).toString())).toEqual(teamsManifest(variant));
    for (const [icon, bytes] of Object.entries(icons)) {
      const drawn = readFileSync(join(packageRoot, 'adapters', 'teams', 'package', icon));
      expect(drawn.equals(bytes), icon).toBe(true);
    }
  }
});

test('a package has the same bytes whenever and wherever it is packed', () => {
  const [first, second] = ['Pacific/Auckland', 'America/Los_Angeles'].map((zone) =>
    packaged(['--bot-id', botId], { TZ: zone }),
  );
  expect(Object.keys(first?.files ?? {})).toHaveLength(2);
  expect(first?.files).toEqual(second?.files);
  const another = packaged(['--bot-id', other]).files['mailfix-teams.zip'];
  expect(another?.equals(first?.files['mailfix-teams.zip'] ?? Buffer.alloc(0))).toBe(false);
});

test.each<readonly [readonly string[], Readonly<Record<string, string>>, string]>([
  [[], {}, 'teams:package: --bot-id is missing.'],
  [[], { MicrosoftAppId: 'x' }, 'teams:package: MicrosoftAppId cannot be "x": it is no GUID.'],
  [['--slash'], { MicrosoftAppId: botId }, "teams:package: Unknown option '--slash'"],
])('npm run teams:package -- %j with %j packs nothing and says why', (given, env, says) => {
  const { status, stdout, stderr, files } = packaged(given, env);
  expect({ status, stdout, files }).toEqual({ status: 2, stdout: '', files: {} });
  expect(stderr).toContain(says);
  expect(stderr).toMatch(/\nUsage: npm run teams:package -- .*\n$/);
  expect(stderr).not.toContain('mailfix manifest');
});

test.each([
  [[], 'PRODUCT is missing.'],
  [['discord'], 'there is no manifest for "discord". There is one for: slack, teams.'],
  [['slack', '--slash'], '--slash is not for slack.'],
  [['teams', '--bot-id', botId, '--oauth'], '--oauth is not for teams.'],
  [['slack', 'teams'], '"teams" is one too many'],
  [['slack', '--port', '1'], "Unknown option '--port'"],
  [
    ['slack', '--url', 'mailfix.example'],
    '--url cannot be "mailfix.example": it is no http or https address.',
  ],
  [['slack', '--url', ''], '--url cannot be "": it is no http or https address.'],
  [
    ['slack', '--url', 'http://mailfix.example'],
    '--url cannot be "http://mailfix.example": it is not https.',
  ],
  [
    ['slack', '--url', 'https://mailfix.example/bot'],
    '"https://mailfix.example/bot": it has more than the host',
  ],
  [['slack', '--url', `https://${'x'.repeat(300)}`], `xxx": it is too long for an address.`],
  [['slack', '--oauth'], '--oauth needs --url'],
])('mailfix manifest %j is wrong usage', async (args, says) => {
  const { code, stdout, stderr } = await ran(['manifest', ...args], here.path);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr).toMatch(
    /\nUsage: mailfix manifest slack \[--url URL\] \[--oauth\] \| teams \[--bot-id GUID\] .*\n$/,
  );
});

test('a password in --url is not printed again', async () => {
  const { code, stderr } = await ran(
    ['manifest', 'slack', '--url', 'https://lea:CANARY@x.example'],
    here.path,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('--url cannot be that: a URL must not carry a user name or password');
  expect(stderr).not.toContain('CANARY');
});
