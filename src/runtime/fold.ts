import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { InboundEvent } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import { step } from '../engine/step.ts';

/**
 * The incident that a log makes: the same as its snapshot. `dialogOf` must know every version that the log was made
 * with; throws when it does not, or when an event is refused that was taken then.
 */
export function foldLog(
  dialogOf: (id: string, version: number) => Dialog | undefined,
  contracts: Contracts,
  events: readonly InboundEvent[],
): Incident {
  let incident: Incident | undefined;
  for (const event of events) {
    const { id, version } = runbookOf(incident, event);
    const dialog = dialogOf(id, version);
    if (dialog === undefined)
      throw new Error(`The log of ${event.incident} needs version ${version} of runbook "${id}".`);
    const stepped = step(dialog, contracts, incident, event);
    if (!stepped.reply.ok) {
      throw new Error(
        `The log of ${event.incident} does not fold: ${event.id}: ${stepped.reply.refusal.message}`,
      );
    }
    incident = stepped.incident;
  }
  if (incident === undefined) throw new Error('A log without events makes no incident.');
  return incident;
}

function runbookOf(incident: Incident | undefined, event: InboundEvent): { id: string; version: number } {
  if (event.type === 'incident.opened') return { id: event.dialog, version: event.version };
  if (incident === undefined)
    throw new Error(`The log of ${event.incident} does not begin with its opening.`);
  const version = event.type === 'dialog.version-changed' ? event.to : incident.dialogVersion;
  return { id: incident.dialog, version };
}
