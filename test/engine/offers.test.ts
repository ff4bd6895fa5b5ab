import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CheckContract } from '../../src/engine/contract.ts';
import { checkDialog } from '../../src/engine/check.ts';
import { defineDialog, type AskStep, type Dialog } from '../../src/engine/dialog.ts';
import { talk, type Conversation } from '../conversation.ts';

const contracts = {
  drawer: {
    kind: 'check',
    title: 'the keys',
    input: z.object({}),
    outcomes: { found: z.object({ keys: z.array(z.string()) }), unknown: z.object({}) },
  },
} as const satisfies Record<string, CheckContract>;

/** A key is found, and somebody says which one it is. */
function keyDialog(which: Pick<AskStep<string, 'keys' | 'key'>, 'offer' | 'offerLabel' | 'field'>): Dialog {
  return defineDialog(contracts, {
    id: 'key',
    version: 1,
    title: 'key trouble',
    client: 'key',
    facts: z.object({ key: z.string(), keys: z.array(z.string()) }),
    start: 'keys',
    steps: {
      keys: {
        kind: 'check',
        title: 'Looking for keys',
        run: ['drawer'],
        deadline: '10s',
        next: [{ when: { drawer: 'unknown' }, to: 'none' }, 'which'],
      },
      which: {
        kind: 'ask',
        ask: 'Is it this one?',
        save: 'key',
        ...which,
        next: 'well',
        choices: { unknown: { label: 'Can’t tell', next: 'none' } },
      },
      none: { kind: 'end', outcome: 'escalated', text: 'No key.' },
      well: { kind: 'end', outcome: 'resolved', text: 'It is {key}.' },
    },
  });
}

const asked = (keys: readonly string[], offerLabel?: string): Conversation =>
  talk({
    dialog: keyDialog({ offer: 'keys', ...(offerLabel === undefined ? {} : { offerLabel }) }),
    contracts,
    world: { drawer: ['found', { keys }] },
  });

describe('what is offered', () => {
  it('is the button itself, where the dialog has no words for it', () => {
    expect(asked(['brass', 'steel']).labels()).toBe('brass | steel | Can’t tell');
  });

  it('has the dialog’s words around it, and answers with the value alone', () => {
    const talked = asked(['brass', 'steel'], 'Yes, {value}');
    expect(talked.labels()).toBe('Yes, brass | Yes, steel | Can’t tell');
    talked.clicks('Yes, steel').ends('resolved', 'It is steel.').says('steel');
  });

  it('keeps a value apart from the words, whatever it holds', () => {
    const { label } = asked(['{key} <b>'], 'Yes, {value}').button('Yes, {key} <b>');
    expect(label).toEqual({ template: 'Yes, {value}', values: { value: '{key} <b>' } });
  });

  it('loses the words before it loses its own last digits', () => {
    const longest = '2001:db8:1234:5678:9abc:def0:1234:5678';
    const exactly = 'x'.repeat(35);
    expect(asked([longest, exactly], 'Yes, {value}').labels()).toBe(
      `${longest} | Yes, ${exactly} | Can’t tell`,
    );
  });
});

describe('the check of a dialog', () => {
  const reasons = (which: Parameters<typeof keyDialog>[0]): readonly string[] =>
    checkDialog(keyDialog(which), contracts).map(({ reason }) => reason);

  it('takes words that fit around an address', () => {
    expect(reasons({ offer: 'keys', offerLabel: 'Yes, {value}' })).toEqual([]);
    expect(reasons({ offer: 'keys', offerLabel: `${'x'.repeat(25)}{value}` })).toEqual([]);
  });

  it.each([
    ['Yes', 'needs "{value}"'],
    ['Yes, {key}', 'needs "{value}"'],
    ['{value} for {key}', 'needs "{value}"'],
    [`${'x'.repeat(26)}{value}`, 'has 26 characters around "{value}"; it takes 25'],
  ])('finds words that do not: %s', (offerLabel, reason) => {
    expect(reasons({ offer: 'keys', offerLabel })).toEqual([expect.stringContaining(reason)]);
  });

  it('finds words around nothing', () => {
    expect(reasons({ field: { label: 'Key' }, offerLabel: 'Yes, {value}' })).toEqual([
      '"offerLabel" stands around what is offered, and nothing is: give "offer" too.',
    ]);
  });
});
