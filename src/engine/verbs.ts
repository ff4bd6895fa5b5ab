import { plain } from './card.ts';
import type { PressableEvent } from './event.ts';
import { targetsOf } from './next.ts';
import { endedWords } from './people.ts';
import type { Refusal } from './reply.ts';
import { stateOf } from './root.ts';
import { answeredVisits } from './steer.ts';
import type { Seen } from './view.ts';

/** What people can say at every step, whatever it asks. */
export const verbs = ['back', 'unknown', 'skip', 'repeat', 'restart', 'escalate'] as const;

/** One of the words that hold at every step. */
export type Verb = (typeof verbs)[number];

/** The event that a verb means as the incident stands now, or why it means nothing here. */
export function verbEvent(seen: Seen, verb: Verb): PressableEvent | Refusal {
  const { it, dialog } = seen;
  if (it.ended !== undefined) return endedWords(it);
  switch (verb) {
    case 'back': {
      const last = answeredVisits(it).at(-1);
      const message = 'No question was answered yet, so there is none to go back to.';
      return last === undefined ? { code: 'late', message } : { type: 'answer.reopened', visit: last.n };
    }
    case 'restart':
      return { type: 'incident.restarted' };
    case 'escalate':
      return { type: 'incident.escalated' };
    case 'repeat':
    case 'unknown':
    case 'skip': {
      const asked = askedNow(seen);
      if (asked === undefined) {
        return { code: 'late', message: `No question is open just now. ${plain(stateOf(it))}.` };
      }
      if (verb === 'repeat') return { type: 'question.repeated', key: asked.key };
      const { label, next } = asked.unknown;
      const ends = targetsOf(next).some((to) => dialog.steps[to]?.kind === 'end');
      // To skip a question means to go on without it, not to give the incident up.
      if (verb === 'skip' && ends) {
        const message = `This cannot be skipped, for nothing follows without it. If nobody can tell: “${label}”.`;
        return { code: 'not-allowed', message };
      }
      return { type: 'answer.given', key: asked.key, choice: 'unknown' };
    }
  }
}

function askedNow({ it, dialog }: Seen) {
  for (const [key, open] of Object.entries(it.open).toReversed()) {
    const id = open.kind === 'answer' ? it.visits[open.visit - 1]?.step : undefined;
    const step = id !== undefined && Object.hasOwn(dialog.steps, id) ? dialog.steps[id] : undefined;
    const unknown = step?.kind === 'ask' ? step.choices?.['unknown'] : undefined;
    if (unknown !== undefined) return { key, unknown };
  }
  return undefined;
}
