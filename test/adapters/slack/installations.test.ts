import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installation } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInstallations, NotAllowedToInstall } from '../../../adapters/slack/installations.ts';
import { deriveKeys } from '../../../src/store/key.ts';
import { seal, unseal } from '../../../src/store/seal.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import type { Store } from '../../../src/store/store.ts';
import { leaksInDatabase } from '../../process/scan.ts';

const kind = 'slack-installation';
const now = Date.UTC(2026, 10, 2);
const secrets = {
  bot: 'xoxe.xoxb-1-CanaryBotToken-1k2j3h4g5f',
  refresh: 'xoxe-1-CanaryRefresh-9z8y7x6w5v',
  user: 'xoxp-1-CanaryUserToken-q1w2e3r4t5',
  userRefresh: 'xoxe-1-CanaryUserRefresh-a1s2d3f4g5',
};

let folder: string;
let file: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-slack-'));
  file = join(folder, 'mailfix.db');
  store = openSqlite({ file, world: 'real' });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

test('an installation is kept whole, but for the user’s token, and is there after a restart', async () => {
  await installations().storeInstallation(inTeam('T1'));
  await store.close();
  store = openSqlite({ file, world: 'real' });
  // Far from now: an installation has no end.
  const later = now + 100 * 365 * 86_400_000;
  await store.tidy(later);
  expect(await installations({ now: () => later }).fetchInstallation(asTeam('T1'))).toEqual({
    ...inTeam('T1'),
    user: { id: 'U1' },
  });
});

test('no token lies in the database in any spelling, and the user’s not even sealed', async () => {
  const sealing: string[] = [];
  const open = installations({
    seal: (about, text) => {
      sealing.push(about, text);
      return sealed(about, text);
    },
  });
  await open.storeInstallation(inTeam('T1'));
  await open.storeInstallation(inOrg('E1'));
  expect(leaksInDatabase(file, secrets)).toEqual([]);
  expect(sealing.join(' ')).toContain(secrets.bot);
  expect(sealing.join(' ')).toContain(secrets.refresh);
  expect(sealing.join(' ')).not.toMatch(/CanaryUser/);

  // Would it be found? In the clear, and as a seal would be that only encodes.
  const planted = JSON.stringify(inTeam('T2'));
  await store.put({ kind, key: 'plain', value: planted, expires: now + 1 });
  expect(new Set(leaksInDatabase(file, secrets).map((leak) => leak.secret))).toEqual(
    new Set(Object.keys(secrets)),
  );
  await store.remove(kind, 'plain');
  const { bot } = secrets;
  const encoded = Buffer.from(planted).toString('base64url');
  await store.put({ kind, key: 'encoded', value: encoded, expires: now + 1 });
  const spellings = leaksInDatabase(file, { bot }).map((leak) => leak.spelling);
  expect(spellings).toContainEqual(expect.stringMatching(/^base64/));
});

test('with another MAILFIX_KEY it says what to do, and installing again mends it', async () => {
  await installations().storeInstallation(inTeam('T1'));
  const open = installations({ key: 'another key for tests, long enough too' });
  const fetched = open.fetchInstallation(asTeam('T1'));
  await expect(fetched).rejects.toMatchObject({ code: 'store.sealed' });
  await expect(fetched).rejects.toThrow(
    /^The Slack installation team:T1 in the database cannot be opened: MAILFIX_KEY is another one/,
  );
  await open.storeInstallation(inTeam('T1'));
  expect(await open.fetchInstallation(asTeam('T1'))).toMatchObject({ team: { id: 'T1' } });
});

test('a row that was put in another one’s place does not open', async () => {
  const open = installations();
  await open.storeInstallation(inTeam('T1'));
  await open.storeInstallation(inTeam('T2'));
  const stolen = (await store.get(kind, 'team:T1', now)) ?? '';
  await store.put({ kind, key: 'team:T2', value: stolen, expires: now + 1 });
  await expect(open.fetchInstallation(asTeam('T2'))).rejects.toMatchObject({ code: 'store.sealed' });
  expect(await open.fetchInstallation(asTeam('T1'))).toMatchObject({ team: { id: 'T1' } });
});

test('an organisation’s installation serves its workspaces, and its own comes first in a workspace', async () => {
  const open = installations();
  await open.storeInstallation(inOrg('E1'));
  const ofOrg = { enterprise: { id: 'E1' }, isEnterpriseInstall: true };
  expect(await open.fetchInstallation(asOrg('E1', 'T1'))).toMatchObject(ofOrg);
  expect(await open.fetchInstallation(asOrg('E1'))).toMatchObject(ofOrg);
  // Not every request of Slack says that the installation is the organisation's.
  expect(await open.fetchInstallation(asTeam('T1', 'E1'))).toMatchObject(ofOrg);
  await expect(open.fetchInstallation(asTeam('T1'))).rejects.toMatchObject({ code: 'slack.not-installed' });
  await expect(open.fetchInstallation(asTeam('T1', 'E2'))).rejects.toThrow(/\bT1\b/);

  await open.storeInstallation({ ...inTeam('T1'), enterprise: { id: 'E1' } });
  expect(await open.fetchInstallation(asTeam('T1', 'E1'))).toMatchObject({ team: { id: 'T1' } });
  expect(await open.fetchInstallation(asTeam('T2', 'E1'))).toMatchObject(ofOrg);
  expect(await open.fetchInstallation(asOrg('E1', 'T1'))).toMatchObject(ofOrg);
});

test('a workspace and an organisation with the same id are two', async () => {
  const open = installations({ teams: ['X1'] });
  await open.storeInstallation(inTeam('X1'));
  await open.storeInstallation(inOrg('X1'));
  expect(await open.fetchInstallation(asTeam('X1'))).toMatchObject({ isEnterpriseInstall: false });
  expect(await open.fetchInstallation(asOrg('X1'))).toMatchObject({ isEnterpriseInstall: true });
});

test.each([
  ['a workspace', inTeam('T9'), 'T9'],
  ['a workspace of another organisation', { ...inTeam('T9'), enterprise: { id: 'E9' } }, 'T9'],
  ['an organisation', inOrg('E9'), 'E9'],
])('%s that is not in SLACK_TEAMS cannot install', async (_, installation, id) => {
  for (const teams of [['T1', 'E1', 't9', 'e9', 'T', ''], []]) {
    const stored = installations({ teams }).storeInstallation(installation);
    await expect(stored).rejects.toBeInstanceOf(NotAllowedToInstall);
    await expect(stored).rejects.toThrow(`workspace or organisation ${id}: add it to SLACK_TEAMS.`);
  }
  expect(await store.get(kind, `team:${id}`, now)).toBeUndefined();
  expect(await store.get(kind, `enterprise:${id}`, now)).toBeUndefined();
  await expect(installations({ teams: [id] }).storeInstallation(installation)).resolves.toBeUndefined();
});

test('a listed organisation brings its workspaces; a listed workspace does not bring its organisation', async () => {
  const inside = { ...inTeam('T9'), enterprise: { id: 'E1' } };
  await expect(installations({ teams: ['E1'] }).storeInstallation(inside)).resolves.toBeUndefined();
  await expect(installations({ teams: ['T9'] }).storeInstallation(inOrg('E1'))).rejects.toThrow('E1');
});

test('a workspace that was taken off SLACK_TEAMS is served no longer', async () => {
  await installations().storeInstallation(inTeam('T1'));
  const fetched = installations({ teams: ['T2'] }).fetchInstallation(asTeam('T1'));
  await expect(fetched).rejects.toBeInstanceOf(NotAllowedToInstall);
});

test('an installation of neither a workspace nor an organisation is refused', async () => {
  const open = installations();
  for (const wrong of [
    { ...inTeam('T1'), team: undefined, enterprise: { id: 'E1' } },
    { ...inOrg('E1'), team: { id: 'T1' }, enterprise: undefined },
  ]) {
    await expect(open.storeInstallation(wrong as Installation<'v2'>)).rejects.toThrow('Slack told neither');
  }
});

test('uninstalling takes away that one, and of a workspace never the organisation’s', async () => {
  const open = installations();
  await open.storeInstallation(inTeam('T1'));
  await open.storeInstallation(inTeam('T2'));
  await open.storeInstallation(inOrg('E1'));
  await open.deleteInstallation(asTeam('T1', 'E1'));
  await open.deleteInstallation(asTeam(undefined, 'E1'));
  expect(await store.get(kind, 'team:T1', now)).toBeUndefined();
  expect(await open.fetchInstallation(asTeam('T2'))).toMatchObject({ team: { id: 'T2' } });
  expect(await open.fetchInstallation(asOrg('E1'))).toMatchObject({ enterprise: { id: 'E1' } });

  await open.deleteInstallation(asOrg('E1', 'T2'));
  await expect(open.fetchInstallation(asOrg('E1'))).rejects.toMatchObject({ code: 'slack.not-installed' });
  expect(await open.fetchInstallation(asTeam('T2', 'E1'))).toMatchObject({ team: { id: 'T2' } });
  // Slack tells of one uninstall twice: app_uninstalled and tokens_revoked.
  await expect(open.deleteInstallation(asOrg('E1'))).resolves.toBeUndefined();
});

test('a token that Slack renewed replaces the old one', async () => {
  const open = installations();
  await open.storeInstallation(inTeam('T1'));
  const old = await open.fetchInstallation(asTeam('T1'));
  const renewed = { ...botOf(), token: 'xoxe.xoxb-2', refreshToken: 'xoxe-2', expiresAt: 1_790_000_000 };
  await open.storeInstallation({ ...old, bot: renewed });
  expect((await open.fetchInstallation(asTeam('T1'))).bot).toEqual(renewed);
  expect((await installations().fetchInstallation(asTeam('T1'))).bot).toEqual(renewed);
});

function installations({
  key = 'a key for tests that is long enough',
  teams = ['T1', 'T2', 'E1'],
  now: clock = () => now,
  seal: close = undefined as undefined | ((about: string, text: string) => string),
} = {}) {
  const cipher = deriveKeys(key).cipher('slack');
  return createInstallations({
    store,
    seal: {
      seal: close ?? ((about, text) => seal(cipher, about, text, randomBytes)),
      open: (about, text) => unseal(cipher, about, text),
    },
    now: clock,
    teams,
  });
}

function sealed(about: string, text: string): string {
  return seal(deriveKeys('a key for tests that is long enough').cipher('slack'), about, text);
}

function botOf() {
  return {
    token: secrets.bot,
    refreshToken: secrets.refresh,
    expiresAt: 1_780_000_000,
    scopes: ['commands', 'chat:write'],
    id: 'B1',
    userId: 'U0BOT',
  };
}

function userOf() {
  return { id: 'U1', token: secrets.user, refreshToken: secrets.userRefresh, expiresAt: 1, scopes: ['x'] };
}

function inTeam(id: string): Installation<'v2', false> {
  return {
    team: { id, name: `Team ${id}` },
    enterprise: undefined,
    user: userOf(),
    bot: botOf(),
    appId: 'A1',
    tokenType: 'bot',
    isEnterpriseInstall: false,
    authVersion: 'v2',
  };
}

function inOrg(id: string): Installation<'v2', true> {
  return {
    team: undefined,
    enterprise: { id, name: `Org ${id}` },
    user: userOf(),
    bot: botOf(),
    appId: 'A1',
    tokenType: 'bot',
    enterpriseUrl: 'https://acme.enterprise.slack.com/',
    isEnterpriseInstall: true,
    authVersion: 'v2',
  };
}

function asTeam(teamId: string | undefined, enterpriseId?: string) {
  return { teamId, enterpriseId, isEnterpriseInstall: false } as const;
}

function asOrg(enterpriseId: string, teamId?: string) {
  return { teamId, enterpriseId, isEnterpriseInstall: true } as const;
}
