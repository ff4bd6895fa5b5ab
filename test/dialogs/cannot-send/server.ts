import { describe, it } from 'vitest';
import type { World } from '../../conversation.ts';
import { acme } from '../cannot-receive/shipped.ts';
import { incident } from './shipped.ts';

const first = 'What does Outlook say when they send?';
const byHand = 'Please look by hand whether they are over quota';

describe('the client', () => {
  it('is asked for when nobody was named', () => {
    incident({}, {}).asks('Which client is it?').types('acme.example').asks(first);
    incident({}, {}).answers('unknown').ends('escalated', 'No client could be named');
  });

  it('that WHM does not know is asked for again, with what is like it', () => {
    const missed: World = { clientAccount: ['notFound', { nearMatches: ['acme.example'] }] };
    incident(missed)
      .asks('WHM knows no info@acme.example')
      .world({ clientAccount: ['found', acme] })
      .clicks('acme.example')
      .asks(first);
    incident(missed).answers('unknown').ends('escalated', 'No client could be named');
  });

  it('that is suspended is not for this runbook', () => {
    incident({ clientAccount: ['suspended', { ...acme, suspendReason: 'unpaid' }] }).ends(
      'escalated',
      'The account acmecpa is suspended (unpaid)',
    );
  });

  it('that WHM cannot be asked about is helped all the same, and then by hand', () => {
    incident({ clientAccount: ['unknown'] })
      .says('I could not ask WHM about info@acme.example')
      .asks(first)
      .answers('full')
      .asks(byHand);
    incident({ clientAccount: ['unknown'], mailSettings: ['unknown'] })
      .answers('relay', 'on')
      .asks(byHand);
  });
});

describe('what is found on the server', () => {
  it.each<[string, World, string]>([
    [
      'outgoing mail that is suspended',
      { outgoingMail: ['suspended', { sendStop: 'account acmecpa' }] },
      'Outgoing mail of account acmecpa is suspended',
    ],
    [
      'outgoing mail that is held',
      { outgoingMail: ['held', { sendStop: 'info@acme.example' }] },
      'Outgoing mail of info@acme.example is held',
    ],
    [
      'a login that is suspended',
      { mailboxQuota: ['loginSuspended', { mailbox: 'info@acme.example' }] },
      'Login to info@acme.example is suspended',
    ],
    [
      'a service that is down',
      { mailServices: ['down', { downServices: 'SMTP (exim)' }] },
      'SMTP (exim) on host2 is not running',
    ],
  ])('%s ends it without a question', (_, world, words) => {
    incident(world).ends('escalated', words);
  });

  it('tells the client that it is the server', () => {
    incident({ mailServices: ['down', { downServices: 'SMTP (exim)' }] }).says(
      'The mail service on our server has a fault at the moment',
    );
  });

  it.each(['outgoingMail', 'mailServices', 'accountQuota', 'mailboxQuota', 'serverTrouble'])(
    'is never taken for well where it could not be seen: %s',
    (check) => {
      incident({ [check]: ['unknown'] })
        .says(`${check}: unknown`)
        .asks(first);
    },
  );
});
