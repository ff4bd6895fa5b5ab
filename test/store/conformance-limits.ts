import { describe, expect, test } from 'vitest';
import type { Counted, Store } from '../../src/store/store.ts';
import { endOf, turn } from './fixtures.ts';

/** Acts that are counted: what every store must do about limits. */
export function limits(store: () => Store): void {
  describe('limits', () => {
    const act = (id: string, at: number, limit?: Counted['limit'], name = 'unblock'): Counted => ({
      act: id,
      name,
      at,
      ...(limit === undefined ? {} : { limit }),
    });
    const begins = (incident: string, ...counts: readonly Counted[]) =>
      store().commit(turn(incident, undefined, { counts }));
    const two = { most: 2, since: 100 };

    test('as many acts as there may be are begun, and no more; of a turn over the limit nothing is kept', async () => {
      expect(await begins('INC-1', act('1', 150, two))).toEqual({ state: 'committed' });
      expect(await begins('INC-2', act('2', 160, two))).toEqual({ state: 'committed' });
      expect(await begins('INC-3', act('3', 170, two))).toEqual({ state: 'limited', name: 'unblock' });
      expect(await store().read('INC-3')).toBeUndefined();
      expect(await store().log('INC-3')).toEqual([]);
    });

    test('an act of before counts no more', async () => {
      await begins('INC-1', act('1', 100));
      await begins('INC-2', act('2', 150));
      expect(await begins('INC-3', act('3', 170, two))).toEqual({ state: 'committed' });
    });

    test('each name is counted by itself, and the one that is over is told', async () => {
      await begins('INC-1', act('1', 150), act('1', 150, undefined, 'client'));
      const one = { most: 1, since: 100 };
      expect(await begins('INC-2', act('2', 160, one, 'other'))).toEqual({ state: 'committed' });
      expect(await begins('INC-3', act('3', 160, two), act('3', 160, one, 'client'))).toEqual({
        state: 'limited',
        name: 'client',
      });
    });

    test('what changed nothing counts no more', async () => {
      const first = turn('INC-1', undefined, { counts: [act('1', 150), act('1', 150, undefined, 'client')] });
      await store().commit(first);
      await store().commit(turn('INC-1', endOf(first), { uncounts: ['1', 'never begun'] }));
      expect(await begins('INC-2', act('2', 160, { most: 1, since: 100 }))).toEqual({ state: 'committed' });
    });

    test('a re-delivery is told its reply, and not that it is over a limit now', async () => {
      const one = { most: 1, since: 100 };
      const first = turn('INC-1', undefined, { counts: [act('1', 150, one)] });
      await store().commit(first);
      expect(await store().commit(first)).toEqual({ state: 'duplicate', reply: first.log.reply });
    });

    test('two at once do not both get the last one', async () => {
      const last = { most: 1, since: 100 };
      const states = await Promise.all(
        Array.from({ length: 8 }, (_, n) => begins(`INC-${n + 1}`, act(`${n}`, 150, last))),
      );
      expect(states.filter(({ state }) => state === 'committed')).toHaveLength(1);
      expect(states.filter(({ state }) => state === 'limited')).toHaveLength(7);
    });
  });
}
