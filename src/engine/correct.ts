import { words } from './card.ts';
import { isRefusal, readAnswer } from './answer.ts';
import type { EventBody } from './event.ts';
import { withdraw } from './end.ts';
import { fill } from './fill.ts';
import type { Answer, Open, Visit } from './incident.ts';
import { leave, settle } from './leave.ts';
import type { Refusal } from './reply.ts';
import { addVisit, amend, closeKeys, factsOf, resumed, saidBy, stepOf, type Work } from './work.ts';

type Corrected = EventBody & { type: 'answer.corrected' };

/**
 * An earlier answer was wrong. What rested on it is struck, approvals that waited on it are withdrawn, and the question is
 * answered anew; an act that runs is let finish and kept in the ledger, and watches on deeds live on.
 * Returns a refusal, or the step to go on to.
 */
export function correct(work: Work, event: Corrected): Refusal | { readonly to: string | undefined } {
  const wrong = work.it.visits[event.visit - 1];
  const before = wrong?.settled?.answer;
  if (wrong === undefined || before === undefined || wrong.struck === true) {
    return {
      code: 'late',
      message: 'That answer does not stand any more, so it cannot be changed. See the thread.',
    };
  }
  if (!Object.hasOwn(work.dialog.steps, wrong.step)) {
    return {
      code: 'late',
      message: 'The runbook was changed and does not ask that any more. Add a note instead.',
    };
  }
  const answer: Answer = pick(event);
  if (answer.choice === before.choice && answer.text === before.text) {
    return { code: 'bad-text', message: 'That is the answer already; nothing was changed.', field: 'text' };
  }
  const step = stepOf(work, wrong);
  const taken = readAnswer(work.dialog, step, answer, factsOf(work.it));
  if (isRefusal(taken)) return taken;
  strikeFrom(work, wrong.n);
  const explain = taken.explain ?? wrong.explain;
  const again = addVisit(work, wrong.step, {
    text: step.kind === 'ask' ? fill(step.ask, factsOf(work.it)) : (wrong.text ?? words(wrong.step)),
    brought: saidBy(work.event, taken.brings),
    ...(explain === undefined ? {} : { explain }),
  });
  settle(work, again.n, taken.text, work.event.actor.name, answer);
  return { to: leave(work, again.n, taken.next) };
}

const changed = 'Withdrawn: {name} changed an earlier answer.';

/**
 * No visit counts from this one on; a new turn begins. Watches on deeds live on, and so does an act that runs: it goes
 * into the ledger.
 */
export function strikeFrom(work: Work, n: number, withdrawn = changed): void {
  for (const visit of work.it.visits.slice(n - 1)) {
    if (visit.detached === undefined && visit.struck !== true) strike(work, visit, withdrawn);
  }
  work.it = { ...resumed(work), turn: work.it.turn + 1 };
}

/**
 * The visit no longer counts: nothing of it can be pressed, and what it waited for is late. A press that is being looked
 * into stays open, so that the person is told.
 */
function strike(work: Work, visit: Visit, withdrawn: string): void {
  withdraw(work, visit.n, words(withdrawn, { name: work.event.actor.name }));
  amend(work, visit.n, { struck: true });
  const livesOn = (open: Open): boolean =>
    open.kind === 'press' || (open.kind === 'run' && open.mode === 'act');
  closeKeys(work, (_, open) => open.visit === visit.n && !livesOn(open));
}

/** The answer in an event. */
export function pick(event: { readonly choice?: string; readonly text?: string }): Answer {
  return {
    ...(event.choice === undefined ? {} : { choice: event.choice }),
    ...(event.text === undefined ? {} : { text: event.text }),
  };
}
