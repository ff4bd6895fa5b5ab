import type { EventBody } from './event.ts';
import type { Incident } from './incident.ts';
import { ended } from './people.ts';
import type { Refusal } from './reply.ts';
import { factOf, notice, type Work } from './work.ts';

/** The server that an incident is about, as far as it is known. */
export function serverOf(it: Incident): string | undefined {
  const server = factOf(it, 'server');
  return typeof server?.value === 'string' ? server.value : undefined;
}

/** Whether an incident was told of this sign already. */
export function wasTold(it: Incident, server: string, sign: string): boolean {
  return it.alarms?.some((alarm) => alarm.server === server && alarm.sign === sign) ?? false;
}

/**
 * It may be the server, not the client: said where the incident waits, and to approvers before they approve for one client
 * what helps none. Moves nothing. A sign is told once; of an incident that ended, or is about another server, nothing is told.
 */
export function suspected(
  work: Work,
  { server, sign, text }: EventBody & { type: 'server.suspected' },
): Refusal | undefined {
  const { it } = work;
  if (it.ended !== undefined) return ended(work);
  if (serverOf(it) !== server) return { code: 'late', message: `${it.id} is not about ${server}.` };
  if (wasTold(it, server, sign)) {
    return { code: 'late', message: `${it.id} was told of "${sign}" on ${server} already.` };
  }
  work.it = { ...it, alarms: [...(it.alarms ?? []), { server, sign, text, at: work.event.at }] };
  const approval = Object.values(it.open).find((open) => open.kind === 'approval');
  const head = it.visits.findLast((visit) => visit.struck !== true && visit.detached === undefined);
  const n = approval?.visit ?? head?.n;
  if (n !== undefined) notice(work, n, text, approval === undefined ? 'owner' : 'approvers');
  return undefined;
}
