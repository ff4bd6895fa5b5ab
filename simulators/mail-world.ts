/** An attempt to deliver a message in the simulated log; times in milliseconds since 1970. */
export interface SimDelivery {
  type: 'success' | 'defer' | 'failure' | 'inprogress';
  at: number;
  sentAt: number;
  recipient: string;
  sender: string;
  senderIp: string;
  message: string;
}

/** A service of the simulated server. */
export interface SimService {
  name: string;
  title: string;
  enabled: boolean;
  installed: boolean;
  monitored: boolean;
  running: boolean;
}

const minute = 60_000;

/** The services of a server on which all is well; one is not monitored, so that WHM does not say whether it runs. */
export function freshServices(): SimService[] {
  const up = (name: string, title: string, monitored = true): SimService => {
    return { name, title, enabled: true, installed: true, monitored, running: true };
  };
  return [
    up('cphulkd', 'cPHulk Daemon'),
    up('cpsrvd', 'cPanel Daemon'),
    up('exim', 'Exim Mail Server'),
    up('exim-altport', 'Exim Mail Server (on another port)'),
    up('httpd', 'Apache Web Server'),
    up('imap', 'IMAP Server'),
    up('lmtp', 'LMTP Server'),
    up('pop', 'POP3 Server'),
    up('spamd', 'Apache SpamAssassin', false),
  ];
}

/** A message that reached its mailbox so many minutes ago. */
export function delivered(now: number, recipient: string, minutesAgo: number): SimDelivery {
  const at = now - minutesAgo * minute;
  const from = { sender: 'notice@payroll-news.example', senderIp: '198.51.100.40' };
  return { type: 'success', at, sentAt: at - 2000, recipient, ...from, message: 'Accepted' };
}

/** What became of the latest messages to the firms with a story. */
export function freshDeliveries(now: number): SimDelivery[] {
  const full = (recipient: string, minutesAgo: number): SimDelivery => ({
    ...delivered(now, recipient, minutesAgo),
    type: 'defer',
    message: `LMTP error from remote mail server after RCPT TO:<${recipient}>: 452 4.2.2 <${recipient}> Mailbox is full / Quota exceeded (mailbox for user is full)`,
  });
  return [
    // At 10:03 these are since 08:12.
    ...[111, 64, 17].map((minutesAgo) => full('office@harbor-tax.example', minutesAgo)),
    delivered(now, 'office@harbor-tax.example', 190),
    ...[240, 95, 31, 6].map((minutesAgo) => delivered(now, 'info@acme-cpa.example', minutesAgo)),
    delivered(now, 'dana@acme-cpa.example', 12),
    ...[52, 9].map((minutesAgo) => full('erik@lindqvist-cpa.example', minutesAgo)),
    full('alice@whitfield-rowe.example', 41),
    delivered(now, 'tom@baxter-ledger.example', 25),
    delivered(now, 'team@summit-books.example', 18),
    delivered(now, 'kim@summit-books.example', 44),
    delivered(now, 'lucia@delgado-tax.example', 73),
    delivered(now, 'audit@pacific-audit.example', 8),
  ];
}
