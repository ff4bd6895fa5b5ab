import { z } from 'zod';
import * as value from './whm-values.ts';

/** A service of the server; null is what this build does not say. `running` is null when WHM does not monitor it: that is not "down". */
export interface Service {
  /** `imap`, `pop`, `exim`, `cpsrvd`, … */
  name: string;
  title: string;
  enabled: boolean | null;
  installed: boolean | null;
  monitored: boolean | null;
  running: boolean | null;
}

/** Where the mail of a domain goes, as cPanel detects it from the MX records. `remote`: not to this server. */
export interface MailRouting {
  detected: 'local' | 'remote' | 'secondary' | 'unknown';
  /** The server takes the mail of the domain whatever the MX records say; left out where this build does not tell. */
  alwaysAccept?: boolean;
  /** The MX records, the most preferred first. */
  exchangers: { host: string; priority: number }[];
}

/** One attempt to deliver one message, `at` in milliseconds since 1970. */
export interface Delivery {
  /** `failed` is also what a filter or a policy took away. */
  outcome: 'delivered' | 'deferred' | 'failed' | 'inprogress';
  at: number;
  recipient: string;
  sender: string;
  senderIp: string | null;
  /** What the mail server said, such as "Mailbox is full"; outside text. */
  message: string;
}

/** Absent and null are unknown, where `flag` alone would take null for no. */
const flagOrUnknown = value.orUnknown(z.union([z.null(), z.literal('').transform(() => null), value.flag]));
const lowerCase = value.text.transform((text) => text?.toLowerCase() ?? '');

/** A row of servicestatus. */
export const serviceRow = z.looseObject({
  name: value.name,
  display_name: value.orUnknown(value.text),
  enabled: flagOrUnknown,
  installed: flagOrUnknown,
  monitored: flagOrUnknown,
  running: flagOrUnknown,
});
/** A row of Email::list_mxs: one for each domain that gets mail. The priority comes as a number in quotes. */
export const routingRow = z.looseObject({
  domain: value.name,
  detected: value.orUnknown(lowerCase),
  local: flagOrUnknown,
  remote: flagOrUnknown,
  secondary: flagOrUnknown,
  alwaysaccept: flagOrUnknown,
  entries: value.list(z.looseObject({ mx: value.name, priority: value.number })),
});
/** A row of emailtrack_search. */
export const deliveryRow = z.looseObject({
  type: lowerCase,
  sendunixtime: value.number,
  actionunixtime: value.orUnknown(z.union([z.null(), z.literal('').transform(() => null), value.number])),
  recipient: value.orUnknown(value.text),
  sender: value.orUnknown(value.text),
  senderip: value.orUnknown(value.text),
  message: value.orUnknown(value.text),
});
