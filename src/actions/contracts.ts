import { z } from 'zod';
import type { ActionContract, CheckContract } from '../engine/contract.ts';
import { lease, leaseContracts } from './lease-contracts.ts';

const none = z.object({});
const account = { account: z.string(), server: z.string() };
const found = z.object({
  ...account,
  domain: z.string(),
  mailbox: z.string().optional(),
  /** Another server of ours that takes the account's mail. */
  mailNode: z.string().optional(),
  /** The address of the account's websites: one of ours. */
  siteIp: z.string().optional(),
});
/** Failed logins in words: for which mailbox and service, how many, since when, the last one, and from how many devices. */
const cause = z.object({
  failedBox: z.string(),
  failedService: z.string(),
  failures: z.string(),
  failingSince: z.string(),
  lastFailure: z.string(),
  devices: z.string(),
});
/** An address that logins fail from, the likeliest first, and what the first of them does. */
const suspect = z.object({ suspects: z.array(z.string()), suspectStory: z.string() });

/** What dialogs may refer to: checks and actions with their inputs, outcomes, and the facts that each outcome brings. */
export const contracts = {
  clientAccount: {
    kind: 'check',
    title: 'the account in WHM',
    system: 'WHM',
    input: z.object({ client: z.string() }),
    outcomes: {
      found,
      suspended: found.extend({ suspendReason: z.string() }),
      notFound: z.object({ nearMatches: z.array(z.string()) }),
      unknown: none,
    },
  },
  mailRouting: {
    kind: 'check',
    title: 'where the mail of the domain goes',
    system: 'WHM',
    deadline: '8s',
    input: z.object({ ...account, domain: z.string(), mailNode: z.string().optional() }),
    outcomes: {
      here: none,
      /** Another provider or another of our servers takes the mail: nothing on this server can be the fault. */
      elsewhere: z.object({ mailHosts: z.string() }),
      unknown: none,
    },
  },
  mailServices: {
    kind: 'check',
    title: 'the mail services of the server',
    system: 'WHM',
    deadline: '8s',
    input: z.object({ server: z.string() }),
    outcomes: { up: none, down: z.object({ downServices: z.string() }), unknown: none },
  },
  outgoingMail: {
    kind: 'check',
    title: 'whether the client may send',
    system: 'WHM',
    deadline: '8s',
    input: z.object({ ...account, mailbox: z.string().optional() }),
    outcomes: {
      free: none,
      /** Nothing they send leaves. `sendStop` names whose outgoing mail it is. */
      suspended: z.object({ sendStop: z.string() }),
      /** What they send waits in the queue until somebody releases it. */
      held: z.object({ sendStop: z.string() }),
      unknown: none,
    },
  },
  failingLogins: {
    kind: 'check',
    title: 'who fails to log in, and from where',
    system: 'WHM',
    deadline: '12s',
    input: z.object({ ...account, domain: z.string(), mailbox: z.string().optional() }),
    outcomes: {
      /** The likeliest of the addresses that fail is blocked. */
      blocked: suspect,
      /** It is not blocked (yet), as far as could be seen. */
      failing: suspect,
      /** The name of the mailbox is locked, for every address. */
      locked: z.object({ lockedBox: z.string(), lockedUntil: z.string() }),
      nobody: none,
      unknown: none,
    },
  },
  delivery: {
    kind: 'check',
    title: 'what was delivered lately',
    system: 'WHM',
    deadline: '8s',
    input: z.object({ ...account, domain: z.string(), mailbox: z.string().optional() }),
    outcomes: {
      /** Mail was turned away because there was no room. */
      turnedAway: z.object({ turnedAwaySince: z.string() }),
      /** Mail reached the mailbox, so the fault lies between it and the mail program. */
      delivered: none,
      /** Nothing, or nothing that tells anything. */
      nothing: none,
      unknown: none,
    },
  },
  mailSettings: {
    kind: 'check',
    title: 'the settings that Outlook needs',
    system: 'WHM',
    deadline: '8s',
    input: z.object({
      account: z.string().optional(),
      server: z.string().optional(),
      mailbox: z.string().optional(),
    }),
    outcomes: {
      told: z.object({ inbox: z.string(), outbox: z.string(), login: z.string() }),
      unknown: none,
    },
  },
  ipFits: {
    kind: 'check',
    title: 'whether that address is the client’s',
    system: 'WHM',
    deadline: '8s',
    input: z.object({
      ip: z.string(),
      server: z.string().optional(),
      domain: z.string().optional(),
      mailbox: z.string().optional(),
      siteIp: z.string().optional(),
    }),
    outcomes: {
      /** It logs in there, or tries to. */
      fits: none,
      /** It never did, and one that is nearly the same did lately. */
      near: z.object({ likelyIps: z.array(z.string()), likelyWhy: z.string() }),
      /** It is an address of one of our servers. */
      ours: z.object({ oursName: z.string() }),
      /** It never did, and no other is like it. */
      stranger: none,
      unknown: none,
    },
  },
  rootCause: {
    kind: 'check',
    title: 'why logins fail',
    system: 'WHM',
    deadline: '10s',
    input: z.object({ ip: z.string(), server: z.string().optional() }),
    outcomes: {
      /** A device tries a wrong password again and again, the last time minutes ago. */
      stillTrying: cause,
      /** Wrong passwords, but not any more. */
      wrongPassword: cause,
      /** No failed login is listed. */
      unclear: none,
      unknown: none,
    },
  },
  ipBlock: {
    kind: 'check',
    title: 'blocks of the address on our servers',
    system: 'WHM',
    deadline: '12s',
    input: z.object({ ip: z.string().optional(), server: z.string().optional() }),
    outcomes: {
      blocked: none,
      /** Blocked by an entry that an un-block of this one address does not lift. */
      stuck: z.object({ stuckWhy: z.string() }),
      /** Not blocked, but logins from it fail: a wrong saved password. */
      failing: none,
      clear: none,
      /** No address is known yet. */
      notAsked: none,
      unknown: none,
    },
  },
  serverTrouble: {
    kind: 'check',
    title: 'other clients on the server',
    system: 'mailfix',
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
    system: 'CPA System',
    deadline: '8s',
    input: z.object({ ip: z.string().optional() }),
    outcomes: {
      blocked: none,
      /** An un-block was asked for and is not through yet. */
      queued: none,
      clear: none,
      /** The CPA System tells no status, or no address is known yet. */
      silent: none,
      unknown: none,
    },
  },
  accountQuota: {
    kind: 'check',
    title: 'the account’s quota',
    system: 'WHM',
    deadline: '12s',
    input: z.object(account),
    outcomes: {
      full: none,
      /** The number of files is used up: more MB do not help. */
      filesFull: none,
      room: none,
      unknown: none,
    },
  },
  mailboxQuota: {
    kind: 'check',
    title: 'the mailbox',
    system: 'WHM',
    deadline: '12s',
    input: z.object({ ...account, mailbox: z.string().optional() }),
    outcomes: {
      /** Login to the mailbox is suspended, so the right password is refused too. */
      loginSuspended: z.object({ mailbox: z.string() }),
      incomingSuspended: z.object({ mailbox: z.string() }),
      full: z.object({ mailbox: z.string() }),
      /** More than one box of the account is full, and nobody said which one it is about. */
      several: z.object({ fullMailboxes: z.array(z.string()) }),
      room: none,
      unknown: none,
    },
  },
  unblockIp: {
    kind: 'action',
    title: 'un-block an address in the CPA System and on the server',
    input: z.object({ ip: z.string(), server: z.string().optional() }),
    outcomes: {
      /** Taken on by the CPA System, and lifted where mailfix may; it takes 5–10 minutes, so this is not yet "open". */
      accepted: none,
      /** Already un-blocked, or asked for by another incident minutes ago. */
      nothingToDo: none,
    },
  },
  raiseAccountQuota: {
    kind: 'action',
    title: 'raise an account’s quota',
    input: z.object(account),
    /** `leased`: raised for a time; `done`: for good. */
    outcomes: { done: none, leased: lease, nothingToDo: none },
  },
  raiseMailboxQuota: {
    kind: 'action',
    title: 'raise a mailbox’s quota',
    input: z.object({ ...account, mailbox: z.string() }),
    outcomes: { done: none, leased: lease, nothingToDo: none },
  },
  ...leaseContracts,
  sendInstructions: {
    kind: 'action',
    title: 'send words to the client by e-mail',
    /** `steps` names the text that was said last; the others are what it has places for. */
    input: z.object({
      mailTo: z.string(),
      steps: z.string().optional(),
      failedBox: z.string().optional(),
      lastFailure: z.string().optional(),
      lockedBox: z.string().optional(),
      lockedUntil: z.string().optional(),
      login: z.string().optional(),
      inbox: z.string().optional(),
      outbox: z.string().optional(),
      clientLanguage: z.string().optional(),
    }),
    outcomes: {
      /** The mail server has taken it. */
      done: none,
      /** Sent before, or perhaps: it is not sent twice. */
      nothingToDo: none,
    },
  },
} as const satisfies Record<string, CheckContract | ActionContract>;

/** The shipped contracts. */
export type ShippedContracts = typeof contracts;
