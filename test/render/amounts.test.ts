import { describe, expect, it } from 'vitest';
import { drawnBar, percent, shareOf, usedOf } from '../../src/render/amounts.ts';

describe('amounts', () => {
  it.each([
    [200.2, 200, '200.2 of 200 MB used', '101 %', '▰▰▰▰▰▰'],
    [199.9, 200, '199.9 of 200 MB used', '99 %', '▰▰▰▰▰▱'],
    [102_400, 204_800, '102400 of 204800 MB used', '50 %', '▰▰▰▱▱▱'],
    [5, 0, '5 of 0 MB used', '0 %', '▱▱▱▱▱▱'],
    [-1, 100, '-1 of 100 MB used', '-1 %', '▱▱▱▱▱▱'],
  ])('of %d in %d are words, a share and a bar', (usedMb, limitMb, used, share, drawn) => {
    const bar = { usedMb, limitMb };
    expect([usedOf(bar), percent(shareOf(bar)), drawnBar(shareOf(bar))]).toEqual([used, share, drawn]);
  });
});
