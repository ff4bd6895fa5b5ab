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

/**
 * A plan as a handler would make it; facts of the planned outcome may give its `from`, its `hash`, `risk` and `needs`, and the hash of a
 * return that it `covers` for fourteen days later.
 */
export function planOf(contract: string, input: Values, facts: Values = {}): Plan {
  const { covers, ...own } = facts;
  const from = String(own['from'] ?? 'now');
  return {
    ...(covers === undefined
      ? {}
      : {
          covers: {
            action: 'returnQuota',
            after: '14d',
            plan: planOf('returnQuota', input, { hash: covers }),
          },
        }),
    hash: String(own['hash'] ?? `${contract}:${JSON.stringify(input)}:${from}`),
    subject: `${contract}:${JSON.stringify(input)}`,
    title: { template: `${contract}?` },
    input,
    calls: [{ id: '1', system: 'cpa', text: { template: contract } }],
    from,
    to: 'then',
    evidence: [],
    risk: { level: own['risk'] === 'raised' ? 'raised' : 'low', reasons: [] },
    needs: Number(own['needs'] ?? 1),
  };
}
