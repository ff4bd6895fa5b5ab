import { runbook } from '../../../dialogs/cannot-receive.ts';
import { contracts } from '../../../src/actions/contracts.ts';
import type { Values } from '../../../src/engine/fact.ts';
import { talk, type Answered, type Conversation, type World } from '../../conversation.ts';
import { Coverage } from '../../../src/rehearsal/coverage.ts';

/** The runbook as it is shipped. */
export const dialog = runbook({
  unblockChecks: ['5m', '7m', '10m'],
  approvalWithin: '30m',
  watchFor: '24h',
  quotaLease: '14d',
  byfUrl: undefined,
  ownAddresses: [],
});

/** What its conversations have taken so far. */
export const coverage = new Coverage(dialog, contracts);

/** The account that the conversations are about. */
export const acme = {
  account: 'acmecpa',
  server: 'host2',
  domain: 'acme.example',
  mailbox: 'info@acme.example',
};
/** A client about whom WHM cannot be asked. */
export const noWhm: World = { clientAccount: ['unknown'] };

/** Logins for info@acme.example fail from 203.0.113.7, and that is why it is blocked. */
export const suspected: World = {
  failingLogins: [
    'blocked',
    {
      suspects: ['203.0.113.7'],
      suspectStory:
        '203.0.113.7: 14 failed logins for info@acme.example (POP3) since 09:41, the last 2 min ago. It is blocked by cPHulk on host2.',
    },
  ],
  ipFits: ['fits'],
  ipBlock: ['blocked'],
};
/** What the failed logins of an address tell. */
export const cause = {
  failedBox: 'info@acme.example',
  failedService: 'POP3',
  failures: '14 failed logins',
  failingSince: '09:41',
  lastFailure: '2 min ago',
  devices: 'most likely one device',
};

/** What a raise from 200 to 300 MB for fourteen days leaves to be known. */
export const lease = {
  leaseOf: 'account',
  leaseName: 'account acmecpa',
  leaseFor: '14d',
  leaseUntil: '2026-12-07 10:00 UTC',
  oldLimitMb: 200,
  newLimitMb: 300,
  usedThenMb: 200.2,
} as const;
const mailboxLease = { ...lease, leaseOf: 'mailbox', leaseName: 'mailbox info@acme.example' } as const;
/** Raises are for a time, and whoever approves one also approves the way back. */
export const leases: World = {
  raiseAccountQuota: ['planned', { covers: 'the way back' }],
  'act:raiseAccountQuota': ['leased', lease],
  raiseMailboxQuota: ['planned', { covers: 'the way back' }],
  'act:raiseMailboxQuota': ['leased', mailboxLease],
  leaseEnd: ['fits'],
  returnQuota: ['planned', { hash: 'the way back' }],
  'act:returnQuota': ['done'],
  extendLease: ['planned', { covers: 'the way back' }],
  'act:extendLease': ['leased', { ...lease, leaseUntil: '2026-12-21 10:00 UTC' }],
  keepQuota: ['planned'],
  'act:keepQuota': ['done'],
};

export const healthy: World = {
  clientAccount: ['found', acme],
  mailRouting: ['here'],
  mailServices: ['up'],
  failingLogins: ['nobody'],
  delivery: ['nothing'],
  serverTrouble: ['alone'],
  mailSettings: ['unknown'],
  ipFits: ['stranger'],
  rootCause: ['unclear'],
  ipBlock: ['clear'],
  cpaBlock: ['silent'],
  accountQuota: ['room'],
  mailboxQuota: ['room'],
  unblockIp: ['planned'],
  'act:unblockIp': ['accepted'],
  raiseAccountQuota: ['planned'],
  'act:raiseAccountQuota': ['done'],
  raiseMailboxQuota: ['planned'],
  'act:raiseMailboxQuota': ['done'],
};

/** info@acme.example gets no mail; nothing is found to be wrong unless `world` says so. */
export function incident(
  world: World = {},
  facts: Record<string, string> = { client: 'info@acme.example' },
): Conversation {
  return talk({
    dialog,
    facts,
    world: { ...healthy, ...world },
    always: withoutAddress,
    listener: coverage.listener,
  });
}

/** Nobody can look at an address that is not known yet. */
function withoutAddress(contract: string, input: Values): Answered | undefined {
  if (input['ip'] !== undefined) return undefined;
  if (contract === 'ipBlock') return ['notAsked'];
  return contract === 'cpaBlock' ? ['silent'] : undefined;
}

/** The same, at the proposal to un-block 203.0.113.7. */
export function proposal(world: World = {}): Conversation {
  return incident({ ipBlock: ['blocked'], ...world }).answers('none', 'no', 'neither', '203.0.113.7');
}

/** The same, approved: waiting for the un-block. */
export function unblocking(world: World = {}): Conversation {
  return proposal(world).approves().asks('It takes 5–10 minutes to un-block 203.0.113.7');
}
