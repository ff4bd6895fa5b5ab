import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Json } from '../slack/json.ts';

/** What is different from a token that Microsoft would give; a claim or header field that is undefined is left out. */
export interface TokenOverrides {
  readonly claims?: Json;
  readonly header?: Json;
  /** Who signs it, and how; `good` is Microsoft's current key. */
  readonly signed?: 'good' | 'stranger' | 'none' | 'hs256' | 'rs384' | 'older';
  /** Goes behind the signature, or instead of it. */
  readonly signature?: string;
}

interface KeyPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Making keys takes long; the fakes of a test file share them. */
const pairs: KeyPair[] = [];

function pairOf(number: number): KeyPair {
  while (pairs.length <= number) {
    const made = generateKeyPairSync('rsa', { modulusLength: 2048 });
    pairs.push({ kid: `key-${pairs.length}`, ...made });
  }
  return pairs[number] as KeyPair;
}

/** Microsoft's keys, and the tokens that it sends with activities. */
export function createIdentity(appId: string, now: () => number) {
  // Key 0 is nobody's.
  const stranger = (): KeyPair => pairOf(0);
  let current = 1;
  let published: readonly number[] = [1];
  let endorsements: readonly string[] = ['msteams', 'webchat', 'skype'];

  return {
    /** A new key; the one before is still published with `keep`. */
    rotate: ({ keep = false }: { readonly keep?: boolean } = {}): void => {
      published = keep ? [...published, current + 1] : [current + 1];
      current += 1;
    },
    /** What the keys may speak for from now on. */
    endorse: (channels: readonly string[]): void => {
      endorsements = channels;
    },
    jwks: (): Json => ({
      keys: published.map((number) => {
        const { kid, publicKey } = pairOf(number);
        return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256', endorsements };
      }),
    }),
    /** The token of an activity to a service address. */
    token: (
      serviceUrl: unknown,
      { claims, header, signed = 'good', signature }: TokenOverrides = {},
    ): string => {
      const seconds = Math.floor(now() / 1000);
      const number = signed === 'older' ? current - 1 : current;
      const { kid, privateKey, publicKey } = signed === 'stranger' ? stranger() : pairOf(number);
      const alg = { none: 'none', hs256: 'HS256', rs384: 'RS384' }[signed as string] ?? 'RS256';
      const head = { alg, typ: 'JWT', x5t: kid, kid: signed === 'stranger' ? pairOf(current).kid : kid };
      const payload = {
        serviceurl: serviceUrl,
        nbf: seconds - 10,
        exp: seconds + 3600,
        iss: 'https://api.botframework.com',
        aud: appId,
      };
      const text = `${encoded({ ...head, ...header })}.${encoded({ ...payload, ...claims })}`;
      if (signature !== undefined) return `${text}.${signature}`;
      if (signed === 'none') return `${text}.`;
      if (signed === 'hs256') {
        const secret = publicKey.export({ type: 'spki', format: 'pem' });
        return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
      }
      const hash = signed === 'rs384' ? 'RSA-SHA384' : 'RSA-SHA256';
      return `${text}.${sign(hash, Buffer.from(text), privateKey).toString('base64url')}`;
    },
  };
}

/** Microsoft's keys and tokens. */
export type Identity = ReturnType<typeof createIdentity>;

function encoded(part: Json): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
