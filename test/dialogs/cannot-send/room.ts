import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { leases } from '../cannot-receive/shipped.ts';
import { incident } from './shipped.ts';

const account: World = { accountQuota: ['full'] };
const box: World = { mailboxQuota: ['full', { mailbox: 'info@acme.example' }] };
const several: World = {
  mailboxQuota: ['several', { fullMailboxes: ['info@acme.example', 'kim@acme.example'] }],
};
const words = 'Your mail space was full. Outlook keeps a copy of what you send on our server';
const again = 'Does a test message leave now?';
const byHand = 'Please look by hand whether they are over quota';

describe('a full account', () => {
  it('is raised at once, after an approval, and the client is told why', () => {
    const talk = incident(account).says('Raise the quota of the account acmecpa').approves();
    talk.says('Approved by Lea', words).asks(again).clicks('Yes').ends('resolved', 'There is room');
    expect(talk.acts.map(({ input }) => input)).toEqual([{ account: 'acmecpa', server: 'host2' }]);
  });

  it.each(['leased', 'done', 'partly', 'nothingToDo'])(
    'with a full mailbox in it, or several (%s)',
    (outcome) => {
      const act = outcome === 'leased' ? {} : { 'act:raiseAccountQuota': [outcome] as const };
      incident({ ...leases, ...account, ...box, ...act })
        .approves()
        .says('Raise the quota of the mailbox info@acme.example');
      incident({ ...leases, ...account, ...several, ...act })
        .approves()
        .asks('Several mailboxes are full.');
    },
  );

  it.each([
    ['partly', words],
    ['nothingToDo', again],
    ['unknown', 'set a higher number: if it’s at 200, change it to 300'],
    ['failed', 'set a higher number: if it’s at 200, change it to 300'],
  ])('whose raise ended in "%s"', (outcome, next) => {
    incident({ ...account, 'act:raiseAccountQuota': [outcome] })
      .approves()
      .says(next);
  });

  it('that nobody approves, or somebody rejects, is handed over', () => {
    incident(account).rejects('no').ends('escalated', 'Somebody has to take this on');
    incident(account).waits(30).ends('escalated');
  });

  it('of files is mended by hand', () => {
    const full: World = { accountQuota: ['filesFull'] };
    incident(full)
      .asks('has used up its number of files')
      .clicks('Done by hand …', 'Sam, old mail deleted')
      .asks(again);
    incident(full).answers('unknown').ends('escalated');
  });
});

describe('a full mailbox', () => {
  it('is raised, and whoever still cannot send goes on with the port', () => {
    incident(box).approves().says(words).asks(again).clicks('No').asks('Which outgoing port');
    incident(box).approves().clicks('They will see later').ends('resolved');
  });

  it('among several is named', () => {
    incident(several).clicks('kim@acme.example').says('Raise the quota of the mailbox kim@acme.example');
    incident(several).answers('unknown').ends('escalated');
  });

  it.each([
    ['partly', words],
    ['nothingToDo', again],
    ['unknown', 'click Email Accounts, then Manage'],
    ['failed', 'click Email Accounts, then Manage'],
  ])('whose raise ended in "%s"', (outcome, next) => {
    incident({ ...box, 'act:raiseMailboxQuota': [outcome] })
      .approves()
      .says(next);
  });

  it('that nobody approves, or somebody rejects, is handed over', () => {
    incident(box).rejects('no').ends('escalated');
    incident(box).waits(30).ends('escalated');
  });
});

describe('room that is asked about later', () => {
  /** Nothing was full at the start, and Outlook says that it is. */
  const later = (world: World) => incident().world(world).answers('full');

  it.each<[string, World, string]>([
    ['the account', account, 'Raise the quota of the account acmecpa'],
    ['the number of files', { accountQuota: ['filesFull'] }, 'has used up its number of files'],
    ['the mailbox', box, 'Raise the quota of the mailbox info@acme.example'],
    ['several mailboxes', several, 'Several mailboxes are full.'],
    [
      'a login',
      { mailboxQuota: ['loginSuspended', { mailbox: 'info@acme.example' }] },
      'Login to info@acme.example is suspended',
    ],
    ['what WHM does not tell of the account', { accountQuota: ['unknown'] }, byHand],
    ['what WHM does not tell of the mailbox', { mailboxQuota: ['unknown'] }, byHand],
    ['nothing', {}, 'Nothing on the server keeps them from sending'],
  ])('%s', (_, world, words) => {
    later(world).says(words);
  });

  it('is asked of WHM when it was not known at the start', () => {
    const talk = incident({ accountQuota: ['unknown'], mailSettings: ['unknown'] });
    talk.world(account).answers('relay', 'on').says('Raise the quota of the account acmecpa');
  });

  it.each([
    ['account', 'set a higher number', 'escalated'],
    ['mailbox', 'click Email Accounts, then Manage', 'escalated'],
  ])('by hand: %s', (answer, next) => {
    const talk = later({ accountQuota: ['unknown'] })
      .answers(answer)
      .says(next);
    talk.clicks('Done by hand …', 'Sam: 200 to 300').says(words);
    later({ accountQuota: ['unknown'] })
      .answers(answer, 'unknown')
      .ends('escalated');
  });

  it('by hand, and nothing is full, or nobody gets in', () => {
    later({ accountQuota: ['unknown'] })
      .answers('clear')
      .ends('escalated', 'Nothing on the server');
    later({ accountQuota: ['unknown'] })
      .answers('unknown')
      .ends('escalated', 'Somebody has to take this on');
  });
});
