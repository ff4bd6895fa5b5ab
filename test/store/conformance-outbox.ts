import { describe, expect, test } from 'vitest';
import type { Claimed, OutboxRow, Store } from '../../src/store/store.ts';
import { card, endOf, place, row, show, turn } from './fixtures.ts';

/** The part of the suite about rows, lanes, leases and shows; `store` is the open store of the running test. */
export function outbox(store: () => Store, reopen: () => Promise<void>): void {
  const queue = (...outbox: OutboxRow[]) => store().commit(turn('INC-1', undefined, { outbox }));
  const claim = (at = 0, owner = 'a', limit = 100) => store().claim({ owner, now: at, leaseMs: 100, limit });
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  async function claimOne(at = 0, owner = 'a'): Promise<Claimed> {
    const rows = await claim(at, owner);
    expect(rows).toHaveLength(1);
    const [only] = rows;
    if (only === undefined) throw new Error('nothing to claim');
    return only;
  }
  describe('the outbox', () => {
    test('rows are due in time, oldest first, and held once', async () => {
      await queue(
        row('late', { due: 30 }),
        row('b', { due: 20 }),
        row('a', { due: 10 }),
        row('c', { due: 20 }),
      );
      expect(await store().nextDue(0)).toBe(10);
      expect(await claim(9)).toEqual([]);
      expect(ids(await claim(20, 'a', 2))).toEqual(['a', 'b']);
      expect(ids(await claim(20, 'b'))).toEqual(['c']);
      expect(await store().nextDue(0)).toBe(30);
      expect(ids(await claim(30, 'b'))).toEqual(['late']);
      expect(await store().nextDue(0)).toBe(120);
    });

    test('a claim gives the row back as it was put in', async () => {
      const put = show('a', 'm1', { due: 5, payload: '{"größe":"ß 😀"}' });
      await queue(put);
      expect(await claimOne(6)).toEqual({ ...put, attempt: 1, sent: 0, owner: 'a' });
    });

    test('a lane runs one row after the other, in the order of insertion', async () => {
      const lane = { lane: 'l' };
      await queue(
        row('1', { ...lane, due: 50 }),
        row('2', { ...lane, due: 10 }),
        row('3', lane),
        row('free'),
      );
      expect(ids(await claim(40))).toEqual(['free']);
      expect(await store().nextDue(0)).toBe(50);
      const first = await claimOne(50);
      expect(first.id).toBe('1');
      expect(await claim(60)).toEqual([]);
      await store().finish(first);
      expect(ids(await claim(60))).toEqual(['2']);
    });

    test('a dead row no longer blocks its lane and is listed', async () => {
      await queue(row('1', { lane: 'l' }), row('2', { lane: 'l' }));
      const first = await claimOne();
      expect(await store().bury(first, 'the card is too large')).toBe(true);
      expect(ids(await claim())).toEqual(['2']);
      expect(await store().deadLetters(10)).toEqual([
        { id: '1', incident: 'INC-1', kind: 'run', error: 'the card is too large', at: 7000 },
      ]);
      expect(await store().finish(first)).toBe(false);
      expect(await store().retry(first, { due: 0, error: '', counts: true })).toBe(false);
    });

    test('a lease that runs out lets another worker in, and shuts the first one out', async () => {
      await queue(row('a'));
      const slow = await claimOne(0, 'slow');
      expect(await claim(99, 'quick')).toEqual([]);
      expect(await store().nextDue(0)).toBe(100);
      const quick = await claimOne(100, 'quick');
      expect(quick.attempt).toBe(2);
      expect(await store().finish(slow)).toBe(false);
      expect(await store().retry(slow, { due: 0, error: '', counts: true })).toBe(false);
      expect(await store().bury(slow, '')).toBe(false);
      expect(await store().markSent(slow)).toBe(false);
      expect(await store().finish(quick)).toBe(true);
      expect(await store().finish(quick)).toBe(false);
      expect(await claim(1000)).toEqual([]);
    });

    test('the same worker in a later attempt is another holder', async () => {
      await queue(row('a'));
      const first = await claimOne(0);
      const second = await claimOne(200);
      expect(await store().finish(first)).toBe(false);
      expect(await store().finish(second)).toBe(true);
    });

    test('a renewed lease holds', async () => {
      await queue(row('a'), row('b'), row('c'));
      await claim(0, 'mine', 2);
      expect(await store().renew(['a', 'b', 'c', 'none'], 'mine', { now: 400, leaseMs: 100 })).toEqual([
        'a',
        'b',
      ]);
      expect(ids(await claim(400, 'other'))).toEqual(['c']);
      expect(ids(await claim(500, 'other'))).toEqual(['a', 'b', 'c']);
      expect(await store().renew(['a', 'b'], 'mine', { now: 800, leaseMs: 100 })).toEqual([]);
    });

    test('a retry comes later; only one that counts eats an attempt', async () => {
      await queue(row('a'));
      const first = await claimOne(0);
      expect(await store().retry(first, { due: 40, error: 'timeout', counts: true })).toBe(true);
      expect(await store().nextDue(0)).toBe(40);
      expect(await claim(39)).toEqual([]);
      const second = await claimOne(40);
      expect(second.attempt).toBe(2);
      await store().retry(second, { due: 50, error: 'rate limit', counts: false });
      const third = await claimOne(50, 'other');
      expect(third.attempt).toBe(2);
      expect(await store().finish(second)).toBe(false);
      expect(await store().finish(third)).toBe(true);
    });

    test('the mark that a write left survives a crash and is seen by the next attempt', async () => {
      await queue(row('a'));
      expect(await store().markSent(await claimOne(0))).toBe(true);
      await reopen();
      expect(await claimOne(100, 'next')).toMatchObject({ sent: 1, attempt: 2 });
    });

    test('the marks of several writes of a row add up, and none is lost when one is set again', async () => {
      await queue(row('a'));
      const first = await claimOne(0);
      expect(await store().markSent(first, 4)).toBe(true);
      expect(await store().markSent(first)).toBe(true);
      expect(await store().markSent(first, 4)).toBe(true);
      await reopen();
      const second = await claimOne(100, 'next');
      expect(second).toMatchObject({ sent: 5, attempt: 2 });
      expect(await store().markSent(second, 2 ** 40)).toBe(true);
      await reopen();
      expect(await claimOne(200, 'last')).toMatchObject({ sent: 5 + 2 ** 40, attempt: 3 });
    });

    test('a result is committed with the end of its row, or not at all', async () => {
      const first = turn('INC-1', undefined, { outbox: [row('a')] });
      await store().commit(first);
      const old = await claimOne(0, 'old');
      const held = await claimOne(100, 'new');
      const result = turn('INC-1', endOf(first), { outbox: [row('b')] });
      expect(await store().commit({ ...result, finishes: old })).toEqual({ state: 'fenced' });
      expect(await store().read('INC-1')).toMatchObject({ incident: { seq: 1 } });
      expect(await store().commit({ ...result, finishes: held })).toEqual({ state: 'committed' });
      expect(ids(await claim(1000))).toEqual(['b']);
    });

    test('a conflict leaves the row with its holder', async () => {
      const first = turn('INC-1', undefined, { outbox: [row('a')] });
      await store().commit(first);
      const held = await claimOne();
      const stale = { ...turn('INC-1'), log: { ...first.log, eventId: 'other' }, finishes: held };
      expect(await store().commit(stale)).toEqual({ state: 'conflict' });
      expect(await store().finish(held)).toBe(true);
    });
  });

  describe('shows', () => {
    test('a newer card takes the place of one that waits', async () => {
      await queue(show('1', 'm1'), show('2', 'm2'), show('3', 'm1', { payload: '"new"' }));
      const first = await claimOne();
      expect(first).toMatchObject({ id: '3', message: 'm1', payload: '"new"', attempt: 1 });
      await store().finish(first);
      expect(await claimOne()).toMatchObject({ id: '2', message: 'm2' });
    });

    test('a card that is being shown is not touched: the newer one waits behind it', async () => {
      const first = turn('INC-1', undefined, { outbox: [show('1', 'm1')] });
      await store().commit(first);
      const held = await claimOne();
      await store().commit(turn('INC-1', endOf(first), { outbox: [show('2', 'm1'), show('3', 'm1')] }));
      expect(await claim(50)).toEqual([]);
      expect(await store().finish(held)).toBe(true);
      expect((await claimOne(50)).id).toBe('3');
    });

    test('a card given back takes the newer content and keeps its time, but not if it may have been posted', async () => {
      const first = turn('INC-1', undefined, { outbox: [show('1', 'm1')] });
      await store().commit(first);
      await store().retry(await claimOne(), { due: 60, error: 'rate limit', counts: true });
      const second = turn('INC-1', endOf(first), { outbox: [show('2', 'm1')] });
      await store().commit(second);
      expect(await claim(59)).toEqual([]);
      const held = await claimOne(60);
      expect(held).toMatchObject({ id: '2', attempt: 1 });
      await store().markSent(held);
      await store().retry(held, { due: 70, error: 'timeout', counts: true });
      await store().commit(turn('INC-1', endOf(second), { outbox: [show('3', 'm1')] }));
      const doubtful = await claimOne(70);
      expect(doubtful).toMatchObject({ id: '2', sent: 1 });
      await store().finish(doubtful);
      expect((await claimOne(70)).id).toBe('3');
    });

    test('of two that wait, the newest content goes to the last', async () => {
      const first = turn('INC-1', undefined, { outbox: [show('1', 'm1')] });
      await store().commit(first);
      const held = await claimOne();
      const second = turn('INC-1', endOf(first), { outbox: [show('2', 'm1')] });
      await store().commit(second);
      await store().retry(held, { due: 0, error: 'timeout', counts: true });
      await store().commit(turn('INC-1', endOf(second), { outbox: [show('3', 'm1')] }));
      const old = await claimOne();
      await store().finish(old);
      expect([old.id, (await claimOne()).id]).toEqual(['1', '3']);
    });

    test('what a newer card takes over from one that waits is for the turn to say', async () => {
      const merge = (waiting: string, newer: string) => `${waiting}${newer}`;
      const put = (...ids: string[]) => ids.map((id) => show(id, 'm1', { payload: id }));
      const first = turn('INC-1', undefined, { outbox: put('1', '2'), merge });
      await store().commit(first);
      const second = turn('INC-1', endOf(first), { outbox: put('3', '4'), merge });
      expect(await store().commit(second)).toEqual({ state: 'committed' });
      const held = await claimOne();
      expect(held).toMatchObject({ id: '4', payload: '1234' });
      await store().commit(turn('INC-1', endOf(second), { outbox: put('5'), merge }));
      await store().finish(held);
      expect(await claimOne()).toMatchObject({ id: '5', payload: '5' });
    });

    test('other messages, places and incidents are not confused', async () => {
      await queue(
        show('1', 'm1'),
        show('2', 'm1', { lane: 'INC-1@slack' }),
        show('3', 'm1', { lane: 'INC-2@web', incident: 'INC-2' }),
        row('4'),
        row('5'),
        show('6', 'm1', { incident: 'INC-2' }),
      );
      const rows = await claim();
      expect(ids(rows)).toEqual(['1', '2', '3', '4', '5']);
      for (const held of rows) await store().finish(held);
      expect(ids(await claim())).toEqual(['6']);
    });

    test('what a place shows is kept with the end of the row, one for each message', async () => {
      const first = turn('INC-1', undefined, { outbox: [show('1', 'm1'), show('2', 'm2')] });
      await store().commit(first);
      const post = { incident: 'INC-1', place: 'web', message: 'm1', ref: '"p1"', card, at: 5 };
      const held = await claimOne();
      expect(await store().finish(held, post)).toBe(true);
      expect(await store().finish(held, { ...post, ref: '"p9"' })).toBe(false);
      const newer = { ...post, message: 'm2', ref: '"p2"', at: 6 };
      await store().finish(await claimOne(), newer);
      expect(await store().shown('INC-1')).toEqual([post, newer]);
      await store().commit(turn('INC-1', endOf(first), { outbox: [show('3', 'm1')] }));
      const again = { ...post, ref: '"p3"', card: { ...card, tone: 'good' } as const, at: 7 };
      await store().finish(await claimOne(), again);
      expect(await store().shown('INC-1')).toEqual([again, newer]);
      expect(await store().shown('INC-2')).toEqual([]);
    });

    test('a place is kept with its address, and a later turn may change it', async () => {
      const first = turn('INC-1', undefined, { places: [place({ ref: '"C1"' })] });
      await store().commit(first);
      expect(await store().places('INC-1')).toEqual([place({ ref: '"C1"' })]);
      await store().commit(turn('INC-1', endOf(first), { places: [place({ ref: '"C2"', role: 'mirror' })] }));
      expect(await store().places('INC-1')).toEqual([place({ ref: '"C2"', role: 'mirror' })]);
    });
  });
}
