import type { Plan, PlanDraft } from '../engine/plan.ts';
import { canonical, sha256 } from '../store/chain.ts';

/** Gives a plan and its alternatives their hashes: an approval is for what they touch, from where to where, by which calls. */
export function hashPlan(contract: string, draft: PlanDraft): Plan {
  const { alternatives, ...plan } = draft;
  const { subject, input, calls, from, to } = plan;
  const hash = sha256(canonical({ contract, subject, input, calls, from, to }));
  if (alternatives === undefined) return { ...plan, hash };
  return { ...plan, hash, alternatives: alternatives.map((other) => hashPlan(contract, other)) };
}
