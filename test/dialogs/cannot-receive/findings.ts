import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { incident, suspected } from './shipped.ts';

const ip = '203.0.113.7';
const mailbox = 'info@acme.example';
const boxes = { fullMailboxes: [mailbox, 'kim@acme.example'] };
const unknownIp = { client: mailbox };
const knownIp = { client: mailbox, ip };
const story = { suspects: [ip], suspectStory: `${ip}: 3 failed logins for ${mailbox} (IMAP).` };

describe('what WHM knows is used before anybody is asked', () => {
  it.each<[string, World, Record<string, string>, string]>([
    [
      'mail that goes elsewhere',
      { mailRouting: ['elsewhere', { mailHosts: 'mx.other.example' }] },
      unknownIp,
      'tellElsewhere',
    ],
    [
      'a service that is down',
      { mailServices: ['down', { downServices: 'POP3' }] },
      unknownIp,
      'tellServerDown',
    ],
    ['a suspended login', { mailboxQuota: ['loginSuspended', { mailbox }] }, unknownIp, 'loginSuspended'],
    [
      'suspended incoming mail',
      { mailboxQuota: ['incomingSuspended', { mailbox }] },
      unknownIp,
      'incomingSuspended',
    ],
    ['an address that was said and is blocked', { ipBlock: ['blocked'] }, knownIp, 'unblock'],
    [
      'an entry that an un-block does not lift',
      { ipBlock: ['stuck', { stuckWhy: 'a range.' }] },
      knownIp,
      'stuckBlock',
    ],
    ['a block in the CPA System', { cpaBlock: ['blocked'] }, knownIp, 'unblock'],
    ['an un-block that is under way', { cpaBlock: ['queued'] }, knownIp, 'waiting'],
    ['a full account', { accountQuota: ['full'] }, unknownIp, 'raiseAccount'],
    ['too many files', { accountQuota: ['filesFull'] }, unknownIp, 'filesFull'],
    ['a full mailbox', { mailboxQuota: ['full', { mailbox }] }, unknownIp, 'raiseMailbox'],
    ['several full mailboxes', { mailboxQuota: ['several', boxes] }, unknownIp, 'whichMailbox'],
    [
      'a locked name',
      { failingLogins: ['locked', { lockedBox: mailbox, lockedUntil: '11:10' }] },
      unknownIp,
      'userLocked',
    ],
    ['a blocked address that fails', suspected, unknownIp, 'isItThem'],
    ['an address that fails', { failingLogins: ['failing', story] }, unknownIp, 'isItThem'],
    ['an address that was said and fails', { ipBlock: ['failing'] }, knownIp, 'wrongPassword'],
    [
      'mail that was turned away',
      { delivery: ['turnedAway', { turnedAwaySince: '08:12' }] },
      unknownIp,
      'wasFull',
    ],
  ])('%s', (_, world, facts, step) => {
    const talk = incident(world, facts);
    expect(talk.it.visits.map((visit) => visit.step)).toContain(step);
    expect(talk.log.filter(({ type }) => type === 'answer.given')).toEqual([]);
  });

  it.each<[string, World, Record<string, string>]>([
    ['who fails to log in', { failingLogins: ['unknown'] }, unknownIp],
    ['whether the address is blocked', { ipBlock: ['unknown'] }, knownIp],
    ['what the CPA System has', { cpaBlock: ['unknown'] }, knownIp],
    ['the mailbox', { mailboxQuota: ['unknown'] }, unknownIp],
    ['the account', { accountQuota: ['unknown'] }, unknownIp],
    ['where the mail goes', { mailRouting: ['unknown'] }, unknownIp],
    ['the services', { mailServices: ['unknown'] }, unknownIp],
    ['what was delivered', { delivery: ['unknown'] }, unknownIp],
    ['how other clients there fare', { serverTrouble: ['unknown'] }, unknownIp],
    ['nothing that tells anything', {}, unknownIp],
  ])('and what nobody could see is asked: %s', (_, world, facts) => {
    incident(world, facts).asks('Are they getting an error message in Outlook?');
  });

  it('a check that hangs is not waited for longer than its time, and stops no other', () => {
    incident({ mailServices: 'silent', accountQuota: ['full'] })
      .waits(0.25)
      .says('Could not look at the mail services of the server.', 'Raise the quota of the account acmecpa');
  });

  it('the first proposal does not wait for checks that cannot change it any more', () => {
    incident({ mailRouting: ['elsewhere', { mailHosts: 'mx.other.example' }], delivery: 'silent' }).ends(
      'escalated',
      'Mail for acme.example is not on our servers',
    );
  });
});

describe('what is not for this runbook to undo', () => {
  it('mail elsewhere: the client is told where it goes', () => {
    incident({ mailRouting: ['elsewhere', { mailHosts: 'mx.other.example' }] })
      .says('Mail for acme.example does not come to host2; it goes to mx.other.example.')
      .says('your domain sends it to mx.other.example')
      .ends('escalated', 'Whoever runs that has to look.');
  });

  it('a service that is down: it is the server, and the client need not change anything', () => {
    incident({ mailServices: ['down', { downServices: 'IMAP and POP3' }] })
      .says('It is the server, not the client: IMAP and POP3 on host2 is not running.')
      .says('It is not your computer and not your password')
      .ends('escalated', 'an administrator has to start it');
  });

  it.each([
    ['loginSuspended', 'Login to info@acme.example is suspended'],
    ['incomingSuspended', 'Incoming mail of info@acme.example is suspended'],
  ])('a mailbox that is suspended (%s)', (outcome, words) => {
    incident({ mailboxQuota: [outcome, { mailbox }] }).ends('escalated', words);
  });
});

describe('a name that is locked for every address', () => {
  const locked: World = { failingLogins: ['locked', { lockedBox: mailbox, lockedUntil: '11:10' }] };

  it('is lifted by hand, or waited for, and then the password is put right', () => {
    incident(locked)
      .asks('cPHulk has locked the name info@acme.example for every address, until 11:10')
      .clicks('Done by hand …', 'Tom')
      .asks('Does mail come in with the right password?');
    incident(locked).clicks('They wait until then').asks('Does mail come in with the right password?');
  });

  it('is handed over when nobody can', () => {
    incident(locked).clicks('Can’t do it').ends('escalated', 'Somebody has to take this on');
  });
});

describe('too many files', () => {
  const files: World = { accountQuota: ['filesFull'] };

  it('are made fewer by hand, or the limit is raised by hand', () => {
    incident(files)
      .asks('more MB do not help')
      .clicks('Done by hand …', 'Tom: limit 200,000')
      .asks('Is mail coming in now?')
      .clicks('Yes')
      .ends('resolved', 'There is room for mail again.');
    incident(files).clicks('Hand it over').ends('escalated', 'Somebody has to take this on');
  });
});

describe('mail that was turned away while there was no room', () => {
  it('comes by itself; the client is shown how to keep the room', () => {
    incident({ delivery: ['turnedAway', { turnedAwaySince: '08:12' }] })
      .says('Mail was turned away because there was no room, since 08:12.')
      .asks('Which Outlook do they have?')
      .answers('unknown')
      .clicks('They will see later')
      .ends('resolved');
  });

  it.each(['blocked', 'failing'])(
    'and logins that fail besides (%s) are the next thing to look at when that was not all',
    (outcome) => {
      incident({ accountQuota: ['full'], failingLogins: [outcome, story] })
        .says('Raise the quota of the account acmecpa')
        .approves()
        .answers('unknown', 'no')
        .asks(`Is that the client: ${ip}?`)
        .asks(story.suspectStory);
    },
  );
});
