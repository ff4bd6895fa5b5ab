import { describe, expect, it } from 'vitest';
import { clock, countdown, span, stamp } from '../../src/render/time-words.ts';

const at = Date.UTC(2026, 10, 23, 10, 3, 7);

describe('times', () => {
  it('are short, and say the day when it is another', () => {
    const now = at + 60_000;
    expect(clock(at, now, 'UTC')).toBe('10:03');
    expect(clock(at - 86_400_000, now, 'UTC')).toBe('22 Nov, 10:03');
    expect(clock(at, now, 'America/New_York')).toBe('05:03');
    expect(stamp(at, 'UTC')).toBe('2026-11-23 10:03:07');
    expect([59_999, 60_000, 3_600_000, 7_500_000, 90_000_000].map(span)).toEqual([
      '< 1 min',
      '1 min',
      '1 h',
      '2 h 5 min',
      '1 d',
    ]);
    expect([252_000, 59_001, 0, -5, 3_852_000].map(countdown)).toEqual([
      '4:12',
      '1:00',
      '0:00',
      '0:00',
      '1:04:12',
    ]);
  });
});
