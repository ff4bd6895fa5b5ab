import { actFinished, planFinished, startQueued, unapproved } from './act.ts';
import { suspected } from './alarm.ts';
import { isRefusal, readAnswer, readFact } from './answer.ts';
import { decided, pressed, tooLate } from './approve.ts';
import { plain, words, type Finding } from './card.ts';
import type { Contracts } from './contract.ts';
import { correct, pick } from './correct.ts';
import type { Dialog } from './dialog.ts';
import type { Effect } from './effect.ts';
import { enter } from './enter.ts';
import type { EventBody, InboundEvent } from './event.ts';
import type { Values } from './fact.ts';
import type { Deed, Incident } from './incident.ts';
import { keep } from './keep.ts';
import { leave, settle } from './leave.ts';
import { afterResult, deadlineCame, lookNow, takeResult } from './look.ts';
import { takeRelated } from './related.ts';
import type { Refusal, Reply } from './reply.ts';
import { aboutIncident, ended } from './people.ts';
import { steer } from './steer.ts';
import { takeUp, unanswered } from './patience.ts';
import { versionChanged } from './version.ts';
import { callApprovers, escalate } from './proposal.ts';
import { showChanged } from './show-changed.ts';
import { afterWatched } from './watch.ts';
import {
  amend,
  closeKeys,
  factsOf,
  notice,
  openAt,
  resumed,
  saidBy,
  stepOf,
  visitOf,
  type Work,
} from './work.ts';

/** What one event makes of an incident. */
export interface Stepped {
  readonly incident: Incident | undefined;
  readonly effects: readonly Effect[];
  readonly reply: Reply;
  /** Deeds that this event brought. */
  readonly deeds: readonly Deed[];
  /** The event's `asks` are part of the incident now; where they are not, the event may as well be logged without them. */
  readonly usedTerms: boolean;
}

/** A turn's end: a refusal, or the step that the path goes to (none: it waits). */
type Outcome = Refusal | { readonly to: string | undefined };
const stay: Outcome = { to: undefined };

/**
 * One event, handled: the next state and what is to be done outside. Pure: no I/O, no clock but `event.at`, no randomness.
 * A refusal leaves the incident as it was. Folding the log through this function gives the snapshot.
 */
export function step(
  dialog: Dialog,
  contracts: Contracts,
  incident: Incident | undefined,
  event: InboundEvent,
): Stepped {
  if (event.type === 'incident.opened') {
    return incident === undefined
      ? open(dialog, contracts, event)
      : refused(incident, { code: 'late', message: `${incident.id} is open already.` });
  }
  if (incident === undefined) {
    const message = `There is no incident "${event.incident}". The list shows the open ones.`;
    return refused(incident, { code: 'unknown-incident', message });
  }
  const work = begin(dialog, contracts, { ...incident, seq: incident.seq + 1, lastAt: event.at }, event);
  const outcome = handle(work, event);
  if (isRefusal(outcome)) return refused(incident, outcome);
  return finish(work, incident, outcome.to);
}

function open(
  dialog: Dialog,
  contracts: Contracts,
  event: InboundEvent & { type: 'incident.opened' },
): Stepped {
  let facts: Values = {};
  for (const [name, text] of Object.entries(event.facts)) {
    const read = readFact(dialog, name, text);
    if (isRefusal(read)) return refused(undefined, { ...read, field: name });
    facts = { ...facts, ...read.values };
  }
  const work = begin(
    dialog,
    contracts,
    {
      id: event.incident,
      dialog: dialog.id,
      dialogVersion: dialog.version,
      openedBy: event.actor,
      openedAt: event.at,
      owner: event.actor,
      ...(event.simulated === true ? { simulated: true } : {}),
      facts: saidBy(event, facts),
      turn: 0,
      seq: 1,
      visits: [],
      notes: [],
      open: {},
      deeds: [],
      due: [],
      lastAt: event.at,
    },
    event,
  );
  return finish(work, undefined, dialog.start);
}

function begin(dialog: Dialog, contracts: Contracts, it: Incident, event: InboundEvent): Work {
  return { dialog, contracts, event, it, effects: [], deeds: [], notify: new Map(), usedTerms: false };
}

function finish(work: Work, before: Incident | undefined, to: string | undefined): Stepped {
  takeRelated(work);
  if (to !== undefined) enter(work, to);
  showChanged(work, before);
  return {
    incident: work.it,
    effects: work.effects,
    reply: { ok: true, incident: work.it.id },
    deeds: work.deeds,
    usedTerms: work.usedTerms,
  };
}

function refused(incident: Incident | undefined, refusal: Refusal): Stepped {
  return { incident, effects: [], reply: { ok: false, refusal }, deeds: [], usedTerms: false };
}

function handle(work: Work, event: InboundEvent): Outcome {
  switch (event.type) {
    case 'answer.given':
      return answered(work, event);
    case 'answer.corrected':
      return work.it.ended === undefined ? correct(work, event) : ended(work);
    case 'answer.reopened':
    case 'fact.corrected':
    case 'question.repeated':
    case 'incident.restarted':
    case 'incident.escalated':
      return work.it.ended === undefined ? steer(work, event) : ended(work);
    case 'confirm.pressed': {
      const approval = openAt(work.it, event.key);
      if (approval?.kind !== 'approval') return late(work, event.key);
      return pressed(work, approval, event) ?? stay;
    }
    case 'confirm.decided': {
      const press = openAt(work.it, event.key);
      if (press?.kind !== 'press') return late(work, event.key);
      return { to: decided(work, event.key, press, event.authority) };
    }
    case 'run.finished':
      return finished(work, event);
    case 'time.came':
      return timeCame(work, event.key);
    case 'server.suspected':
      return suspected(work, event) ?? stay;
    case 'effect.died':
      return died(work, event);
    case 'incident.held':
    case 'incident.released':
    case 'incident.redacted':
      return keep(work, event) ?? stay;
    case 'dialog.version-changed':
      return versionChanged(work, event.to);
    case 'incident.opened':
      throw new Error(`${work.it.id} is open already.`);
    default:
      return aboutIncident(work, event);
  }
}

function answered(work: Work, event: EventBody & { type: 'answer.given' }): Outcome {
  const open = openAt(work.it, event.key);
  if (open?.kind !== 'answer') return late(work, event.key);
  const visit = visitOf(work.it, open.visit);
  const answer = pick(event);
  const taken = readAnswer(work.dialog, stepOf(work, visit), answer, factsOf(work.it));
  if (isRefusal(taken)) return taken;
  closeKeys(work, (_, other) => other.visit === visit.n);
  amend(work, visit.n, {
    brought: { ...visit.brought, ...saidBy(work.event, taken.brings) },
    ...(taken.explain === undefined ? {} : { explain: taken.explain }),
  });
  settle(work, visit.n, taken.text, work.event.actor.name, answer);
  if (taken.from !== undefined)
    notice(work, visit.n, words('Understood from “{typed}”.', taken.from), 'none');
  work.it = { ...resumed(work), turn: work.it.turn + 1 };
  return { to: leave(work, visit.n, taken.next) };
}

function finished(work: Work, event: EventBody & { type: 'run.finished' }): Outcome {
  const open = openAt(work.it, event.key);
  if (open?.kind !== 'run') return late(work, event.key);
  const n = open.visit;
  closeKeys(work, (key) => key === event.key);
  if (open.mode === 'plan') {
    closeKeys(work, (_, other) => other.visit === n && other.kind === 'time');
    return { to: planFinished(work, n, event) };
  }
  if (open.mode === 'act') {
    if (open.plan === undefined) throw new Error(`The act ${event.key} has no plan.`);
    const to = actFinished(work, n, { plan: open.plan, action: open.contract }, event);
    startQueued(work);
    return { to };
  }
  takeResult(work, n, open.contract, event);
  return { to: visitOf(work.it, n).detached === undefined ? afterResult(work, n) : afterWatched(work, n) };
}

function timeCame(work: Work, key: string): Outcome {
  const open = openAt(work.it, key);
  const wakes = work.it.parked?.key === key;
  if (open?.kind !== 'time' && !wakes) return late(work, key);
  const person = work.event.actor.id !== 'mailfix';
  if (person && (open?.kind !== 'time' || open.purpose !== 'look')) {
    return { code: 'not-allowed', message: 'Only the clock can do that.' };
  }
  if (open?.kind !== 'time') {
    takeUp(work);
    return stay;
  }
  const n = open.visit;
  closeKeys(work, (other) => other === key);
  const watched = visitOf(work.it, n).detached !== undefined;
  switch (open.purpose) {
    case 'look':
      lookNow(work, n);
      return { to: watched ? afterWatched(work, n) : afterResult(work, n) };
    case 'deadline':
      deadlineCame(work, n);
      return { to: watched ? afterWatched(work, n) : afterResult(work, n) };
    case 'expiry':
      return {
        to: unapproved(work, n, 'expired', { text: words('Nobody approved in time.'), by: 'mailfix' }),
      };
    case 'reminder':
      notice(work, n, words('Still waiting for an approver.'), 'approvers');
      return stay;
    case 'escalation':
      escalate(work, n);
      return stay;
    case 'call':
      callApprovers(work, n);
      return stay;
    case 'nudge':
    case 'summon':
    case 'park':
      unanswered(work, n, open.purpose);
      return stay;
  }
}

/**
 * An effect was given up for good: the incident says so. A press that could not be looked into can be made again;
 * what a run would have told stays unknown, a plan that was never made has failed, and a time has come: nobody waits for ever.
 */
function died(work: Work, { key, what, why }: EventBody & { type: 'effect.died' }): Outcome {
  const open = openAt(work.it, key);
  const text = words('This did not work: {what}. {why}', { what, why });
  const last = work.it.visits.findLast(({ detached }) => detached === undefined);
  const n = open?.visit ?? last?.n;
  if (n !== undefined) notice(work, n, text);
  if (open?.kind === 'press') closeKeys(work, (other) => other === key);
  if (open?.kind === 'time' || work.it.parked?.key === key) return timeCame(work, key);
  if (open?.kind !== 'run') return stay;
  const findings: readonly Finding[] = [{ check: open.contract, verdict: 'unknown', text }];
  return finished(work, { type: 'run.finished', key, outcome: 'unknown', findings });
}

/** Words for a press or an answer that came after the fact: who settled it, how and when. */
function late(work: Work, key: string): Refusal {
  const n = Number(/^\d{1,9}(?=\.)/.exec(key)?.[0]);
  const visit = work.it.visits[n - 1];
  return {
    code: 'late',
    message: visit === undefined ? 'There is no such question here.' : plain(tooLate(visit)),
  };
}
