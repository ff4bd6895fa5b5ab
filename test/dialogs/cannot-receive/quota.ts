import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { acme, incident, noWhm } from './shipped.ts';

const accountFull: World = { accountQuota: ['full'] };
const boxFull: World = { mailboxQuota: ['full', { mailbox: 'info@acme.example' }] };
const severalFull: World = {
  mailboxQuota: ['several', { fullMailboxes: ['info@acme.example', 'kim@acme.example'] }],
};
const full = (world: World): ReturnType<typeof incident> => incident(world);
/** Nobody can say what is full but Outlook. */
const outlookSays = (world: World): ReturnType<typeof incident> => incident(world).answers('full');
const lookByHand =
  'It’s possible that they’re over quota. Please look by hand: log in to WHM, go to Account Information, then List Accounts';
const words = 'We have given you more space for now';

describe('a full account', () => {
  it('is raised after an approval, and the client is told why and what to do', () => {
    const talk = full(accountFull)
      .says('accountQuota: full', 'Raise the quota of the account acmecpa', 'raiseAccountQuota?')
      .approves()
      .says(
        'Approved by Lea',
        words,
        'go into webmail and delete old e-mail',
        'Outlook is not set up to delete mail off the server',
      )
      .asks('Which Outlook do they have?')
      .answers('classic')
      .says('Leave a copy of messages on the server')
      .asks('Is mail coming in now?')
      .answers('yes')
      .ends('resolved', 'There is room for mail again.');
    expect(talk.acts.map(({ input }) => input)).toEqual([{ account: 'acmecpa', server: 'host2' }]);
  });

  it.each(['done', 'partly', 'nothingToDo'])(
    'and a full mailbox in it: one after the other, each with its approval (%s)',
    (outcome) => {
      const talk = full({ ...accountFull, ...boxFull, 'act:raiseAccountQuota': [outcome] });
      talk.says('Raise the quota of the account acmecpa').approves();
      talk.says('Raise the quota of the mailbox info@acme.example').approves().says(words);
      expect(talk.acts).toHaveLength(2);
    },
  );

  it.each(['done', 'partly', 'nothingToDo'])(
    'and several full mailboxes in it: asks which (%s)',
    (outcome) => {
      const talk = full({ ...accountFull, ...severalFull, 'act:raiseAccountQuota': [outcome] }).approves();
      talk.asks('Several mailboxes are full. Which one is it about?');
    },
  );

  it.each([
    ['nothingToDo', 'Is mail coming in now?'],
    ['partly', words],
    ['unknown', 'find their account again in the List Accounts area of WHM'],
    [
      'failed',
      'Scroll to the right to the Quota section, click on it and set a higher number: if it’s at 200, change it to 300',
    ],
  ])('whose raise ended in "%s"', (outcome, next) => {
    full({ ...accountFull, 'act:raiseAccountQuota': [outcome] })
      .approves()
      .says(next);
  });

  it('whose raise is rejected, or approved by nobody, is handed over', () => {
    full(accountFull)
      .rejects('they are leaving us')
      .says('Rejected: they are leaving us')
      .ends('escalated', 'Somebody has to take this on');
    full(accountFull).waits(30).says('Nobody approved in time.').ends('escalated');
  });
});

describe('a full mailbox', () => {
  it('is raised', () => {
    const talk = full(boxFull)
      .says('Raise the quota of the mailbox info@acme.example')
      .approves()
      .says(words);
    expect(talk.acts.map(({ input }) => input)).toEqual([
      { account: 'acmecpa', server: 'host2', mailbox: 'info@acme.example' },
    ]);
  });

  it('among several is named by the client', () => {
    full(severalFull)
      .asks('Several mailboxes are full. Which one is it about?')
      .clicks('kim@acme.example')
      .says('Raise the quota of the mailbox kim@acme.example');
  });

  it('among several, when nobody can tell which, is handed over', () => {
    full(severalFull).answers('unknown').ends('escalated', 'Somebody has to take this on');
  });

  it.each([
    ['nothingToDo', 'Is mail coming in now?'],
    ['partly', words],
    ['unknown', 'in their cPanel click Email Accounts, then Manage beside the mailbox'],
    ['failed', 'in their cPanel click Email Accounts, then Manage beside the mailbox'],
  ])('whose raise ended in "%s"', (outcome, next) => {
    full({ ...boxFull, 'act:raiseMailboxQuota': [outcome] })
      .approves()
      .says(next);
  });

  it('whose raise is rejected, or approved by nobody, is handed over', () => {
    full(boxFull).rejects('not again').says('Rejected: not again').ends('escalated');
    full(boxFull).waits(30).says('Nobody approved in time.').ends('escalated');
  });
});

describe('Outlook', () => {
  it.each([
    ['classic', 'Outlook 2016, 2019, 2021 and 365 for Windows', 'Remove from server after'],
    ['new', 'new Outlook for Windows', 'Accounts › Your accounts'],
    ['mac', 'Outlook for Mac', 'Leave a copy of each message on the server'],
    ['older', 'Outlook 2010 and 2013', 'clear **Leave a copy of messages on the server**'],
  ])('%s: its steps can be copied into an e-mail', (which, subject, setting) => {
    full(accountFull)
      .approves()
      .answers(which)
      .says('Show them how to find that setting, or send the steps in an e-mail', subject, setting)
      .asks('Is mail coming in now?');
  });

  it('that nobody has, or knows, needs no steps', () => {
    full(accountFull).approves().clicks('None, or they can’t tell').asks('Is mail coming in now?');
  });

  it.each([
    ['No', 'escalated', 'Somebody has to take this on'],
    ['They will see later', 'resolved', 'There is room for mail again.'],
  ] as const)('and is mail coming in? %s', (answer, outcome, end) => {
    full(accountFull).approves().answers('unknown').clicks(answer).ends(outcome, end);
  });
});

describe('a quota that could not be read', () => {
  it.each<[string, World]>([
    ['the account’s', { accountQuota: ['unknown'] }],
    ['the mailbox’s', { mailboxQuota: ['unknown'] }],
  ])('%s: it is looked up by hand', (_, world) => {
    outlookSays(world)
      .asks(lookByHand)
      .says(
        'find their account and open cPanel. Is there a red bar on the left, which shows that the account is over quota?',
        'Then click Email Accounts',
      );
  });

  it('without an account nobody can ask for it', () => {
    outlookSays(noWhm).asks(lookByHand);
  });

  it('and the bar is red: it is raised by hand', () => {
    const talk = outlookSays(noWhm)
      .clicks('The bar is red')
      .asks('get out of cPanel and find their account again');
    talk.clicks('Done by hand …', 'Sam: 200 to 300').says('Done by hand: Sam: 200 to 300', words);
    outlookSays(noWhm).answers('account').clicks('Can’t do it either').ends('escalated');
  });

  it('and a mailbox is over quota: it is raised by hand', () => {
    const talk = outlookSays(noWhm)
      .clicks('A mailbox is over quota')
      .asks('click Email Accounts, then Manage beside the mailbox');
    talk.clicks('Done by hand …', 'Sam').says(words);
    outlookSays(noWhm).answers('mailbox').clicks('Can’t do it either').ends('escalated');
  });

  it('and nobody gets in: it is handed over', () => {
    outlookSays(noWhm).clicks('Can’t get in either').ends('escalated', 'Somebody has to take this on');
  });

  it('and WHM answers by now: it is read after all', () => {
    outlookSays(noWhm)
      .world({ clientAccount: ['found', acme], ...accountFull })
      .clicks('Look again')
      .says('Raise the quota of the account acmecpa');
  });

  it('and WHM answers by now that the account is suspended: that is not for this runbook', () => {
    outlookSays(noWhm)
      .world({ clientAccount: ['suspended', { ...acme, suspendReason: 'spam' }] })
      .clicks('Look again')
      .ends('escalated', 'is suspended (spam)');
  });

  it.each<[string, World]>([
    ['does not answer still', noWhm],
    ['knows no such account', { clientAccount: ['notFound', { nearMatches: [] }] }],
  ])('and WHM %s: by hand it is', (_, world) => {
    outlookSays(noWhm)
      .world(world)
      .clicks('Look again')
      .says('Looking for info@acme.example in WHM again')
      .asks(lookByHand);
  });
});
