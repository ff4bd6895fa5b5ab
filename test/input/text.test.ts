import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, freeText } from '../../src/input/text.ts';

describe('free text', () => {
  test.each([
    ['  Outlook says 0x800CCC0E \n', 'Outlook says 0x800CCC0E'],
    ['one\r\ntwo\rthree\u2028four\tfive', 'one\ntwo\nthree\nfour\tfive'],
    ['be\u0000ll\u0007 \u001B[31mred\u007F\u009F', 'bell [31mred'],
    ['safe\u202Egpj.exe\u2066\u200F', 'safegpj.exe'],
    ['<!channel> <b>x</b> __proto__ [x](http://x) {ip}', '<!channel> <b>x</b> __proto__ [x](http://x) {ip}'],
    ['half \uD83D a letter', 'half \uFFFD a letter'],
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
  ])('%j', (text, clean) => {
    expect(cleanText(text, 100)).toEqual({ ok: true, text: clean });
  });

  test.each([
    ['', 'empty', 'The text is empty.'],
    [' \u0000\u202E\n', 'empty', 'Type what you want to say.'],
    [
      'x'.repeat(10_240),
      'too-long',
      'The text has 10240 characters, and at most 10 are kept here. Shorten it by 10230.',
    ],
  ])('%# is refused: %s', (text, code, words) => {
    const cleaned = cleanText(text, 10);
    expect(cleaned).toMatchObject({ ok: false, code });
    expect(!cleaned.ok && cleaned.message).toContain(words);
  });

  test('the limit counts what people see as characters, after cleaning', () => {
    expect(cleanText('👍'.repeat(10), 10).ok).toBe(true);
    expect(cleanText(`${'x'.repeat(10)}\u0000 \n`, 10).ok).toBe(true);
    expect(cleanText('x'.repeat(11), 10).ok).toBe(false);
  });

  test('as the type of a fact', () => {
    expect(freeText(10).parse(' note\u0000 ')).toBe('note');
    expect(
      freeText(3)
        .safeParse('note')
        .error?.issues.map(({ message }) => message),
    ).toEqual(['The text has 4 characters, and at most 3 are kept here. Shorten it by 1.']);
    expect(freeText(3).safeParse(undefined).error?.issues[0]?.message).toBe('Type a text.');
  });

  test('property: never throws, and cleaning twice is cleaning once', () => {
    const seen = { kept: 0, changed: 0, refused: 0 };
    const odd = fc.constantFrom(
      '\u0000',
      '\u202E',
      '\uFEFF',
      '\r',
      '\n',
      '\t',
      ' ',
      '\uD800',
      '\u0085',
      '<!channel>',
      'x',
      '\u00A0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(odd).map((parts) => parts.join('')),
        ),
        (text) => {
          const cleaned = cleanText(text, 20);
          if (!cleaned.ok) return void seen.refused++;
          seen[cleaned.text === text ? 'kept' : 'changed']++;
          expect(cleanText(cleaned.text, 20)).toEqual(cleaned);
          expect(cleaned.text).not.toMatch(/(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
        },
      ),
      { numRuns: 1000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });
});
