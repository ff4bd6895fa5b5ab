import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { AppManifestUtils } from '@microsoft/app-manifest';
import { describe, expect, test } from 'vitest';
import { teamsAppId, teamsManifest, teamsNames } from '../../../adapters/teams/manifest.ts';
import { colorIcon, outlineIcon } from '../../../scripts/teams-icons.mjs';

const root = new URL('../../../', import.meta.url);
const botId = '8c8f2b1a-0d3e-4a57-9b1c-5e2f7a60c413';
const appId = teamsAppId(botId);
const base = { appId, botId, version: '1.2.3' };
const plain = teamsManifest({ ...base, slash: false });
const slash = teamsManifest({ ...base, slash: true });
const everything = { publicUrl: 'https://mailfix.example.com', readThreads: true };

/** What Microsoft's own check says against a manifest: the schema of its version, which the package brings along. */
async function refusals(manifest: unknown, version = versionIn(manifest)): Promise<readonly string[]> {
  const path = `@microsoft/app-manifest/build/json-schemas/teams/v${version}/MicrosoftTeams.schema.json`;
  const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve(path), 'utf8'));
  return AppManifestUtils.validateAgainstSchema(JSON.parse(JSON.stringify(manifest)), schema);
}

function versionIn(manifest: unknown): string {
  return (manifest as { manifestVersion: string }).manifestVersion;
}

describe('Microsoft’s schema', () => {
  test.each([
    ['1.25', plain],
    ['1.29', slash],
    ['1.25', teamsManifest({ ...base, ...everything, slash: false })],
    ['1.29', teamsManifest({ ...base, ...everything, slash: true })],
  ])('of %s takes ours', async (version, manifest) => {
    expect(versionIn(manifest)).toBe(version);
    expect(manifest.$schema).toContain(`/teams/v${version}/MicrosoftTeams.schema.json`);
    expect(await refusals(manifest)).toEqual([]);
  });

  const commands = (count: number) =>
    Array.from({ length: count }, () => ({ title: 'list', description: 'Lists them' }));
  const lists = (count: number) =>
    Array.from({ length: count }, () => ({ scopes: ['team'], commands: commands(1) }));

  // Where, what is just taken there, and what is not.
  const limits: readonly (readonly [string, unknown, unknown])[] = [
    ['id', appId.toUpperCase(), 'mailfix'],
    ['name.short', 'x'.repeat(30), 'x'.repeat(31)],
    ['name.full', 'x'.repeat(100), 'x'.repeat(101)],
    ['description.short', 'x'.repeat(80), 'x'.repeat(81)],
    ['description.full', 'x'.repeat(4000), 'x'.repeat(4001)],
    ['developer.name', 'x'.repeat(32), 'x'.repeat(33)],
    ['developer.privacyUrl', 'https://x.example', 'x.example'],
    ['accentColor', '#4353D6', 'blue'],
    ['bots.0.botId', botId, `{${botId}}`],
    ['bots.0.scopes', ['team', 'personal', 'groupChat', 'copilot'], ['team', 'groupchat']],
    ['bots.0.commandLists', lists(3), lists(4)],
    ['bots.0.commandLists.0.commands', commands(12), commands(13)],
    ['composeExtensions.0.commands.0.title', 'x'.repeat(32), 'x'.repeat(33)],
    ['composeExtensions.0.commands.0.context', ['message'], ['menu']],
    ['permissions', ['identity', 'messageTeamMembers'], ['approve']],
    ['defaultInstallScope', 'personal', 'channel'],
  ];

  test.each([plain, slash])(
    'of $manifestVersion has limits, and the check that takes ours holds them',
    async (ours) => {
      const within = limits.reduce((manifest, [path, value]) => changed(manifest, path, value), ours);
      expect(await refusals(within)).toEqual([]);
      const beyond = limits.reduce((manifest, [path, , value]) => changed(manifest, path, value), ours);
      const refused = await refusals(beyond);
      for (const [path] of limits)
        expect(refused).toContainEqual(
          expect.stringMatching(new RegExp(`^/${path.replaceAll('.', '/')}[ /]`)),
        );
      expect(refused).toHaveLength(limits.length);
    },
  );

  test('of 1.25 knows nothing of a slash, so that needs 1.29', async () => {
    expect(await refusals({ ...slash, manifestVersion: '1.25' })).toEqual([
      expect.stringMatching(/^\/bots\/0 .*"supportsTargetedMessages"/),
      expect.stringMatching(/^\/bots\/0\/commandLists\/0 .*"triggers"/),
      expect.stringMatching(/^\/composeExtensions\/0\/commands\/0 .*"triggers"/),
    ]);
  });

  test('of one version refuses a manifest of another', async () => {
    expect(await refusals({ ...plain, manifestVersion: '1.29' }, '1.25')).toEqual([
      expect.stringContaining('/manifestVersion must be equal to constant'),
    ]);
  });
});

describe('the app', () => {
  test('offers a slash only where it is asked for, and is the same app otherwise', () => {
    expect(JSON.stringify(plain)).not.toMatch(/slash|triggers|Targeted/);
    expect(slash.bots[0]).toMatchObject({
      supportsTargetedMessages: true,
      commandLists: [{ scopes: ['team'], triggers: ['mention', 'slash'] }, { scopes: ['personal'] }],
    });
    expect(slash.composeExtensions[0]?.commands[0]).toMatchObject({ triggers: ['slash'] });
    const without = JSON.parse(JSON.stringify(slash), (key, value: unknown) =>
      ['triggers', 'supportsTargetedMessages'].includes(key) ? undefined : value,
    );
    const { $schema, manifestVersion } = plain;
    expect({ ...without, $schema, manifestVersion }).toEqual(plain);
  });

  test('is for teams and for people, not for group chats, and not for channels shared with other companies', () => {
    expect(plain.bots.map((bot) => bot.scopes)).toEqual([['team', 'personal']]);
    expect(JSON.stringify(plain)).not.toMatch(/groupchat|supportsChannelFeatures|supportedChannelTypes/i);
    expect(plain).toMatchObject({
      validDomains: [],
      defaultInstallScope: 'team',
      bots: [{ isNotificationOnly: false }],
    });
  });

  test('sends back the names that mailfix listens to', () => {
    const [bot] = plain.bots;
    const listed = bot?.commandLists.map(({ scopes, commands }) => [
      scopes,
      commands.map(({ title }) => title),
    ]);
    expect(listed).toEqual(Object.entries(teamsNames.commands).map(([scope, titles]) => [[scope], titles]));
    const [extension] = plain.composeExtensions;
    expect(extension?.commands).toMatchObject([
      {
        id: teamsNames.open,
        type: 'action',
        title: 'New mail incident',
        fetchTask: true,
        context: ['compose', 'commandBox', 'message'],
      },
    ]);
    expect([bot?.botId, extension?.botId]).toEqual([botId, botId]);
  });

  test('keeps to what Teams shows of a command, which the schema does not say', () => {
    const typed = plain.bots.flatMap((bot) => bot.commandLists.flatMap((list) => list.commands));
    const chosen = plain.composeExtensions.flatMap((extension) => extension.commands);
    const all: readonly { title: string; description: string }[] = [...typed, ...chosen];
    expect(all).toHaveLength(9);
    for (const { title, description } of all) {
      expect(title.length).toBeLessThanOrEqual(32);
      expect(description.length).toBeLessThanOrEqual(128);
      expect(description.length).toBeGreaterThan(10);
    }
  });

  test('asks to hear all messages of a team only if it is told to', () => {
    expect(JSON.stringify([plain, slash])).not.toMatch(/webApplicationInfo|authorization|Read\.Group/);
    expect(teamsManifest({ ...base, slash: false, readThreads: true })).toEqual({
      ...plain,
      webApplicationInfo: { id: botId, resource: expect.stringMatching(/./) },
      authorization: {
        permissions: { resourceSpecific: [{ name: 'ChannelMessage.Read.Group', type: 'Application' }] },
      },
    });
  });

  test('leads to where mailfix is', () => {
    const links = (publicUrl?: string) => {
      const { name: _, ...urls } = teamsManifest({ ...base, slash: false, publicUrl }).developer;
      return Object.values(urls);
    };
    expect(links('https://x.example')).toEqual(Array(3).fill('https://x.example'));
    expect(links()).toEqual(Array(3).fill('https://mailfix.example'));
  });

  test('has its bot’s one id: the UUID version 5 of "mailfix" in it', () => {
    // python3 -c "import uuid; print(uuid.uuid5(uuid.UUID('8c8f2b1a-0d3e-4a57-9b1c-5e2f7a60c413'), 'mailfix'))"
    expect(appId).toBe('10abfdec-8d64-5766-a73a-77b6d5148ba6');
    expect(teamsAppId(botId.toUpperCase())).toBe(appId);
    expect(teamsAppId('8c8f2b1a-0d3e-4a57-9b1c-5e2f7a60c414')).not.toBe(appId);
  });

  test('docs/teams.md says of each permission what it is for, and of no other', () => {
    const doc = readFileSync(new URL('docs/teams.md', root), 'utf8');
    const [, section = ''] = doc.split('\n## Permissions\n');
    const rows = [...section.matchAll(/^\| `([a-zA-Z.]+)` \| (.*) \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual([...plain.permissions, 'ChannelMessage.Read.Group']);
    for (const [, , why = ''] of rows) expect(why.length).toBeGreaterThan(20);
  });
});

describe('the icons', () => {
  test.each([
    ['color', 192],
    ['outline', 32],
  ] as const)('%s.png is a square of %i', (name, width) => {
    expect(plain.icons[name]).toBe(`${name}.png`);
    expect(picture(name)).toMatchObject({ width, height: width });
  });

  test('color.png is opaque up to its corners, in the app’s own colour', () => {
    const { pixels } = picture('color');
    expect(pixels.every(([, , , alpha]) => alpha === 255)).toBe(true);
    const corners = [0, 191, 192 * 191, 192 * 192 - 1].map((at) => pixels[at]);
    const accent = [1, 3, 5].map((at) => Number.parseInt(plain.accentColor.slice(at, at + 2), 16));
    expect(corners).toEqual([0, 1, 2, 3].map(() => [...accent, 255]));
  });

  test('outline.png is white on nothing', () => {
    const { pixels } = picture('outline');
    expect(pixels.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255)).toBe(true);
    const share = (wanted: (alpha: number) => boolean) =>
      pixels.filter(([, , , alpha]) => wanted(alpha)).length / pixels.length;
    expect(share((alpha) => alpha === 0)).toBeGreaterThan(0.5);
    expect(share((alpha) => alpha > 127)).toBeGreaterThan(0.1);
  });

  test('are what their script draws', () => {
    const hint = 'run node scripts/teams-icons.mjs';
    expect(picture('color').bytes.equals(colorIcon().rgba), hint).toBe(true);
    expect(picture('outline').bytes.equals(outlineIcon().rgba), hint).toBe(true);
  });
});

/** A PNG file of four bytes a pixel, unfiltered, as the script writes them; others are refused. */
function picture(name: 'color' | 'outline') {
  const file = readFileSync(new URL(`adapters/teams/package/${name}.png`, root));
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  expect([...file.subarray(24, 29)], 'eight bits, with alpha, not interlaced').toEqual([8, 6, 0, 0, 0]);
  const data: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(data));
  const rows = Array.from({ length: height }, (_, y) =>
    raw.subarray(y * (width * 4 + 1), (y + 1) * (width * 4 + 1)),
  );
  expect(rows.every((row) => row.length === width * 4 + 1 && row[0] === 0)).toBe(true);
  const bytes = Buffer.concat(rows.map((row) => row.subarray(1)));
  const pixels = Array.from({ length: width * height }, (_, at) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = bytes.subarray(at * 4, at * 4 + 4);
    return [red, green, blue, alpha] as const;
  });
  return { width, height, bytes, pixels };
}

/** A copy with one part changed. */
function changed<T>(manifest: T, path: string, value: unknown): T {
  const whole = structuredClone(manifest);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], whole);
  (holder as Record<string, unknown>)[last] = value;
  return whole;
}
