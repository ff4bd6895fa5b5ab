import { expect, test } from 'vitest';
import { coversIp, sameIp } from '../../src/clients/ip-match.ts';
import * as value from '../../src/clients/whm-values.ts';

const refused = Symbol('refused');
const cases: [keyof typeof types, [input: unknown, output: unknown][]][] = [
  [
    'number',
    [
      [7, 7],
      ['7', 7],
      ['12.50', 12.5],
      [-1, -1],
      ['', refused],
      [null, refused],
      [[], refused],
      ['x', refused],
      [NaN, refused],
    ],
  ],
  [
    'flag',
    [
      [1, true],
      ['1', true],
      [true, true],
      [0, false],
      ['0', false],
      ['', false],
      [null, false],
      ['no', refused],
      [undefined, refused],
    ],
  ],
  [
    'sizeMb',
    [
      ['120M', 120],
      ['200.2M', 200.2],
      ['57632.08', 57632.08],
      [13558.4, 13558.4],
      ['512K', 0.5],
      ['2G', 2048],
      ['1 MB', 1],
      [null, refused],
      ['unlimited', refused],
    ],
  ],
  [
    'limitMb',
    [
      ['2000M', 2000],
      ['5120.00', 5120],
      ['unlimited', 'unlimited'],
      [0, 'unlimited'],
      ['0.00', 'unlimited'],
      ['∞', 'unlimited'],
      [null, refused],
      ['', refused],
      [undefined, refused],
    ],
  ],
  [
    'limitMbFromKib',
    [
      [204800, 200],
      ['204800', 200],
      [null, 'unlimited'],
      [0, 'unlimited'],
      ['', refused],
      [undefined, refused],
    ],
  ],
  [
    'sizeMbFromKib',
    [
      [205005, 205005 / 1024],
      ['1024', 1],
      [null, refused],
    ],
  ],
  [
    'countLimit',
    [
      ['unlimited', 'unlimited'],
      ['50000', 50000],
      [null, 'unlimited'],
      ['x', refused],
    ],
  ],
  [
    'text',
    [
      ['a', 'a'],
      [null, null],
      ['', null],
      ['*unknown*', null],
      [5, '5'],
      [{}, refused],
    ],
  ],
  [
    'name',
    [
      ['a', 'a'],
      ['', refused],
      [null, refused],
    ],
  ],
];
const types = {
  number: value.number,
  flag: value.flag,
  sizeMb: value.sizeMb,
  limitMb: value.limitMb,
  limitMbFromKib: value.limitMbFromKib,
  sizeMbFromKib: value.sizeMbFromKib,
  countLimit: value.countLimit,
  text: value.text,
  name: value.name,
};
const flat = cases.flatMap(([type, rows]) => rows.map(([input, output]) => ({ type, input, output })));

test.each(flat)('$type reads $input', ({ type, input, output }) => {
  const parsed = types[type].safeParse(input);
  expect(parsed.success ? parsed.data : refused).toBe(output);
});

test('a field that this build leaves out is unknown, a broken one is refused', () => {
  const type = value.orUnknown(value.flag);
  expect(type.parse(undefined)).toBe(null);
  expect(type.parse('1')).toBe(true);
  expect(type.safeParse('perhaps').success).toBe(false);
});

test.each([
  [
    { '192.0.2.1': null, ['__proto__x']: 'c' },
    [
      ['192.0.2.1', null],
      ['__proto__x', 'c'],
    ],
  ],
  [JSON.parse('{"__proto__": "c"}'), [['__proto__', 'c']]],
  [[], []],
  [null, []],
])('a mapping %j is a Map', (input, entries) => {
  expect([...value.mapping.parse(input)]).toEqual(entries);
});

test.each([[['192.0.2.1']], ['text'], [4]])('%j is no mapping', (input) => {
  expect(value.mapping.safeParse(input).success).toBe(false);
});

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', ' 203.0.113.7 ', true],
  ['::ffff:203.0.113.7', '203.0.113.7', true],
  ['2001:DB8:0::1', '2001:db8::1', true],
  ['1.2.3.4', '11.2.3.4', false],
  ['1.2.3.4', '1.2.3.45', false],
  ['1.2.3', '1.2.0.3', false],
  ['', '', false],
])('%s and %s are the same address: %s', (a, b, same) => {
  expect(sameIp(a, b)).toBe(same);
});

test.each([
  ['203.0.113.0/24', '203.0.113.7', true],
  ['203.0.113.128/25', '203.0.113.7', false],
  ['203.0.113.0/33', '203.0.113.7', false],
  ['203.0.113.0/', '203.0.113.7', false],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:db8:1::7', true],
  ['192.0.2.10-192.0.2.20', '192.0.2.10', true],
  ['192.0.2.10-192.0.2.20', '192.0.2.20', true],
  ['192.0.2.10-192.0.2.20', '192.0.2.21', false],
  ['192.0.2.9-192.0.2.100', '192.0.2.10', true],
  ['192.0.2.1', '192.0.2.1', true],
  ['nonsense', '192.0.2.1', false],
  ['192.0.2.0/24', 'nonsense', false],
])('%s covers %s: %s', (entry, ip, covers) => {
  expect(coversIp(entry, ip)).toBe(covers);
});
