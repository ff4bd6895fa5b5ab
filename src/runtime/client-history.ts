import type { RunContext, SeenAddress } from '../actions/handler.ts';
import type { Incident } from '../engine/incident.ts';
import { factsOf } from '../engine/work.ts';
import type { Store } from '../store/store.ts';

/** How many incidents of a server, the latest ones, are gone through for those of one client. */
const mostRead = 300;

/** What a run may ask about the client that its incident is about. */
export function clientHistory(
  { store }: { readonly store: Pick<Store, 'read' | 'onServer'> },
  incident: string,
): Pick<RunContext, 'clientAddresses'> {
  return {
    async clientAddresses() {
      const own = (await store.read(incident))?.incident;
      const [account, server] =
        own === undefined ? [] : ['account', 'server'].map((name) => factOf(own, name));
      if (account === undefined || server === undefined) return [];
      const latest = await store.onServer(server, { open: false, limit: mostRead });
      return latest.flatMap(({ id, incident: it }) => {
        if (id === incident || it.ended?.outcome === 'cancelled' || factOf(it, 'account') !== account)
          return [];
        return [...addressesOf(it)].map((ip): SeenAddress => ({ ip, incident: id }));
      });
    },
  };
}

/** What people named, and what was done about addresses; a redaction takes both away. */
function addressesOf(it: Incident): ReadonlySet<string> {
  const named = factOf(it, 'ip');
  const done = it.deeds.flatMap(({ subject }) => (subject.startsWith('ip:') ? [subject.slice(3)] : []));
  return new Set(named === undefined ? done : [named, ...done]);
}

function factOf(it: Incident, name: string): string | undefined {
  const value = factsOf(it)[name]?.value;
  return typeof value === 'string' ? value : undefined;
}
