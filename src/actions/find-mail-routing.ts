import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'mailRouting';

/** Whether the domain's mail comes to this server at all. */
export function findMailRouting(whms: Whms): CheckHandler<ShippedContracts['mailRouting']> {
  return async ({ account, server, domain, mailNode }, { signal }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    if (mailNode !== undefined) {
      const template =
        'The mail of {account} is kept on {mailNode}, another of our servers, not on {server}.';
      return elsewhere(words(template, { account, mailNode, server }), mailNode);
    }
    const { detected, exchangers } = await whm.mailRouting(account, domain, { signal });
    const hosts = exchangers.map(({ host }) => host).join(', ') || 'no server';
    const values = { domain, server, hosts };
    const evidence = exchangers.map(({ host, priority }) =>
      words('Mail server {host}, priority {priority}', { host, priority: String(priority) }),
    );
    if (detected === 'remote') {
      return elsewhere(
        words('Mail for {domain} does not come to {server}: it goes to {hosts}.', values),
        hosts,
      );
    }
    if (detected === 'unknown') {
      const text = words('{server} does not say where the mail of {domain} goes ({hosts}).', values);
      return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text, evidence }] };
    }
    const backup = detected === 'secondary';
    const template = backup
      ? 'Mail for {domain} comes to {server} only when {hosts} is down.'
      : 'Mail for {domain} comes to {server}.';
    const verdict = backup ? 'warning' : 'pass';
    return { outcome: 'here', findings: [{ check, verdict, text: words(template, values), evidence }] };
  };
}

function elsewhere(text: Finding['text'], mailHosts: string) {
  const findings: readonly Finding[] = [{ check, verdict: 'fail', text }];
  return { outcome: 'elsewhere' as const, facts: { mailHosts }, findings };
}
