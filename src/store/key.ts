import { createPrivateKey, createPublicKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { configError } from '../errors.ts';

/** All that is made of the one secret. `mac` and `cipher` give 32 bytes for a purpose; others tell nothing about them. */
export interface Keys {
  readonly sign: KeyObject;
  /** Ed25519, base64 of the SPKI form. */
  readonly publicKey: string;
  readonly publicKeyPem: string;
  readonly mac: (purpose: string) => Buffer;
  /** A key to encrypt with. */
  readonly cipher: (purpose: string) => Buffer;
}

// PKCS #8 around the 32 bytes of an Ed25519 private key.
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The secret: MAILFIX_KEY where it is set, else the key file, which is made on first use (32 random bytes, mode 0600). */
export function loadSecret(
  setting: string | undefined,
  file: string,
  random: (bytes: number) => Buffer = randomBytes,
): string {
  if (setting !== undefined) {
    if (setting.length >= 32) return setting;
    const why = `it has ${setting.length} characters and needs 32 or more`;
    throw configError('config.bad-secret', { name: 'MAILFIX_KEY', why });
  }
  return readKey(file) ?? makeKey(file, random);
}

/** Derives every key from the secret (HKDF-SHA-256), the same ones each time. */
export function deriveKeys(secret: string): Keys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'mailfix key 1', purpose, 32));
  const sign = createPrivateKey({
    key: Buffer.concat([pkcs8, derive('sign')]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(sign);
  return {
    sign,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    mac: (purpose) => derive(`mac ${purpose}`),
    cipher: (purpose) => derive(`cipher ${purpose}`),
  };
}

function readKey(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw configError('store.bad-key', { file, why: `it cannot be read (${codeOf(error)})` });
  }
  if (!/^[0-9a-f]{64}$/.test(text))
    throw configError('store.bad-key', { file, why: 'it is not 64 hex digits' });
  return text;
}

/** Whole or not at all, also when killed meanwhile; of two that start together, the second takes the first one's. */
function makeKey(file: string, random: (bytes: number) => Buffer): string {
  const draft = `${file}.${random(6).toString('hex')}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const handle = openSync(draft, 'wx', 0o600);
    try {
      writeSync(handle, `${random(32).toString('hex')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    try {
      linkSync(draft, file);
    } catch (error) {
      // Some file systems have no links.
      if (codeOf(error) !== 'EEXIST') renameSync(draft, file);
    }
  } catch (error) {
    throw configError('store.bad-key', { file, why: `it cannot be made (${codeOf(error)})` });
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readKey(file);
  if (made === undefined) throw configError('store.bad-key', { file, why: 'it vanished while it was made' });
  return made;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
