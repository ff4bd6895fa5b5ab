import { z } from 'zod';
import type { ActionContract, CheckContract } from '../engine/contract.ts';

const none = z.object({});
const account = { account: z.string(), server: z.string() };
/** A raise for a time: of what (an account, or a mailbox of it), from and to how many MB, how full it was, until when. */
export const lease = z.object({
  leaseOf: z.enum(['account', 'mailbox']),
  leaseName: z.string(),
  leaseFor: z.string(),
  leaseUntil: z.string(),
  oldLimitMb: z.number(),
  newLimitMb: z.number(),
  usedThenMb: z.number(),
});
const leased = lease.omit({ leaseName: true }).extend({ ...account, mailbox: z.string().optional() });

/** What happens at the end of a raise for a time. */
export const leaseContracts = {
  leaseEnd: {
    kind: 'check',
    title: 'whether the old limit is enough again',
    system: 'WHM',
    deadline: '12s',
    input: leased,
    outcomes: {
      /** The old limit would not be full by what is used now. */
      fits: none,
      needed: none,
      /** It has another limit by now than the raise gave it. */
      changed: none,
      unknown: none,
    },
  },
  returnQuota: {
    kind: 'action',
    title: 'take a raised quota back',
    input: leased,
    outcomes: {
      done: none,
      /** More is used than fits into the old limit. */
      needed: none,
      /** It has another limit by now than the raise gave it. */
      nothingToDo: none,
    },
  },
  extendLease: {
    kind: 'action',
    title: 'leave a raised quota for another while',
    input: leased,
    outcomes: { leased: lease, nothingToDo: none },
  },
  keepQuota: {
    kind: 'action',
    title: 'keep a raised quota for good',
    input: leased,
    outcomes: { done: none, nothingToDo: none },
  },
} as const satisfies Record<string, CheckContract | ActionContract>;
