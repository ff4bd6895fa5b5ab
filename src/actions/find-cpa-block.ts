import type { CpaClient } from '../clients/cpa.ts';
import { words } from '../engine/card.ts';
import { cpaSystem } from './blockers/cpa.ts';
import { ipFinding } from './blockers/words.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';

const check = 'cpaBlock';

/** What the CPA System says about an address; `silent` where it has no status to ask for. */
export function findCpaBlock(cpa: CpaClient | undefined): CheckHandler<ShippedContracts['cpaBlock']> {
  return async ({ ip }, { signal, now }) => {
    if (ip === undefined) return { outcome: 'silent', findings: [] };
    if (cpa === undefined) {
      const text = words('The CPA System is not configured: CPA_UNBLOCK_URL is not set.');
      return { outcome: 'silent', findings: [{ check, verdict: 'not-applicable', text }] };
    }
    const look = await cpaSystem(cpa).look(ip, signal);
    const [error] = look.errors;
    if (error !== undefined) throw error;
    // The CPA System is never off: it has a status or none.
    const outcome = look.state === 'off' ? 'silent' : look.state;
    return { outcome, findings: [ipFinding(check, ip, look, now())] };
  };
}
