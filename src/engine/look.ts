import { words, type Finding } from './card.ts';
import type { CheckStep, WatchStep } from './dialog.ts';
import { durationMs, durationInWords, type Duration } from './duration.ts';
import type { Facts, Values } from './fact.ts';
import type { Visit } from './incident.ts';
import { leave } from './leave.ts';
import { choose, met, type Known } from './next.ts';
import {
  amend,
  asFacts,
  closeKeys,
  contractOf,
  factOf,
  factsOf,
  inputFor,
  notice,
  openKey,
  stepOf,
  visitOf,
  wakeAt,
  type Work,
} from './work.ts';

/** Runs all checks of a visit at once and sets their deadline. A check whose input is not known counts as "could not look". */
export function lookNow(work: Work, n: number): void {
  const visit = visitOf(work.it, n);
  const step = looking(work, visit);
  const facts = known(work, visit);
  const deadlineMs = durationMs(step.deadline);
  // An earlier look's late result would overwrite what this one sees.
  closeKeys(work, (_, open) => open.visit === n && (open.kind === 'time' || open.kind === 'run'));
  for (const check of step.run) {
    const input = inputFor(work, check, facts);
    const missing = contractOf(work, check).input.safeParse(input).error;
    if (missing !== undefined) {
      const field = String(missing.issues[0]?.path[0] ?? 'input');
      couldNotLook(work, n, check, 'The fact “{field}” is not known.', { field });
      continue;
    }
    const key = `${n}.${check}.${visit.looks}`;
    openKey(work, key, { kind: 'run', visit: n, contract: check, mode: 'check', look: visit.looks });
    const ownMs = durationMs(ownDeadline(work, check) ?? step.deadline);
    work.effects.push({
      type: 'run',
      key,
      contract: check,
      mode: 'check',
      input,
      deadlineMs: Math.min(deadlineMs, ownMs),
    });
  }
  wakeAt(work, `${n}.deadline.${visit.looks}`, n, 'deadline', work.event.at + deadlineMs);
  const { late: _, ...latest } = visitOf(work.it, n);
  work.it = { ...work.it, visits: work.it.visits.with(n - 1, { ...latest, looks: visit.looks + 1 }) };
}

/** Schedules the next look after now, by offsets from the entering, if it is not yet; false when none is left. */
export function lookLater(work: Work, n: number): boolean {
  const visit = visitOf(work.it, n);
  const key = `${n}.look.${visit.looks}`;
  if (Object.hasOwn(work.it.open, key)) return true;
  const at = looking(work, visit)
    .looks?.map((offset) => visit.at + durationMs(offset))
    .find((time) => time > work.event.at);
  if (at === undefined) return false;
  wakeAt(work, key, n, 'look', at);
  return true;
}

/** Takes a check's result into its visit: its finding, and as facts its outcome and what the outcome brings. */
export function takeResult(
  work: Work,
  n: number,
  check: string,
  result: { outcome: string; facts?: Values | undefined; findings?: readonly Finding[] | undefined },
): void {
  const visit = visitOf(work.it, n);
  const named = Object.hasOwn(contractOf(work, check).outcomes, result.outcome);
  const outcome = named ? result.outcome : 'unknown';
  const values: Values = { ...(named ? result.facts : {}), [check]: outcome };
  const { run } = looking(work, visit);
  // In the order of the runbook, not of arrival, so that nothing jumps while results come in.
  const findings = [
    ...visit.findings.filter((finding) => finding.check !== check),
    ...(result.findings ?? []),
  ].toSorted((one, other) => run.indexOf(one.check) - run.indexOf(other.check));
  amend(work, n, {
    findings,
    brought: { ...visit.brought, ...asFacts(work, values, 'check', check) },
  });
}

/** What follows from a check's new result: the step to go to, or nothing while it still waits. */
export function afterResult(work: Work, n: number): string | undefined {
  const visit = visitOf(work.it, n);
  const step = stepOf(work, visit);
  if (step.kind !== 'check') return undefined;
  const pending = pendingChecks(work, n);
  if (visit.ledTo !== undefined) {
    noticeContradiction(work, visit, step);
    return undefined;
  }
  if (step.looks !== undefined) {
    if (pending.size > 0) return undefined;
    const open = step.until?.some((when) => met(when, (name) => factOf(work.it, name))) === true;
    if (!open && lookLater(work, n)) {
      closeKeys(work, (key) => key === `${n}.deadline.${visit.looks - 1}`);
      return undefined;
    }
  }
  const to = leave(work, n, step.next, pending);
  if (to !== undefined) {
    closeKeys(work, (key, of) => of.visit === n && (of.kind === 'time' || key === `${n}.answer`));
  }
  return to;
}

/** The deadline passed: checks that still run become "could not look"; a later result is still taken, as a late one. */
export function deadlineCame(work: Work, n: number): void {
  const step = looking(work, visitOf(work.it, n));
  const template = 'No answer within {time}.';
  const values = { time: durationInWords(durationMs(step.deadline)) };
  const late = [...pendingChecks(work, n)];
  for (const check of late) couldNotLook(work, n, check, template, values);
  amend(work, n, { late });
}

/** Checks of a visit's latest look without a result yet. */
export function pendingChecks(work: Work, n: number): ReadonlySet<string> {
  const visit = visitOf(work.it, n);
  const pending = new Set<string>();
  for (const open of Object.values(work.it.open)) {
    if (open.kind !== 'run' || open.visit !== n || open.look !== visit.looks - 1) continue;
    if (visit.late?.includes(open.contract) !== true) pending.add(open.contract);
  }
  return pending;
}

/** The facts that a visit's checks read: for a watch its input as it was, else what is known now. */
function known(work: Work, visit: Visit): Facts {
  return { ...factsOf(work.it), ...visit.detached?.input };
}

function ownDeadline(work: Work, check: string): Duration | undefined {
  const contract = contractOf(work, check);
  return contract.kind === 'check' ? contract.deadline : undefined;
}

function looking(work: Work, visit: Visit): CheckStep | WatchStep {
  const step = stepOf(work, visit);
  if (step.kind !== 'check' && step.kind !== 'watch') throw new Error(`Step "${visit.step}" does not look.`);
  return step;
}

function couldNotLook(
  work: Work,
  n: number,
  check: string,
  template: string,
  values: Readonly<Record<string, string>>,
): void {
  const title = contractOf(work, check).title;
  const text = words(`Could not look at {title}. ${template}`, { ...values, title });
  takeResult(work, n, check, { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] });
}

const contradiction = words(
  'This came after the path was chosen, and it speaks against it. Look again, or change an answer above.',
);

function noticeContradiction(work: Work, visit: Visit, step: CheckStep): void {
  const { brought } = visit;
  const known: Known = (name) => (Object.hasOwn(brought, name) ? brought[name] : factOf(work.it, name));
  const would = choose(step.next, known, pendingChecks(work, visit.n));
  const said = visit.notices.some(({ template }) => template === contradiction.template);
  if (would === undefined || would === visit.ledTo || said) return;
  notice(work, visit.n, contradiction);
}
