import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/engine/plan.ts';
import type { OutboxRow, Store } from '../../src/store/store.ts';
import { endOf, incident, row, show, turn } from './fixtures.ts';

/** The part of the suite about counting; `store` is the open store of the running test. */
export function figures(store: () => Store, reopen: () => Promise<void>): void {
  const queue = (...outbox: OutboxRow[]) => store().commit(turn('INC-1', undefined, { outbox }));
  const claim = (now: number) => store().claim({ owner: 'a', now, leaseMs: 100, limit: 1 });
  describe('figures', () => {
    const plan = { subject: 's', title: { template: 't' }, input: {}, hash: 'h' } as unknown as Plan;
    const approval = { kind: 'approval', visit: 1, action: 'a', plan, until: 9, approvedBy: [] } as const;
    const answer = { kind: 'answer', visit: 1 } as const;

    test('an empty store has none', async () => {
      expect(await store().figures(0)).toEqual({ open: 0, approvals: 0, dead: 0, outbox: [] });
    });

    test('open incidents and proposals that wait are counted as the last turn left them', async () => {
      const waiting = { '1.approval': approval, '1.answer': answer, '2.answer': answer };
      const first = turn('INC-1');
      await store().commit({ ...first, incident: incident('INC-1', 1, { open: waiting }) });
      await store().commit(turn('INC-2', undefined, { ended: true }));
      const asked = incident('INC-3', 1, { open: { '1.answer': answer } });
      const third = { ...turn('INC-3'), incident: asked };
      await store().commit(third);
      expect(await store().figures(0)).toMatchObject({ open: 2, approvals: 1 });
      await store().commit({
        ...turn('INC-3', endOf(third)),
        incident: incident('INC-3', 2, { open: waiting }),
      });
      expect(await store().figures(0)).toMatchObject({ open: 2, approvals: 2 });
      await reopen();
      await store().commit(turn('INC-1', endOf(first)));
      expect(await store().figures(0)).toMatchObject({ open: 2, approvals: 1 });
    });

    test('rows are counted by kind: due, held, tried before, given up; a timer only once it is due', async () => {
      await queue(
        row('a', { due: 10 }),
        row('b', { due: 20 }),
        row('c', { due: 5 }),
        row('soon', { kind: 'wake', due: 100 }),
        show('s', 'm', { due: 15 }),
      );
      const [taken] = await claim(5);
      if (taken === undefined) throw new Error('nothing was taken');
      const shows = { kind: 'show', rows: 1, retrying: 0, oldestDue: 15 };
      expect((await store().figures(99)).outbox).toEqual([
        { kind: 'run', rows: 3, retrying: 0, oldestDue: 10 },
        shows,
      ]);
      await store().retry(taken, { due: 300, error: 'no answer', counts: true });
      expect((await store().figures(99)).outbox).toEqual([
        { kind: 'run', rows: 3, retrying: 1, oldestDue: 10 },
        shows,
      ]);
      const [again] = await claim(10);
      if (again === undefined) throw new Error('nothing was taken');
      await store().bury(again, 'broken');
      expect(await store().figures(100)).toMatchObject({
        dead: 1,
        outbox: [
          { kind: 'run', rows: 2, retrying: 1, oldestDue: 20 },
          shows,
          { kind: 'wake', rows: 1, retrying: 0, oldestDue: 100 },
        ],
      });
      expect((await store().figures(14)).outbox).toEqual([
        { kind: 'run', rows: 2, retrying: 1, oldestDue: undefined },
        { ...shows, oldestDue: undefined },
      ]);
    });
  });
}
