import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { words } from '../../src/engine/card.ts';
import { blocksOf, lineOf, shortened, toCopy, toLine, toPlain, visible } from '../../src/render/markup.ts';

describe('a template', () => {
  it('is read into blocks and parts, with its values as values', () => {
    const text = words('Is **{ip}**\nit?\n\n3. See [{ip}](https://docs.example/{ip})\n4. two\n\n- a', {
      ip: '1 2',
    });
    const value = { kind: 'value', text: '1 2' } as const;
    expect(blocksOf(text)).toEqual([
      {
        kind: 'paragraph',
        start: 1,
        lines: [
          [
            { kind: 'text', text: 'Is ' },
            { kind: 'bold', parts: [value] },
            { kind: 'text', text: ' it?' },
          ],
        ],
      },
      {
        kind: 'ordered',
        start: 3,
        lines: [
          [
            { kind: 'text', text: 'See ' },
            { kind: 'link', url: 'https://docs.example/1%202', parts: [value] },
          ],
          [{ kind: 'text', text: 'two' }],
        ],
      },
      { kind: 'bullets', start: 1, lines: [[{ kind: 'text', text: 'a' }]] },
    ]);
  });

  it('keeps what it does not know as it stands, and never reads a value again', () => {
    expect(lineOf(words('{a} {b}\n{__proto__}', { a: '{b} **x**' }))).toEqual([
      { kind: 'value', text: '{b} **x**' },
      { kind: 'text', text: ' ' },
      { kind: 'text', text: '{b}' },
      { kind: 'text', text: ' {__proto__}' },
    ]);
  });

  it('has links, whatever half a sign stands in their values', () => {
    expect(toLine(words('[x](https://docs.example/{v})', { v: 'a\uD800' }))).toBe(
      'x (https://docs.example/a%EF%BF%BD)',
    );
  });
});

describe('values', () => {
  it('show control characters and direction overrides instead of obeying them', () => {
    expect(visible('a\u0000b\u001bc\u007fd\u202Egpj.exe\u2066x\r\ny\tz')).toBe('a␀b␛c�d�gpj.exe�x\ny\tz');
    expect(visible('half \uDC00, whole \u{1F525}')).toBe('half \uFFFD, whole \u{1F525}');
  });
});

describe('words to copy', () => {
  it('are plain: no signs of mark-up, one line a paragraph, links spelled out', () => {
    const text = words(
      'Dear {name},\nclose **Outlook**.\n\n1. Open it\n2. See [here](https://docs.example/{name})',
      {
        name: '**Ann** {x}',
      },
    );
    expect(toCopy(text)).toBe(
      'Dear **Ann** {x}, close Outlook.\n\n1. Open it\n2. See here (https://docs.example/**Ann**%20%7Bx%7D)',
    );
  });

  it('are copied as they are, and read with what disguises itself made visible', () => {
    const text = words('{v}', { v: 'a\u202Eb\nc' });
    expect(toCopy(text)).toBe('a\u202Eb\nc');
    expect(toPlain(text)).toBe('a\uFFFDb\nc');
    expect(toLine(text)).toBe('a\uFFFDb c');
  });
});

describe('words that are shortened', () => {
  it('have at most so many characters, end with “…”, and no half sign', () => {
    expect(shortened('four', 4)).toBe('four');
    expect(shortened('fives', 4)).toBe('fiv…');
    expect(shortened('one two', 5)).toBe('one…');
    expect(shortened('ab\u{1F525}cd', 4)).toBe('ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.nat(30), (text, most) => {
        const short = shortened(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        expect(visible(short)).toBe(visible(text) === text ? short : visible(short));
        if (text.length > most && most > 0) expect(short.endsWith('…')).toBe(true);
        else if (text.length <= most) expect(short).toBe(text);
      }),
    );
  });
});
