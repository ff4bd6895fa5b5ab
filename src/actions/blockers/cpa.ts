import type { CpaClient } from '../../clients/cpa.ts';
import { attempt } from '../attempt.ts';
import { nothingSeen } from './blocker.ts';
import type { Blocker } from './blocker.ts';

/** The CPA System, as far as it tells a status. */
export function cpaSystem(cpa: CpaClient): Blocker {
  const name = 'the CPA System';
  return {
    name,
    async look(ip, signal) {
      if (!cpa.hasStatus) return nothingSeen(name, 'silent');
      const status = await attempt(cpa.status(ip, { signal }));
      if (!status.ok) return { ...nothingSeen(name, 'clear'), state: 'unknown', errors: [status.error] };
      return { ...nothingSeen(name, 'clear'), state: status.value };
    },
  };
}
