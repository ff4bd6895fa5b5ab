import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { lookAtIp } from './ip-look.ts';
import type { IpLook } from './ip-look.ts';
import { ipFinding } from './ip-words.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'ipBlock';
// A block that is proven stands; short of that, one server that could not be asked spoils "not blocked".
const gravest = ['blocked', 'unknown', 'failing', 'clear'] as const;

/** Whether cPHulk blocks an address, on the server of the account or on all: why, since when, until when. */
export function findIpBlock(whms: Whms): CheckHandler<ShippedContracts['ipBlock']> {
  return async ({ ip, server }, { signal, now }) => {
    const looks = await lookAtIp(whms, { ip, server }, signal);
    if (looks.length === 0) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const at = now();
    return { outcome: worstOf(looks), findings: looks.map((look) => ipFinding(check, ip, look, at)) };
  };
}

/** The gravest state among the servers. */
export function worstOf(looks: readonly IpLook[]): IpLook['state'] {
  return gravest.find((state) => looks.some((look) => look.state === state)) ?? 'unknown';
}
