import { runbook } from '../../../dialogs/cannot-send.ts';
import { contracts } from '../../../src/actions/contracts.ts';
import { talk, type Conversation, type World } from '../../conversation.ts';
import { Coverage } from '../../../src/rehearsal/coverage.ts';
import { acme } from '../cannot-receive/shipped.ts';

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

/** What Outlook must be set to. */
export const told = {
  login: 'info@acme.example',
  inbox: 'POP3 server mail.acme.example, port 995, with SSL/TLS',
  outbox: 'SMTP server mail.acme.example, port 465, with SSL/TLS',
} as const;

const healthy: World = {
  clientAccount: ['found', acme],
  outgoingMail: ['free'],
  mailServices: ['up'],
  accountQuota: ['room'],
  mailboxQuota: ['room'],
  serverTrouble: ['alone'],
  mailSettings: ['told', told],
  raiseAccountQuota: ['planned'],
  'act:raiseAccountQuota': ['done'],
  raiseMailboxQuota: ['planned'],
  'act:raiseMailboxQuota': ['done'],
};

/** info@acme.example gets mail and cannot send; nothing on the server is wrong unless `world` says so. */
export function incident(
  world: World = {},
  facts: Record<string, string> = { client: 'info@acme.example' },
): Conversation {
  return talk({ dialog, facts, world: { ...healthy, ...world }, listener: coverage.listener });
}
