import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { cause, incident, noWhm, proposal, suspected, unblocking } from './shipped.ts';

const near: World = {
  ipFits: [
    'near',
    {
      likelyIps: ['203.0.113.17'],
      likelyWhy:
        'It is not known to log in for info@acme.example, but 203.0.113.17 did or tried to, the last time 3 min ago: it differs by one digit.',
    },
  ],
};
const ours: World = { ipFits: ['ours', { oursName: 'the address of our own server host2' }] };
const stuck: World = { ipBlock: ['stuck', { stuckWhy: 'The range 203.0.113.0/24 is black-listed.' }] };
/** Error, password changed, sites, address. */
const read = (world: World): ReturnType<typeof incident> =>
  incident(world).answers('none', 'no', 'both', '203.0.113.7');

describe('an address that was found through failed logins', () => {
  it('may be another one', () => {
    const talk = incident(suspected).types('198.51.100.8').says('Does 198.51.100.8 belong to the client?');
    expect(talk.button('Approve').event).toMatchObject({ hash: expect.stringContaining('198.51.100.8') });
  });

  it('that the client cannot confirm is not un-blocked', () => {
    incident(suspected)
      .clicks('They can’t tell')
      .says('Without their address nobody can see whether it is blocked.')
      .ends('escalated', 'No block, no full quota');
  });

  it('is not asked for when it was said at the opening', () => {
    incident(suspected, { client: 'info@acme.example', ip: '203.0.113.7' }).says('Un-block 203.0.113.7');
  });
});

describe('an address that was read out wrong', () => {
  it('is questioned before it is proposed, and the right one is offered', () => {
    const talk = read({ ...near, ipBlock: ['blocked'] });
    talk.asks('Is 203.0.113.7 right?');
    talk.asks('It is not known to log in for info@acme.example, but 203.0.113.17 did or tried to');
    talk.world({ ipFits: ['fits'] });
    talk.clicks('It is 203.0.113.17').says('Is 203.0.113.17 blocked?', 'Un-block 203.0.113.17');
  });

  it('may be right all the same', () => {
    read({ ...near, ipBlock: ['blocked'] })
      .clicks('It is right as it stands')
      .says('Un-block 203.0.113.7');
  });

  it('that nobody can read out again is left alone', () => {
    read({ ...near, ipBlock: ['blocked'] })
      .answers('unknown')
      .ends('escalated');
  });

  it('and from which logins fail, though it is not blocked: a wrong password', () => {
    incident({ ...near, ipBlock: ['failing'] }, { client: 'info@acme.example', ip: '203.0.113.7' })
      .answers('unknown')
      .says('Without their address', 'It looks like a wrong password.');
  });

  it('and is our own is never un-blocked for a client', () => {
    const talk = read(ours).asks('203.0.113.7 is the address of our own server host2, and not the client’s.');
    talk.types('203.0.113.8').asks('203.0.113.8 is the address of our own server host2');
    talk
      .world({ ipFits: ['fits'], ipBlock: ['blocked'] })
      .types('198.51.100.8')
      .says('Un-block 198.51.100.8');
    read(ours).answers('unknown').ends('escalated');
  });

  it('and nobody could compare is looked at all the same', () => {
    read({ ipFits: ['unknown'], ipBlock: ['blocked'] }).says('Un-block 203.0.113.7');
  });
});

describe('without an address', () => {
  const noIp = (world: World, ...said: readonly string[]): ReturnType<typeof incident> =>
    incident(world).answers(...said, 'both', 'unknown');

  it.each([
    ['Outlook asks for the password', 'password', 'no'],
    ['a password was changed', 'none', 'yes'],
  ])('a wrong password may be the reason: %s', (_, error, changed) => {
    noIp({}, error, changed).says('It looks like a wrong password.');
  });

  it('mail that reaches the mailbox points at Outlook', () => {
    noIp({ delivery: ['delivered'] }, 'none', 'no').says(
      'Mail reaches the mailbox, so the fault lies in Outlook',
    );
  });
});

describe('why it is blocked', () => {
  it('a device still tries an old password: that is stopped first', () => {
    read({ ipBlock: ['blocked'], rootCause: ['stillTrying', cause] })
      .says('First stop the old password, or the block will be back within minutes: 14 failed logins')
      .says('still uses the old one: it tried again 2 min ago', 'The device after which the mail stops again')
      .says('Un-block 203.0.113.7');
  });

  it('a wrong password was tried, and is no more: the client hears which, without blame', () => {
    read({ ipBlock: ['blocked'], rootCause: ['wrongPassword', cause] })
      .says('14 failed logins for info@acme.example (POP3) since 09:41, the last 2 min ago')
      .says('logged in to info@acme.example with a wrong password too many times', 'They will all deny')
      .says('Un-block 203.0.113.7');
  });

  it('nobody could see why, and a block is excluded: it goes on to the room', () => {
    read({ rootCause: ['unknown'] }).ends('escalated', 'No block, no full quota');
    incident({ ...noWhm, rootCause: ['unknown'] })
      .answers('none', 'no', 'both', '203.0.113.7')
      .asks('It’s possible that they’re over quota.');
  });
});

describe('a block that an un-block of the address does not lift', () => {
  it('is for somebody with root access, and verified after it', () => {
    const talk = read(stuck).asks(
      'An un-block of 203.0.113.7 alone will not help: The range 203.0.113.0/24 is black-listed.',
    );
    expect(talk.acts).toEqual([]);
    talk
      .world({ ipBlock: ['clear'] })
      .clicks('Done by hand …', 'root: range removed')
      .asks('It takes 5–10 minutes to un-block 203.0.113.7');
    read(stuck).clicks('Hand it over').ends('escalated', 'Somebody has to take this on');
  });

  it('may show only after the un-block', () => {
    unblocking().world(stuck).waits(10).asks('An un-block of 203.0.113.7 alone will not help');
  });
});

describe('a proposal', () => {
  it('rests on the address: it is withdrawn when that is changed, and the new one is looked at', () => {
    const talk = incident(suspected).clicks('Yes, 203.0.113.7').says('Un-block 203.0.113.7');
    talk.changes('Is that the client: 203.0.113.7?', 'Send', '198.51.100.8');
    talk.says('Withdrawn: Sam changed an earlier answer.', 'Un-block 198.51.100.8');
    expect(proposal().acts).toEqual([]);
  });
});
