import type { Text } from './card.ts';
import type { Incident, Recap } from './incident.ts';
import { summaryOf } from './summary.ts';
import { messageOf, tell, type Work } from './work.ts';

/**
 * Says in a new message what is known so far, and asks the question that waits once more, so that whoever takes the
 * incident up has it before them. The owner is called, unless they did it themselves.
 */
export function recap(work: Work, text: Text): void {
  const { event, it } = work;
  const turn = it.turn + 1;
  const visit = Object.values(it.open).findLast((open) => open.kind === 'answer')?.visit;
  const recaps = it.recaps ?? [];
  const added: Recap = {
    n: recaps.length + 1,
    turn,
    at: event.at,
    text,
    summary: summaryOf(it),
    ...(visit === undefined ? {} : { visit }),
  };
  work.it = { ...it, turn, recaps: [...recaps, added] };
  if (event.actor.person !== it.owner.person) tell(work, messageOf(turn), 'owner');
}

/** The question that a message of a recap shows again: only the newest does, the others would be one too many. */
export function askedAgain(it: Incident, turn: number): number | undefined {
  const last = it.recaps?.at(-1);
  return last?.turn === turn ? last.visit : undefined;
}
