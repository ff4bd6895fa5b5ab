import type { Plan, PlanDraft } from '../engine/plan.ts';
import { canonical, sha256 } from '../store/chain.ts';

/**
 * Gives a plan, its alternatives and what it covers their hashes: an approval is for what they touch, from where to
 * where, by which calls, and for what follows by itself.
 */
export function hashPlan(contract: string, draft: PlanDraft): Plan {
  const { alternatives, covers, ...plan } = draft;
  const { subject, input, calls, from, to } = plan;
  const later =
    covers === undefined ? {} : { covers: { ...covers, plan: hashPlan(covers.action, covers.plan) } };
  const following =
    later.covers === undefined ? {} : { covers: [later.covers.after, later.covers.plan.hash] };
  const hash = sha256(canonical({ contract, subject, input, calls, from, to, ...following }));
  if (alternatives === undefined) return { ...plan, ...later, hash };
  return { ...plan, ...later, hash, alternatives: alternatives.map((other) => hashPlan(contract, other)) };
}
