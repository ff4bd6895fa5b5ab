import { words, type Finding, type Text } from './card.ts';
import type { ActionStep } from './dialog.ts';
import { durationMs } from './duration.ts';
import { clock } from './fill.ts';
import type { Deed, Visit } from './incident.ts';
import { leave, settle } from './leave.ts';
import type { Plan } from './plan.ts';
import { beginWatch, watchInput } from './watch.ts';
import {
  amend,
  asFacts,
  closeKeys,
  contractOf,
  factsOf,
  factType,
  inputFor,
  openKey,
  stepOf,
  touch,
  visitOf,
  wakeAt,
  type Work,
} from './work.ts';
import type { EventBody } from './event.ts';

type Finished = EventBody & { type: 'run.finished' };

/** Asks the handler to look and plan; while another act runs, the plan waits for it, or the same deed could be done twice. */
export function startPlan(work: Work, n: number): void {
  const acting = Object.values(work.it.open).some((open) => open.kind === 'run' && open.mode === 'act');
  if (acting) {
    amend(work, n, { queued: true });
    return;
  }
  const { queued: _, ...visit } = visitOf(work.it, n);
  const step = actionStep(work, visit);
  const deadlineMs = durationMs(step.deadline);
  const key = `${n}.plan.${visit.looks}`;
  work.it = { ...work.it, visits: work.it.visits.with(n - 1, visit) };
  openKey(work, key, { kind: 'run', visit: n, contract: step.run, mode: 'plan', look: visit.looks });
  const input = inputFor(work, step.run, factsOf(work.it));
  work.effects.push({ type: 'run', key, contract: step.run, mode: 'plan', input, deadlineMs });
  amend(work, n, { looks: visit.looks + 1 });
}

/** A plan came back: ask for its approval, or go on by its outcome, or say that it was done already. */
export function planFinished(work: Work, n: number, event: Finished): string | undefined {
  const visit = addFindings(work, n, event.findings);
  const step = actionStep(work, visit);
  if (event.outcome !== 'planned' || event.plan === undefined) return leaveBy(work, n, step, event);
  const plan = event.plan;
  const hashes = [plan.hash, ...(plan.alternatives ?? []).map((other) => other.hash)];
  const done = work.it.deeds.find((deed) => hashes.includes(deed.hash));
  amend(work, n, { plan });
  if (done !== undefined) {
    settle(work, n, words('Done already at {at}; it is not done again.', { at: clock(done.at) }), 'mailfix');
    return leave(work, n, onOutcome(step, done.outcome));
  }
  const until = work.event.at + durationMs(step.confirm.within);
  const round = visit.looks - 1;
  openKey(work, `${n}.approval.${round}`, { kind: 'approval', visit: n, plan, until, approvedBy: [] });
  wakeAt(work, `${n}.expiry.${round}`, n, 'expiry', until);
  wakeAt(work, `${n}.reminder.${round}`, n, 'reminder', work.event.at + durationMs(step.confirm.within) / 2);
  touch(work, visit.turn, 'approvers');
  return undefined;
}

/** Approved by as many as it needs: the handler may act, on exactly this plan. */
export function startAct(work: Work, n: number, plan: Plan): void {
  const visit = visitOf(work.it, n);
  const step = actionStep(work, visit);
  const names = Object.entries(plan.input).filter(([name]) => factType(work.dialog, name) !== undefined);
  const input = asFacts(work, Object.fromEntries(names), 'action', work.event.actor.name);
  amend(work, n, { plan, brought: { ...visit.brought, ...input } });
  const key = `${n}.act.${visit.looks}`;
  openKey(work, key, { kind: 'run', visit: n, contract: step.run, mode: 'act', look: visit.looks, plan });
  const deadlineMs = durationMs(step.deadline);
  work.effects.push({
    type: 'run',
    key,
    contract: step.run,
    mode: 'act',
    input: plan.input,
    deadlineMs,
    plan,
  });
}

/** An act is over: into the ledger, its watch begun; the path goes on unless the visit was struck meanwhile. */
export function actFinished(work: Work, n: number, plan: Plan, event: Finished): string | undefined {
  const visit = addFindings(work, n, event.findings);
  const step = actionStep(work, visit);
  if (event.outcome !== 'failed' && event.outcome !== 'changed') {
    record(work, visit, step, plan, event.outcome);
    if (step.after !== undefined) beginWatch(work, step.after, watchInput(work, plan.input), plan.subject);
  }
  if (visit.struck === true || work.it.ended !== undefined) return undefined;
  if (event.outcome === 'changed') {
    const { settled: _, plan: __, ...again } = visitOf(work.it, n);
    work.it = {
      ...work.it,
      visits: work.it.visits.with(n - 1, { ...again, notices: [changedText(event.findings)] }),
    };
    startPlan(work, n);
    return undefined;
  }
  return leaveBy(work, n, step, event);
}

/** Plans that waited for the act which is over now. */
export function startQueued(work: Work): void {
  for (const visit of work.it.visits)
    if (visit.queued === true && visit.struck !== true) startPlan(work, visit.n);
}

/** The approval was not given in time, or was refused. */
export function unapproved(
  work: Work,
  n: number,
  outcome: 'expired' | 'rejected',
  said: { text: Text; by: string },
): string | undefined {
  closeApproval(work, n);
  settle(work, n, said.text, said.by);
  return leave(work, n, onOutcome(actionStep(work, visitOf(work.it, n)), outcome));
}

/** Nobody can press it any more. */
export function closeApproval(work: Work, n: number): void {
  closeKeys(work, (_, open) => open.visit === n && (open.kind === 'approval' || open.kind === 'time'));
}

/** The step as an action. */
export function actionStep(work: Work, visit: Visit): ActionStep {
  const step = stepOf(work, visit);
  if (step.kind !== 'action') throw new Error(`Step "${visit.step}" is no action.`);
  return step;
}

function record(work: Work, visit: Visit, step: ActionStep, plan: Plan, outcome: string): void {
  const approval = visit.approvedBy ?? [];
  const deed: Deed = {
    hash: plan.hash,
    subject: plan.subject,
    title: plan.title,
    action: step.run,
    visit: visit.n,
    outcome,
    at: work.event.at,
    approvedBy: approval,
  };
  work.it = { ...work.it, deeds: [...work.it.deeds, deed] };
  work.deeds.push(deed);
}

function leaveBy(work: Work, n: number, step: ActionStep, event: Finished): string | undefined {
  const own = contractOf(work, step.run).outcomes;
  const named = Object.hasOwn(own, event.outcome) || ['failed', 'partly', 'unknown'].includes(event.outcome);
  const outcome = named ? event.outcome : 'unknown';
  const visit = visitOf(work.it, n);
  if (event.facts !== undefined) {
    amend(work, n, { brought: { ...visit.brought, ...asFacts(work, event.facts, 'action', step.run) } });
  }
  return leave(work, n, onOutcome(step, outcome));
}

function onOutcome(step: ActionStep, outcome: string): ActionStep['on'][string] {
  const next = Object.hasOwn(step.on, outcome) ? step.on[outcome] : step.on['unknown'];
  if (next === undefined) throw new Error(`Action "${step.run}" has no way on for "${outcome}".`);
  return next;
}

function addFindings(work: Work, n: number, findings: readonly Finding[] | undefined): Visit {
  return findings === undefined || findings.length === 0 ? visitOf(work.it, n) : amend(work, n, { findings });
}

function changedText(findings: readonly Finding[] | undefined): ReturnType<typeof words> {
  const first = findings?.[0];
  return first === undefined
    ? words('Changed since it was approved: it needs a new approval.')
    : { template: `Changed since it was approved: ${first.text.template}`, values: first.text.values ?? {} };
}
