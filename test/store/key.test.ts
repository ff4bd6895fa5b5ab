import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { sign, verify } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deriveKeys, loadSecret } from '../../src/store/key.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-key-'));
  file = join(folder, 'data', 'mailfix.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a key file is made once, for its owner alone', () => {
  const secret = loadSecret(undefined, file);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(file, 'utf8')).toBe(`${secret}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'data'))).toEqual(['mailfix.key']);
  expect(loadSecret(undefined, file)).toBe(secret);
});

test('MAILFIX_KEY wins and makes no file; a short one is refused without being shown', () => {
  const setting = 'a passphrase of more than 32 letters';
  expect(loadSecret(setting, file)).toBe(setting);
  expect(() => loadSecret('too-short-secret', file)).toThrow(
    'MAILFIX_KEY cannot be used: it has 16 characters',
  );
  expect(() => loadSecret('too-short-secret', file)).not.toThrow('too-short-secret');
  expect(readdirSync(folder)).toEqual([]);
});

test('a damaged key file is refused, not replaced', () => {
  const secret = loadSecret(undefined, file);
  writeFileSync(file, secret.slice(1));
  expect(() => loadSecret(undefined, file)).toThrow(expect.objectContaining({ code: 'store.bad-key' }));
  expect(readFileSync(file, 'utf8')).toBe(secret.slice(1));
  const inside = join(file, 'mailfix.key');
  expect(() => loadSecret(undefined, inside)).toThrow(expect.objectContaining({ code: 'store.bad-key' }));
});

test('one secret always gives the same keys, and each purpose its own', () => {
  const keys = deriveKeys('a passphrase of more than 32 letters');
  const again = deriveKeys('a passphrase of more than 32 letters');
  const others = deriveKeys('a passphrase of more than 33 letters');
  expect(again.publicKey).toBe(keys.publicKey);
  expect(others.publicKey).not.toBe(keys.publicKey);
  expect(keys.mac('sessions')).toEqual(again.mac('sessions'));
  expect(keys.mac('sessions')).toHaveLength(32);
  expect(keys.mac('sessions')).not.toEqual(keys.mac('links'));
  expect(keys.mac('sessions')).not.toEqual(others.mac('sessions'));
  expect(keys.cipher('sessions')).toEqual(again.cipher('sessions'));
  expect(keys.cipher('sessions')).toHaveLength(32);
  expect(keys.cipher('sessions')).not.toEqual(keys.cipher('links'));
  expect(keys.cipher('sessions')).not.toEqual(others.cipher('sessions'));
  expect(keys.cipher('sessions')).not.toEqual(keys.mac('sessions'));
  // Fixed: old exports and sessions must stay good over versions of mailfix.
  expect(keys.publicKey).toMatchInlineSnapshot(
    `"MCowBQYDK2VwAyEAheY/r/gOtLa/XsZTJBKjC1Vd9WR9Pbz+t/bUjypmhiY="`,
  );
  // Fixed: what lies sealed in databases must open with later versions.
  expect(keys.cipher('slack').toString('base64')).toMatchInlineSnapshot(
    `"e10FOlzG3pmJG+oQYMr7I8jHa21UwbcRjhX4zabPvsg="`,
  );
  const signature = sign(null, Buffer.from('text'), keys.sign);
  expect(verify(null, Buffer.from('text'), keys.publicKeyPem, signature)).toBe(true);
});
