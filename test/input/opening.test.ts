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
  expect(readOpening(typed)).toEqual(facts);
});
