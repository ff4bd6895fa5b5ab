import { describe, it } from 'vitest';
import { acme, incident, noWhm } from './shipped.ts';

describe('which client', () => {
  it('is not asked when the incident was opened with it', () => {
    incident().says(
      'INC-1 · info@acme.example · cannot receive mail',
      'Looking for info@acme.example in WHM',
    );
  });

  it('is asked when nobody said', () => {
    incident({}, {})
      .asks('Which client is it?')
      .types('https://www.acme.example/contact')
      .says('acme.example · cannot receive mail', 'Looking for acme.example in WHM')
      .asks('Are they getting an error message in Outlook?');
  });

  it('that cannot be found out is handed over', () => {
    incident({}, {}).answers('unknown').ends('escalated', 'No client could be named');
  });

  it('that WHM does not know is asked again, with near matches to press', () => {
    incident(
      { clientAccount: ['notFound', { nearMatches: ['acme.example', 'acne.example'] }] },
      { client: 'acmee.example' },
    )
      .asks('WHM knows no acmee.example. Which client is it?')
      .world({ clientAccount: ['found', acme] })
      .clicks('acme.example')
      .says('Looking for acme.example in WHM')
      .asks('Are they getting an error message in Outlook?');
  });

  it('that WHM does not know can be typed anew, or given up', () => {
    const unknown = incident({ clientAccount: ['notFound', { nearMatches: [] }] });
    unknown.types('acme-tax.example').asks('WHM knows no acme-tax.example. Which client is it?');
    unknown.clicks('Can’t be found out').ends('escalated', 'so nothing could be looked up');
  });

  it('whose account is suspended is not for this runbook', () => {
    incident({ clientAccount: ['suspended', { ...acme, suspendReason: 'unpaid invoice' }] })
      .ends('escalated', 'The account acmecpa is suspended (unpaid invoice).')
      .says('it is not for this runbook to undo');
  });

  it('cannot be asked of WHM: the bot says so, and the questions go on', () => {
    incident(noWhm)
      .says('I could not ask WHM about info@acme.example, and I will not guess.')
      .asks('Are they getting an error message in Outlook?');
  });

  it('of whom WHM does not answer in time counts as not asked, never as not found', () => {
    incident({ clientAccount: 'silent' })
      .waits(1)
      .says('Could not look at the account in WHM. No answer within 15 s.', 'I will not guess');
  });
});

describe('what they see', () => {
  it.each([
    ['pop3', 'their IP address is blocked'],
    ['password', 'Asks for the password again and again'],
    ['none', 'None, just no mail'],
    ['unknown', 'They can’t tell'],
  ])('the error "%s" is noted, and the next question follows', (error, words) => {
    incident()
      .answers(error)
      .says(words)
      .asks('Did anybody in their office change an e-mail password lately, or try to?');
  });

  it('another error is typed in, and shown as it was typed', () => {
    incident()
      .clicks('Another …', '0x800CCC0F <b>{ip}</b>')
      .says('Another: 0x800CCC0F <b>{ip}</b>')
      .asks('Did anybody in their office change an e-mail password lately');
  });

  it.each(['yes', 'no', 'unknown'])('whether a password was changed: %s', (answer) => {
    incident()
      .answers('none', answer)
      .asks('Ask them to open their own website, and then the BYF site. Which of the two opens?')
      .says('this usually means their IP address is blocked');
  });

  it.each(['both', 'own', 'byf', 'neither', 'unknown'])('which sites open: %s', (answer) => {
    incident()
      .answers('none', 'no', answer)
      .asks('Have them go to www.whatismyip.com.')
      .says('large dark blue numbers near the top');
  });

  it('their address, when it was said at the opening, is not asked', () => {
    incident({ ipBlock: ['clear'] }, { client: 'acme.example', ip: '203.0.113.7' })
      .answers('none', 'no', 'neither')
      .says('Is 203.0.113.7 blocked?', 'Un-block 203.0.113.7');
  });

  it('a private address is refused beside the field, and can be typed again', () => {
    const talk = incident({ ipBlock: ['blocked'] }).answers('none', 'no', 'neither');
    talk.refusesTyped('192.168.1.20', 'private');
    talk.types('[203.0.113.7]').says('Un-block 203.0.113.7');
  });

  it('without an address the quotas are looked at meanwhile, and the address may come later', () => {
    const talk = incident().answers('none', 'no', 'neither', 'unknown');
    talk
      .says('Without their address nobody can see whether it is blocked.', 'No block, no full quota')
      .ends('escalated');
    const room = incident({ accountQuota: ['unknown'], ipBlock: ['blocked'] });
    room
      .answers('none', 'no', 'neither')
      .world({ accountQuota: ['full'] })
      .answers('unknown');
    room.says('Is there room for mail?', 'Raise the quota of the account acmecpa');
    room.changes('Have them go to www.whatismyip.com.', 'Send', '203.0.113.7');
    room.says('Withdrawn: Sam changed an earlier answer.', 'Un-block 203.0.113.7');
  });

  it('without an address and without WHM the quotas are looked at by hand', () => {
    incident(noWhm)
      .answers('none', 'no', 'neither', 'unknown')
      .asks(
        'log in to WHM, go to Account Information, then List Accounts, find their account and open cPanel',
      );
  });
});
