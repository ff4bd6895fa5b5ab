import { plain, words } from './card.ts';
import { actionStep, closeApproval, startAct, unapproved } from './act.ts';
import type { Actor, Authority, EventBody } from './event.ts';
import { clock } from './fill.ts';
import type { Open, Visit } from './incident.ts';
import { settle } from './leave.ts';
import type { Plan } from './plan.ts';
import { aboutOf } from './proposal.ts';
import type { Refusal } from './reply.ts';
import {
  amend,
  closeKeys,
  factsOf,
  inputsOf,
  messageOf,
  openAt,
  openKey,
  resumed,
  tell,
  visitOf,
  wakeAt,
  type Work,
} from './work.ts';

type Pressed = EventBody & { type: 'confirm.pressed' };
type Approval = Open & { kind: 'approval' };

/** Somebody pressed Approve, Hold or Reject: noted, and the policy is asked whether this person may. */
export function pressed(work: Work, approval: Approval, event: Pressed): Refusal | undefined {
  const presser = work.event.actor;
  const plan = planOf(approval, event.hash);
  if (plan === undefined) {
    return { code: 'late', message: 'That button is of another plan. Please look at the card as it is now.' };
  }
  if (work.event.at > approval.until) {
    return { code: 'late', message: 'The time to approve it is over. Nothing was done with your press.' };
  }
  const why = event.why?.trim() ?? '';
  if (event.decision !== 'approve' && why === '') {
    const message =
      event.decision === 'reject'
        ? 'Please say why it is rejected; the technician will read it.'
        : 'Please say what should be waited for; whoever decides will read it.';
    return { code: 'bad-text', message, field: 'why' };
  }
  const already = approvalsOf(approval, event.hash).some((by) => by.person === presser.person);
  if (already && event.decision === 'approve') {
    return { code: 'late', message: 'You approved this already; it needs another person too.' };
  }
  const checking = Object.values(work.it.open).some(
    (open) => open.kind === 'press' && open.approval === event.key && open.presser.person === presser.person,
  );
  if (checking) return { code: 'late', message: 'Your press is being looked at already.' };
  const visit = visitOf(work.it, approval.visit);
  const key = `${visit.n}.press.${work.it.seq}`;
  openKey(work, key, {
    kind: 'press',
    visit: visit.n,
    approval: event.key,
    hash: event.hash,
    decision: event.decision,
    presser,
    ...(event.decision === 'approve' ? {} : { why }),
  });
  const step = actionStep(work, visit);
  const { run: action, confirm } = step;
  work.effects.push({
    type: 'authorize',
    key,
    approval: event.key,
    presser,
    action,
    by: confirm.by,
    plan,
    requesters: requestersOf(work, plan),
    decision: event.decision,
    about: aboutOf(work),
  });
  return undefined;
}

/** The policy has answered: approve, hold, reject, or tell the presser alone why nothing happened. */
export function decided(
  work: Work,
  key: string,
  press: Open & { kind: 'press' },
  authority: Authority,
): string | undefined {
  closeKeys(work, (open) => open === key);
  const approval = openAt(work.it, press.approval);
  const tell = (text: ReturnType<typeof words>): undefined => {
    work.effects.push({ type: 'whisper', key: `whisper.${press.visit}`, to: press.presser, text });
  };
  if (!authority.allowed) return tell(words('{reason}', { reason: authority.reason }));
  const plan = approval?.kind === 'approval' ? planOf(approval, press.hash) : undefined;
  if (approval?.kind !== 'approval' || plan === undefined || work.event.at > approval.until) {
    return tell(tooLate(visitOf(work.it, press.visit)));
  }
  work.it = resumed(work);
  if (press.decision === 'reject') {
    const text = words('Rejected: {why}', { why: press.why ?? '' });
    return unapproved(work, press.visit, 'rejected', { text, by: press.presser.name });
  }
  if (press.decision === 'hold') {
    hold(work, press, approval);
    return undefined;
  }
  const approvedBy = [...approvalsOf(approval, press.hash), press.presser];
  amend(work, press.visit, { approvedBy });
  const needs = Math.max(1, plan.needs, authority.needs ?? 1);
  if (approvedBy.length < needs) {
    const { held: _, ...waiting } = approval;
    openKey(work, press.approval, { ...waiting, hash: press.hash, approvedBy, needs });
    return undefined;
  }
  closeApproval(work, press.visit);
  const names = approvedBy.map((actor) => actor.name).join(' and ');
  settle(work, press.visit, words('Approved by {names}', { names }), names);
  startAct(work, press.visit, plan);
  return undefined;
}

/** It stays open, with more time once: whoever may can go on, and everybody reads who asked to wait and for what. */
function hold(work: Work, press: Open & { kind: 'press' }, approval: Approval): void {
  const held = { by: press.presser.name, why: press.why ?? '' };
  const { visit: n, within = 0 } = approval;
  tell(work, messageOf(visitOf(work.it, n).turn), 'owner');
  if (approval.prolonged === true || within === 0) {
    openKey(work, press.approval, { ...approval, held });
    return;
  }
  const until = approval.until + within;
  closeKeys(work, (_, open) => open.kind === 'time' && open.visit === n && open.purpose === 'expiry');
  wakeAt(work, `${n}.expiry.${press.approval}`, n, 'expiry', until);
  openKey(work, press.approval, { ...approval, held, until, prolonged: true });
}

/** The words for somebody who came late: who decided what, and when. */
export function tooLate(visit: Visit): ReturnType<typeof words> {
  if (visit.struck === true) {
    return words('This was withdrawn: an earlier answer was changed. Nothing was done with your press.');
  }
  if (visit.settled === undefined)
    return words('This is no longer waiting. Please look at the card as it is now.');
  return words('Decided already: {what} ({by}, {at}). Nothing was done with your press.', {
    what: plain(visit.settled.text),
    by: visit.settled.by,
    at: clock(visit.settled.at),
  });
}

/** Who approved this very plan; those who approved another of the same proposal did not. */
function approvalsOf(approval: Approval, hash: string): readonly Actor[] {
  return approval.hash === hash ? approval.approvedBy : [];
}

function planOf(approval: Approval, hash: string): Plan | undefined {
  return [approval.plan, ...(approval.plan.alternatives ?? [])].find((plan) => plan.hash === hash);
}

/**
 * Persons who may not approve it alone: who opened the incident, who owns it, and who gave a fact that the plan uses, or
 * that a check made such a fact of.
 */
function requestersOf(work: Work, plan: Plan): readonly string[] {
  const facts = factsOf(work.it);
  const persons = new Set([work.it.openedBy.person, work.it.owner.person]);
  // Grows while it is gone through: each fact once.
  const names = new Set(Object.keys(plan.input));
  for (const name of names) {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (fact?.person !== undefined) persons.add(fact.person);
    else if (fact !== undefined && Object.hasOwn(work.contracts, fact.by)) {
      for (const read of inputsOf(work, fact.by)) names.add(read);
    }
  }
  return [...persons];
}
