import type { Refusal, Reply } from '../engine/reply.ts';

/** The reply that nothing was done, and why. */
export function refuse(refusal: Refusal): Reply {
  return { ok: false, refusal };
}

/** There is no such incident. */
export function unknownIncident(id: string): Reply {
  const message = `There is no incident "${id.slice(0, 60)}". The list shows the open ones.`;
  return refuse({ code: 'unknown-incident', message });
}

/** There is no such runbook, or not any more. */
export function unknownDialog(id: string, dialogs: ReadonlyMap<string, unknown>): Reply {
  const known = [...dialogs.keys()].join(', ');
  const message = `There is no runbook "${id.slice(0, 60)}". There is: ${known}.`;
  return refuse({ code: 'unknown-dialog', message });
}
