import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { Alarm } from '../engine/incident.ts';
import type { ShippedContracts } from './contracts.ts';
import { suspicionMs, type CheckHandler, type Neighbour } from './handler.ts';
import { counted, moment } from './phrases.ts';

const check = 'serverTrouble';
/** Clients, this one among them, that make it likelier the server's trouble than each one's own. */
const several = 3;
const mostNamed = 8;
const signOfSeveral = 'incidents ';

/** Counts the clients with trouble on one server within half an hour; several of them, and all their threads are told. */
export function findServerTrouble(): CheckHandler<ShippedContracts['serverTrouble']> {
  return async ({ server, account }, { incident, now, onServer, suspect, suspicions }) => {
    const near = await onServer(server, suspicionMs);
    const others = firstOfEachOther(near, incident, account);
    const alarms = await suspicions(server);
    const told = alarms.map((alarm) => toldFinding(alarm, now()));
    if (others.length + 1 < several) return { outcome: 'alone', findings: [...told, few(server, others)] };

    // While they keep coming it is one outbreak, and no thread hears of it twice.
    const running = alarms.find(({ sign }) => sign.startsWith(signOfSeveral));
    // Named after the oldest, so that two who see it at once call it the same.
    const sign = running?.sign ?? `${signOfSeveral}${near[0]?.id ?? incident}`;
    const ids = [...others.map(({ id }) => id), incident];
    const values = { count: `${ids.length}`, server, incidents: listOf(ids) };
    await suspect(
      server,
      sign,
      words(
        '{count} clients on {server} in 30 minutes ({incidents}): it may be the server, not the client.',
        values,
      ),
    );
    const evidence = others.slice(-mostNamed).map(({ id, openedAt }) =>
      words('{id}, opened at {at}, is about another account on {server}.', {
        id,
        at: moment(openedAt, now()),
        server,
      }),
    );
    const text = words('{count} clients on {server} reported trouble within 30 minutes.', values);
    const services = told.filter((_, index) => alarms[index] !== running);
    return { outcome: 'several', findings: [{ check, verdict: 'warning', text, evidence }, ...services] };
  };
}

/** The oldest incident of each other account; whose account is not known may be the same client. */
function firstOfEachOther(near: readonly Neighbour[], own: string, account: string): readonly Neighbour[] {
  const seen = new Set<string | undefined>([undefined, account]);
  return near.filter((one) => {
    if (one.id === own || seen.has(one.account)) return false;
    seen.add(one.account);
    return true;
  });
}

function few(server: string, others: readonly Neighbour[]): Finding {
  const count = counted(others.length, 'other client');
  const text =
    others.length === 0
      ? words('No other client on {server} had trouble within 30 minutes.', { server })
      : words('{count} on {server} within 30 minutes ({incidents}): too few to suspect the server.', {
          count,
          server,
          incidents: listOf(others.map(({ id }) => id)),
        });
  return { check, verdict: 'not-applicable', text };
}

function toldFinding({ text, at }: Alarm, now: number): Finding {
  const values = { ...text.values, toldAt: moment(at, now) };
  return { check, verdict: 'warning', text: { template: `${text.template} Said at {toldAt}.`, values } };
}

/** The latest ones by name, for the message of a busy hour must stay short. */
function listOf(ids: readonly string[]): string {
  const shown = ids.slice(-mostNamed);
  const more = ids.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
