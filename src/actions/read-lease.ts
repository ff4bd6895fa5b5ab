import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { fitsBack, gone, isAsRaised, leasedQuota, otherLimit, thenAndNow } from './leased-quota.ts';
import { barOf } from './quota-figures.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'leaseEnd';

/** Whether a quota that was raised for a time can go back, by usage then and now. */
export function readLease(whms: Whms): CheckHandler<ShippedContracts['leaseEnd']> {
  return async (lease, { signal }) => {
    const quota = leasedQuota(whms, check, lease);
    if (quota === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, lease.server)] };
    const reading = await quota.read(signal);
    if (reading === null) return { outcome: 'unknown', findings: [gone(quota)] };
    if (!isAsRaised(reading, lease.newLimitMb))
      return { outcome: 'changed', findings: [otherLimit(quota, reading, lease)] };
    const text = thenAndNow(quota, reading, lease);
    const bar = barOf(reading);
    if (!reading.fresh)
      return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text, ...bar }] };
    return fitsBack(reading, lease.oldLimitMb)
      ? { outcome: 'fits', findings: [{ check, verdict: 'pass', text, ...bar }] }
      : { outcome: 'needed', findings: [{ check, verdict: 'warning', text, ...bar }] };
  };
}
