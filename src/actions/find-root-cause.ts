import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import { attempt } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import { failureLines, failureWords, stillTrying } from './failed-logins.ts';
import type { CheckHandler } from './handler.ts';
import { chosen, noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'rootCause';

/** Why logins from an address fail: which mailbox, which service, since when, and whether a device is still at it. */
export function findRootCause(whms: Whms): CheckHandler<ShippedContracts['rootCause']> {
  return async ({ ip, server }, { signal, now }) => {
    const asked = chosen(whms, server);
    if (asked.length === 0) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const tried = await Promise.all(
      asked.map(([, whm]) => attempt(whm.cphulkFailedLogins({ ip }, { signal }))),
    );
    const logins = tried.flatMap((one) => (one.ok ? one.value : []));
    const broken = tried.find((one) => !one.ok && one.error.code !== 'whm.cphulk-disabled');
    if (logins.length === 0 && broken?.ok === false) throw broken.error;
    const facts = failureWords(logins, now());
    if (facts === undefined) return { outcome: 'unclear', findings: [] };
    const still = stillTrying(logins, now());
    const template = still
      ? 'A wrong password for {failedBox} is still being tried ({failedService}, {failures}, the last {lastFailure}): {devices}.'
      : 'A wrong password for {failedBox} was tried ({failedService}, {failures}, the last {lastFailure}): {devices}.';
    const finding: Finding = {
      check,
      verdict: 'warning',
      text: words(template, { ...facts }),
      evidence: failureLines(logins, now()),
    };
    return { outcome: still ? 'stillTrying' : 'wrongPassword', facts, findings: [finding] };
  };
}
