import { expect, it } from 'vitest';
import { readOpening } from '../../src/input/opening.ts';

it.each([
  ['info@acme.example 203.0.113.7', { client: 'info@acme.example', ip: '203.0.113.7' }],
  ['203.0.113.7 info@acme.example', { client: 'info@acme.example', ip: '203.0.113.7' }],
  ['  acme.example,  (203.0.113.7). ', { client: 'acme.example', ip: '203.0.113.7' }],
  ['acme.example 2001:db8::7', { client: 'acme.example', ip: '2001:db8::7' }],
  ['acme.example [2001:db8::7]', { client: 'acme.example', ip: '2001:db8::7' }],
  ['acme.example', { client: 'acme.example' }],
  ['acme 1.2.3', { client: 'acme 1.2.3' }],
  ['acme.example 203.0.113.7 203.0.113.8', { client: 'acme.example', ip: '203.0.113.7 203.0.113.8' }],
  ['203.0.113.7', { client: '', ip: '203.0.113.7' }],
  ['', { client: '' }],
])('reads %j', (typed, facts) => {
  expect(readOpening(typed, [])).toEqual({ ...facts, dialog: undefined });
});

const receive = { id: 'cannot-receive', words: ['receive'] };
const send = { id: 'cannot-send', words: ['send', 'sending'] };

it.each([
  ['acme.example', receive, 'acme.example'],
  ['send acme.example 203.0.113.7', send, 'acme.example'],
  ['acme.example cannot send', send, 'acme.example'],
  ['acme.example can’t Send mail', send, 'acme.example'],
  // Without a runbook's word nothing is taken away from what names the client.
  ['no mail', receive, 'no mail'],
  ['sender.example', receive, 'sender.example'],
  ['send', send, ''],
  // The word that comes first is what they are in trouble with.
  ['acme.example cannot send but receive', send, 'acme.example'],
])('%j asks for its runbook', (typed, dialog, client) => {
  expect(readOpening(typed, [receive, send])).toMatchObject({ dialog, client });
});
