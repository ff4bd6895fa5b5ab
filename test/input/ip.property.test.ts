import { isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { parseIp, type OwnAddress } from '../../src/input/ip.ts';

const OWN: readonly OwnAddress[] = [
  { address: '203.0.113.200', name: 'our office' },
  { address: '198.51.100.0/24', name: 'mail servers' },
  { address: '2001:db8:ff::/48', name: 'second office' },
  { address: '10.9.0.0/16', name: 'our VPN' },
];

const publicV4 = fc.ipV4().filter((ip) => {
  const range = ipaddr.IPv4.parse(ip).range();
  return range === 'unicast';
});
const publicV6 = fc
  .tuple(
    fc.integer({ min: 0x2400, max: 0x2bff }),
    fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 7, maxLength: 7 }),
  )
  .map(([first, rest]) => new ipaddr.IPv6([first, ...rest]))
  .filter((address) => address.range() === 'unicast');
const invisible = fc.constantFrom('', '\u200B', '\u2060', '\uFEFF', '\u0007');
const around = fc.constantFrom(
  (ip: string) => ip,
  (ip: string) => `  ${ip}\u00A0`,
  (ip: string) => `[${ip}]:995`,
  (ip: string) => `(${ip}).`,
  (ip: string) => `Our address is ${ip}, thank you.`,
  (ip: string) => `My IP Address Is: ${ip} ISP: Example Telecom 12 3`,
  (ip: string) => `<http://[${ip}]|${ip}>`,
  (ip: string) => `*${ip}*`,
  (ip: string) =>
    [...ip].map((c) => (/\d/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join(''),
);
const hex = (part: number, long: boolean, upper: boolean) => {
  const text = part.toString(16).padStart(long ? 4 : 1, '0');
  return upper ? text.toUpperCase() : text;
};

describe('properties', () => {
  test('a v4 address comes back whatever stands around it', () => {
    let seen = 0;
    fc.assert(
      fc.property(publicV4, around, invisible, (ip, wrap, hidden) => {
        seen++;
        expect(parseIp(wrap(ip.replace('.', `.${hidden}`)), [])).toEqual({ ok: true, ip });
        expect(parseIp(`::ffff:${ip}`, [])).toEqual({ ok: true, ip });
        expect(parseIp(ip.replaceAll('.', ' . '), [])).toEqual({ ok: true, ip });
      }),
      { numRuns: 500 },
    );
    expect(seen).toBeGreaterThanOrEqual(500);
  });

  test('a v6 address comes back whatever its spelling, and its spelling is the canonical one', () => {
    const compressed = new Set<boolean>();
    fc.assert(
      fc.property(
        publicV6,
        around,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (address, wrap, long, upper, dotted) => {
          const groups = address.parts.map((part) => hex(part, long, upper));
          const tail = address.toByteArray().slice(12).join('.');
          const spelled = dotted ? [...groups.slice(0, 6), tail].join(':') : groups.join(':');
          const parsed = parseIp(wrap(spelled), []);
          // The URL parser of Node is an independent witness of RFC 5952.
          const canonical = new URL(`http://[${spelled}]/`).hostname.slice(1, -1);
          expect(parsed).toEqual({ ok: true, ip: canonical });
          expect(parseIp(canonical, [])).toEqual(parsed);
          compressed.add(canonical.includes('::'));
        },
      ),
      { numRuns: 500 },
    );
    expect(compressed).toEqual(new Set([true, false]));
  });

  test('two different addresses are never taken for one', () => {
    let seen = 0;
    fc.assert(
      fc.property(
        publicV4,
        fc.oneof(publicV4, publicV6.map(String)),
        fc.constantFrom(' ', ',', ' and ', '\n', ' or: ', '|'),
        (a, b, between) => {
          fc.pre(a !== b);
          seen++;
          expect(parseIp(a + between + b, [])).toMatchObject({ ok: false, code: 'several' });
        },
      ),
    );
    expect(seen).toBeGreaterThan(50);
  });

  test('nothing throws, and what is accepted is an address that stays as it is', () => {
    const bits = fc.constantFrom(
      '203.0.113.7',
      '2001:db8::1',
      '10.0.0.1',
      '.',
      ':',
      '::',
      '/',
      '24',
      '%',
      '-',
      '[',
      ']',
      ' ',
      '007',
      '256',
      'IP:',
      '@',
      '<',
      '|',
      '>',

      '__proto__',
      '<!channel>',
      '<b>',
      '\u0000',
      '\u202E',
      '\uD800',
      'ⅷ',
      '٣',
      '²',
      'acme.example',
      'http://',
      '0x',
      ',',
      '…',
    );
    const noise = fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
      { weight: 6, arbitrary: fc.array(bits, { maxLength: 8 }).map((parts) => parts.join('')) },
      {
        weight: 1,
        arbitrary: fc
          .array(bits, { minLength: 1, maxLength: 3 })
          .map((parts) => parts.join('').repeat(5000).slice(0, 10_000)),
      },
    );
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseIp(text, OWN);
        if (!parsed.ok) {
          refused++;
          expect(parsed.message.length).toBeLessThan(700);
          return;
        }
        accepted++;
        expect(isIP(parsed.ip)).not.toBe(0);
        expect(parseIp(parsed.ip, OWN)).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(500);
  });
});
