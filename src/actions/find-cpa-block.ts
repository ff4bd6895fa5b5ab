import type { CpaClient } from '../clients/cpa.ts';
import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';

const check = 'cpaBlock';
const verdicts = { blocked: 'fail', queued: 'warning', clear: 'pass', unknown: 'unknown' } as const;
const templates = {
  blocked: 'The CPA System says that {ip} is blocked ({at}).',
  queued: 'The CPA System has the un-block of {ip} in its queue ({at}). It takes 5–10 minutes.',
  clear: 'The CPA System says that {ip} is not blocked ({at}).',
  unknown: 'The CPA System answered at {at}, but not clearly, whether {ip} is blocked.',
} as const;

/** What the CPA System says about an address; `silent` where it has no status to ask for. */
export function findCpaBlock(cpa: CpaClient | undefined): CheckHandler<ShippedContracts['cpaBlock']> {
  return async ({ ip }, { signal, now }) => {
    if (cpa === undefined) return silent('The CPA System is not configured: CPA_UNBLOCK_URL is not set.');
    if (!cpa.hasStatus) return silent('The CPA System tells no status: CPA_STATUS_URL is not set.');
    const status = await cpa.status(ip, { signal });
    const text = words(templates[status], { ip, at: clock(now()) });
    return { outcome: status, findings: [{ check, verdict: verdicts[status], text }] };
  };
}

function silent(template: string): { outcome: 'silent'; findings: readonly Finding[] } {
  return { outcome: 'silent', findings: [{ check, verdict: 'not-applicable', text: words(template) }] };
}
