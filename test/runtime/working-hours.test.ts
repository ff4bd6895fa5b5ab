import { describe, expect, test } from 'vitest';
import { afterWork, asksBy, nextMorning } from '../../src/runtime/working-hours.ts';

const at = (text: string) => Date.parse(text);
const minute = 60_000;
const week = { days: [1, 2, 3, 4, 5], from: 8 * 60, to: 18 * 60 };

describe('working time', () => {
  test.each([
    // 27 November 2026 is a Friday.
    ['2026-11-27T10:00:00Z', 10, '2026-11-27T10:10:00Z'],
    ['2026-11-27T17:55:30Z', 10, '2026-11-30T08:05:30Z'],
    ['2026-11-27T17:50:00Z', 10, '2026-11-27T18:00:00Z'],
    ['2026-11-27T18:00:00Z', 10, '2026-11-30T08:10:00Z'],
    ['2026-11-28T12:00:42Z', 10, '2026-11-30T08:10:00Z'],
    ['2026-11-27T07:59:59Z', 10, '2026-11-27T08:10:00Z'],
    ['2026-11-27T08:00:30Z', 10, '2026-11-27T08:10:30Z'],
    ['2026-11-27T16:00:00Z', 240, '2026-11-30T10:00:00Z'],
    ['2026-11-27T10:00:00Z', 1800, '2026-12-02T10:00:00Z'],
  ])('from %s on, %i minutes are over at %s', (from, minutes, until) => {
    const over = afterWork(minutes * minute, at(from), { hours: week, timeZone: 'UTC' });
    expect(new Date(over).toISOString()).toBe(new Date(until).toISOString());
  });

  test('goes on round the clock where nothing is said', () => {
    expect(afterWork(240 * minute, at('2026-11-27T23:00:00Z'), {})).toBe(at('2026-11-28T03:00:00Z'));
  });

  test.each([
    // In Berlin the clock is put forward on 29 March, a Sunday, at 02:00, and back on 25 October at 03:00.
    ['2026-03-28T23:30:00Z', { ...week, days: [0], from: 1 * 60, to: 5 * 60 }, 120, '2026-03-29T02:00:00Z'],
    ['2026-10-24T23:30:00Z', { ...week, days: [0], from: 1 * 60, to: 5 * 60 }, 120, '2026-10-25T01:30:00Z'],
    // Working hours that begin in an hour that is left out.
    ['2026-03-29T00:30:00Z', { ...week, days: [0, 1], from: 150, to: 240 }, 30, undefined],
  ])('when the clock changes: %s %o', (from, hours, minutes, until) => {
    const over = afterWork(minutes * minute, at(from), { hours, timeZone: 'Europe/Berlin' });
    if (until === undefined) expect(over).toBeGreaterThan(at(from));
    else expect(new Date(over).toISOString()).toBe(new Date(until).toISOString());
  });

  test('the morning is that of the next day on which people work', () => {
    const desk = { hours: week, timeZone: 'UTC' };
    expect(nextMorning(at('2026-11-26T10:00:00Z'), desk)).toBe(at('2026-11-27T08:00:00Z'));
    expect(nextMorning(at('2026-11-27T10:00:00Z'), desk)).toBe(at('2026-11-30T08:00:00Z'));
    expect(nextMorning(at('2026-11-27T03:00:00Z'), desk)).toBe(at('2026-11-30T08:00:00Z'));
    expect(nextMorning(at('2026-11-27T08:00:20Z'), desk)).toBe(at('2026-11-30T08:00:00Z'));
    expect(nextMorning(at('2026-11-27T10:00:00Z'), { timeZone: 'UTC' })).toBe(at('2026-11-28T08:00:00Z'));
  });

  test('terms leave out what is off, and name the morning only when it is asked for', () => {
    const patience = { remindAfterMs: minute, callAfterMs: 'off', parkAfterMs: 2 * minute } as const;
    const asks = asksBy(patience, { timeZone: 'UTC' });
    expect(asks(0, false)).toEqual({ remindAt: minute, parkAt: 2 * minute });
    expect(asks(0, true).morningAt).toBe(32 * 60 * minute);
  });
});
