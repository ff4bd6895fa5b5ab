import { cpaClient } from '../clients/cpa.ts';
import type { CpaSystem } from '../config-systems.ts';
import { lookAtCertificate } from './certificate.ts';
import { failed, pass, skipped, warn } from './line.ts';
import type { Asking, Look } from './line.ts';

/** Kept for documentation: nobody has this address, so nothing blocks it. */
const nobody = '192.0.2.1';

/** Looks at the CPA System. Its un-block address is never called; of it only the certificate is looked at. */
export async function lookAtCpa(system: CpaSystem, asking: Asking): Promise<readonly Look[]> {
  const { unblockUrl, ca } = system;
  const [certificate, status] = await Promise.all([
    lookAtCertificate(unblockUrl, { ca, setting: 'CPA_CA' }, asking),
    lookAtStatus(system, asking).catch((error: unknown) => failed('status', error)),
  ]);
  const unblock = skipped('un-block', 'not tried, because it would change something');
  return [certificate, status, unblock];
}

async function lookAtStatus(system: CpaSystem, { signal, callMs }: Asking): Promise<Look> {
  const client = cpaClient({ ...system, totalMs: callMs });
  if (!client.hasStatus)
    return skipped(
      'status',
      'it has no status address, so whether an un-block worked is seen in WHM alone',
      'If the CPA System can tell whether an address is blocked, set CPA_STATUS_URL.',
    );
  const said = await client.status(nobody, { signal });
  if (said === 'unknown')
    return warn(
      'status',
      'it answers, and mailfix cannot read from it whether an address is blocked',
      shapes,
    );
  const words = `the sign-in is taken, and it says that ${nobody} is ${said}`;
  return said === 'clear'
    ? pass('status', words)
    : warn('status', `${words}, though nobody has this address`);
}

const shapes = 'It should say {"status": "blocked"}, "queued" or "clear", or {"blocked": true} or false.';
