import { EffectError } from '../errors.ts';
import type { CpaClient } from './cpa.ts';
import type { WhmClient } from './whm.ts';

/** An outside system and how it answered when it was last asked (epoch ms). */
export interface Connection {
  readonly name: string;
  readonly state: 'up' | 'down' | 'unknown' | 'not configured';
  readonly why?: string;
  readonly at?: number;
}

const freshMs = 60_000;
const limitMs = 3000;
/** Names reserved for documentation: whoever is asked about them changes and finds nothing. */
const nobody = { domain: 'mailfix.invalid', ip: '192.0.2.1' };

/**
 * Asks every outside system something small, at most once a minute, and says how it answered. A CPA System without a
 * status address can be asked nothing without changing something, so that stays unknown. Never throws.
 */
export function connectionsOf({
  whms,
  cpa,
  now,
}: {
  readonly whms: ReadonlyMap<string, Pick<WhmClient, 'domainOwner'>>;
  readonly cpa: Pick<CpaClient, 'hasStatus' | 'status'> | undefined;
  readonly now: () => number;
}): () => Promise<readonly Connection[]> {
  const asks = [...whms].map(([name, whm]) => ({
    name: `WHM ${name}`,
    ask: (signal: AbortSignal): Promise<unknown> => whm.domainOwner(nobody.domain, { signal }),
  }));
  if (cpa?.hasStatus === true)
    asks.push({ name: 'CPA System', ask: (signal) => cpa.status(nobody.ip, { signal }) });
  const others: Connection[] = [
    ...(whms.size === 0 ? [{ name: 'WHM', state: 'not configured' } as const] : []),
    ...(cpa === undefined ? [{ name: 'CPA System', state: 'not configured' } as const] : []),
    ...(cpa?.hasStatus === false
      ? [{ name: 'CPA System', state: 'unknown', why: 'It has no status address (CPA_STATUS_URL).' } as const]
      : []),
  ];
  let known: { readonly at: number; readonly answers: Promise<readonly Connection[]> } | undefined;

  async function look({ name, ask }: (typeof asks)[number], at: number): Promise<Connection> {
    try {
      await ask(AbortSignal.timeout(limitMs));
      return { name, state: 'up', at };
    } catch (error) {
      const why = error instanceof EffectError ? error.message : 'It gave no answer.';
      return { name, state: 'down', why, at };
    }
  }

  return async () => {
    const at = now();
    if (known === undefined || at - known.at >= freshMs)
      known = { at, answers: Promise.all(asks.map((one) => look(one, at))) };
    return [...(await known.answers), ...others];
  };
}
