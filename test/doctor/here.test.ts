import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtDatabase } from '../../src/doctor/database.ts';
import { lookAtSettings } from '../../src/doctor/settings.ts';
import { loadSecret } from '../../src/store/key.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { config } from '../config/rig.ts';
import { told } from './rig.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-doctor-'));
  file = join(folder, 'm.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const made = (world: 'real' | 'simulated') => openSqlite({ file, world }).close();

describe('the database', () => {
  test('that is not there yet is made by nobody', () => {
    const looks = lookAtDatabase(join(folder, 'new', 'deep', 'm.db'), 'real');
    expect(told(looks, 'database')).toMatch(/^skipped: there is none at .*: the first start makes it$/);
    expect(told(looks, 'may be written')).toBe(`pass: ${folder}, by this user`);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('opens beside a running server, with schema and world, and nothing changes', async () => {
    const server = openSqlite({ file, world: 'real' });
    const before = readFileSync(file);
    const looks = lookAtDatabase(file, 'real');
    expect(told(looks, 'database')).toMatch(/^pass: .* opens: schema \d+, of a real system$/);
    expect(told(looks, 'disk')).toMatch(/: \d+ MiB free/);
    expect(readFileSync(file)).toEqual(before);
    await server.close();
  });

  test('of another world is refused', async () => {
    await made('simulated');
    expect(told(lookAtDatabase(file, 'real'), 'database')).toMatch(
      /^fail: .*belongs to a simulated system.* → /,
    );
  });

  test('that is none is refused', () => {
    writeFileSync(file, 'x'.repeat(5000));
    expect(told(lookAtDatabase(file, 'real'), 'database')).toMatch(/^fail: .*is not a mailfix database/);
  });

  test('below a file cannot be written', () => {
    writeFileSync(file, '');
    expect(told(lookAtDatabase(join(file, 'm.db'), 'real'), 'may be written')).toMatch(
      /^fail: .*is no folder/,
    );
  });
});

describe('the settings', () => {
  const real = { CPA_UNBLOCK_URL: 'https://cpa.example/unblock', CPA_TOKEN: 'token' };
  const looked = (env: Record<string, string>, files: Record<string, string> = {}) =>
    lookAtSettings(config({ ...real, DATABASE_URL: `sqlite:${file}`, ...env }, files));

  test('nobody who may approve is warned of once', () => {
    const looks = looked({});
    expect(looks.filter(({ why }) => why.includes('Nobody may approve'))).toHaveLength(1);
    expect(told(looks, 'approvers')).toBe('');
  });

  test.each([
    [{ APPROVERS: 'web:lea' }, /^warn: web:lea alone: under four eyes/],
    [{ APPROVERS: 'web:lea', FOUR_EYES: 'false' }, /^pass: web:lea$/],
    [{ APPROVERS: 'web:lea,web:tom' }, /^pass: web:lea, web:tom$/],
    [
      { APPROVERS: 'slack:S0LEADS', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      /^pass: slack:S0LEADS$/,
    ],
  ])('approvers: %j', (env, words) => {
    expect(told(looked(env as Record<string, string>), 'approvers')).toMatch(words);
  });

  test('two accounts of one person are one approver', () => {
    const yaml = 'approvers: [web:lea]\npeople:\n  lea: [web:lea, slack:U0LEA]\n';
    const looks = looked({ MAILFIX_CONFIG: 'm.yaml' }, { 'm.yaml': yaml });
    expect(told(looks, 'approvers')).toMatch(/^warn: lea alone/);
  });

  test('what a start would warn of', () => {
    expect(told(looked({ APROVERS: 'web:lea' }), 'settings')).toContain('Did you mean APPROVERS?');
  });

  test('the key', () => {
    const key = (env: Record<string, string> = {}) => told(looked(env), 'MAILFIX_KEY');
    const keyFile = join(folder, 'mailfix.key');
    expect(key({ MAILFIX_KEY: 'k'.repeat(32) })).toBe('pass: set');
    expect(key()).toMatch(/^skipped: not set, and .* is made at the first start$/);
    expect(readdirSync(folder)).toEqual([]);
    loadSecret(undefined, keyFile);
    expect(key()).toMatch(/^pass: not set; .*back it up/);
    chmodSync(keyFile, 0o644);
    expect(key()).toMatch(/^warn: .*may be read by others → .*chmod 600/);
    writeFileSync(keyFile, 'torn');
    expect(key()).toMatch(/^fail: .*64 hex digits/);
    rmSync(keyFile);
    mkdirSync(keyFile);
    expect(key()).toMatch(/^fail: .*EISDIR/);
  });
});
