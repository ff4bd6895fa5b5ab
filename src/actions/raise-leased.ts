import { words } from '../engine/card.ts';
import type { Plan } from '../engine/plan.ts';
import type { ActContext } from './handler.ts';
import type { Figures } from './quota-figures.ts';
import { leaseFacts } from './quota-lease.ts';
import type { Lease } from './quota-lease.ts';
import { actRaise } from './raise-quota.ts';
import type { ActResult, Quota } from './raise-quota.ts';

type Leased = Omit<ActResult, 'outcome'> & { readonly outcome: 'leased'; readonly facts: Lease };

/** Raises as approved; where the plan covers the way back, a raise that was read back begins a lease. */
export async function actLeased(
  quota: Quota,
  plan: Plan,
  quotaMb: number,
  context: ActContext,
): Promise<ActResult | Leased> {
  let then: Figures | undefined;
  const read: Quota['read'] = async (signal) => {
    const figures = await quota.read(signal);
    then ??= figures ?? undefined;
    return figures;
  };
  const result = await actRaise({ ...quota, read }, plan, quotaMb, context);
  const { covers } = plan;
  const oldMb = covers?.plan.input['quota'];
  if (covers === undefined || typeof oldMb !== 'number') return result;
  if (result.outcome === 'partly') {
    const text = words('It is another limit than was approved, so it does not go back by itself.');
    return withEvidence(result, text);
  }
  if (result.outcome !== 'done' || then === undefined) return result;
  const figures = { oldMb, newMb: quotaMb, usedMb: then.usedMb };
  const facts = leaseFacts(quota, figures, covers.after, context.now());
  const until = words('Until {until}; then it goes back to {old} if that is enough.', {
    until: facts.leaseUntil,
    old: covers.plan.to,
  });
  return { ...withEvidence(result, until), outcome: 'leased', facts };
}

function withEvidence<R extends ActResult>(result: R, text: ReturnType<typeof words>): R {
  const findings = result.findings.map((one) => ({ ...one, evidence: [...(one.evidence ?? []), text] }));
  return { ...result, findings };
}
