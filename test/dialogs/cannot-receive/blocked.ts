import { describe, expect, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { incident, noWhm, proposal, unblocking } from './shipped.ts';

const blocked: World = { ipBlock: ['blocked'] };
const unsure: World = { ipBlock: ['unknown'] };
const lookByHand = 'I could not see whether 203.0.113.7 is blocked, and I will not guess.';

describe('a blocked address', () => {
  it('is un-blocked, and the mail comes back', () => {
    const talk = incident(blocked)
      .asks('Are they getting an error message in Outlook?')
      .answers('pop3', 'yes', 'neither', '203.0.113.7')
      .says(
        'ipBlock: blocked',
        'Explain to the client why this happens. They will all deny',
        'wrong password too many times',
      )
      .says('unblockIp?', 'Waiting for an approver')
      .approves()
      .says(
        'Approved by Lea',
        'It takes 5–10 minutes to un-block 203.0.113.7',
        'the mail starts coming in normally',
      )
      .world({ ipBlock: ['clear'] })
      .waits(5)
      .asks('Does mail come in now?')
      .answers('yes')
      .ends('resolved', '203.0.113.7 was un-blocked.');
    expect(talk.acts.map(({ input }) => input)).toEqual([{ ip: '203.0.113.7', server: 'host2' }]);
  });

  it.each<[string, World]>([
    ['cPHulk', { ipBlock: ['blocked'], cpaBlock: ['unknown'] }],
    ['the CPA System', { ipBlock: ['clear'], cpaBlock: ['blocked'] }],
    ['the CPA System, though cPHulk cannot be asked', { ipBlock: ['unknown'], cpaBlock: ['blocked'] }],
  ])('is found by %s', (_, world) => {
    incident(world)
      .answers('none', 'no', 'both', '203.0.113.7')
      .says('Their address is blocked, or most likely is.', 'Un-block 203.0.113.7');
  });

  it('whose un-block was asked for already is waited for, not asked for twice', () => {
    const talk = incident({ cpaBlock: ['queued'] }).answers('none', 'no', 'neither', '203.0.113.7');
    talk.asks('It takes 5–10 minutes to un-block 203.0.113.7');
    expect(talk.acts).toEqual([]);
  });

  it.each(['neither', 'own', 'byf'])(
    'is likely when a site does not open (%s), though nobody lists it',
    (sites) => {
      incident()
        .answers('none', 'no', sites, '203.0.113.7')
        .says('or most likely is', 'Un-block 203.0.113.7');
    },
  );

  it('is not the trouble when both sites open and nobody lists it', () => {
    incident()
      .answers('none', 'no', 'both', '203.0.113.7')
      .says('ipBlock: clear')
      .ends('escalated', 'No block, no full quota');
    incident({ accountQuota: ['unknown'] })
      .answers('none', 'no', 'both', '203.0.113.7')
      .says('Is there room for mail?');
    incident(noWhm)
      .answers('none', 'no', 'both', '203.0.113.7')
      .asks('It’s possible that they’re over quota.');
  });
});

describe('a block that nobody could see', () => {
  it.each<[string, World]>([
    ['cPHulk did not answer', unsure],
    ['the CPA System did not answer', { cpaBlock: ['unknown'] }],
    ['neither answered in time', { ipBlock: 'silent', cpaBlock: 'silent' }],
  ])('is looked for by hand: %s', (_, world) => {
    incident(world)
      .answers('none', 'no', 'both', '203.0.113.7')
      .waits(1)
      .asks(lookByHand)
      .says('WHM › Security Center › cPHulk Brute Force Protection › History Reports');
  });

  const byHand = (world: World = {}): ReturnType<typeof incident> =>
    incident({ ...unsure, ...world })
      .answers('none', 'no', 'both', '203.0.113.7')
      .asks(lookByHand);

  it('and is there', () => {
    byHand().clicks('Yes, blocked').says('Explain to the client why this happens.', 'Un-block 203.0.113.7');
  });

  it('and is not there', () => {
    byHand().answers('clear').ends('escalated', 'No block, no full quota');
    byHand({ mailboxQuota: ['unknown'] })
      .answers('clear')
      .says('Is there room for mail?');
    byHand(noWhm).answers('clear').asks('It’s possible that they’re over quota.');
  });

  it('and cannot be seen by hand either: an un-block harms nobody', () => {
    byHand().clicks('Can’t see it either').says('or most likely is', 'Un-block 203.0.113.7');
  });

  it('is looked for once more', () => {
    byHand().world(blocked).clicks('Look again').says('Un-block 203.0.113.7');
  });

  it('shows itself after the deadline: the card says that this speaks against the path', () => {
    const talk = incident({ ipBlock: 'silent' })
      .answers('none', 'no', 'both', '203.0.113.7')
      .waits(1)
      .asks(lookByHand);
    talk
      .world(blocked)
      .waits(0)
      .says('ipBlock: blocked', 'This came after the path was chosen, and it speaks against it.');
  });
});

describe('the un-block', () => {
  it.each(['accepted', 'nothingToDo', 'partly', 'unknown'])('that ended in "%s" is verified', (outcome) => {
    unblocking({ 'act:unblockIp': [outcome] }).says(
      'Once it is un-blocked, the mail starts coming in normally.',
      'First look',
    );
  });

  it('that is not needed any more asks nobody', () => {
    const talk = proposal({ unblockIp: ['nothingToDo'] }).asks(
      'It takes 5–10 minutes to un-block 203.0.113.7',
    );
    expect(talk.acts).toEqual([]);
  });

  it('that failed is done by hand, by the menu path of the runbook', () => {
    const talk = proposal({ 'act:unblockIp': ['failed'] }).approves();
    talk.asks(
      'in the CPA System go to Global Content in the main navigation menu, click Un-Block IP Address in the drop-down',
    );
    talk.says('enter the IP address in the space provided');
    talk
      .clicks('Done by hand …', 'Tom, 10:05')
      .says('Done by hand: Tom, 10:05')
      .asks('It takes 5–10 minutes to un-block 203.0.113.7');
  });

  it('that nobody can do is handed over with everything that is known', () => {
    proposal({ 'act:unblockIp': ['failed'] })
      .approves()
      .clicks('Can’t do it either')
      .ends('escalated', 'Somebody has to take this on')
      .says('Are they getting an error message in Outlook? None, just no mail', 'Problem: ipBlock: blocked');
  });

  it('that is rejected is handed over with the reason', () => {
    proposal()
      .rejects('that is our own office')
      .says('Rejected: that is our own office')
      .ends('escalated', 'Somebody has to take this on');
  });

  it('that nobody approves is asked for again at half time, and handed over at its end', () => {
    proposal()
      .waits(15)
      .says('Still waiting for an approver.')
      .waits(15)
      .says('Nobody approved in time.')
      .ends('escalated');
  });
});

describe('while the un-block takes its time', () => {
  it('somebody may say that mail comes in already', () => {
    unblocking().clicks('Mail comes in already').ends('resolved', '203.0.113.7 was un-blocked.');
  });

  it('it is looked at three times; still blocked, a person decides', () => {
    const talk = unblocking()
      .waits(5)
      .says('Looked 1 times; next look')
      .waits(2)
      .says('Looked 2 times; next look')
      .waits(3);
    talk.asks('203.0.113.7 is still blocked. What now?');
    talk
      .clicks('Wait another 5–10 minutes')
      .world({ ipBlock: ['clear'] })
      .waits(5)
      .asks('Does mail come in now?');
  });

  const still = (world: World = {}): ReturnType<typeof incident> =>
    unblocking(world).waits(10).asks('203.0.113.7 is still blocked. What now?');

  it('the un-block may be proposed again', () => {
    const talk = still().world({ unblockIp: ['planned', { from: 'blocked again at 10:10' }] });
    talk
      .clicks('Propose the un-block again')
      .says('Un-block 203.0.113.7')
      .approves()
      .asks('It takes 5–10 minutes');
    expect(talk.acts).toHaveLength(2);
  });

  it('the same un-block is not done twice', () => {
    const talk = still()
      .clicks('again')
      .says('Done already at 10:00 UTC; it is not done again.')
      .asks('It takes 5–10 minutes');
    expect(talk.acts).toHaveLength(1);
  });

  it('it may be done by hand, or handed over', () => {
    still().clicks('Do it by hand').asks('click Un-Block IP Address in the drop-down');
    still()
      .clicks('Hand it over')
      .ends('escalated')
      .says('Done at 10:00 UTC: unblockIp?, accepted, approved by Lea');
  });

  it.each<[string, World]>([
    ['cPHulk', unsure],
    ['the CPA System', { ipBlock: ['clear'], cpaBlock: ['unknown'] }],
  ])('and %s cannot be asked, the client is', (_, world) => {
    unblocking().world(world).waits(10).asks('Does mail come in now?');
  });

  it('somebody may look at once', () => {
    unblocking()
      .world({ ipBlock: ['clear'] })
      .clicks('Look now')
      .asks('Does mail come in now?');
  });
});

describe('after the un-block', () => {
  const asked = (world: World = {}): ReturnType<typeof incident> =>
    unblocking(world)
      .world({ ipBlock: ['clear'] })
      .waits(5)
      .asks('Does mail come in now?');

  it('mail that does not come yet may have another reason: room', () => {
    asked().clicks('Not yet').says('Is there room for mail?');
    asked(noWhm).clicks('Not yet').asks('It’s possible that they’re over quota.');
  });

  it('a client who will see later ends it, and the watch goes on', () => {
    asked()
      .clicks('They will see later')
      .ends('resolved', 'was un-blocked')
      .says('Watching 203.0.113.7, in case the block comes back');
  });

  it('a block that comes back re-opens the incident, with the words for one device at a time', () => {
    const talk = asked().answers('yes').ends('resolved');
    talk.world({ ipBlock: ['blocked'], unblockIp: ['planned', { from: 'blocked at 10:20' }] }).waits(30);
    talk.says(
      '203.0.113.7 is blocked again: a device there still uses an old password.',
      'start one device at a time',
    );
    talk
      .approves()
      .world({ ipBlock: ['clear'] })
      .waits(10)
      .answers('yes')
      .ends('resolved');
    expect(talk.acts).toHaveLength(2);
  });

  it('a block that comes back as one that an un-block does not lift goes to somebody with root access', () => {
    const talk = asked().answers('yes').ends('resolved');
    talk.world({ ipBlock: ['stuck', { stuckWhy: 'CSF denies the range.' }] }).waits(30);
    talk.asks('An un-block of 203.0.113.7 alone will not help: CSF denies the range.');
    expect(talk.acts).toHaveLength(1);
  });
});
