import { z } from 'zod';
import { clientRef } from '../../src/input/client-ref.ts';
import { publicIp } from '../../src/input/ip.ts';
import type { OwnAddress } from '../../src/input/ip.ts';
import { freeText } from '../../src/input/text.ts';
import { mailable } from './mail.ts';

/** Everything that can become known in the course of "cannot receive". Tables may ask for those with listed values. */
export function factsOf(ownAddresses: readonly OwnAddress[]) {
  return z.object({
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
    mailHosts: z.string(),
    downServices: z.string(),
    suspects: z.array(z.string()),
    suspectStory: z.string(),
    lockedBox: z.string(),
    lockedUntil: z.string(),
    turnedAwaySince: z.string(),
    inbox: z.string(),
    outbox: z.string(),
    login: z.string(),
    steps: z.enum([
      'cannot-receive/outlook-classic',
      'cannot-receive/outlook-new',
      'cannot-receive/outlook-mac',
      'cannot-receive/outlook-older',
      ...mailable,
    ]),
    mailTo: z
      .string()
      .trim()
      .pipe(z.email('That is no mail address: type it whole, like info@acme.example.')),
    likelyIps: z.array(z.string()),
    likelyWhy: z.string(),
    oursName: z.string(),
    stuckWhy: z.string(),
    failedBox: z.string(),
    failedService: z.string(),
    failures: z.string(),
    failingSince: z.string(),
    lastFailure: z.string(),
    devices: z.string(),
    leaseOf: z.enum(['account', 'mailbox']),
    leaseName: z.string(),
    leaseFor: z.string(),
    leaseUntil: z.string(),
    oldLimitMb: z.number(),
    newLimitMb: z.number(),
    usedThenMb: z.number(),
    error: z.enum(['pop3', 'password', 'full', 'other', 'none']),
    errorText: freeText(500),
    changed: z.enum(['yes', 'no']),
    sites: z.enum(['both', 'own', 'byf', 'neither']),
    ip: publicIp(ownAddresses),
  });
}
