import { expect, test } from 'vitest';
import { canonical, genesis, logRow } from '../../src/store/chain.ts';
import type { ChainEnd } from '../../src/store/chain.ts';
import { exportJsonl } from '../../src/store/export.ts';
import { deriveKeys } from '../../src/store/key.ts';
import type { LogRow } from '../../src/store/store.ts';
import { verifyExport } from '../../src/store/verify-export.ts';
import { said, salt } from './fixtures.ts';

const keys = deriveKeys('a key for tests that is long enough');

function rows(length: number): readonly LogRow[] {
  const made: LogRow[] = [];
  let end: ChainEnd = genesis('INC-7');
  for (let n = 1; n <= length; n++) {
    const event = { ...said('INC-7', n, `größer 😀 ${n}`), ...(n === 2 ? { why: 'their words' } : {}) };
    const row = logRow(end, event, { ok: true, incident: 'INC-7' }, salt);
    // The first was redacted before it was exported.
    made.push(n === 1 ? { ...row, secrets: '{}' } : row);
    end = { seq: row.seq, head: row.hash };
  }
  return made;
}

const whole = Buffer.from(exportJsonl('INC-7', rows(3), keys, Date.UTC(2025, 10, 23)));
const lines = whole.toString().split('\n').slice(0, -1);

/** Of each byte, the line that it stands in and, of a value, the field that this belongs to. */
interface Place {
  readonly line: number;
  readonly field: string | undefined;
}

const places: readonly Place[] = lines.flatMap((text, index) => {
  const value = JSON.parse(text) as Record<string, unknown>;
  const of: Place[] = [{ line: index + 1, field: undefined }];
  for (const key of Object.keys(value).toSorted()) {
    for (const _ of Buffer.from(`"${key}":`)) of.push({ line: index + 1, field: undefined });
    for (const _ of Buffer.from(canonical(value[key]))) of.push({ line: index + 1, field: key });
    of.push({ line: index + 1, field: undefined });
  }
  // The comma after the last pair was the brace; the line break follows.
  return [...of, { line: index + 1, field: undefined }];
});

/** Verifies the export with one byte changed, and says what it named of the place. */
function afterFlip(at: number, byte: number): 'field' | 'line' {
  const flipped = Buffer.from(whole);
  flipped[at] = byte;
  const found = verifyExport(flipped, keys.publicKey);
  const { line, field } = places[at] ?? { line: 0, field: undefined };
  const seq = line === 1 || line === lines.length ? undefined : line - 1;
  const fits =
    !found.ok &&
    found.line === line &&
    // Two lines made one, or one made two, may be an event or the end.
    (found.seq === seq || whole[at] === 10 || byte === 10) &&
    found.reason.startsWith(`Line ${line} `) &&
    (found.field === undefined || field === undefined || found.field.split('.')[0] === field);
  // Not expect(): it takes longer than all that is expected.
  if (!fits) throw new Error(`byte ${at} (line ${line}, ${field}) as ${byte}: ${JSON.stringify(found)}`);
  return found.field === undefined || field === undefined ? 'line' : 'field';
}

test('the places of this test are those of the export', () => {
  expect(places).toHaveLength(whole.length);
  expect(new Set(places.map(({ line }) => line))).toEqual(new Set([1, 2, 3, 4, 5]));
});

test('every byte of an export, flipped in one bit, is found in its line and mostly named by its field', () => {
  const named = { field: 0, line: 0 };
  for (const [at, byte] of whole.entries()) named[afterFlip(at, byte ^ (1 << (at % 8)))] += 1;
  expect(named.field + named.line).toBe(whole.length);
  // The rest are keys and signs between values, and flips that leave no JSON or no UTF-8.
  expect(named.field / whole.length).toBeGreaterThan(0.5);
});

test('10,000 random bytes at random places are found', () => {
  const random = numbers(20_251_123);
  const hit = new Set<number>();
  for (let n = 0; n < 10_000; n += 1) {
    const at = random() % whole.length;
    hit.add(at);
    afterFlip(at, ((whole[at] ?? 0) + 1 + (random() % 255)) % 256);
  }
  expect(hit.size).toBeGreaterThan(whole.length * 0.9);
});

test('every place where the file can be cut is found, in the line that is cut or missing', () => {
  for (let length = 0; length < whole.length; length += 1) {
    const found = verifyExport(whole.subarray(0, length), keys.publicKey);
    if (found.ok) throw new Error(`cut at ${length}: not noticed`);
    // A cut that falls between two lines leaves the next one missing.
    expect(found.line, `cut at ${length}`).toBe(places[length]?.line);
  }
});

test('every line doubled, removed or changed with its neighbour is found', () => {
  const joined = (changed: readonly string[]) => changed.map((line) => `${line}\n`).join('');
  for (const [index, text] of lines.entries()) {
    const next = lines[index + 1];
    const changes = [lines.toSpliced(index, 0, text), lines.toSpliced(index, 1)];
    if (next !== undefined) changes.push(lines.toSpliced(index, 2, next, text));
    for (const changed of changes) {
      const found = verifyExport(joined(changed), keys.publicKey);
      expect(found, `at line ${index + 1}`).toMatchObject({ ok: false });
      const first = changed.findIndex((line, n) => line !== lines[n]);
      // Of two ends the first is one too early.
      const line = changed.at(-2) === lines.at(-1) ? changed.length - 1 : first + 1;
      expect(found).toMatchObject({ line: first === -1 ? changed.length + 1 : line });
    }
  }
});

test.each<[string, (line: string) => string]>([
  ['a space', (line) => line.replace(':', ': ')],
  ['a space at its end', (line) => `${line} `],
  ['a carriage return', (line) => `${line}\r`],
  [
    'a sign written as an escape',
    (line) => line.replace(/(?<=":")[A-Za-z0-9+/]/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  ],
  [
    'its keys in another order',
    (line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).toReversed())),
  ],
  ['a key twice', (line) => line.replace(/^\{("\w+":(?:\d+|"[^"]*"|\{\})?)/, '{$1,$1')],
  ['a byte order mark', (line) => `\u{FEFF}${line}`],
])('the same JSON with %s is found, in each line', (_, rewrite) => {
  for (const [index, text] of lines.entries()) {
    const changed = lines.with(index, rewrite(text));
    expect(changed[index]).not.toBe(text);
    const found = verifyExport(changed.map((line) => `${line}\n`).join(''), keys.publicKey);
    expect(found, `line ${index + 1}`).toMatchObject({ ok: false, line: index + 1 });
  }
});

/** Numbers under 2³², the same in every run (xorshift). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
