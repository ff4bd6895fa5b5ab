import { describe, it } from 'vitest';
import { incident } from './shipped.ts';

/** Error, password changed, sites: and their address is not blocked. */
const answers = (error: string, changed: string): readonly string[] => [
  error,
  changed,
  'both',
  '203.0.113.7',
];

describe('not blocked and not full', () => {
  it('and a sign of a wrong password: the client tries it in webmail, and tells it to nobody', () => {
    incident()
      .answers(...answers('password', 'no'))
      .says('It looks like a wrong password. Never take a password on the phone or in the chat.')
      .says('log in to webmail', 'Do not tell it to anybody, not to us either.')
      .asks('Does mail come in with the right password?');
  });

  it('and no trace of one: a person takes over, with everything that was found', () => {
    incident()
      .answers(...answers('none', 'no'))
      .ends('escalated', 'No block, no full quota and no sign of a wrong password was found.')
      .says('OK: accountQuota: room', 'Which of the two opens? Both');
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
