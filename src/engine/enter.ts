import { isRefusal, readAnswer } from './answer.ts';
import { plain, words } from './card.ts';
import { endIncident } from './end.ts';
import type { CheckStep, Step } from './dialog.ts';
import type { Facts } from './fact.ts';
import { clock, fill, inWords } from './fill.ts';
import { afterResult, lookLater, lookNow } from './look.ts';
import { leave } from './leave.ts';
import { setBy } from './set.ts';
import type { Answer, Visit } from './incident.ts';
import { startPlan } from './act.ts';
import { awaitAnswer } from './patience.ts';
import { summaryOf } from './summary.ts';
import { addVisit, amend, asFacts, factsOf, messageOf, openKey, stepOf, tell, type Work } from './work.ts';

const longestChain = 50;

/**
 * Goes to a step and on from there until something must be waited for. Steps that wait for nobody (words, known answers)
 * are passed in the same turn; a ring of only such steps is refused by `checkDialog` and stopped here.
 */
export function enter(work: Work, first: string, how: Entering = {}): void {
  let id: string | undefined = first;
  for (let count = 0; id !== undefined; count += 1) {
    if (count > longestChain)
      throw new Error(`Dialog "${work.dialog.id}" goes round without waiting at "${id}".`);
    id = enterOne(work, id, count === 0 ? how : {});
  }
}

/** What is special about the first step that is entered. */
interface Entering {
  /** Asked though the answer may be known. */
  readonly ask?: true;
  readonly said?: Facts;
}

function enterOne(work: Work, id: string, { ask, said }: Entering): string | undefined {
  const visit = addVisit(work, id, said === undefined ? {} : { said });
  const facts = factsOf(work.it);
  const step = stepOf(work, visit);
  switch (step.kind) {
    case 'say': {
      const text = fill(step.text, facts);
      const title = step.title === undefined ? {} : { text: fill(step.title, facts) };
      const brought = asFacts(work, setBy(step), 'action', 'mailfix');
      amend(work, visit.n, { ...(step.to === 'client' ? { ...title, script: text } : { text }), brought });
      return leave(work, visit.n, step.next);
    }
    case 'ask': {
      amend(work, visit.n, {
        text: fill(step.ask, facts),
        ...(step.explain === undefined ? {} : { explain: fill(step.explain, facts) }),
      });
      const known = step.save !== undefined && step.skipWhenKnown === true ? facts[step.save] : undefined;
      if (ask === undefined && known !== undefined && step.next !== undefined) {
        const answer: Answer = { text: inWords(known.value) };
        amend(work, visit.n, {
          settled: {
            text: words('{value}', { value: inWords(known.value) }),
            by: known.by,
            at: known.at,
            answer,
            known: true,
          },
        });
        return leave(work, visit.n, step.next);
      }
      awaitAnswer(work, visit.n);
      rememberAnswer(work, visit, step, facts);
      tell(work, messageOf(visit.turn), 'owner');
      return undefined;
    }
    case 'check':
      return enterCheck(work, visit, step);
    case 'action':
      amend(work, visit.n, { text: fill(step.title, facts) });
      startPlan(work, visit.n);
      return undefined;
    case 'end': {
      const text = fill(step.text, facts);
      const summary = step.outcome === 'escalated' ? { summary: summaryOf(work.it) } : {};
      amend(work, visit.n, { text, ...summary });
      return endIncident(work, step.outcome, text);
    }
    case 'watch':
      throw new Error(`Step "${id}" is a watch: it begins with a deed, not on the path.`);
  }
}

/** What was answered here before, where that no longer stands: it can be given again with one click. */
function rememberAnswer(work: Work, { n, step: id }: Visit, step: Step, facts: Facts): void {
  const before = work.it.visits.findLast(
    ({ step: other, struck, settled }) =>
      other === id && struck === true && settled?.answer !== undefined && settled.known === undefined,
  );
  const { settled } = before ?? {};
  if (settled?.answer === undefined || isRefusal(readAnswer(work.dialog, step, settled.answer, facts)))
    return;
  const said = { answer: plain(settled.text), by: settled.by, at: clock(settled.at) };
  amend(work, n, {
    earlier: settled.answer,
    notices: [words('Answered before: {answer} ({by}, {at}).', said)],
  });
}

function enterCheck(work: Work, visit: Visit, step: CheckStep): string | undefined {
  amend(work, visit.n, { text: fill(step.title, factsOf(work.it)) });
  if (step.choices !== undefined) openKey(work, `${visit.n}.answer`, { kind: 'answer', visit: visit.n });
  if (step.looks === undefined) {
    lookNow(work, visit.n);
    return afterResult(work, visit.n);
  }
  lookLater(work, visit.n);
  return undefined;
}
