import { z } from 'zod';
import type { ActionContract, CheckContract } from '../../src/engine/contract.ts';
import { defineDialog, type Dialog } from '../../src/engine/dialog.ts';
import { talk, type Conversation, type Setup, type World } from '../conversation.ts';

const none = z.object({});
const outcomes = { yes: none, no: none, unknown: none } as const;
const look = { kind: 'check', title: 'a look', input: none, outcomes } as const;

/** Contracts of a made-up trade, so that the engine's tests do not depend on the shipped runbook. */
export const contracts = {
  fast: look,
  slow: look,
  shut: { kind: 'check', title: 'the door', input: z.object({ door: z.string() }), outcomes },
  open: {
    kind: 'action',
    title: 'open the door',
    input: z.object({ door: z.string() }),
    outcomes: { done: none },
  },
} as const satisfies Record<string, CheckContract | ActionContract>;

/** A door is named, looked at twice at once, opened with approval, watched. */
export const door: Dialog = defineDialog(contracts, {
  id: 'door',
  version: 1,
  title: 'door trouble',
  client: 'door',
  facts: z.object({ door: z.string().min(2, 'Name the door.'), colour: z.enum(['red', 'blue']) }),
  start: 'colour',
  steps: {
    colour: {
      kind: 'ask',
      ask: 'Which colour?',
      explain: 'It is on the frame.',
      choices: {
        red: { label: 'Red', set: { colour: 'red' }, next: 'door' },
        blue: { label: 'Blue', set: { colour: 'blue' }, next: 'door' },
        unknown: { label: 'Can’t tell', next: 'door' },
      },
    },
    door: {
      kind: 'ask',
      ask: 'Which door?',
      save: 'door',
      field: { label: 'Door' },
      next: 'looks',
      choices: { unknown: { label: 'Can’t tell', next: 'gone' } },
    },
    looks: {
      kind: 'check',
      title: 'Looking at {door}',
      run: ['fast', 'slow'],
      deadline: '10s',
      next: [
        { when: { fast: 'yes' }, to: 'open' },
        { when: { slow: 'yes' }, to: 'stuck' },
        { when: { fast: 'unknown' }, to: 'byHand' },
        { when: { slow: 'unknown' }, to: 'byHand' },
        'gone',
      ],
    },
    open: {
      kind: 'action',
      run: 'open',
      title: 'Open {door}',
      deadline: '5s',
      confirm: { by: 'approvers', within: '30m' },
      after: 'watch',
      on: {
        done: 'waits',
        failed: 'byHand',
        partly: 'byHand',
        unknown: 'waits',
        rejected: 'gone',
        expired: 'gone',
      },
    },
    waits: {
      kind: 'check',
      title: 'Waiting for {door}',
      run: ['shut'],
      deadline: '10s',
      looks: ['5m', '7m', '10m'],
      until: [{ shut: 'no' }],
      next: [{ when: { shut: 'unknown' }, to: 'byHand' }, { when: { shut: 'yes' }, to: 'stuck' }, 'well'],
      choices: { openNow: { label: 'It is open already', next: 'well' } },
    },
    watch: {
      kind: 'watch',
      title: 'Watching {door}',
      run: ['shut'],
      deadline: '10s',
      looks: ['20m', '1h'],
      fires: [{ shut: 'yes' }],
      reopen: 'again',
    },
    again: { kind: 'say', to: 'client', text: '{door} fell shut again.', next: 'open' },
    byHand: {
      kind: 'ask',
      ask: 'Open {door} by hand.',
      choices: {
        done: { label: 'Done …', text: { label: 'How?' }, next: 'well' },
        unknown: { label: 'Can’t', next: 'gone' },
      },
    },
    stuck: { kind: 'end', outcome: 'escalated', text: '{door} is stuck.' },
    gone: { kind: 'end', outcome: 'escalated', text: 'Nothing to be done.' },
    well: { kind: 'end', outcome: 'resolved', text: '{door} is open.' },
  },
});

export const usual: World = {
  fast: ['yes'],
  slow: ['no'],
  shut: ['no'],
  open: ['planned'],
  'act:open': ['done'],
};

/** A conversation about a door. */
export function atTheDoor(world: World = {}, more: Pick<Setup, 'asks'> = {}): Conversation {
  return talk({ dialog: door, contracts, world: { ...usual, ...world }, ...more });
}
