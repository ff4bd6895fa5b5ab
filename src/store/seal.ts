import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { configError } from '../errors.ts';

// Says how the rest was made, so that another way can come later and what is stored can still be opened.
const version = 'sealed1';
const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/**
 * Encrypts a text so that it opens only with this key (32 bytes) and only as what it is `about`: a copy in another row
 * stays shut. `about` is no secret.
 */
export function seal(
  key: Buffer,
  about: string,
  text: string,
  random: (bytes: number) => Buffer = randomBytes,
): string {
  const iv = random(ivLength);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagLength });
  cipher.setAAD(boundTo(about));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${sealed.toString('base64url')}`;
}

/** Opens what `seal` made; throws a ConfigError (`store.sealed`) when key, row or content is another one. */
export function unseal(key: Buffer, about: string, sealed: string): string {
  const [prefix = '', body = ''] = sealed.split('.', 2);
  if (prefix !== version)
    throw configError('store.sealed', { about, why: 'this mailfix does not know its form' });
  const bytes = Buffer.from(body, 'base64url');
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(boundTo(about));
    decipher.setAuthTag(bytes.subarray(-tagLength));
    const text = decipher.update(bytes.subarray(ivLength, -tagLength));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    const why = 'MAILFIX_KEY is another one than when it was stored, or it was changed since';
    throw configError('store.sealed', { about, why });
  }
}

function boundTo(about: string): Buffer {
  return Buffer.from(`mailfix ${version} ${about}`);
}
