import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { incident } from './shipped.ts';

const story = {
  suspects: ['203.0.113.7'],
  suspectStory: '203.0.113.7: 3 failed logins for info@acme.example (IMAP).',
};

const sends: World = {
  accountQuota: ['full'],
  sendInstructions: ['planned'],
  'act:sendInstructions': ['done'],
};
/** A full account was raised; the steps for Outlook stand there. */
const steps = (world: World = {}, which = 'classic'): ReturnType<typeof incident> =>
  incident({ ...sends, ...world })
    .approves()
    .answers(which)
    .asks('Is mail coming in now?');

describe('the steps for Outlook', () => {
  it.each(['classic', 'new', 'mac', 'older'])('may be sent by e-mail: %s', (which) => {
    const talk = steps({}, which).clicks('Send the steps by e-mail …', 'office@acme.example');
    talk.says('Send the steps to office@acme.example').approves().asks('Is mail coming in now?');
    const last = talk.acts.at(-1);
    expect(last?.input).toEqual({ mailTo: 'office@acme.example', steps: `cannot-receive/outlook-${which}` });
    talk.answers('yes').ends('resolved', 'There is room for mail again.');
  });

  it('go to no address that is none', () => {
    const talk = steps();
    const event = talk.button('Send the steps by e-mail …').event;
    expect(talk.refuses({ ...event, text: 'their boss' } as never)).toContain('That is no mail address');
  });

  it.each(['done', 'nothingToDo', 'partly', 'unknown'])(
    'whose mail ended in "%s" are not asked about again',
    (outcome) => {
      const talk = steps({ 'act:sendInstructions': [outcome] });
      talk.clicks('Send the steps by e-mail …', 'office@acme.example').approves();
      talk.asks('Is mail coming in now?');
      expect(talk.labels()).not.toContain('Send the steps');
    },
  );

  it('that could not be sent are copied, or tried once more', () => {
    const talk = steps({ 'act:sendInstructions': ['failed'] });
    talk.clicks('Send the steps by e-mail …', 'office@acme.example').approves();
    expect(talk.labels()).toContain('Send the steps by e-mail …');
    steps({ sendInstructions: ['failed'] })
      .clicks('Send the steps by e-mail …', 'office@acme.example')
      .says('sendInstructions: failed')
      .asks('Is mail coming in now?');
  });

  it('that nobody lets go out are told on the phone', () => {
    const asked = () => steps().clicks('Send the steps by e-mail …', 'office@acme.example');
    asked().rejects('wrong client').asks('Is mail coming in now?');
    asked().waits(30).says('Nobody approved in time.').asks('Is mail coming in now?');
  });

  it('and is mail coming in?', () => {
    steps().answers('no').ends('escalated', 'Somebody has to take this on');
    steps().answers('unknown').ends('resolved');
  });

  it.each(['blocked', 'failing'])(
    'and logins that fail besides (%s) are next when that was not all',
    (outcome) => {
      steps({ failingLogins: [outcome, story] })
        .answers('no')
        .asks('Is that the client: 203.0.113.7?');
    },
  );
});
