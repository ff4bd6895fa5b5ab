import { words } from './card.ts';
import type { ActionStep } from './dialog.ts';
import { durationMs } from './duration.ts';
import { inWords } from './fill.ts';
import type { Open } from './incident.ts';
import type { Plan } from './plan.ts';
import type { About, Terms } from './terms.ts';
import { factOf, messageOf, notice, openKey, tell, visitOf, wakeAt, type Work } from './work.ts';

type Approval = Open & { kind: 'approval' };

/** Opens a plan's approval on the policy's terms, calls whoever is asked, and sets the times at which that goes on. */
export function propose(work: Work, n: number, step: ActionStep, plan: Plan, terms?: Terms): void {
  const { at } = work.event;
  const { looks, turn } = visitOf(work.it, n);
  const round = looks - 1;
  const { quiet, escalation } = terms ?? {};
  const within = terms?.withinMs ?? durationMs(step.confirm.within);
  // In quiet hours those who are there for that are asked at once; without them it waits, and its time begins later.
  const atOnce = quiet !== undefined && escalation !== undefined;
  const begins = quiet === undefined || atOnce ? at : quiet.until;
  const until = begins + within;
  const by = atOnce ? escalation.to : terms?.by;
  const later = escalation?.afterMs === undefined || atOnce ? undefined : escalation;
  openKey(work, `${n}.approval.${round}`, {
    kind: 'approval',
    visit: n,
    action: step.run,
    plan,
    until,
    approvedBy: [],
    within,
    ...(by === undefined ? {} : { by }),
    ...(later === undefined ? {} : { escalateTo: later.to }),
  });
  wakeAt(work, `${n}.expiry.${round}`, n, 'expiry', until);
  wakeAt(work, `${n}.reminder.${round}`, n, 'reminder', begins + (terms?.remindAfterMs ?? within / 2));
  if (later?.afterMs !== undefined)
    wakeAt(work, `${n}.escalation.${round}`, n, 'escalation', begins + later.afterMs);
  if (begins > at) wakeAt(work, `${n}.call.${round}`, n, 'call', begins);
  if (terms?.notWaived !== undefined) notice(work, n, words('{why}', { why: terms.notWaived }));
  if (quiet !== undefined) {
    const template = atOnce
      ? 'Quiet hours until {ends}: only those are asked who are there for that.'
      : 'Quiet hours: nobody is called before {ends}. Whoever may decide can do so before.';
    notice(work, n, words(template, { ends: quiet.ends }));
  }
  tell(work, messageOf(turn), begins > at ? 'owner' : 'approvers');
}

/** Nobody decided so far: those are asked too who come next. */
export function escalate(work: Work, n: number): void {
  const [key, approval] = approvalOf(work, n) ?? [];
  if (key === undefined || approval?.escalateTo === undefined) return;
  const { escalateTo, ...kept } = approval;
  const by = [...new Set([...(approval.by ?? []), ...escalateTo])];
  openKey(work, key, { ...kept, by });
  notice(work, n, words('Nobody has decided yet: more people are asked now.'), 'approvers');
}

/** Quiet hours are over: whoever is to decide is called. */
export function callApprovers(work: Work, n: number): void {
  if (approvalOf(work, n) !== undefined)
    notice(work, n, words('Quiet hours are over, and this waits for a decision.'), 'approvers');
}

/** Whom this incident is for, and who drives it. */
export function aboutOf(work: Work): About {
  const { clientId, client } = work.dialog;
  const fact = (clientId === undefined ? undefined : factOf(work.it, clientId)) ?? factOf(work.it, client);
  return { client: fact === undefined ? '' : inWords(fact.value), technician: work.it.owner.person };
}

function approvalOf(work: Work, n: number): readonly [string, Approval] | undefined {
  for (const [key, open] of Object.entries(work.it.open))
    if (open.kind === 'approval' && open.visit === n) return [key, open];
  return undefined;
}
