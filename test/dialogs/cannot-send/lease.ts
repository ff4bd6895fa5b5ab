import { describe, expect, it } from 'vitest';
import type { Conversation, World } from '../../conversation.ts';
import { leases } from '../cannot-receive/shipped.ts';
import { incident } from './shipped.ts';

const day = 24 * 60;
const reminder = 'In 2 days the 300 MB of the account acmecpa end.';
const question = 'What is to become of the 300 MB of the account acmecpa?';
const gone = 'no longer has the 300 MB of the raise';

/** Raised for fourteen days, the incident over, twelve of them gone. */
const ending = (world: World = {}): Conversation =>
  incident({ ...leases, accountQuota: ['full'], ...world })
    .approves()
    .clicks('Yes')
    .ends('resolved')
    .waits(12 * day);
const over = (world: World = {}): Conversation => ending({ leaseEnd: ['needed'], ...world }).waits(2 * day);

describe('a raise for a time', () => {
  it('goes back under its own approval, once', () => {
    const talk = ending().asks(reminder);
    talk.waits(2 * day).ends('resolved', 'is back at 200 MB');
    expect(talk.it.deeds.map(({ action }) => action)).toEqual(['raiseAccountQuota', 'returnQuota']);
  });

  it('of a mailbox has its end too', () => {
    const box: World = { mailboxQuota: ['full', { mailbox: 'info@acme.example' }] };
    const talk = incident({ ...leases, ...box })
      .approves()
      .clicks('Yes')
      .waits(12 * day);
    talk.asks('In 2 days the 300 MB of the mailbox info@acme.example end.');
  });

  it('whose limit somebody set meanwhile ends with a word', () => {
    ending({ leaseEnd: ['changed'] }).ends('resolved', gone);
    for (const world of [{ leaseEnd: ['changed'] }, { returnQuota: ['nothingToDo'] }] as const)
      ending()
        .world(world)
        .waits(2 * day)
        .ends('resolved', gone);
    over()
      .world({ leaseEnd: ['changed'] })
      .clicks('Look again')
      .ends('resolved', gone);
    for (const [label, action] of [
      ['Extend 14 days', 'extendLease'],
      ['Keep', 'keepQuota'],
    ] as const)
      ending({ [action]: ['nothingToDo'] })
        .clicks(label)
        .ends('resolved', gone);
  });

  it.each([
    { leaseEnd: ['unknown'] },
    { leaseEnd: ['needed'] },
    { returnQuota: ['needed'] },
    { returnQuota: ['failed'] },
    { 'act:returnQuota': ['partly'] },
    { 'act:returnQuota': ['unknown'] },
  ] satisfies World[])('that does not go back by itself is for people to decide: %j', (world) => {
    ending(world)
      .asks(reminder)
      .waits(2 * day)
      .asks(question);
  });

  it('whose way back is not as approved is asked for, and stays where nobody approves it', () => {
    const other: World = { returnQuota: ['planned', { hash: 'another way' }] };
    ending(other)
      .waits(2 * day)
      .approves()
      .ends('resolved', 'is back at 200 MB');
    ending(other)
      .waits(2 * day)
      .rejects('wait')
      .asks(question);
    ending(other)
      .waits(2 * day + 30)
      .asks(question);
  });

  it('that is over is looked at again, taken back by hand, or handed over', () => {
    over()
      .world({ leaseEnd: ['fits'] })
      .clicks('Look again')
      .ends('resolved', 'is back at 200 MB');
    for (const leaseEnd of ['needed', 'unknown'])
      over()
        .world({ leaseEnd: [leaseEnd] })
        .clicks('Look again')
        .asks(question);
    over().clicks('Taken back by hand …', '250, Lea').ends('resolved', 'was taken back by hand');
    over().clicks('Hand it over').ends('escalated');
  });
});

describe.each([
  ['before the end', ending],
  ['at the end', over],
])('%s a raise', (_, at) => {
  it.each([
    ['Extend 14 days', 'extendLease', 'has 300 MB until 2026-12-21'],
    ['Keep', 'keepQuota', 'keeps its 300 MB for good'],
  ])('can be decided upon: %s', (label, action, words) => {
    at().clicks(label).approves().ends('resolved', words);
    at().clicks(label).rejects('no').asks(reminder);
    at().clicks(label).waits(30).asks(reminder);
    for (const outcome of ['partly', 'unknown', 'failed'])
      at({ [`act:${action}`]: [outcome] })
        .clicks(label)
        .approves()
        .asks(question);
  });
});
