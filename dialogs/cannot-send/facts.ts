import { z } from 'zod';
import { clientRef } from '../../src/input/client-ref.ts';
import { freeText } from '../../src/input/text.ts';

/** Everything that can become known in the course of "receives but cannot send". Tables may ask for those with listed values. */
export const facts = z.object({
  client: clientRef(),
  account: z.string(),
  server: z.string(),
  domain: z.string(),
  mailbox: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.email('That is no mailbox: type it whole, like info@acme.example.')),
  suspendReason: z.string(),
  nearMatches: z.array(z.string()),
  fullMailboxes: z.array(z.string()),
  mailNode: z.string(),
  siteIp: z.string(),
  downServices: z.string(),
  sendStop: z.string(),
  inbox: z.string(),
  outbox: z.string(),
  login: z.string(),
  leaseOf: z.enum(['account', 'mailbox']),
  leaseName: z.string(),
  leaseFor: z.string(),
  leaseUntil: z.string(),
  oldLimitMb: z.number(),
  newLimitMb: z.number(),
  usedThenMb: z.number(),
  error: z.enum(['smtp', 'relay', 'full', 'other', 'none']),
  errorText: freeText(500),
  port: z.enum(['25', 'other']),
  authentication: z.enum(['on', 'off']),
});
