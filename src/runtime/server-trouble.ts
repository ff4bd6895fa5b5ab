import { suspicionMs, type RunContext } from '../actions/handler.ts';
import { wasTold } from '../engine/alarm.ts';
import { mailfix } from '../engine/event.ts';
import type { Alarm } from '../engine/incident.ts';
import { factsOf } from '../engine/work.ts';
import type { Store } from '../store/store.ts';
import type { Dispatcher, RuntimeLog } from './dispatch.ts';

/** What the questions about a server are answered from. */
export interface Watching {
  readonly store: Pick<Store, 'onServer'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly now: () => number;
  readonly log?: RuntimeLog | undefined;
}

/** Enough to know that it is the server; more of them in half an hour would not make it surer. */
const mostSeen = 50;
/** More open incidents about one server than this, and the oldest hear nothing. */
const mostTold = 200;

/**
 * What a run may ask about the server it looks at, and say about it. `held` throws when the run is no longer ours: whoever
 * has it then says the same again, and whoever was told does not hear it twice.
 */
export function serverTrouble(
  { store, dispatcher, now, log }: Watching,
  incident: string,
  held: () => void,
): Pick<RunContext, 'onServer' | 'suspect' | 'suspicions'> {
  return {
    async onServer(server, withinMs) {
      const since = now() - withinMs;
      const latest = await store.onServer(server, { open: false, limit: mostSeen });
      return latest
        .filter(({ incident: it }) => it.openedAt >= since && it.ended?.outcome !== 'cancelled')
        .map(({ id, incident: it }) => {
          const { account } = factsOf(it);
          const known = typeof account?.value === 'string' ? { account: account.value } : {};
          return { id, openedAt: it.openedAt, ...known };
        })
        .toReversed();
    },

    async suspicions(server) {
      const latest = await store.onServer(server, { open: false, limit: mostSeen });
      const since = now() - suspicionMs;
      const alarms = latest
        .flatMap(({ incident: it }) => it.alarms ?? [])
        .filter((alarm) => alarm.server === server && alarm.at >= since)
        .toSorted((one, other) => one.at - other.at);
      // Of one sign the latest telling: it knows most.
      return [...new Map(alarms.map((alarm): [string, Alarm] => [alarm.sign, alarm])).values()];
    },

    async suspect(server, sign, text) {
      const open = await store.onServer(server, { open: true, limit: mostTold });
      const others = open
        .filter(({ id, incident: it }) => id !== incident && !wasTold(it, server, sign))
        .map(({ id }) => id);
      // The one that saw it comes first: `suspicions` finds what somebody was told.
      for (const id of [incident, ...others]) {
        held();
        const sender = { id: `${server}:${sign}:${id}`, source: 'alarm', incident: id, actor: mailfix };
        try {
          await dispatcher.dispatch({ type: 'server.suspected', server, sign, text }, sender);
        } catch (error) {
          held();
          log?.error({ incident: id, server, sign, err: error }, 'an incident could not be told of an alarm');
        }
      }
    },
  };
}
