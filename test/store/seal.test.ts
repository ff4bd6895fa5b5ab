import { expect, test } from 'vitest';
import { deriveKeys } from '../../src/store/key.ts';
import { seal, unseal } from '../../src/store/seal.ts';

const key = deriveKeys('a key for tests that is long enough').cipher('tests');
const other = deriveKeys('another key for tests, long enough too').cipher('tests');
const text = 'xoxb-canary and “quotes” ✓';

test('what was sealed opens, and is a text of plain letters that does not show it', () => {
  for (const one of [text, '', 'x'.repeat(100_000)]) {
    const sealed = seal(key, 'row 1', one);
    expect(unseal(key, 'row 1', sealed)).toBe(one);
    expect(sealed).toMatch(/^sealed1\.[\w-]+$/);
    if (one !== '') expect(Buffer.from(sealed.slice(8), 'base64url').includes(one.slice(0, 8))).toBe(false);
  }
});

test('the same text never looks the same twice', () => {
  expect(seal(key, 'row 1', text)).not.toBe(seal(key, 'row 1', text));
});

test('what was sealed once opens for ever', () => {
  const sealed = seal(key, 'row 1', 'canary', (count) => Buffer.alloc(count, 7));
  // Fixed: what lies in databases must stay good over versions of mailfix.
  expect(sealed).toMatchInlineSnapshot(`"sealed1.BwcHBwcHBwcHBwcHJaAtCM1Ki9Vp0RWgYIOnHH6QVePtsg"`);
});

test.each([
  ['another key', () => unseal(other, 'row 1', seal(key, 'row 1', text))],
  [
    'another purpose of the same key',
    () =>
      unseal(
        deriveKeys('a key for tests that is long enough').cipher('other'),
        'row 1',
        seal(key, 'row 1', text),
      ),
  ],
  ['another row', () => unseal(key, 'row 2', seal(key, 'row 1', text))],
  ['nothing', () => unseal(key, 'row 1', 'sealed1.')],
  ['less than a whole tag', () => unseal(key, 'row 1', seal(key, 'row 1', text).slice(0, 30))],
])('it does not open with %s, and says what to do', (_, open) => {
  expect(open).toThrow(expect.objectContaining({ name: 'ConfigError', code: 'store.sealed' }));
  expect(open).toThrow(/^The row [12] in the database cannot be opened: MAILFIX_KEY is another one/);
  expect(open).toThrow(/Put the old key back .* or install mailfix there again\.$/);
  expect(open).not.toThrow(/canary/);
});

test('no byte of it can be changed', () => {
  const sealed = Buffer.from(seal(key, 'row 1', text).slice(8), 'base64url');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal(key, 'row 1', `sealed1.${changed.toString('base64url')}`), `byte ${at}`).toThrow(
      expect.objectContaining({ code: 'store.sealed' }),
    );
  }
});

test.each(['', text, 'sealed2.AAAA', 'AAAA', JSON.stringify({ token: 'xoxb-canary' })])(
  'what has another form is refused and not shown: %j',
  (stored) => {
    const open = () => unseal(key, 'row 1', stored);
    expect(open).toThrow('The row 1 in the database cannot be opened: this mailfix does not know its form.');
    expect(open).not.toThrow(/canary/);
  },
);
