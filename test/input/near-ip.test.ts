import { expect, test } from 'vitest';
import { likeness } from '../../src/input/near-ip.ts';

test.each([
  ['203.0.113.9', '203.0.113.7', 'one digit'],
  ['203.0.113.7', '203.0.113.71', 'one digit'],
  ['203.0.131.7', '203.0.113.7', 'two digits swapped'],
  ['203.0.113.7', '2001:db8::7', 'other protocol'],
  ['2001:db8:1:2::5', '2001:db8:1:2:aaaa::9', 'same network'],
  ['2001:db8::5', '2001:db8::6', 'one digit'],
  ['203.0.113.7', '198.51.100.23', undefined],
  ['203.0.113.7', '203.0.113.7', undefined],
  // Two spellings of one address.
  ['2001:db8:0:0::7', '2001:0db8::7', undefined],
  ['2001:db8:1:2::5', '2001:db8:1:3:aaaa::9', undefined],
  ['203.0.113.70', '203.0.113.07', undefined],
  ['their router', '203.0.113.7', undefined],
])('%s and %s: %s', (typed, seen, how) => {
  expect(likeness(typed, seen)).toBe(how);
});
