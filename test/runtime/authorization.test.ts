import { describe, expect, test } from 'vitest';
import { foldLog } from '../../src/runtime/fold.ts';
import { openRow } from '../../src/store/chain.ts';
import { cases } from './authorization-cases.ts';
import { Desk } from './desk.ts';
import { contracts, dialog } from './rig.ts';

describe.each(['slack', 'teams', 'web'] as const)('a press in %s', (product) => {
  test('is one of at least forty cases', () => {
    expect(cases(product).length).toBeGreaterThanOrEqual(40);
  });

  test.each(cases(product))('$title: $acts', async ({ setup, play, acts, told }) => {
    const desk = new Desk(product, setup);
    await play(desk);
    await desk.rig.clock.settle();
    expect({ acts: desk.rig.firewall.writes.length, told: desk.words() }).toEqual({ acts, told });
    expect(desk.life.errors).toEqual([]);
    await expectToFold(desk);
  });
});

/** What the policy said is in the log, so that it tells the same incident whatever the settings say by now. */
async function expectToFold({ rig: { store } }: Desk): Promise<void> {
  const listed = await store.list({ limit: 9 });
  expect(listed.length).toBeGreaterThan(0);
  for (const { id, incident } of listed) {
    const events = (await store.log(id)).map(openRow);
    expect(foldLog(() => dialog, contracts, events)).toEqual(incident);
  }
}
