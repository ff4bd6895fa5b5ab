import type { Plan } from '../engine/plan.ts';
import type { Terms } from '../engine/terms.ts';
import { quietUntil } from './quiet-hours.ts';
import { askedFor, needsOf } from './rules.ts';
import type { Rule } from './rules.ts';

/** A plan with as many people as the rule asks for, for each of its alternatives too. */
export function withNeeds(rule: Rule, plan: Plan): Plan {
  const { alternatives } = plan;
  const needs = needsOf(rule, plan);
  if (alternatives === undefined) return { ...plan, needs };
  return { ...plan, needs, alternatives: alternatives.map((other) => withNeeds(rule, other)) };
}

/** On what terms a plan that is proposed at this instant waits for its approval. */
export function termsOf(rule: Rule, plan: Plan, at: number, timeZone: string | undefined): Terms {
  const { withinMs, remindAfterMs, escalateTo, escalateAfterMs, quietHours, withoutApproval } = rule;
  const quiet = quietHours === undefined ? undefined : quietUntil(quietHours, at, timeZone);
  return {
    by: askedFor(rule, plan),
    ...(withinMs === undefined ? {} : { withinMs }),
    ...(remindAfterMs === undefined ? {} : { remindAfterMs }),
    ...(escalateTo === undefined
      ? {}
      : {
          escalation: {
            to: escalateTo,
            ...(escalateAfterMs === undefined ? {} : { afterMs: escalateAfterMs }),
          },
        }),
    ...(quiet === undefined ? {} : { quiet }),
    ...(withoutApproval === true && plan.risk.level === 'low' ? { waiver: rule.name } : {}),
  };
}
