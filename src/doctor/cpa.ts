import { cpaClient } from '../clients/cpa.ts';
import type { CpaClient } from '../clients/cpa.ts';
import { cpaSite } from '../clients/cpa-site.ts';
import type { CpaSystem } from '../config-systems.ts';
import { lookAtCertificate } from './certificate.ts';
import { failed, pass, skipped, warn } from './line.ts';
import type { Asking, Look } from './line.ts';

/** Kept for documentation: nobody has this address, so nothing blocks it. */
const nobody = '192.0.2.1';

/**
 * Looks at the CPA System. Nothing is ever sent to its un-block address: of an API only the certificate is looked at; on
 * the admin site the sign-in is tried, and the form of the page is read.
 */
export async function lookAtCpa(system: CpaSystem, asking: Asking): Promise<readonly Look[]> {
  const { unblockUrl, loginUrl, ca } = system;
  const options = { ...system, totalMs: asking.callMs };
  // One client for both looks: a wrong password is then tried once only.
  const site = loginUrl === undefined ? undefined : cpaSite({ ...options, loginUrl });
  const client = async () => site ?? cpaClient(options);
  const [certificate, form, status] = await Promise.all([
    lookAtCertificate(unblockUrl, { ca, setting: 'CPA_CA' }, asking),
    site === undefined ? [] : lookAtForm(site, system.ipField, asking),
    client()
      .then((one) => lookAtStatus(one, asking))
      .catch((error: unknown) => failed('status', error)),
  ]);
  const unblock = skipped('un-block', 'not tried, because it would change something');
  return [certificate, ...form, status, unblock];
}

async function lookAtForm(
  site: ReturnType<typeof cpaSite>,
  field: string,
  { signal }: Asking,
): Promise<readonly Look[]> {
  const what = 'un-block page';
  try {
    const { to } = await site.form({ signal });
    const words = `the sign-in is taken, and the page has the form with the field "${field}", which goes to ${to}`;
    return [pass(what, words)];
  } catch (error) {
    return [failed(what, error)];
  }
}

async function lookAtStatus(client: CpaClient, { signal }: Asking): Promise<Look> {
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
