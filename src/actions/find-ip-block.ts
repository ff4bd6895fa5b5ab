import { blockersOf, lookAtIp, stuckIn, worstOf } from './blockers/look.ts';
import { ipFinding } from './blockers/words.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'ipBlock';

/** Whether anything blocks an address, on the server of the account or on all: why, since when, until when. */
export function findIpBlock(whms: Whms): CheckHandler<ShippedContracts['ipBlock']> {
  return async ({ ip, server }, { signal, now }) => {
    if (ip === undefined) return { outcome: 'notAsked', findings: [] };
    const looks = await lookAtIp(blockersOf(whms, server, now), ip, signal);
    if (looks.length === 0) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const at = now();
    const findings = looks.map((look) => ipFinding(check, ip, look, at));
    const worst = worstOf(looks);
    const stuck = stuckIn(looks);
    if (stuck !== undefined) return { outcome: 'stuck', facts: { stuckWhy: stuck.stuck }, findings };
    const fails = looks.some(({ failedLogins }) => failedLogins.length > 0);
    return { outcome: worst === 'clear' && fails ? 'failing' : worst, findings };
  };
}
