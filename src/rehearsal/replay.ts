import { plain } from '../engine/card.ts';
import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { InboundEvent } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import { step } from '../engine/step.ts';

/** What a past incident would have been like under another dialog. */
export type Replayed =
  | { readonly state: 'same' }
  /** The same steps, and these texts would read differently. */
  | { readonly state: 'reworded'; readonly steps: readonly string[] }
  | {
      readonly state: 'differs';
      /** The event after which it goes elsewhere, counted from 1. */
      readonly seq: number;
      readonly after: string;
      readonly was: string;
      readonly would: string;
    };

/**
 * Runs an incident's log through another dialog, until that goes elsewhere than the incident went: from there on, what
 * people answered was an answer to other questions.
 */
export function replay(
  dialog: Dialog,
  contracts: Contracts,
  log: readonly InboundEvent[],
  was: Incident,
): Replayed {
  let it: Incident | undefined;
  for (const [index, event] of log.entries()) {
    // The dialog at hand stands in for every version of before.
    if (event.type === 'dialog.version-changed') continue;
    const given = event.type === 'incident.opened' ? { ...event, version: dialog.version } : event;
    const at = { seq: index + 1, after: inWords(event) };
    const { incident, reply } = step(dialog, contracts, it, given);
    const stood = it?.visits.at(-1)?.step ?? 'the opening';
    if (!reply.ok)
      return { state: 'differs', ...at, was: stood, would: `refuse it: ${reply.refusal.message}` };
    it = incident;
    const other = (it?.visits ?? []).find(({ n, step: id }) => was.visits[n - 1]?.step !== id);
    if (other !== undefined)
      return {
        state: 'differs',
        ...at,
        was: was.visits[other.n - 1]?.step ?? 'nothing more',
        would: other.step,
      };
  }
  if (it === undefined) throw new Error('A log without events makes no incident.');
  const left = was.visits[it.visits.length];
  if (left !== undefined)
    return {
      state: 'differs',
      seq: log.length,
      after: 'the last event',
      was: left.step,
      would: 'nothing more',
    };
  const steps = it.visits
    .filter((visit) => texts(visit) !== texts(was.visits[visit.n - 1]))
    .map(({ step: id }) => id);
  return steps.length === 0 ? { state: 'same' } : { state: 'reworded', steps: [...new Set(steps)] };
}

function texts(visit: Incident['visits'][number] | undefined): string {
  return [visit?.text, visit?.explain, visit?.script, visit?.settled?.text]
    .map((text) => (text === undefined ? '' : plain(text)))
    .join('\n');
}

function inWords(event: InboundEvent): string {
  const { actor } = event;
  if (event.type === 'answer.given' || event.type === 'answer.corrected')
    return `${actor.name} answered ${event.choice ?? event.text ?? ''}`.trim();
  if (event.type === 'run.finished') return `${event.key} came to ${event.outcome}`;
  return `${event.type} by ${actor.name}`;
}
