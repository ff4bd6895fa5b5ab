import { sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonical, genesis, logRow } from '../../src/store/chain.ts';
import type { ChainEnd } from '../../src/store/chain.ts';
import { exportJsonl, fingerprintOf } from '../../src/store/export.ts';
import { deriveKeys } from '../../src/store/key.ts';
import type { LogRow } from '../../src/store/store.ts';
import { verifyExport } from '../../src/store/verify-export.ts';
import { said, salt } from './fixtures.ts';

const keys = deriveKeys('a key for tests that is long enough');
const others = deriveKeys('another key for tests, long enough too');

function rows(length: number): LogRow[] {
  const made: LogRow[] = [];
  let end: ChainEnd = genesis('INC-7');
  for (let n = 1; n <= length; n++) {
    const row = logRow(
      end,
      said('INC-7', n, `größer 😀 \u{2028} ${n}`),
      { ok: true, incident: 'INC-7' },
      salt,
    );
    made.push(row);
    end = { seq: row.seq, head: row.hash };
  }
  return made;
}

const whole = exportJsonl('INC-7', rows(6), keys, Date.UTC(2025, 10, 23));
const lines = whole.split('\n').slice(0, -1);
const joined = (changed: readonly string[]) => changed.map((line) => `${line}\n`).join('');

test('an export verifies by itself, and against the key that one trusts', () => {
  const keyFingerprint = fingerprintOf(keys.publicKey);
  expect(keyFingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  const found = { ok: true, incident: 'INC-7', count: 6, keyFingerprint };
  expect(verifyExport(whole)).toEqual({ ...found, trusted: false });
  expect(verifyExport(whole, keys.publicKey)).toEqual({ ...found, trusted: true });
  expect(verifyExport(whole, keyFingerprint)).toEqual({ ...found, trusted: true });
  expect(verifyExport(whole, others.publicKey)).toEqual({ ...found, trusted: false });
  expect(verifyExport(whole, fingerprintOf(others.publicKey))).toEqual({ ...found, trusted: false });
  expect(verifyExport(Buffer.from(whole), keys.publicKey)).toMatchObject({ ok: true });
  expect(lines.map((line) => Object.keys(JSON.parse(line)).length)).toEqual([3, 5, 5, 5, 5, 5, 5, 6]);
});

test('an incident without rows can be exported', () => {
  expect(verifyExport(exportJsonl('INC-7', [], keys, 0))).toMatchObject({ ok: true, count: 0 });
});

test('redacted words leave a sound export', () => {
  const redacted = rows(6).map((row) => ({ ...row, secrets: '{}' }));
  const text = exportJsonl('INC-7', redacted, keys, 0);
  expect(text).not.toContain('größer');
  expect(verifyExport(text)).toMatchObject({ ok: true, count: 6 });
});

test.each<[string, () => string, number, string]>([
  ['nothing', () => '', 1, 'header'],
  ['something else', () => 'hello\n', 1, 'header'],
  ['a cut at a line', () => joined(lines.slice(0, 5)), 6, 'cut'],
  ['a cut inside a line', () => whole.slice(0, -200), 8, 'not a row'],
  ['a missing last line break', () => whole.slice(0, -1), 8, 'not a row'],
  ['a missing header', () => joined(lines.slice(1)), 1, 'header'],
  ['a missing line', () => joined(lines.toSpliced(3, 1)), 4, 'numbered 4'],
  ['a line twice', () => joined(lines.toSpliced(3, 0, lines[3] ?? '')), 5, 'numbered 3'],
  [
    'lines in another order',
    () => joined([0, 1, 3, 2, 4, 5, 6, 7].map((n) => lines[n] ?? '')),
    3,
    'numbered 3',
  ],
  ['a line more', () => `${whole}{}\n`, 8, 'not a row'],
  ['an empty line', () => joined(lines.toSpliced(3, 0, '')), 4, 'not a row'],
  ['spaces in a line', () => whole.replace('{"body"', '{ "body"'), 2, 'not a row'],
  ['a key twice', () => whole.replace('"seq":1}', '"seq":1,"seq":1}'), 2, 'not a row'],
  ['a key more', () => whole.replace('"seq":1}', '"seq":1,"zzz":1}'), 2, 'not a row'],
  [
    'the end of the rows cut off',
    () => joined(lines.toSpliced(5, 2)),
    6,
    'the end of 6 rows, and 4 are here',
  ],
  [
    'words redacted after signing',
    () => whole.replace(/"secrets":\{.*?\}\}/s, '"secrets":{}'),
    8,
    'other secrets',
  ],
  ['a header of another time', () => whole.replace('2025-11-23', '2024-11-23'), 1, 'after signing'],
  ['a signature by another key', resigned, 8, 'signature'],
])('%s is found', (_, damaged, line, reason) => {
  expect(verifyExport(damaged())).toMatchObject({ ok: false, line, reason: expect.stringContaining(reason) });
});

test.each<[string, () => string, string]>([
  [
    'a body',
    () => whole.replace('"k3"', '"k4"'),
    'Line 4 (event 3, field "body") was changed: its hash does not fit.',
  ],
  [
    'words',
    () => whole.replace('größer 😀 \u{2028} 3', 'kleiner'),
    'Line 4 (event 3, field "secrets.text") was changed: "text" is not what its body commits to.',
  ],
  [
    'a hash',
    () => whole.replace(/"hash":"./, '"hash":"x'),
    'Line 2 (event 1, field "hash") was changed: its hash does not fit.',
  ],
  [
    'the last hash, and the end with it',
    () => joined([...lines.slice(0, 7), (lines[7] ?? '').replace(/"head":"./, '"head":"x')]),
    'Line 8 (field "head") has a signature that does not fit.',
  ],
  [
    'the key',
    () => whole.replace(keys.publicKey, others.publicKey),
    'Line 8 (field "publicKey") has a signature that does not fit.',
  ],
  [
    'the time of the export',
    () => whole.replace('2025-11-23', '2025-11-24'),
    'Line 1 (field "exportedAt") was changed after signing.',
  ],
  [
    'a space',
    () => whole.replace('"actor":', '"actor": '),
    'Line 2 (event 1, field "body") is not a row of the log: from sign 18 on it is not written as mailfix writes it.',
  ],
])('%s that was changed is named with line, event and field', (_, damaged, reason) => {
  expect(verifyExport(damaged(), keys.publicKey)).toMatchObject({ ok: false, reason });
});

test('bytes that are no UTF-8 are found, also where they would be read as what stood there', () => {
  const end = genesis('INC-7');
  const row = logRow(end, said('INC-7', 1, 'odd \u{FFFD} sign'), { ok: true, incident: 'INC-7' }, salt);
  const bytes = Buffer.from(exportJsonl('INC-7', [row], keys, 0));
  expect(verifyExport(bytes)).toMatchObject({ ok: true });
  const at = bytes.indexOf('\u{FFFD}');
  const changed = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
  expect(changed.toString()).toBe(bytes.toString());
  expect(verifyExport(changed)).toMatchObject({ ok: false, line: 2 });
});

test('a forger who signs anew with a key of his own is not trusted', () => {
  const forged = exportJsonl('INC-7', rows(3), others, 0);
  expect(verifyExport(forged, keys.publicKey)).toMatchObject({ ok: true, trusted: false });
});

/** The end signed by another key, under the name of the first. */
function resigned(): string {
  const { signature: _, ...end } = JSON.parse(lines[7] ?? '') as Record<string, unknown>;
  const signature = sign(null, Buffer.from(`mailfix export 1\n${canonical(end)}`), others.sign).toString(
    'base64',
  );
  return joined([...lines.slice(0, 7), canonical({ ...end, signature })]);
}
