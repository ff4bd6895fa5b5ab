import { describe, expect, test } from 'vitest';
import { quietUntil } from '../../src/runtime/quiet-hours.ts';

const night = { from: 22 * 60, to: 7 * 60 };
const noon = { from: 12 * 60, to: 13 * 60 };
const at = (text: string) => Date.parse(text);

describe('quiet hours', () => {
  test.each([
    [night, '2026-11-25T21:59:59Z', undefined],
    [night, '2026-11-25T22:00:00Z', '2026-11-26T07:00:00Z'],
    [night, '2026-11-26T03:10:42Z', '2026-11-26T07:00:00Z'],
    [night, '2026-11-26T06:59:59Z', '2026-11-26T07:00:00Z'],
    [night, '2026-11-26T07:00:00Z', undefined],
    [noon, '2026-11-26T12:30:00Z', '2026-11-26T13:00:00Z'],
    [noon, '2026-11-26T13:00:00Z', undefined],
    [noon, '2026-11-26T01:00:00Z', undefined],
  ])('%o at %s: until %s', (hours, now, until) => {
    expect(quietUntil(hours, at(now), 'UTC')?.until).toBe(until === undefined ? undefined : at(until));
  });

  test('are of the time zone, and are told by its clock', () => {
    expect(quietUntil(night, at('2026-11-25T21:30:00Z'), 'Europe/Berlin')).toEqual({
      until: at('2026-11-26T06:00:00Z'),
      ends: '07:00',
    });
    expect(quietUntil(night, at('2026-11-25T21:30:00Z'), 'UTC')).toBeUndefined();
  });

  test.each([
    // The clock is put forward at 02:00, and back at 03:00.
    ['2026-03-28T23:00:00Z', '2026-03-29T05:00:00Z'],
    ['2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z'],
  ])('end by the clock in the night that changes it: %s', (now, until) => {
    expect(quietUntil(night, at(now), 'Europe/Berlin')?.until).toBe(at(until));
  });
});
