import type { Finding } from '../src/engine/card.ts';
import type { Contracts } from '../src/engine/contract.ts';
import type { Values } from '../src/engine/fact.ts';
import type { Plan } from '../src/engine/plan.ts';

const verdicts: Record<string, 'pass' | 'fail' | 'unknown'> = {
  found: 'pass',
  clear: 'pass',
  room: 'pass',
  blocked: 'fail',
  full: 'fail',
  unknown: 'unknown',
};

/** A check's finding, told by its name and outcome. */
export function findingOf(check: string, outcome: string): Finding {
  return { check, verdict: verdicts[outcome] ?? 'warning', text: { template: `${check}: ${outcome}` } };
}

/** With an outcome that the contract names come the facts that it promises: the runtime takes nothing else. */
export function mustBring(contracts: Contracts, contract: string, outcome: string, facts: Values): void {
  const outcomes = contracts[contract]?.outcomes ?? {};
  if (Object.hasOwn(outcomes, outcome)) outcomes[outcome]?.parse(facts);
}

/** A plan as a handler would make it; `from` may be given as a fact of the planned outcome. */
export function planOf(contract: string, input: Values, facts: Values = {}): Plan {
  const from = String(facts['from'] ?? 'now');
  return {
    hash: `${contract}:${JSON.stringify(input)}:${from}`,
    subject: `${contract}:${JSON.stringify(input)}`,
    title: { template: `${contract}?` },
    input,
    calls: [{ id: '1', system: 'cpa', text: { template: contract } }],
    from,
    to: 'then',
    evidence: [],
    risk: { level: 'low', reasons: [] },
    needs: 1,
  };
}
