import { expect, it } from 'vitest';
import { parseClientRef } from '../../src/input/client-ref.ts';
import { parseIp } from '../../src/input/ip.ts';
import { asWritten } from '../../src/input/spoken.ts';

it.each([
  '203 dot 0 dot 113 dot 7',
  '203 Dot 0 dot 113 dot 7.',
  '203 punto 0 punto 113 punto 7',
  '203 point 0 point 113 point 7',
  '203dot0dot113dot7',
  '203(dot)0(dot)113(dot)7',
  '203 0 113 7',
  '203, 0, 113, 7',
  '203,0,113,7',
  'the IP is 203 0 113 7',
  'IP: 203 0 113 7',
  'la IP es 203 punto 0 punto 113 punto 7',
  'it is 203, 0, 113, 7.',
  'their address is 203.0.113.7',
  'ip:203.0.113.7:993',
  '[203.0.113.7]',
  ' 203.0.113.7, ',
  '203. 0. 113. 7',
  '::ffff:203.0.113.7',
])('%j is 203.0.113.7', (typed) => {
  expect(parseIp(typed, [])).toEqual({ ok: true, ip: '203.0.113.7' });
});

it.each([
  ['2001:DB8::7', '2001:db8::7'],
  ['[2001:db8::7]:993', '2001:db8::7'],
])('%j is %s', (typed, ip) => {
  expect(parseIp(typed, [])).toEqual({ ok: true, ip });
});

it.each([
  ['203 000 113 007', 'leading-zero'],
  ['203 dot 0 dot 113', 'incomplete'],
  ['203 0 113', 'nothing'],
  ['203 0 113 7 or 8', 'nothing'],
  ['203.0.113.7 and 203.0.113.8', 'several'],
  ['192 dot 168 dot 1 dot 20', 'private'],
  ['203 dot 0 dot 113 dot 700', 'octet'],
])('%j is refused: %s', (typed, code) => {
  expect(parseIp(typed, [])).toMatchObject({ ok: false, code });
});

it.each([
  ['info at acme dot example', 'info@acme.example'],
  ['info arroba acme punto example', 'info@acme.example'],
  ['Info (at) acme (dot) example', 'info@acme.example'],
  ['first dot last at acme dot example', 'first.last@acme.example'],
  ['acme-cpa dot example', 'acme-cpa.example'],
  ['info at acme.example', 'info@acme.example'],
  ['info@acme dot example', 'info@acme.example'],
  ['HTTPS://www.Acme.example/mail', 'acme.example'],
  ['mailto:info@acme.example', 'info@acme.example'],
  ['acme.example.', 'acme.example'],
  ['münchner-steuer.example', 'xn--mnchner-steuer-gsb.example'],
])('%j names %s', (typed, client) => {
  const read = parseClientRef(typed);
  expect(read).toMatchObject({
    ok: true,
    ref: { domain: expect.stringContaining(client.split('@').at(-1) ?? '') },
  });
  if (client.includes('@')) expect(read).toMatchObject({ ref: { mailbox: client } });
});

it.each([
  'she sits at the front desk',
  'they are at acme.example since May',
  'the point is that nobody gets mail',
  'look at it, dot the i',
  'at',
  'dot',
  '__proto__ at constructor',
])('a sentence stays as it is: %j', (sentence) => {
  expect(asWritten(sentence)).toBe(sentence);
});

it('takes no time over what is long', () => {
  for (const text of ['dot '.repeat(75), 'a at '.repeat(60), '1 '.repeat(150), 'a.'.repeat(150)]) {
    const began = performance.now();
    asWritten(text);
    expect(performance.now() - began).toBeLessThan(1000);
  }
});
