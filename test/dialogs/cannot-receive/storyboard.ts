import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../conversation.ts';
import { cause, incident, leases, noWhm, suspected } from './shipped.ts';

const day = 24 * 60;

/** What people did, each press and each typed line, and who. */
const presses = (talk: Conversation): readonly string[] =>
  talk.log
    .filter(({ type, actor }) => actor.id !== 'mailfix' && type !== 'incident.opened')
    .filter(({ type }) => type !== 'confirm.decided')
    .map(({ type, actor }) => `${actor.name}: ${type}`);

describe('the storyboard', () => {
  it('A: a blocked office takes three presses, and nobody types an address', () => {
    const talk = incident({ ...suspected, rootCause: ['stillTrying', cause] });
    talk
      .says('failingLogins: blocked', 'accountQuota: room', 'mailboxQuota: room')
      .asks('Is that the client: 203.0.113.7?')
      .asks('203.0.113.7: 14 failed logins for info@acme.example (POP3) since 09:41')
      .asks('Ask them to open www.whatismyip.com: the number should be the same.');
    expect(presses(talk)).toEqual([]);

    expect(talk.button('Yes, 203.0.113.7').field).toBeUndefined();
    talk
      .clicks('Yes, 203.0.113.7')
      .says('First stop the old password, or the block will be back within minutes')
      .says('14 failed logins for info@acme.example (POP3) since 09:41, the last 2 min ago')
      .says("It is nobody's fault", 'start one device at a time')
      .says('Un-block 203.0.113.7', 'Waiting for an approver')
      .approves()
      .says('Approved by Lea', 'It takes 5–10 minutes to un-block 203.0.113.7')
      .world({ ipBlock: ['clear'] })
      .waits(5)
      .asks('Does mail come in now?')
      .clicks('Yes')
      .ends('resolved', '203.0.113.7 was un-blocked.')
      .says('Watching 203.0.113.7, in case the block comes back');
    expect(presses(talk)).toEqual(['Sam: answer.given', 'Lea: confirm.pressed', 'Sam: answer.given']);
    expect(talk.acts.map(({ input }) => input)).toEqual([{ ip: '203.0.113.7', server: 'host2' }]);

    talk
      .world({ ipBlock: ['blocked'] })
      .waits(25)
      .says('203.0.113.7 is blocked again', 'one device at a time');
  });

  it('B: a full account is proposed at once, before anybody was asked anything', () => {
    const talk = incident({ accountQuota: ['full'], delivery: ['turnedAway', { turnedAwaySince: '08:12' }] });
    talk.says('accountQuota: full', 'Raise the quota of the account acmecpa', 'Waiting for an approver');
    expect(presses(talk)).toEqual([]);
    expect(talk.it.visits.map(({ step }) => step)).toEqual(['client', 'find', 'diagnose', 'raiseAccount']);

    talk.approves().says('go into webmail and delete old e-mail', 'We have given you more space for now');
    talk.asks('Which Outlook do they have?').clicks('2016–365 for Windows (classic)');
    talk.says('Leave a copy of messages on the server').clicks('Yes').ends('resolved', 'There is room');
    expect(presses(talk)).toHaveLength(3);
  });

  it('B, for a time: on day 12 the thread says what is used then and now, and on day 14 the limit goes back by itself', () => {
    const talk = incident({ ...leases, accountQuota: ['full'] });
    talk.approves().answers('unknown').clicks('Yes').ends('resolved', 'There is room');
    talk.says('The account acmecpa has 300 MB until 2026-12-07 10:00 UTC');

    talk.waits(12 * day).says('leaseEnd: fits', 'Waiting; next look at 2026-12-07 10:00 UTC');
    talk.asks('In 2 days the 300 MB of the account acmecpa end. It then goes back to 200 MB by itself');
    expect(talk.labels()).toBe('Extend 14 days | Keep | Look now');
    expect(talk.acts).toHaveLength(1);

    talk.waits(2 * day).says('Approved by Lea on 2026-11-23 10:00 UTC, together with “raiseAccountQuota?”');
    talk.ends('resolved', 'The account acmecpa is back at 200 MB, as before the raise.');
    expect(talk.acts.map(({ hash }) => hash)).toContain('the way back');
    expect(
      talk.it.deeds.map(({ action, approvedBy }) => [action, ...approvedBy.map(({ name }) => name)]),
    ).toEqual([
      ['raiseAccountQuota', 'Lea'],
      ['returnQuota', 'Lea'],
    ]);
    expect(presses(talk)).toHaveLength(3);
  });

  it('C: WHM does not answer, so the bot says so, guesses nothing, and goes on by hand', () => {
    const talk = incident({ ...noWhm, ipBlock: ['unknown'], rootCause: ['unknown'], ipFits: ['unknown'] });
    talk
      .says('I could not ask WHM about info@acme.example, and I will not guess.')
      .asks('Are they getting an error message in Outlook?')
      .answers('pop3', 'no', 'unknown', '203.0.113.7')
      .asks('I could not see whether 203.0.113.7 is blocked, and I will not guess.')
      .clicks('No')
      .asks('Is there a red bar on the left, which shows that the account is over quota?');
    expect(talk.acts).toEqual([]);
    talk.answers('clear').ends('escalated', 'Somebody has to look closer');
  });
});
