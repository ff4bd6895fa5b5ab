import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { InboundEvent } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import { step, type Stepped } from '../engine/step.ts';
import type { AskTerms } from '../engine/terms.ts';

/** By the settings of now: how long a question waits that opens at an instant; with `morning` also when that begins. */
export type AsksAt = (at: number, morning: boolean) => AskTerms;

/** One event handled, and as it is to be logged: with the terms of a question where one opened by it, and only there. */
export function stepOnTerms(
  dialog: Dialog,
  contracts: Contracts,
  incident: Incident | undefined,
  event: InboundEvent,
  asksAt: AsksAt | undefined,
): Stepped & { readonly event: InboundEvent } {
  if (asksAt === undefined) return { ...step(dialog, contracts, incident, event), event };
  const morning = event.type === 'incident.parked' && event.wake === 'morning';
  const onTerms = { ...event, asks: asksAt(event.at, morning) };
  const stepped = step(dialog, contracts, incident, onTerms);
  return { ...stepped, event: stepped.usedTerms ? onTerms : event };
}
