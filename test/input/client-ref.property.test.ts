import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClientRef, refText } from '../../src/input/client-ref.ts';

describe('properties', () => {
  const label = fc
    .stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,9}[a-z0-9])?$/)
    .filter((text) => !/^(?:www$|..--)/.test(text));
  const domain = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('example', 'com', 'co.uk'))
    .map(([labels, end]) => `${labels.join('.')}.${end}`);
  const local = fc.stringMatching(/^[a-z0-9][a-z0-9_+-]{0,8}(?:\.[a-z0-9]{1,5})?$/);
  const around = fc.constantFrom(
    (text: string) => text,
    (text: string) => ` ${text.toUpperCase()}. `,
    (text: string) => `Client (${text}) gets no mail at all.`,
    (text: string) => `<${text.includes('@') ? 'mailto:' : 'https://'}${text}|${text}>`,
    (text: string) => `<b>${text}</b>`,
    (text: string) => `<!channel> ${text}\u0000\u202E!`,
  );

  test('a domain or mailbox comes back whatever stands around it', () => {
    const seen = { domain: 0, mailbox: 0 };
    fc.assert(
      fc.property(domain, fc.option(local), around, (host, name, wrap) => {
        const text = name === null ? host : `${name}@${host}`;
        seen[name === null ? 'domain' : 'mailbox']++;
        const parsed = parseClientRef(wrap(text));
        expect(parsed.ok && refText(parsed.ref)).toBe(text);
      }),
      { numRuns: 500 },
    );
    expect(seen.domain).toBeGreaterThan(20);
    expect(seen.mailbox).toBeGreaterThan(200);
  });

  test('nothing throws, and what is accepted stays as it is', () => {
    const bits = fc.constantFrom(
      'acme',
      'acme.example',
      '@acme.example',
      'info@acme.example',
      ' ',
      'info',
      '@',
      '.',
      'www.',
      ':',
      '//',
      'https://',
      'mailto:',
      '/',
      '?',
      '#',
      '%',
      '<',
      '|',
      '>',
      "'",
      '_',
      '-',
      '\\',

      '__proto__',
      '<!channel>',
      '<at>',
      '203.0.113.7',
      '[',
      ']',
      '2001:db8::1',
      '\u0000',
      '\u202E',
      '\uD800',
      'ü',
      'ß',
      '²',
      'xn--',
      ' ',
      '0x7f',
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
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseClientRef(text);
        const kind = parsed.ok ? parsed.ref.kind : 'refused';
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (parsed.ok) expect(parseClientRef(refText(parsed.ref))).toEqual(parsed);
        else expect(parsed.message.length).toBeLessThan(2000);
      }),
      { numRuns: 2000 },
    );
    for (const kind of ['mailbox', 'domain', 'account', 'refused'])
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(20);
  });
});
