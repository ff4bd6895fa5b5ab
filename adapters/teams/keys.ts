import { createRemoteJWKSet, customFetch, errors } from 'jose';
import type { RemoteJWKSet } from 'jose';
import { z } from 'zod';

/** Where Microsoft publishes what channel tokens are signed with. */
export const botFrameworkOpenId = 'https://login.botframework.com/v1/.well-known/openidconfiguration';

/** Where Microsoft's keys are looked up, and for how long they are good. */
export interface KeysOptions {
  readonly openIdUrl?: string;
  readonly now: () => number;
  /** How long keys are kept before one that nobody knows makes them be fetched again, in milliseconds. */
  readonly keyCooldownMs?: number;
}

/** There is nothing to compare a token with; the message says why. */
export class KeysUnreachable extends Error {
  constructor(cause: unknown) {
    super(`Microsoft's keys cannot be read (${cause instanceof Error ? cause.message : 'no answer'})`);
  }
}

/** As long as Microsoft's own SDK keeps them; one that is not among them is looked for at once. */
const freshMs = 24 * 60 * 60 * 1000;
const limitMs = 5000;
/** Whoever asks whether they can be read again has them looked for so often. */
const againMs = 1000;

const metadata = z.looseObject({ jwks_uri: z.url() });

/** Microsoft's keys: found when they are needed, kept, and fetched again for one that is not among them. */
export function createKeys({ openIdUrl = botFrameworkOpenId, now, keyCooldownMs = 30_000 }: KeysOptions) {
  let found: { readonly keys: RemoteJWKSet; readonly uri: string; readonly at: number } | undefined;
  let looking: Promise<RemoteJWKSet> | undefined;
  const ending = new AbortController();
  let trouble: { readonly why: string; readonly at: number } | undefined;

  function until(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([ending.signal, signal]);
  }

  async function look(): Promise<RemoteJWKSet> {
    try {
      const response = await fetch(openIdUrl, {
        redirect: 'error',
        signal: until(AbortSignal.timeout(limitMs)),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const { jwks_uri: uri } = metadata.parse(await response.json());
      if (!uri.startsWith('https:') && openIdUrl.startsWith('https:'))
        throw new Error('its keys are not on https');
      const same = found?.uri === uri ? found.keys : undefined;
      const options = {
        cooldownDuration: keyCooldownMs,
        timeoutDuration: limitMs,
        cacheMaxAge: freshMs,
        [customFetch]: (url: string, { signal, ...init }: { readonly signal: AbortSignal }) =>
          fetch(url, { ...init, signal: until(signal) }),
      };
      found = { keys: same ?? createRemoteJWKSet(new URL(uri), options), uri, at: now() };
      return found.keys;
    } catch (error) {
      // Where the keys were yesterday is still the best that anybody knows.
      if (found !== undefined) return found.keys;
      throw error;
    }
  }

  async function keys(): Promise<RemoteJWKSet> {
    if (found !== undefined && now() - found.at < freshMs) return found.keys;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function using<T>(work: (set: RemoteJWKSet) => T | Promise<T>): Promise<T> {
    try {
      const done = await work(await keys());
      trouble = undefined;
      return done;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      const unreachable = new KeysUnreachable(error);
      // Those who are signed with a key that is known are still let in.
      const some = found?.keys.fresh === true;
      trouble = some ? undefined : { why: unreachable.message, at: now() };
      throw unreachable;
    }
  }

  /** Fetches them if there are none; what went wrong is told by `trouble`. */
  async function fetchFirst(): Promise<void> {
    await using((set) => (set.fresh ? undefined : set.reload())).catch(() => undefined);
  }

  return {
    find(header: Parameters<RemoteJWKSet>[0]) {
      return using((set) => {
        // Without a name, whichever key fits would do, and nobody could say for whom it speaks.
        if (typeof header?.kid !== 'string') throw new errors.JWKSNoMatchingKey();
        return set(header);
      });
    },
    /** The channels that a key may speak for. */
    endorsements(kid: string | undefined): readonly string[] {
      const key = found?.keys.jwks()?.keys.find((one) => one.kid === kid);
      const list: unknown = key === undefined ? undefined : Reflect.get(key, 'endorsements');
      return Array.isArray(list) ? list.map(String) : [];
    },
    fetch: fetchFirst,
    /** Why there are none, as far as somebody looked. Asking has them looked for again, for whoever asks later. */
    trouble(): string | undefined {
      if (trouble !== undefined && now() - trouble.at >= againMs) {
        trouble = { ...trouble, at: now() };
        void fetchFirst();
      }
      return trouble?.why;
    },
    /** Whatever is asked for now would keep the process from ending. */
    close: () => ending.abort(),
  };
}
