import type { Dialog } from '../engine/dialog.ts';
import { mailfix } from '../engine/event.ts';
import type { InboundEvent } from '../engine/event.ts';
import type { Snapshot } from '../store/store.ts';

/** The event by which an incident goes over to the runbook as it is now. */
export function versionChanged(dialog: Dialog, { incident }: Snapshot, at: number): InboundEvent {
  return {
    type: 'dialog.version-changed',
    to: dialog.version,
    id: `${incident.id}.${incident.seq}.version`,
    source: 'mailfix',
    incident: incident.id,
    actor: mailfix,
    at,
  };
}
