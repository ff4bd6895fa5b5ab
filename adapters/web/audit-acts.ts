import type { Actor, Authority, Decision, InboundEvent } from '../../src/engine/event.ts';
import type { Fact } from '../../src/engine/fact.ts';
import type { Incident } from '../../src/engine/incident.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { LoggedEvent } from './ports.ts';

/** Somebody's press on a proposal, and what the policy said about it then; without `decided` that is still open. */
export interface Press {
  readonly seq: number;
  readonly at: number;
  readonly actor: Actor;
  readonly decision: Decision;
  readonly hash: string;
  readonly why?: string;
  readonly decided?: { readonly seq: number; readonly at: number; readonly authority: Authority };
}

/** A proposal with all that was done about it. */
export interface Proposal {
  readonly seq: number;
  readonly at: number;
  /** Number of the visit that it was made in. */
  readonly visit: number;
  /** The plan that was carried out or approved, else the one that was proposed; undefined when it was redacted. */
  readonly plan: Plan | undefined;
  readonly presses: readonly Press[];
  readonly run?: LoggedEvent & { readonly event: InboundEvent & { readonly type: 'run.finished' } };
  /** When nobody had decided in time. */
  readonly expired?: number;
  /** The rule that the policy's terms let it go by, if nothing else stood in the way. */
  readonly waiver?: string;
}

/** Every proposal of an incident with its presses and its run, in order; read from the log alone. */
export function proposalsOf(log: readonly LoggedEvent[]): readonly Proposal[] {
  const proposals: Proposal[] = [];
  /** The visit and what is about it, of a key such as `4.approval.0`. */
  const latest = (key: string): { index: number; what: string; proposal: Proposal | undefined } => {
    const [n = '', what = ''] = key.split('.');
    const index = proposals.findLastIndex(({ visit }) => visit === Number(n));
    return { index, what, proposal: proposals[index] };
  };
  for (const logged of log) {
    const { seq, event } = logged;
    const { at, actor } = event;
    if (!('key' in event)) continue;
    const { index, what, proposal } = latest(event.key);
    if (event.type === 'run.finished' && what === 'plan' && event.outcome === 'planned') {
      const waiver = event.terms?.waiver;
      const visit = Number(event.key.split('.')[0]);
      const proposal = { seq, at, visit, plan: event.plan, presses: [] };
      proposals.push(waiver === undefined ? proposal : { ...proposal, waiver });
    }
    if (proposal === undefined) continue;
    if (event.type === 'confirm.pressed') {
      const { decision, hash, why } = event;
      const press = { seq, at, actor, decision, hash, ...(why === undefined ? {} : { why }) };
      proposals[index] = { ...proposal, presses: [...proposal.presses, press] };
    }
    if (event.type === 'confirm.decided') {
      const decided = { seq, at, authority: event.authority };
      const pressed = Number(event.key.split('.').at(-1));
      const presses = proposal.presses.map((press) =>
        press.seq === pressed ? { ...press, decided } : press,
      );
      proposals[index] = { ...proposal, presses };
    }
    if (event.type === 'run.finished' && what === 'act')
      proposals[index] = { ...proposal, run: { ...logged, event } };
    if (event.type === 'time.came' && what === 'expiry') proposals[index] = { ...proposal, expired: at };
  }
  return proposals.map((proposal) => ({ ...proposal, plan: chosen(proposal) }));
}

/**
 * Who let a proposal be carried out that nobody pressed anything on: a rule of the policy, or those whose earlier
 * approval covers it.
 */
export function unpressed(
  { visit, presses, run, waiver }: Proposal,
  incident: Incident,
): { readonly rule: string } | { readonly people: readonly Actor[] } | undefined {
  if (run === undefined || presses.length > 0) return undefined;
  // When the world had changed, the visit went on to another proposal, and names who approved that one.
  const isAnother = run.event.outcome === 'changed';
  const named = isAnother ? [] : (incident.visits.find(({ n }) => n === visit)?.approvedBy ?? []);
  const rule = named.find(({ id }) => id.startsWith('policy:'))?.id;
  if (rule !== undefined) return { rule };
  if (named.length > 0) return { people: named };
  return waiver === undefined ? undefined : { rule: `policy:${waiver}` };
}

/** What the plan rests on: each fact that it uses as it was then, and who or what said it. */
export function groundsOf(
  { visit, plan }: Proposal,
  incident: Incident,
): readonly (readonly [string, Fact])[] {
  const known = new Map(Object.entries(incident.facts));
  for (const { n, brought } of incident.visits)
    if (n < visit) for (const [name, fact] of Object.entries(brought)) known.set(name, fact);
  return Object.keys(plan?.input ?? {}).flatMap((name) => {
    const fact = known.get(name);
    return fact === undefined ? [] : [[name, fact] as const];
  });
}

/** Of a plan with smaller alternatives, the one that people approved last. */
function chosen({ plan, presses }: Proposal): Plan | undefined {
  const approved = presses.findLast(
    ({ decision, decided }) => decision === 'approve' && decided?.authority.allowed === true,
  );
  return plan?.alternatives?.find(({ hash }) => hash === approved?.hash) ?? plan;
}
