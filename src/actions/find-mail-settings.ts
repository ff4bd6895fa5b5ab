import { words } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'mailSettings';
const kinds = new Map([
  ['imap', 'IMAP'],
  ['pop', 'POP3'],
  ['pop3', 'POP3'],
]);

/** What Outlook must be set to for the mailbox, as WHM itself gives it out. */
export function findMailSettings(whms: Whms): CheckHandler<ShippedContracts['mailSettings']> {
  return async ({ account, server, mailbox }, { signal }) => {
    const whm = server === undefined ? undefined : whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    if (mailbox === undefined || account === undefined) {
      const text = words('Without a mailbox WHM gives out no settings for it.');
      return { outcome: 'unknown', findings: [{ check, verdict: 'not-applicable', text }] };
    }
    const settings = await whm.clientSettings(account, mailbox, { signal });
    const kind = kinds.get(settings.inboxService ?? '') ?? 'mail';
    const facts = {
      login: settings.inboxUsername,
      inbox: `${kind} server ${settings.inboxHost}, port ${settings.inboxPort}, with SSL/TLS`,
      outbox: `SMTP server ${settings.smtpHost}, port ${settings.smtpPort}, with SSL/TLS, user name ${settings.smtpUsername}`,
    };
    const text = words('Outlook’s settings: {login}; {inbox}; {outbox}.', facts);
    return { outcome: 'told', facts, findings: [{ check, verdict: 'not-applicable', text }] };
  };
}
