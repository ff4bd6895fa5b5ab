import { describe, expect, it } from 'vitest';
import type { Conversation, World } from '../../conversation.ts';
import { incident, leases, noWhm } from './shipped.ts';

const day = 24 * 60;
const acts = (talk: Conversation): readonly string[] => talk.it.deeds.map(({ action }) => action);
const reminder = 'In 2 days the 300 MB of the account acmecpa end.';
const question = 'What is to become of the 300 MB of the account acmecpa?';

/** An account was raised for fourteen days, and the incident is over. */
function raised(world: World = {}, full: World = { accountQuota: ['full'] }): Conversation {
  const talk = incident({ ...leases, ...full, ...world }).approves();
  return talk.answers('unknown').clicks('Yes').ends('resolved');
}

/** The same, two days before the end. */
const ending = (world: World = {}): Conversation =>
  raised(world)
    .waits(12 * day)
    .asks(reminder);
/** The same at the end, where it did not go back by itself. */
const over = (world: World = {}): Conversation =>
  ending({ leaseEnd: ['needed'], ...world })
    .waits(2 * day)
    .asks(question);

describe('a raise for a time', () => {
  it('goes back under the approval of the raise, once', () => {
    const talk = ending()
      .waits(2 * day)
      .ends('resolved', 'is back at 200 MB');
    expect(acts(talk)).toEqual(['raiseAccountQuota', 'returnQuota']);
    talk.waits(60 * day).ends('resolved', 'is back at 200 MB');
    expect(acts(talk)).toHaveLength(2);
  });

  it('of a mailbox is one of its own', () => {
    const box: World = { mailboxQuota: ['full', { mailbox: 'info@acme.example' }] };
    const talk = raised({}, box).waits(12 * day);
    talk.asks('In 2 days the 300 MB of the mailbox info@acme.example end.').waits(2 * day);
    expect(acts(talk)).toEqual(['raiseMailboxQuota', 'returnQuota']);
    expect(talk.acts[1]?.input).toMatchObject({ leaseOf: 'mailbox', mailbox: 'info@acme.example' });
  });

  it('whose way back is not as approved is asked for anew', () => {
    const talk = ending({ returnQuota: ['planned', { hash: 'another way' }] }).waits(2 * day);
    talk.says('returnQuota?');
    expect(acts(talk)).toHaveLength(1);
    talk.approves().ends('resolved', 'is back at 200 MB');
  });

  it('and another of a mailbox in it: each has its end, the second after the first', () => {
    const box: World = { mailboxQuota: ['full', { mailbox: 'info@acme.example' }] };
    const talk = incident({ ...leases, accountQuota: ['full'], ...box })
      .approves()
      .approves();
    talk
      .answers('unknown')
      .clicks('Yes')
      .waits(12 * day)
      .asks(reminder);
    talk.world({ returnQuota: ['planned', { hash: 'the way back' }] }).waits(2 * day);
    talk.asks('In 2 days the 300 MB of the mailbox info@acme.example end.');
  });

  it('and several full mailboxes in it: asks which', () => {
    const several = { fullMailboxes: ['info@acme.example', 'kim@acme.example'] };
    const talk = incident({ ...leases, accountQuota: ['full'], mailboxQuota: ['several', several] });
    talk.approves().asks('Several mailboxes are full. Which one is it about?');
  });

  it('whose way back is looked at before its time, or is risky by now, is asked for anew', () => {
    const early = ending({ 'act:extendLease': ['failed'] })
      .clicks('Extend 14 days')
      .approves()
      .asks(question);
    early.clicks('Look again').says('returnQuota?');
    const risky = ending({ returnQuota: ['planned', { hash: 'the way back', risk: 'raised' }] });
    risky.waits(2 * day).says('returnQuota?');
    for (const talk of [early, risky]) {
      expect(acts(talk)).toEqual(['raiseAccountQuota']);
      talk.approves().ends('resolved', 'is back at 200 MB');
    }
  });

  it('whose way back needs more people than approved the raise is asked for anew; with as many it is not', () => {
    const two = {
      ...leases,
      accountQuota: ['full'],
      returnQuota: ['planned', { hash: 'the way back', needs: 2 }],
    } as const;
    const few = incident(two)
      .approves()
      .answers('unknown')
      .clicks('Yes')
      .waits(14 * day);
    expect(acts(few)).toEqual(['raiseAccountQuota']);
    expect(few.labels()).toContain('Approve');
    const tom = { id: 'web:tom', person: 'tom', name: 'Tom' };
    const enough = incident({ ...two, raiseAccountQuota: ['planned', { covers: 'the way back', needs: 2 }] });
    enough
      .approves()
      .approves('Approve', tom)
      .answers('unknown')
      .clicks('Yes')
      .waits(14 * day);
    enough.ends('resolved', 'is back at 200 MB').says('Approved by Lea and Tom on 2026-11-23');
  });

  it('that was doubtful or capped begins none', () => {
    for (const outcome of ['partly', 'unknown', 'done']) {
      const talk = incident({ ...leases, accountQuota: ['full'], 'act:raiseAccountQuota': [outcome] });
      talk.approves();
      expect(talk.it.visits.filter(({ detached }) => detached !== undefined)).toEqual([]);
    }
  });

  it('is not taken up before the incident is over, and then with two days of notice', () => {
    const talk = incident({ ...leases, accountQuota: ['full'] }).approves();
    talk
      .asks('Which Outlook')
      .waits(13 * day)
      .says('The 300 MB of the account acmecpa end soon. This is taken up next.');
    talk.answers('unknown').clicks('Yes').asks(reminder);
    talk.waits(2 * day).ends('resolved', 'is back at 200 MB');
  });

  it.each(['partly', 'unknown', 'failed'])(
    'whose way back ended in "%s" is for people to decide',
    (outcome) => {
      ending({ 'act:returnQuota': [outcome] })
        .waits(2 * day)
        .asks(question);
    },
  );

  it('whose way back is in doubt is not sent a second time, whoever looks again', () => {
    const talk = ending({ 'act:returnQuota': ['unknown'] })
      .waits(2 * day)
      .clicks('Look again')
      .says('it is not done again')
      .asks(question);
    expect(acts(talk)).toEqual(['raiseAccountQuota', 'returnQuota']);
    expect(talk.acts).toHaveLength(2);
  });

  it('does not go back by the approval of a raise that did not come out as approved', () => {
    const box: World = { mailboxQuota: ['full', { mailbox: 'info@acme.example' }] };
    const capped: World = { 'act:raiseAccountQuota': ['partly'], raiseMailboxQuota: ['planned'] };
    const talk = incident({ ...leases, accountQuota: ['full'], ...box, ...capped })
      .approves()
      .approves();
    talk
      .answers('unknown')
      .clicks('Yes')
      .waits(14 * day);
    expect(acts(talk)).toEqual(['raiseAccountQuota', 'raiseMailboxQuota']);
    expect(talk.labels()).toContain('Approve');
  });

  it('whose way back could not be planned, or has no room by now, is too', () => {
    ending({ returnQuota: ['failed'] })
      .waits(2 * day)
      .asks(question);
    ending({ returnQuota: ['needed'] })
      .waits(2 * day)
      .asks(question);
  });

  it('that filled up between plan and act is looked at again, and nothing is cut off', () => {
    const talk = ending({ 'act:returnQuota': ['changed'] });
    const planned = () => talk.effects.filter((one) => one.type === 'run' && one.mode === 'plan').length;
    const before = planned();
    talk.waits(2 * day).says('Changed since it was approved');
    // The second plan is for people: the approval of the raise was for what would come out at once.
    expect(planned()).toBe(before + 2);
    expect(talk.button('Approve')).toBeDefined();
    talk.rejects('leave it').asks(question);
  });

  it('whose limit somebody set meanwhile ends with a word', () => {
    const gone = 'no longer has the 300 MB of the raise';
    raised({ leaseEnd: ['changed'] })
      .waits(12 * day)
      .ends('resolved', gone);
    ending()
      .world({ leaseEnd: ['changed'] })
      .waits(2 * day)
      .ends('resolved', gone);
    ending({ returnQuota: ['nothingToDo'] })
      .waits(2 * day)
      .ends('resolved', gone);
    over()
      .world({ leaseEnd: ['changed'] })
      .clicks('Look again')
      .ends('resolved', gone);
    ending({ extendLease: ['nothingToDo'] })
      .clicks('Extend 14 days')
      .ends('resolved', gone);
    ending({ keepQuota: ['nothingToDo'] })
      .clicks('Keep')
      .ends('resolved', gone);
  });

  it('that cannot be looked at is announced all the same, and at the end people decide', () => {
    const talk = raised({ leaseEnd: ['unknown'] })
      .waits(12 * day)
      .asks(reminder);
    talk.waits(2 * day).asks(question);
    expect(acts(talk)).toHaveLength(1);
    talk.clicks('Look again').asks(question);
  });

  it('and nobody approves the way back that has to be asked for: people decide', () => {
    ending({ returnQuota: ['planned', { hash: 'another way' }] })
      .waits(2 * day + 30)
      .asks(question);
  });
});

describe('at its end, a raise that is still needed', () => {
  it('stays, and the question says why', () => {
    const talk = over().says('leaseEnd: needed');
    expect(talk.labels()).toBe('Extend 14 days | Keep | Look again | Taken back by hand … | Hand it over');
    talk.waits(90 * day).asks(question);
    expect(acts(talk)).toEqual(['raiseAccountQuota']);
  });

  it('goes back when there is room after all', () => {
    over()
      .world({ leaseEnd: ['fits'] })
      .clicks('Look again')
      .ends('resolved', 'is back at 200 MB');
    over().clicks('Look again').asks(question);
  });

  it('is taken back by hand, or handed over', () => {
    over().clicks('Taken back by hand …', '250, Lea').ends('resolved', 'was taken back by hand');
    over().clicks('Hand it over').ends('escalated');
  });
});

describe.each([
  ['two days before the end', ending],
  ['at the end', over],
])('%s', (_, at) => {
  it('it is extended with an approval of its own, which covers the next way back', () => {
    const talk = at().clicks('Extend 14 days').says('extendLease?');
    expect(acts(talk)).toEqual(['raiseAccountQuota']);
    talk.approves().ends('resolved', 'has 300 MB until 2026-12-21 10:00 UTC');
    talk
      .world({ leaseEnd: ['fits'] })
      .waits(12 * day)
      .asks(reminder)
      .waits(2 * day);
    talk.ends('resolved', 'is back at 200 MB');
    expect(acts(talk)).toEqual(['raiseAccountQuota', 'extendLease', 'returnQuota']);
  });

  it('it is kept with an approval of its own, and is not heard of again', () => {
    const talk = at().clicks('Keep').approves().ends('resolved', 'keeps its 300 MB for good');
    talk.waits(60 * day).ends('resolved', 'keeps its 300 MB for good');
    expect(talk.it.deeds.map(({ action, approvedBy }) => [action, approvedBy[0]?.name])).toEqual([
      ['raiseAccountQuota', 'Lea'],
      ['keepQuota', 'Lea'],
    ]);
  });

  it.each([
    ['Extend 14 days', 'extendLease'],
    ['Keep', 'keepQuota'],
  ])('%s is refused or approved by nobody: the end comes, with two days of notice', (label, action) => {
    at().clicks(label).rejects('no').asks(reminder);
    at().clicks(label).waits(30).asks(reminder);
    for (const outcome of ['partly', 'unknown', 'failed']) {
      at({ [`act:${action}`]: [outcome] })
        .clicks(label)
        .approves()
        .asks(question);
    }
  });
});

it('a raise by hand has no end', () => {
  const talk = incident({ ...leases, ...noWhm }).answers('full', 'account');
  talk
    .clicks('Done by hand …', 'Sam: 200 to 300')
    .answers('unknown')
    .clicks('Yes')
    .waits(60 * day);
  talk.ends('resolved', 'There is room for mail again.');
});
