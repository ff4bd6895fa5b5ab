import type { Plan } from '../engine/plan.ts';
import type { QuietHours } from './quiet-hours.ts';

/** So many acts within a time, counted by what they are about, by whom they are for, by who drives them, or all. */
export interface Limit {
  readonly per: 'subject' | 'client' | 'technician' | 'all';
  readonly most: number;
  readonly withinMs: number;
}

/** How one action is approved. Lists hold entries as APPROVERS does. */
export interface Rule {
  /** Where it stands, for people and for the log: `APPROVERS`, `policy.unblockIp`. */
  readonly name: string;
  readonly approvers: readonly string[];
  /** How many persons must approve. */
  readonly needs: number;
  readonly requesterMayApprove: boolean;
  readonly withinMs?: number;
  readonly remindAfterMs?: number;
  /** Called later, or in quiet hours; may decide at any time. */
  readonly escalateTo?: readonly string[];
  readonly escalateAfterMs?: number;
  /** When nobody else is called. */
  readonly quietHours?: QuietHours;
  readonly limits?: readonly Limit[];
  /** What holds instead above low risk. */
  readonly raisedRisk?: { readonly needs?: number; readonly approvers?: readonly string[] };
  /** At low risk it needs no person. */
  readonly withoutApproval?: boolean;
}

/** The rules by action, and the one of all others. */
export interface Rules {
  readonly default: Rule;
  readonly actions: ReadonlyMap<string, Rule>;
}

/** The rule of an action. */
export function ruleOf(rules: Rules, action: string): Rule {
  return rules.actions.get(action) ?? rules.default;
}

/** How many persons a plan needs: whichever of plan and rule asks for most. */
export function needsOf(rule: Rule, { needs, risk }: Pick<Plan, 'needs' | 'risk'>): number {
  const raised = risk.level === 'low' ? 1 : (rule.raisedRisk?.needs ?? 1);
  return Math.max(1, needs, rule.needs, raised);
}

/** Who is asked to decide about a plan first. */
export function askedFor(rule: Rule, { risk }: Pick<Plan, 'risk'>): readonly string[] {
  return risk.level === 'low' ? rule.approvers : (rule.raisedRisk?.approvers ?? rule.approvers);
}

/** Who may decide about a plan: those who are asked, and those who would be asked later. */
export function mayDecide(rule: Rule, plan: Pick<Plan, 'risk'>): readonly string[] {
  return [...new Set([...askedFor(rule, plan), ...(rule.escalateTo ?? [])])];
}
