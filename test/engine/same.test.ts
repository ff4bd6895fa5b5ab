import fc from 'fast-check';
import { expect, test } from 'vitest';
import { same } from '../../src/engine/same.ts';

const json = fc.jsonValue({ maxDepth: 3 });
const copied = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a copy reads the same, and what became another text does not', () => {
  let different = 0;
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(same(one, copied(one))).toBe(true);
      const [left, right] = [copied(one), copied(other)];
      if (JSON.stringify(left) === JSON.stringify(right)) expect(same(left, right)).toBe(true);
      else if (sorted(left) !== sorted(right)) {
        different += 1;
        expect([same(left, right), same(right, left)]).toEqual([false, false]);
        expect(same({ left, also: 1 }, { left: right, also: 1 })).toBe(false);
      }
    }),
    { seed: 7 },
  );
  expect(different).toBeGreaterThan(20);
});

test('a key more or less is a difference, unless it has no value', () => {
  expect(same({ a: 1 }, { a: 1, b: 0 })).toBe(false);
  expect(same({ a: 1, b: 0 }, { a: 1 })).toBe(false);
  expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(true);
  expect(same([1], [1, 2])).toBe(false);
  expect(same([], {})).toBe(false);
});

/** Its text with all keys in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
