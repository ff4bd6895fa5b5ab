import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { cause, incident, suspected } from './shipped.ts';

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

const label = 'Send the words by e-mail …';
const address = 'office@acme.example';
const space = () =>
  incident({ ...sends, accountQuota: ['full'] })
    .approves()
    .asks('Which Outlook do they have?');
const blockedFor = (rootCause: World[string]) => (): ReturnType<typeof incident> =>
  incident({ ...suspected, ...sends, accountQuota: ['room'], rootCause })
    .clicks('Yes, 203.0.113.7')
    .approves()
    .world({ ipBlock: ['clear'] })
    .waits(5)
    .asks('Does mail come in now?');
const told: World = {
  delivery: ['delivered'],
  mailSettings: [
    'told',
    { inbox: 'mail.acme.example', outbox: 'smtp.acme.example', login: 'info@acme.example' },
  ],
};
/** Every question after words for the client: which words they were, and what was filled into them. */
const places: readonly (readonly [string, () => ReturnType<typeof incident>, object])[] = [
  ['why-blocked', blockedFor(['unclear']), {}],
  ['why-locked', blockedFor(['wrongPassword', cause]), { failedBox: 'info@acme.example' }],
  ['stop-first', blockedFor(['stillTrying', cause]), { lastFailure: '2 min ago' }],
  ['more-space', space, {}],
  [
    'wrong-password',
    () =>
      incident({ ...sends, accountQuota: ['room'] })
        .answers('password', 'no', 'both', '203.0.113.7')
        .asks('Does mail come in with the right password?'),
    {},
  ],
  [
    'user-locked',
    () =>
      incident({
        ...sends,
        accountQuota: ['room'],
        failingLogins: ['locked', { lockedBox: 'info@acme.example', lockedUntil: '10:53' }],
      }).asks('cPHulk has locked the name info@acme.example'),
    { lockedUntil: '10:53' },
  ],
  [
    'settings',
    () =>
      incident({ ...sends, ...told, accountQuota: ['room'] })
        .answers('none', 'no', 'both', '203.0.113.7')
        .asks('Does mail come in with these settings?'),
    { login: 'info@acme.example', inbox: 'mail.acme.example' },
  ],
];
const question = (talk: ReturnType<typeof incident>) => talk.it.visits.at(-1)?.step;

describe('the words for the client', () => {
  it.each(places)('may be sent by e-mail: %s', (which, at, values) => {
    const talk = at();
    const step = question(talk);
    talk.clicks(label, address).says(`Send the words to ${address}`).approves();
    expect(talk.acts.at(-1)?.input).toMatchObject({
      mailTo: address,
      steps: `cannot-receive/${which}`,
      ...values,
    });
    expect(question(talk)).toBe(step);
  });

  it('are those that were said last, also after the block came back', () => {
    const talk = blockedFor(['stillTrying', cause])().clicks('Yes');
    talk.world({ ipBlock: ['blocked'], unblockIp: ['planned', { hash: 'anew' }] });
    talk.waits(25).says('203.0.113.7 is blocked again').approves();
    talk.world({ ipBlock: ['clear'] }).waits(5);
    talk.clicks(label, address).approves();
    expect(talk.acts.at(-1)?.input).toMatchObject({ steps: 'cannot-receive/one-device' });
  });

  describe.each(places.filter(([which]) => !/^(why-locked|stop-first)$/.test(which)))('%s', (_, at) => {
    it.each(['done', 'nothingToDo', 'partly', 'unknown', 'failed'])(
      'that ended in "%s" lead back to the question',
      (outcome) => {
        const talk = at();
        const step = question(talk);
        talk
          .world({ 'act:sendInstructions': [outcome] })
          .clicks(label, address)
          .approves();
        expect(question(talk)).toBe(step);
      },
    );

    it('that nobody lets go out do, too', () => {
      const [rejected, expired] = [at(), at()];
      const step = question(rejected);
      rejected.clicks(label, address).rejects('wrong client');
      expired.clicks(label, address).waits(30).says('Nobody approved in time.');
      expect([question(rejected), question(expired)]).toEqual([step, step]);
    });
  });
});
