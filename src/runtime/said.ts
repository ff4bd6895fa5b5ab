import { tooLate } from '../engine/approve.ts';
import { plain } from '../engine/card.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { Actor } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import type { Refusal } from '../engine/reply.ts';
import { typedAnswer } from './typed-answer.ts';

/** Two people who answer the same question within this time did not see each other's answer. */
const crossedMs = 2 * 60_000;

/** Whether words in a thread are for mailfix: people talk to one another there, so only the owner's are, and what is said to it. */
export function isToUs({ owner }: Incident, { person }: Actor, addressed: boolean): boolean {
  return addressed || owner.person === person;
}

/** The words for whoever answers what somebody else has just answered; undefined for everything else. */
export function crossed(
  dialog: Dialog,
  it: Incident,
  { text, actor, at }: { readonly text: string; readonly actor: Actor; readonly at: number },
): Refusal | undefined {
  const last = it.visits.findLast(({ settled }) => settled?.answer !== undefined);
  const { settled } = last ?? {};
  if (last === undefined || settled === undefined || settled.by === actor.name) return undefined;
  if (at - settled.at > crossedMs) return undefined;
  const before = { ...it, open: { [`${last.n}.answer`]: { kind: 'answer', visit: last.n } as const } };
  if (typedAnswer(dialog, before, text) === undefined) return undefined;
  return { code: 'late', message: `${plain(tooLate(last))} What you typed is kept as a note.` };
}
