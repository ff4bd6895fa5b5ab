import { describe, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { incident } from './shipped.ts';

const mailbox = 'info@acme.example';
const delivered: World = { delivery: ['delivered'] };
const settings = {
  inbox: 'mail.acme.example, IMAP port 993, SSL/TLS',
  outbox: 'mail.acme.example, SMTP port 465, SSL/TLS',
  login: mailbox,
};
const password = 'It looks like a wrong password.';
const outlook = 'Mail reaches the mailbox, so the fault lies in Outlook';
/** Error, password changed, both sites open: and their address is not blocked. */
const said = (error: string, changed: string): readonly string[] => [error, changed, 'both', '203.0.113.7'];

/** What speaks for which ending, once neither a block nor a full quota is left. */
const signs: readonly (readonly [string, World, readonly string[], string])[] = [
  ['logins from their address fail', { ipBlock: ['failing'] }, said('none', 'no'), password],
  ['Outlook asks for the password', {}, said('password', 'no'), password],
  ['a password was changed', {}, said('none', 'yes'), password],
  ['mail reaches the mailbox', delivered, said('none', 'no'), outlook],
  ['nothing', {}, said('none', 'no'), 'No block, no full quota'],
];

describe('what speaks for a wrong password, and what for Outlook’s settings', () => {
  it.each(signs)('with room from the start: %s', (_, world, answers, words) => {
    incident(world)
      .answers(...answers)
      .says(words);
  });

  it.each(signs)('with room that was seen only at the second look: %s', (_, world, answers, words) => {
    incident({ ...world, accountQuota: ['unknown'] })
      .world({ accountQuota: ['room'] })
      .answers(...answers)
      .says('Is there room for mail?', words);
  });

  it.each(signs)('with room that was seen by hand: %s', (_, world, answers, words) => {
    incident({ ...world, accountQuota: ['unknown'] })
      .answers(...answers)
      .clicks('Neither')
      .says(words);
  });

  it.each(signs)('with a block that was looked for by hand: %s', (_, world, answers, words) => {
    incident(world)
      .world({ ipBlock: ['unknown'], cpaBlock: ['unknown'], ...world })
      .answers(...answers)
      .asks('I could not see whether 203.0.113.7 is blocked')
      .clicks('No')
      .says(words);
  });
});

describe('what is seen only at the second look', () => {
  const second = (world: World): ReturnType<typeof incident> =>
    incident({ accountQuota: ['unknown'] })
      .world({ accountQuota: ['room'], ...world })
      .answers('full');

  it.each<[string, World, string]>([
    [
      'a suspended login',
      { mailboxQuota: ['loginSuspended', { mailbox }] },
      'Login to info@acme.example is suspended',
    ],
    [
      'suspended incoming mail',
      { mailboxQuota: ['incomingSuspended', { mailbox }] },
      'Incoming mail of info@acme.example is suspended',
    ],
    ['a full account', { accountQuota: ['full'] }, 'Raise the quota of the account acmecpa'],
    ['too many files', { accountQuota: ['filesFull'] }, 'has used up its number of files'],
    [
      'a full mailbox',
      { mailboxQuota: ['full', { mailbox }] },
      'Raise the quota of the mailbox info@acme.example',
    ],
    [
      'several full mailboxes',
      { mailboxQuota: ['several', { fullMailboxes: [mailbox, 'kim@acme.example'] }] },
      'Several mailboxes are full.',
    ],
  ])('%s', (_, world, words) => {
    second(world).says('Is there room for mail?', words);
  });
});

describe('Outlook’s settings', () => {
  const told = (): ReturnType<typeof incident> =>
    incident({ ...delivered, mailSettings: ['told', settings] })
      .answers(...said('none', 'no'))
      .says('Compare the settings of their Outlook with these', settings.inbox, settings.outbox)
      .asks('Does mail come in with these settings?');

  it('are compared with the right ones, and mended', () => {
    told().clicks('Yes').ends('resolved', 'Outlook’s settings were corrected.');
    told().clicks('They will see later').ends('resolved', 'Outlook’s settings were corrected.');
  });

  it('were right: handed over', () => {
    told().clicks('No').ends('escalated', 'Somebody has to take this on');
  });

  it('that could not be looked up are not guessed', () => {
    incident(delivered)
      .answers(...said('none', 'no'))
      .ends('escalated', 'No block, no full quota');
  });
});
