import { describe, expect, test } from 'vitest';
import { checkLanguages, literalsOf } from '../../scripts/check-languages.mjs';
import { readerOf } from '../../src/render/reading.ts';

/** Enough that the scan is not taken for broken. */
const many = Array.from({ length: 100 }, (_, n) => ({ where: 'src/many.ts', text: `Sentence ${n}.` }));
const all = Object.fromEntries(many.map(({ text }) => [text, `Frase ${text}`]));

function faultsOf(sentences: Record<string, string>, said: readonly string[]): readonly string[] {
  const spoken = [...many, ...said.map((text) => ({ where: 'src/a.ts', text }))];
  const es = { language: 'es', locale: 'es-MX', sentences: { ...all, ...sentences } };
  return checkLanguages([es], spoken, readerOf).faults;
}

describe('a language', () => {
  test('is complete with every sentence, whole or composed of others', () => {
    const known = { 'Blocked by {who}.': 'Bloqueado por {who}.', 'It came back.': 'Volvió.' };
    expect(faultsOf(known, ['Blocked by {x0}.', 'It came back. Blocked by {x0}.'])).toEqual([]);
  });

  test('lacks a sentence: that is named, with its file', () => {
    expect(faultsOf({}, ['It came back.'])).toEqual(['languages/es.yaml lacks (src/a.ts): "It came back."']);
  });

  test('has what nobody says any more', () => {
    expect(faultsOf({ 'It went.': 'Se fue.' }, [])).toEqual([
      'languages/es.yaml has what nobody says: "It went."',
    ]);
  });

  test.each([
    ['Blocked by {who}.', 'Bloqueado.'],
    ['Open **File**.', 'Abra Archivo.'],
    ['Open [x](https://x.example).', 'Abra [x](https://y.example).'],
  ])('has other places or mark-up than %s', (key, translation) => {
    expect(faultsOf({ [key]: translation }, [key])).toEqual([expect.stringContaining('differ')]);
  });

  test('a check that found no language, or hardly a sentence, has found nothing', () => {
    expect(checkLanguages([], many, readerOf).faults).toEqual([expect.stringContaining('no language')]);
    expect(checkLanguages([{ language: 'es', locale: 'es', sentences: {} }], [], readerOf).faults).toEqual([
      expect.stringContaining('only 0 sentences found'),
    ]);
  });
});

test('what people read is found in code, and nothing else', () => {
  const source = `
    import { x } from './Not this one.ts';
    type T = 'Nor this one';
    const a = words('Is {ip} blocked?', { ip });
    const b = say(on ? 'on' : 'off');
    const c = { label: 'Summary', type: 'post', 'A key of ours': 1 };
    const d = \`Blocked by \${who} since \${at}.\`;
    const e = html\`<p title="A hint">\${a} by <b>somebody \${b}</b></p>\`;
    const f = counted(n, 'failed login');
    throw new Error('This is for the log');
    log.warn('And this too');
    desk.later('a form in a while', () => tell('Not done yet.'));
  `;
  expect(literalsOf('src/a.ts', source).sort()).toEqual(
    [
      'Is {ip} blocked?',
      'Is {ip} blocked?',
      'on',
      'off',
      'Summary',
      'Blocked by {x0} since {x1}.',
      'A hint',
      '{x0} by',
      'somebody {x1}',
      '1 failed login',
      '{count} failed logins',
      'Not done yet.',
    ].sort(),
  );
});
