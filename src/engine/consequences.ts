import { plain, words, type Text } from './card.ts';
import { clock } from './fill.ts';
import type { InboundEvent, PressableEvent, Stamp } from './event.ts';
import type { Incident, Visit } from './incident.ts';
import type { Refusal } from './reply.ts';
import { answeredVisits } from './steer.ts';
import { step } from './step.ts';
import type { Seen } from './view.ts';

/** An event after which something else than its own answer may no longer hold. */
export type Correction = Extract<
  PressableEvent,
  {
    type:
      | 'answer.corrected'
      | 'answer.reopened'
      | 'fact.corrected'
      | 'incident.restarted'
      | 'incident.escalated';
  }
>;

/** What a correction would bring about, in sentences; empty where it changes nothing but itself. */
export interface Consequences {
  /** Answers of people that no longer stand: asked again, or said again where they were said against a check. */
  readonly again: readonly Text[];
  /** Proposals that wait for an approval, and whom that was asked of (entries of the settings). */
  readonly withdrawn: readonly { readonly text: Text; readonly asked?: readonly string[] }[];
  /** What is being done right now and is let finish. */
  readonly running: readonly Text[];
  /** What was done and stays done. */
  readonly stays: readonly Text[];
  /** Whether the person should read this first. */
  readonly asks: boolean;
  /** Names exactly these consequences: an event that accepts others is asked about again. */
  readonly token: string;
}

/** True for the events that may take back more than they say. */
export function isCorrection(event: { readonly type: string }): event is Correction {
  return corrections.has(event.type);
}

const corrections: ReadonlySet<string> = new Set([
  'answer.corrected',
  'answer.reopened',
  'fact.corrected',
  'incident.restarted',
  'incident.escalated',
] satisfies Correction['type'][]);

/**
 * What a correction would do to an incident, found by doing it to a copy: so it cannot differ from what is done then.
 * A refusal is what the correction itself would get.
 */
export function consequencesOf(
  seen: Seen,
  correction: Correction,
  stamp: Omit<Stamp, 'id'>,
): Consequences | Refusal {
  const { dialog, contracts, it } = seen;
  const event: InboundEvent = { ...stamp, ...correction, id: 'consequences' };
  const { incident: after, reply } = step(dialog, contracts, it, event);
  if (!reply.ok) return reply.refusal;
  if (after === undefined) throw new Error(`${it.id} was gone after ${correction.type}.`);
  const gone = it.visits.filter(({ n, struck }) => struck !== true && after.visits[n - 1]?.struck === true);
  const own = 'visit' in correction ? correction.visit : undefined;
  const answered = new Set(answeredVisits(it).map(({ n }) => n));
  const asked = gone.filter(({ n }) => n !== own && answered.has(n));
  const open = Object.entries(it.open).filter(([key]) => !Object.hasOwn(after.open, key));
  const approvals = open.flatMap(([, one]) => (one.kind === 'approval' ? [one] : []));
  const acts = Object.values(it.open).filter(
    (one) => one.kind === 'run' && one.mode === 'act' && after.visits[one.visit - 1]?.struck === true,
  );
  const deeds = it.deeds.filter(({ visit }) => gone.some(({ n }) => n === visit));
  const again = [...asked.map(answerText), ...gone.flatMap((visit) => saidText(visit, after))];
  const parts = {
    again,
    withdrawn: approvals.map(({ plan, by, approvedBy }) => ({
      text: withdrawnText(
        plan.title,
        approvedBy.map(({ name }) => name),
      ),
      ...(by === undefined ? {} : { asked: by }),
    })),
    running: acts.flatMap((one) =>
      one.kind === 'run' && one.plan !== undefined
        ? [words('Is being done right now, and will be finished: {what}', { what: plain(one.plan.title) })]
        : [],
    ),
    stays: deeds.map(({ title, at }) =>
      words('Stays done: {what} ({at})', { what: plain(title), at: clock(at) }),
    ),
  };
  const { withdrawn, running, stays } = parts;
  const always = correction.type === 'incident.restarted' || correction.type === 'incident.escalated';
  const asks = always || again.length + withdrawn.length + running.length + stays.length > 0;
  const what = [
    asked.map(({ n }) => n),
    open.map(([key]) => key),
    running.length,
    deeds.map(({ hash }) => hash),
  ];
  return { ...parts, asks, token: fingerprint(JSON.stringify([correction.type, what])) };
}

/** The refusal that asks a person to read the consequences first; undefined where there is nothing to read, or they have. */
export function askFirst(seen: Seen, correction: Correction, stamp: Omit<Stamp, 'id'>): Refusal | undefined {
  const found = consequencesOf(seen, correction, stamp);
  // The correction gets its own refusal when it is made.
  if ('code' in found || !found.asks || correction.accepts === found.token) return undefined;
  const lines = linesOf(found);
  const title = titleOf(correction, seen.it);
  const event: Correction = { ...correction, accepts: found.token };
  return {
    code: 'confirm',
    message: [plain(title), ...lines.map((line) => plain(line))].join(' '),
    confirm: { title, lines, withdrawn: found.withdrawn, label: labelOf(correction), event },
  };
}

/** Everything that is to be read, in one order everywhere: what is lost first. */
function linesOf({ again, withdrawn, running, stays }: Consequences): readonly Text[] {
  return [...withdrawn.map(({ text }) => text), ...again, ...running, ...stays];
}

function titleOf(correction: Correction, it: Incident): Text {
  switch (correction.type) {
    case 'answer.corrected':
      return words('This changes more than the answer itself.');
    case 'fact.corrected':
      return words('“{text}” changes more than that.', { text: correction.text });
    case 'answer.reopened': {
      const question = plain(it.visits[correction.visit - 1]?.text ?? words('The question'));
      return words('Back to: {question}', { question });
    }
    case 'incident.restarted':
      return words('Start over from the first step of the runbook?');
    case 'incident.escalated':
      return words('End it here, for others to take on?');
  }
}

function labelOf({ type }: Correction): Text {
  switch (type) {
    case 'answer.corrected':
    case 'fact.corrected':
      return words('Change it');
    case 'answer.reopened':
      return words('Go back');
    case 'incident.restarted':
      return words('Start over');
    case 'incident.escalated':
      return words('Escalate');
  }
}

function answerText({ text, settled }: Visit): Text {
  const question = plain(text ?? words('A question'));
  return words('Asked again: {question} ({answer})', { question, answer: plain(settled?.text ?? words('')) });
}

/** What was said against a check, where it does not stand any more. */
function saidText({ said = {} }: Visit, after: Incident): readonly Text[] {
  const stands = after.visits
    .filter(({ struck }) => struck !== true)
    .flatMap((visit) => Object.values(visit.said ?? {}));
  const fallen = Object.values(said).filter((fact) => !stands.includes(fact));
  return fallen.map(({ value, by, at }) =>
    words('To be said again: {value} ({by}, {at})', { value: String(value), by, at: clock(at) }),
  );
}

function withdrawnText(title: Text, names: readonly string[]): Text {
  const what = plain(title);
  return names.length === 0
    ? words('Withdrawn, and the approvers are told: {what}', { what })
    : words('Withdrawn, though {names} approved it: {what}', { what, names: names.join(' and ') });
}

/** FNV-1a: tells one state from another, and keeps nobody out. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
