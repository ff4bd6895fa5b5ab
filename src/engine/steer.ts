import { isRefusal, readFact } from './answer.ts';
import { plain, words } from './card.ts';
import { strikeFrom } from './correct.ts';
import type { Dialog } from './dialog.ts';
import { enter } from './enter.ts';
import type { EventBody } from './event.ts';
import type { Fact, Facts } from './fact.ts';
import { clock, inWords, placesIn } from './fill.ts';
import type { Incident, Visit } from './incident.ts';
import { choose, toldBy } from './next.ts';
import { labelOf, sourceOf } from './source.ts';
import type { Refusal } from './reply.ts';
import { settle } from './leave.ts';
import {
  closeKeys,
  contractOf,
  factsOf,
  notice,
  openAt,
  saidBy,
  stepOf,
  visitOf,
  type Work,
} from './work.ts';

type Steering = EventBody & {
  type:
    | 'answer.reopened'
    | 'fact.corrected'
    | 'question.repeated'
    | 'incident.restarted'
    | 'incident.escalated';
};
type Outcome = Refusal | { readonly to: string | undefined };
const stay: Outcome = { to: undefined };

/** People lead the path elsewhere than their answers do: back, over facts that checks brought, from the start, to the end. */
export function steer(work: Work, event: Steering): Outcome {
  switch (event.type) {
    case 'answer.reopened':
      return busy(work) ?? reopen(work, event.visit);
    case 'fact.corrected':
      return correctFact(work, event.fact, event.text);
    case 'question.repeated':
      return repeat(work, event.key);
    case 'incident.restarted':
      return busy(work) ?? restart(work);
    case 'incident.escalated':
      return escalateIt(work, event.why ?? '');
  }
}

/** The visits with an answer that a person gave and that stands, the latest last. */
export function answeredVisits(it: Incident): readonly Visit[] {
  return it.visits.filter(
    ({ struck, detached, settled }) =>
      struck !== true && detached === undefined && settled?.answer !== undefined && settled.known !== true,
  );
}

/**
 * Whether a person may say otherwise than a check: what a question of the runbook asks for, since that is read and judged as
 * typed words. Verdicts and what else only machines can know are looked at again instead.
 */
export function isCorrectable(dialog: Dialog, fact: string): boolean {
  return Object.values(dialog.steps).some(
    (step) =>
      (step.kind === 'ask' && step.save === fact) ||
      ((step.kind === 'ask' || step.kind === 'check') &&
        Object.values(step.choices ?? {}).some(({ text }) => text?.save === fact)),
  );
}

/** Going back would not undo what is being done right now. */
function busy({ it }: Work): Refusal | undefined {
  const act = Object.values(it.open).find((open) => open.kind === 'run' && open.mode === 'act');
  if (act?.kind !== 'run' || act.plan === undefined) return undefined;
  const what = plain(act.plan.title);
  return { code: 'late', message: `Just now this is being done: ${what}. Please wait until it is over.` };
}

function reopen(work: Work, n: number): Outcome {
  const visit = work.it.visits[n - 1];
  if (visit?.settled?.answer === undefined || visit.struck === true || visit.detached !== undefined) {
    return { code: 'late', message: 'That answer does not stand any more. See the thread.' };
  }
  if (!Object.hasOwn(work.dialog.steps, visit.step)) {
    return { code: 'late', message: 'The runbook was changed and does not ask that any more.' };
  }
  strikeFrom(work, n, 'Withdrawn: {name} went back to an earlier question.');
  enter(work, visit.step, { ask: true });
  return stay;
}

function correctFact(work: Work, name: string, text: string): Outcome {
  const facts = factsOf(work.it);
  const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
  const label = labelOf(work, name);
  if (fact === undefined || !isCorrectable(work.dialog, name)) {
    const why = fact === undefined ? 'is not known yet' : 'is not for people to set';
    return {
      code: 'not-allowed',
      message: `“${label}” ${why}. Answer the questions, or look again.`,
      field: 'text',
    };
  }
  const read = readFact(work.dialog, name, text);
  if (isRefusal(read)) return { ...read, field: 'text' };
  if (read.values[name] === fact.value) {
    return { code: 'bad-text', message: 'That is known already; nothing was changed.', field: 'text' };
  }
  const stands = work.it.visits.filter(({ struck, detached }) => struck !== true && detached === undefined);
  const from =
    stands.find((visit) => Object.hasOwn({ ...visit.brought, ...visit.said }, name)) ??
    stands.find((visit) => reads(work, visit, name));
  if (from === undefined || !Object.hasOwn(work.dialog.steps, from.step)) {
    return {
      code: 'late',
      message: 'The runbook was changed and has no such step any more. Add a note instead.',
    };
  }
  const step = stepOf(work, from);
  // What was said against the same check before is not taken back by this.
  const said: Facts = { ...from.said, ...saidBy(work.event, read.values) };
  // A watch cannot be entered: what follows from it is.
  const watched = step.kind === 'watch';
  strikeFrom(work, watched ? from.n + 1 : from.n, 'Withdrawn: {name} corrected what was known.');
  const to = watched ? choose(step.reopen, toldBy(factsOf(work.it)), new Set()) : from.step;
  if (to === undefined) throw new Error(`The watch "${from.step}" leads nowhere.`);
  const first = work.it.visits.length + 1;
  enter(work, to, { said });
  notice(work, first, correctedText(work, name, fact, inWords(read.values[name] ?? '')));
  return stay;
}

function correctedText(work: Work, name: string, old: Fact, value: string): ReturnType<typeof words> {
  return words('{name} says: {label} is {value}. {source} said {old} at {at}.', {
    name: work.event.actor.name,
    label: labelOf(work, name),
    value,
    source: sourceOf(work.contracts, old),
    old: inWords(old.value),
    at: clock(old.at),
  });
}

/** Whether a visit's step makes anything of a fact. */
function reads(work: Work, visit: Visit, name: string): boolean {
  if (!Object.hasOwn(work.dialog.steps, visit.step)) return false;
  const step = stepOf(work, visit);
  switch (step.kind) {
    case 'ask':
      return (
        step.save === name ||
        step.offer === name ||
        placesIn(`${step.ask} ${step.explain ?? ''}`).includes(name)
      );
    case 'say':
      return placesIn(`${step.title ?? ''} ${step.text}`).includes(name);
    case 'end':
      return placesIn(step.text).includes(name);
    default: {
      const runs = step.kind === 'action' ? [step.run] : step.run;
      return (
        placesIn(step.title).includes(name) ||
        runs.some((run) => Object.hasOwn(contractOf(work, run).input.shape, name))
      );
    }
  }
}

/** The question once more, at the bottom of the thread; its old buttons are late from now on. */
function repeat(work: Work, key: string): Outcome {
  const open = openAt(work.it, key);
  const visit = open?.kind === 'answer' ? visitOf(work.it, open.visit) : undefined;
  if (visit === undefined || stepOf(work, visit).kind !== 'ask') {
    return { code: 'late', message: 'That question is not open any more. See the thread.' };
  }
  closeKeys(work, (_, other) => other.visit === visit.n);
  settle(work, visit.n, words('Asked again below.'), work.event.actor.name);
  const { parked: _, ...it } = work.it;
  work.it = { ...it, turn: it.turn + 1 };
  enter(work, visit.step, { ask: true });
  return stay;
}

/** From the first step on; what was done stays done, and what a person said of the opening's facts is not forgotten. */
function restart(work: Work): Outcome {
  const known = factsOf(work.it);
  const facts = Object.entries(work.it.facts).map(([name, fact]) => {
    const now = known[name];
    return [name, now?.source === 'person' ? now : fact] as const;
  });
  strikeFrom(work, 1, 'Withdrawn: {name} started over.');
  work.it = { ...work.it, facts: Object.fromEntries(facts) };
  const first = work.it.visits.length + 1;
  enter(work, work.dialog.start);
  notice(work, first, words('{name} started over.', { name: work.event.actor.name }));
  return stay;
}

/** To the end where others take it on; what is open is dropped, and an act that runs is let finish. */
function escalateIt(work: Work, why: string): Outcome {
  const { escalate } = work.dialog;
  const { actor, at, id } = work.event;
  if (escalate === undefined) {
    return {
      code: 'not-allowed',
      message: 'This runbook says nobody to escalate to. Hand it over to a colleague.',
    };
  }
  if (why.trim() !== '') {
    const note = { id, turn: work.it.turn, text: why, by: actor.name, at };
    work.it = { ...work.it, notes: [...work.it.notes, note] };
  }
  for (const n of new Set(Object.values(work.it.open).map((open) => open.visit))) {
    const { detached, settled, ledTo } = visitOf(work.it, n);
    if (detached === undefined && settled === undefined && ledTo === undefined)
      settle(work, n, words('Escalated.'), actor.name);
  }
  work.it = { ...work.it, turn: work.it.turn + 1 };
  return { to: escalate };
}
