import { z } from 'zod';
import type { ActionContract, CheckContract } from '../engine/contract.ts';

const none = z.object({});
const account = { account: z.string(), server: z.string() };
const found = z.object({ ...account, domain: z.string(), mailbox: z.string().optional() });

/** What dialogs may refer to: checks and actions with their inputs, outcomes, and the facts that each outcome brings. */
export const contracts = {
  clientAccount: {
    kind: 'check',
    title: 'the account in WHM',
    input: z.object({ client: z.string() }),
    outcomes: {
      found,
      suspended: found.extend({ suspendReason: z.string() }),
      notFound: z.object({ nearMatches: z.array(z.string()) }),
      unknown: none,
    },
  },
  ipBlock: {
    kind: 'check',
    title: 'blocks of the address in cPHulk',
    input: z.object({ ip: z.string(), server: z.string().optional(), mailbox: z.string().optional() }),
    outcomes: {
      blocked: none,
      /** Not blocked, but logins from it fail: a wrong saved password. */
      failing: none,
      clear: none,
      unknown: none,
    },
  },
  serverTrouble: {
    kind: 'check',
    title: 'other clients on the server',
    input: z.object(account),
    outcomes: {
      /** Clients of several accounts on this server within half an hour. */
      several: none,
      alone: none,
      unknown: none,
    },
  },
  cpaBlock: {
    kind: 'check',
    title: 'the address in the CPA System',
    input: z.object({ ip: z.string() }),
    outcomes: {
      blocked: none,
      /** An un-block was asked for and is not through yet. */
      queued: none,
      clear: none,
      /** The CPA System tells no status. */
      silent: none,
      unknown: none,
    },
  },
  accountQuota: {
    kind: 'check',
    title: 'the account’s quota',
    input: z.object(account),
    outcomes: { full: none, room: none, unknown: none },
  },
  mailboxQuota: {
    kind: 'check',
    title: 'the mailbox quota',
    input: z.object({ ...account, mailbox: z.string().optional() }),
    outcomes: {
      full: z.object({ mailbox: z.string() }),
      /** More than one box of the account is full, and nobody said which one it is about. */
      several: z.object({ fullMailboxes: z.array(z.string()) }),
      room: none,
      unknown: none,
    },
  },
  unblockIp: {
    kind: 'action',
    title: 'un-block an address in the CPA System',
    input: z.object({ ip: z.string(), server: z.string().optional() }),
    outcomes: {
      /** Taken on by the CPA System; it takes 5–10 minutes, so this is not yet "open". */
      accepted: none,
      /** Already un-blocked, or asked for by another incident minutes ago. */
      nothingToDo: none,
    },
  },
  raiseAccountQuota: {
    kind: 'action',
    title: 'raise an account’s quota',
    input: z.object(account),
    outcomes: { done: none, nothingToDo: none },
  },
  raiseMailboxQuota: {
    kind: 'action',
    title: 'raise a mailbox’s quota',
    input: z.object({ ...account, mailbox: z.string() }),
    outcomes: { done: none, nothingToDo: none },
  },
} as const satisfies Record<string, CheckContract | ActionContract>;

/** The shipped contracts. */
export type ShippedContracts = typeof contracts;
