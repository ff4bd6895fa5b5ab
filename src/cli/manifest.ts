import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { slackManifest } from '../../adapters/slack/manifest.ts';
import type { SlackManifest } from '../../adapters/slack/manifest.ts';
import { teamsAppId, teamsManifest } from '../../adapters/teams/manifest.ts';
import type { TeamsManifest } from '../../adapters/teams/manifest.ts';
import { originUrl } from '../config-values.ts';
import { packageRoot } from '../root.ts';
import { oneOf, result, UsageError } from './usage.ts';

const options = {
  url: { type: 'string' },
  oauth: { type: 'boolean' },
  'bot-id': { type: 'string' },
  'app-id': { type: 'string' },
  'app-version': { type: 'string' },
  slash: { type: 'boolean' },
  'read-threads': { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

interface Product {
  readonly takes: readonly (keyof typeof options)[];
  readonly make: (values: Values) => SlackManifest | TeamsManifest;
}

const products: ReadonlyMap<string, Product> = new Map([
  ['slack', { takes: ['url', 'oauth'], make: forSlack }],
  ['teams', { takes: ['bot-id', 'app-id', 'app-version', 'url', 'slash', 'read-threads'], make: forTeams }],
]);

/** `mailfix manifest slack …` or `mailfix manifest teams …`: prints that app's manifest. */
export async function manifest(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
  const name = oneOf(positionals, 'PRODUCT');
  const product = products.get(name);
  if (product === undefined) {
    const known = [...products.keys()].join(', ');
    throw new UsageError(`there is no manifest for "${shortened(name)}". There is one for: ${known}.`);
  }
  const foreign = Object.keys(values).find((option) => !product.takes.some((one) => one === option));
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for ${name}.`);
  result(JSON.stringify(product.make(values), null, 2));
  return 0;
}

/** For Socket Mode, or with a URL for HTTP. */
function forSlack({ url, oauth = false }: Values): SlackManifest {
  if (oauth && url === undefined) {
    throw new UsageError(
      '--oauth needs --url: whoever installs mailfix comes back to it from Slack in their browser.',
    );
  }
  return slackManifest(url === undefined ? {} : { url: originOf({ name: '--url', text: url }), oauth });
}

/** The settings that say the same serve where an option is left out: MicrosoftAppId and PUBLIC_URL. */
function forTeams(values: Values): TeamsManifest {
  const bot = given('--bot-id', values['bot-id'], 'MicrosoftAppId');
  if (bot === undefined) {
    throw new UsageError(
      '--bot-id is missing. It is the “Application (client) ID” of the bot’s app registration; MicrosoftAppId in the settings.',
    );
  }
  const botId = guidOf(bot);
  if (botId === process.env['MicrosoftAppTenantId']?.trim().toLowerCase()) {
    throw cannotBe(bot, 'it is the tenant’s id, MicrosoftAppTenantId', 'Take the “Application (client) ID”.');
  }
  const app = given('--app-id', values['app-id']);
  const url = given('--url', values.url, 'PUBLIC_URL');
  const version = given('--app-version', values['app-version']);
  return teamsManifest({
    appId: app === undefined ? teamsAppId(botId) : guidOf(app),
    botId,
    publicUrl: url === undefined ? undefined : httpsOriginOf(url),
    slash: values.slash ?? false,
    readThreads: values['read-threads'] ?? false,
    version: version === undefined ? ownVersion() : versionOf(version),
  });
}

/** What was typed or set, and the name that it goes by in a complaint. */
interface Given {
  readonly name: string;
  readonly text: string;
}

/** The option, or else the setting. An empty setting counts as not set, as everywhere. */
function given(name: string, typed: string | undefined, setting = ''): Given | undefined {
  if (typed !== undefined) return { name, text: typed };
  const text = process.env[setting]?.trim() ?? '';
  return text === '' ? undefined : { name: setting, text };
}

function guidOf(read: Given): string {
  const guid = read.text.trim().toLowerCase();
  const like = 'Write it like 1f0e3dad-9990-4345-b743-9f8ffabdffc4.';
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(guid))
    throw cannotBe(read, 'it is no GUID', like);
  if (/^[0-]*$/.test(guid)) throw cannotBe(read, 'it is nothing but zeros', like);
  return guid;
}

function versionOf(read: Given): string {
  const number = '(?:0|[1-9]\\d{0,8})';
  if (new RegExp(`^${number}\\.${number}\\.${number}$`).test(read.text)) return read.text;
  throw cannotBe(read, 'it is not three numbers', 'Write it like 1.2.3.');
}

function httpsOriginOf(read: Given): string {
  const origin = originOf(read);
  if (origin.startsWith('https:')) return origin;
  throw cannotBe(read, 'Teams takes https only', 'Write it like https://mailfix.example.');
}

/** Scheme and host, by the rules of PUBLIC_URL: mailfix answers at the root of a host. */
function originOf(given: Given): string {
  const { text } = given;
  const read = originUrl.safeParse(text);
  const [issue] = read.error?.issues ?? [];
  // No host name has more than 253 characters, and Slack takes no address that is much longer.
  const why = text.length > 300 ? 'it is too long for an address' : issue?.message;
  if (read.success && why === undefined) return read.data;
  const whole = issue?.code === 'custom' && issue.params?.['whole'] === true;
  const reason = whole ? 'it is not https. Only this machine itself may go by plain http' : why;
  throw cannotBe(given, reason ?? 'it is no address', 'Write it like https://mailfix.example.');
}

function cannotBe({ name, text }: Given, why: string, instead: string): UsageError {
  // A user name and password in a URL are not printed again.
  const shown = text.includes('@') ? 'that' : `"${shortened(text)}"`;
  return new UsageError(`${name} cannot be ${shown}: ${why}. ${instead}`);
}

function shortened(text: string): string {
  return text.slice(0, 80);
}

function ownVersion(): string {
  const content = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return content.version;
}
