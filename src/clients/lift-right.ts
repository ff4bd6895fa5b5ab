import { EffectError } from '../errors.ts';

/** The right to lift blocks on a server. */
export interface LiftRight {
  readonly has: () => boolean;
  /** Does it; a refusal for want of a privilege is remembered for as long as the process lives. */
  readonly use: <T>(work: () => Promise<T>) => Promise<T>;
}

const wanting = new Set([
  'whm.missing-privilege',
  'whm.refused-token',
  'whm.function-missing',
  'csf.no-access',
]);

/**
 * `granted`: the operator gave a token for changes. Whether it suffices only trial can tell, so where the server refused
 * it once, nobody is asked to approve the same again.
 */
export function liftRight(granted: boolean): LiftRight {
  let refused = false;
  return {
    has: () => granted && !refused,
    async use(work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof EffectError && wanting.has(error.code)) refused = true;
        throw error;
      }
    },
  };
}
