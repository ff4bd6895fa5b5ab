import { describe, expect, test } from 'vitest';
import type { OutboxRow, Store } from '../../src/store/store.ts';
import { row, show, turn } from './fixtures.ts';

/** The part of the suite about pools: what waits for one system is claimed apart from the rest. */
export function pools(store: () => Store): void {
  const queue = (...outbox: OutboxRow[]) => store().commit(turn('INC-1', undefined, { outbox }));
  const claim = (pool: string, at = 0, limit = 100) =>
    store().claim({ owner: 'a', pool, now: at, leaseMs: 100, limit });
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  describe('pools', () => {
    test('are named with when each has something to do, the longest due first', async () => {
      expect(await store().pools(0)).toEqual([]);
      await queue(
        row('late', { pool: 'a 1', due: 30 }),
        row('soon', { pool: 'a 1', due: 20 }),
        row('first', { pool: 'b 1', due: 10 }),
        row('none', { pool: '', due: 40 }),
      );
      expect(await store().pools(0)).toEqual([
        { pool: 'b 1', due: 10 },
        { pool: 'a 1', due: 20 },
        { pool: '', due: 40 },
      ]);
    });

    test('are claimed one by one, and keep their own order and leases', async () => {
      await queue(
        row('a2', { pool: 'a', due: 2 }),
        row('b1', { pool: 'b', due: 1 }),
        row('a1', { pool: 'a', due: 1 }),
      );
      const [first] = await claim('a', 5, 1);
      expect(first).toMatchObject({ id: 'a1', pool: 'a', attempt: 1 });
      expect(ids(await claim('b', 5))).toEqual(['b1']);
      expect(ids(await claim('a', 5))).toEqual(['a2']);
      expect(ids(await claim('c', 5))).toEqual([]);
      expect(await store().pools(5)).toEqual([
        { pool: 'a', due: 105 },
        { pool: 'b', due: 105 },
      ]);
    });

    test('rows behind one that is tried again are not due before it, those that come later neither', async () => {
      await queue(show('1', 'm1'), show('2', 'm2'), row('other', { lane: 'other', due: 3 }));
      const [head] = await claim('runs ', 0, 1);
      if (head === undefined) throw new Error('nothing to claim');
      await store().retry(head, { due: 500, error: 'away', counts: true });
      await store().commit(turn('INC-2', undefined, { outbox: [show('3', 'm3', { incident: 'INC-2' })] }));
      expect(ids(await claim('runs ', 499))).toEqual(['other']);
      const again = await claim('runs ', 500);
      expect(ids(again)).toEqual(['1']);
      for (const one of again) await store().finish(one);
      const [second] = await claim('runs ', 500);
      expect(second).toMatchObject({ id: '2', due: 500 });
      if (second !== undefined) await store().finish(second);
      expect(await claim('runs ', 500)).toMatchObject([{ id: '3', due: 500 }]);
    });

    test('a row that comes while the head of its lane is held is due as soon as that is over', async () => {
      await queue(show('1', 'm1'));
      const [head] = await claim('runs ');
      await store().commit(turn('INC-2', undefined, { outbox: [show('2', 'm2', { incident: 'INC-2' })] }));
      if (head !== undefined) await store().finish(head);
      expect(await claim('runs ', 1)).toMatchObject([{ id: '2', due: 0 }]);
    });
  });
}
