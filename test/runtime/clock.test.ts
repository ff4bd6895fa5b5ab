import { expect, it } from 'vitest';
import { realClock } from '../../src/runtime/clock.ts';

it('fires what is due at once, far ones not yet, and cancelled ones never', async () => {
  const fired: string[] = [];
  const far = realClock.setTimer(realClock.now() + 2 ** 40, () => fired.push('far'));
  const cancelled = realClock.setTimer(0, () => fired.push('cancelled'));
  cancelled();
  await new Promise<void>((resolve) => realClock.setTimer(realClock.now() - 5, resolve));
  far();
  expect(fired).toEqual([]);
});
