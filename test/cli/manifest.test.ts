import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slackManifest } from '../../adapters/slack/manifest.ts';
import { build, folder, ran } from './child.ts';

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
  [[], 'PRODUCT is missing.'],
  [['teams'], 'there is no manifest for "teams". There is one for: slack.'],
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
  expect(stderr).toContain('\nUsage: mailfix manifest slack [--url URL] [--oauth]\n');
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
