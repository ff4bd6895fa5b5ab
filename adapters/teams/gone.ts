import { EffectError, effectError } from '../../src/errors.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Spot } from './ids.ts';
import type { TeamsStore } from './ports.ts';
import { refusalOf } from './sdk.ts';

/** Channels that Teams takes nothing for any more, because mailfix was removed or blocked there. */
export interface Gone {
  /** Does the work unless it is for such a channel; remembers that it is one. Throws what Teams said when it was asked. */
  unless<T>(spot: Pick<Spot, 'tenant' | 'channel'>, work: () => Promise<T>): Promise<T>;
  /** Somebody spoke to mailfix there, or added it again. */
  isBack(spot: Pick<Spot, 'tenant' | 'channel'>): Promise<void>;
}

const kind = 'teams-gone';
/** What will not get better by trying again. */
const forGood = ['BotNotInConversationRoster', 'MessageWritesBlocked', 'ConversationBlockedByUser'];
/** Then Teams is asked once more: it does not tell of everything that brings mailfix back. */
const againMs = 24 * 60 * 60 * 1000;

/** Makes it over the store, so that all servers know, and the next life. */
export function createGone(store: Pick<TeamsStore, 'get' | 'put' | 'remove'>, clock: Clock): Gone {
  const keyOf = ({ tenant, channel }: Pick<Spot, 'tenant' | 'channel'>) => `${tenant}/${channel}`;
  return {
    async unless(spot, work) {
      const key = keyOf(spot);
      const error = await store.get(kind, key, clock.now());
      if (error !== undefined) {
        const call = 'sendToConversation';
        throw effectError('teams.not-in-team', { call, error }, { retry: 'never', outcome: 'not-applied' });
      }
      try {
        return await work();
      } catch (refused) {
        const value = refused instanceof EffectError ? refusalOf(refused) : undefined;
        if (value !== undefined && forGood.includes(value))
          await store.put({ kind, key, value, expires: clock.now() + againMs });
        throw refused;
      }
    },
    async isBack(spot) {
      const key = keyOf(spot);
      if ((await store.get(kind, key, clock.now())) !== undefined) await store.remove(kind, key);
    },
  };
}
