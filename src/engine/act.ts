import { words, type Finding, type Text } from './card.ts';
import { coveredText, coveringDeed } from './cover.ts';
import type { ActionStep } from './dialog.ts';
import { durationMs } from './duration.ts';
import { clock } from './fill.ts';
import type { Deed, Visit } from './incident.ts';
import { leave, settle } from './leave.ts';
import type { Plan } from './plan.ts';
import { beginWatch, watchAfter, watchInput } from './watch.ts';
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
  visitOf,
  type Work,
} from './work.ts';
import { mailfix, type EventBody } from './event.ts';
import { aboutOf, propose } from './proposal.ts';
import type { Terms } from './terms.ts';

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
  const about = aboutOf(work);
  work.effects.push({ type: 'run', key, contract: step.run, mode: 'plan', input, deadlineMs, about });
  amend(work, n, { looks: visit.looks + 1 });
}

/** A plan came back: ask for its approval, or go on by its outcome, or say that it was done already. */
export function planFinished(work: Work, n: number, event: Finished): string | undefined {
  const visit = addFindings(work, n, event.findings);
  const step = actionStep(work, visit);
  const { plan } = event;
  if (event.outcome !== 'planned' || plan === undefined) {
    // A plan only looks: where even that did not work, surely nothing was done, so there is nothing to wait for.
    const named = Object.hasOwn(contractOf(work, step.run).outcomes, event.outcome);
    return leaveBy(work, n, step, { ...event, outcome: named ? event.outcome : 'failed' });
  }
  const hashes = [plan.hash, ...(plan.alternatives ?? []).map((other) => other.hash)];
  const done = work.it.deeds.find((deed) => hashes.includes(deed.hash));
  amend(work, n, { plan });
  if (done !== undefined) {
    // What it came to is known again, though the path that it was done on may not stand.
    // Who said what is known anyway is not to be forgotten: they may not approve what follows alone.
    const now = factsOf(work.it);
    const found = Object.entries(visitOf(work.it, done.visit).brought).filter(
      ([name, { source, value }]) => source === 'action' && now[name]?.value !== value,
    );
    amend(work, n, { brought: { ...visit.brought, ...Object.fromEntries(found) } });
    settle(work, n, words('Done already at {at}; it is not done again.', { at: clock(done.at) }), 'mailfix');
    return leave(work, n, onOutcome(step, done.outcome));
  }
  // What did not come out as approved at the first try, or is over a limit, is for people to look at.
  const asks = visit.looks > 1 || event.terms?.notWaived !== undefined;
  const covering = asks ? undefined : coveringDeed(work, step.run, plan);
  if (covering !== undefined) {
    amend(work, n, { approvedBy: covering.approvedBy });
    settle(work, n, coveredText(covering), 'mailfix');
    startAct(work, n, plan);
    return undefined;
  }
  const rule = waiverOf(visit, plan, event.terms);
  if (rule === undefined) propose(work, n, step, plan, event.terms);
  else waive(work, n, plan, rule);
  return undefined;
}

/** The rule that lets this plan go without a person: only at low risk, and only when nothing has changed since. */
function waiverOf(visit: Visit, plan: Plan, terms: Terms | undefined): string | undefined {
  const needsPeople = plan.risk.level !== 'low' || plan.needs > 1 || visit.looks > 1;
  return needsPeople ? undefined : terms?.waiver;
}

/** Approved by a rule: it is written down like an approval by a person, under the rule's name. */
function waive(work: Work, n: number, plan: Plan, rule: string): void {
  const id = `policy:${rule}`;
  amend(work, n, { approvedBy: [{ id, person: mailfix.person, name: id }] });
  settle(work, n, words('Approved by {rule}: low risk, so no person is asked', { rule: id }), id);
  startAct(work, n, plan);
}

/** Approved by as many as it needs: the handler may act, on exactly this plan. */
export function startAct(work: Work, n: number, plan: Plan): void {
  const visit = visitOf(work.it, n);
  const step = actionStep(work, visit);
  // What the plan did not change is still known from whoever said it.
  const facts = factsOf(work.it);
  const changed = Object.entries(plan.input).filter(
    ([name, value]) => factType(work.dialog, name) !== undefined && facts[name]?.value !== value,
  );
  const input = asFacts(work, Object.fromEntries(changed), 'action', work.event.actor.name);
  amend(work, n, { plan, brought: { ...visit.brought, ...input } });
  const key = `${n}.act.${visit.looks}`;
  openKey(work, key, { kind: 'run', visit: n, contract: step.run, mode: 'act', look: visit.looks - 1, plan });
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

/** An act is over: into the ledger, its watch begun; the path goes on if it still stands here. */
export function actFinished(
  work: Work,
  n: number,
  { plan, action }: { readonly plan: Plan; readonly action: string },
  event: Finished,
): string | undefined {
  const visit = addFindings(work, n, event.findings);
  // The runbook may have lost the step meanwhile; what was done is recorded all the same.
  const now = Object.hasOwn(work.dialog.steps, visit.step) ? work.dialog.steps[visit.step] : undefined;
  const step = now?.kind === 'action' && now.run === action ? now : undefined;
  if (event.outcome !== 'failed' && event.outcome !== 'changed') {
    record(work, visit, action, plan, event.outcome);
    const watch = step === undefined ? undefined : watchAfter(step, event.outcome);
    const found = asFacts(work, event.facts ?? {}, 'action', action);
    if (watch !== undefined)
      beginWatch(work, watch, { ...watchInput(work, n, plan.input), ...found }, plan.subject);
  }
  if (visit.struck === true && event.facts !== undefined)
    amend(work, n, { brought: { ...visit.brought, ...asFacts(work, event.facts, 'action', action) } });
  if (step === undefined || !isHead(work, visit)) return undefined;
  if (event.outcome === 'changed') {
    // Nothing of what was approved holds any more, nor what the facts took from it.
    const { settled: _, plan: __, approvedBy: ___, ...visit } = visitOf(work.it, n);
    const again: Visit = { ...visit, brought: {}, notices: [changedText(event.findings)] };
    work.it = { ...work.it, visits: work.it.visits.with(n - 1, again) };
    startPlan(work, n);
    return undefined;
  }
  return leaveBy(work, n, step, event);
}

/** The path stands at this visit: it was not struck, and neither an end nor a watch that re-opened it led elsewhere. */
export function isHead(work: Work, visit: Visit): boolean {
  const later = work.it.visits.some(({ n, detached }) => n > visit.n && detached === undefined);
  return visit.struck !== true && work.it.ended === undefined && !later;
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

function record(work: Work, visit: Visit, action: string, plan: Plan, outcome: string): void {
  const approval = visit.approvedBy ?? [];
  const { covers } = plan;
  const deed: Deed = {
    hash: plan.hash,
    subject: plan.subject,
    title: plan.title,
    action,
    visit: visit.n,
    outcome,
    at: work.event.at,
    approvedBy: approval,
    ...(covers === undefined
      ? {}
      : { covers: { action: covers.action, after: covers.after, hash: covers.plan.hash } }),
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
