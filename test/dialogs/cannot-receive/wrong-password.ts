import { describe, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { incident, noWhm } from './shipped.ts';

const failing: World = { ipBlock: ['failing'] };
const looksLikeIt = 'Not blocked and not full: it looks like a wrong password.';
const nothing = 'No block, no full quota and no sign of a wrong password was found.';
/** Error, password changed, sites: and their address is not blocked. */
const answers = (error: string, changed: string): readonly string[] => [
  error,
  changed,
  'both',
  '203.0.113.7',
];

describe('not blocked and not full', () => {
  it.each<[string, World, readonly string[]]>([
    ['logins from their address fail', failing, answers('none', 'no')],
    ['Outlook asks for the password', {}, answers('password', 'no')],
    ['a password was changed', {}, answers('none', 'yes')],
  ])('it looks like a wrong password: %s', (_, world, said) => {
    incident(world)
      .answers(...said)
      .says(looksLikeIt, 'Never take a password on the phone or in the chat.', 'log in to webmail')
      .asks('Does mail come in with the right password?');
  });

  it('and no trace of a wrong password: a person takes over, with everything that was found', () => {
    incident()
      .answers(...answers('none', 'no'))
      .ends('escalated', nothing)
      .says('OK: accountQuota: room', 'Which of the two opens? Both');
  });

  it.each<[string, World, readonly string[], string]>([
    ['logins from their address fail', failing, answers('none', 'no'), looksLikeIt],
    ['Outlook asks for the password', {}, answers('password', 'no'), looksLikeIt],
    ['a password was changed', {}, answers('none', 'yes'), looksLikeIt],
    ['nothing speaks for it', {}, answers('none', 'unknown'), nothing],
  ])('seen by hand: %s', (_, world, said, end) => {
    incident({ ...noWhm, ...world })
      .answers(...said)
      .clicks('Neither')
      .says(end);
  });
});

describe('the right password', () => {
  const asked = (): ReturnType<typeof incident> =>
    incident()
      .answers(...answers('password', 'yes'))
      .asks('Does mail come in with the right password?');

  it('brings the mail back', () => {
    asked().answers('yes').ends('resolved', 'An old password was corrected.');
    asked().clicks('They will see later').ends('resolved', 'An old password was corrected.');
  });

  it('does not bring the mail back: handed over', () => {
    asked().answers('no').ends('escalated', 'Somebody has to take this on');
  });

  it('that webmail refuses too is reset by hand; the client chooses the new one', () => {
    const talk = asked()
      .clicks('Webmail refuses it too')
      .asks('Email Accounts › Manage; let the client type the new password there');
    talk.answers('done').asks('Does mail come in with the right password?').answers('yes').ends('resolved');
    asked().answers('reset').clicks('Can’t do it').ends('escalated');
  });
});
