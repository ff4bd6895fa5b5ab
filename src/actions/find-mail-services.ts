import type { Service } from '../clients/whm-mail-shapes.ts';
import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'mailServices';
/** What fetching and delivering mail needs, as servicestatus calls it. */
const needed = new Map([
  ['exim', 'SMTP (exim)'],
  ['imap', 'IMAP'],
  ['lmtp', 'local delivery (lmtp)'],
  ['pop', 'POP3'],
]);

/** Whether the mail services of the server run. One that WHM does not watch is not down, but unknown. */
export function findMailServices(whms: Whms): CheckHandler<ShippedContracts['mailServices']> {
  return async ({ server }, { signal, suspect }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const services = (await whm.services({ signal })).filter(({ name }) => needed.has(name));
    const wanted = services.filter(({ enabled, installed }) => enabled !== false && installed !== false);
    const down = wanted.filter(({ running }) => running === false);
    const unwatched = wanted.filter(({ running }) => running === null);
    const switchedOff = services.filter((service) => !wanted.includes(service));
    const found = [
      ...finding(
        'fail',
        down,
        server,
        '{services} on {server} is not running: it is the server, not the client.',
      ),
      ...finding(
        'unknown',
        unwatched,
        server,
        'WHM on {server} does not watch {services}, so it cannot say whether that runs.',
      ),
      ...finding('not-applicable', switchedOff, server, '{services} is switched off on {server}.'),
    ];
    if (down.length > 0) {
      const downServices = namesOf(down);
      const template = '{services} on {server} is not running: it may be the server, not the client.';
      const sign = `${down.map(({ name }) => name).join(' ')} down`;
      await suspect(server, sign, words(template, { services: downServices, server }));
      return { outcome: 'down', facts: { downServices }, findings: found };
    }
    const up = wanted.filter(({ running }) => running === true);
    // A list that names no mail service has told nothing.
    if (up.length === 0) {
      const text = words('WHM on {server} told nothing about its mail services.', { server });
      return { outcome: 'unknown', findings: [...found, { check, verdict: 'unknown', text }] };
    }
    return {
      outcome: unwatched.length > 0 ? 'unknown' : 'up',
      findings: [...found, ...finding('pass', up, server, '{services} on {server} run.')],
    };
  };
}

function finding(
  verdict: Finding['verdict'],
  services: readonly Service[],
  server: string,
  template: string,
): readonly Finding[] {
  if (services.length === 0) return [];
  return [{ check, verdict, text: words(template, { services: namesOf(services), server }) }];
}

function namesOf(services: readonly Service[]): string {
  return services.map(({ name }) => needed.get(name) ?? name).join(', ');
}
