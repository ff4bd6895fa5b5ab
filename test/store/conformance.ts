import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyRows } from '../../src/store/chain.ts';
import type { OutboxRow, Store } from '../../src/store/store.ts';
import { figures } from './conformance-figures.ts';
import { about } from './conformance-about.ts';
import { endOf, place, row, turn } from './fixtures.ts';
import { limits } from './conformance-limits.ts';
import { outbox } from './conformance-outbox.ts';
import { pools } from './conformance-pools.ts';

/** One empty database: `open` may be called again after the store was closed. */
export interface TestDatabase {
  open(now: () => number): Promise<Store>;
  drop(): Promise<void>;
}

/** What every store must do; a store's own test file calls this and adds only what is its own. */
export function conformance(name: string, create: () => Promise<TestDatabase>): void {
  describe(name, () => {
    let database: TestDatabase;
    let store: Store;
    const now = () => 7000;

    beforeEach(async () => {
      database = await create();
      store = await database.open(now);
    });
    afterEach(async () => {
      await store.close();
      await database.drop();
    });

    const queue = (...rows: OutboxRow[]) => store.commit(turn('INC-1', undefined, { outbox: rows }));
    const claim = (at = 0, owner = 'a', limit = 100) => store.claim({ owner, now: at, leaseMs: 100, limit });
    const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
    async function reopen(): Promise<void> {
      await store.close();
      store = await database.open(now);
    }

    describe('incidents about the same', () => about(() => store));

    describe('turns', () => {
      test('a turn is kept whole', async () => {
        const first = turn('INC-1', undefined, { outbox: [row('a')], places: [place()] });
        expect(await store.commit(first)).toEqual({ state: 'committed' });
        await reopen();
        expect(await store.read('INC-1')).toEqual({ incident: first.incident, head: first.log.hash });
        expect(await store.log('INC-1')).toEqual([first.log]);
        expect(await store.places('INC-1')).toEqual([place()]);
        expect(ids(await claim())).toEqual(['a']);
      });

      test('what is not there reads as undefined or empty', async () => {
        expect(await store.read('INC-9')).toBeUndefined();
        expect(await store.seen('web', '__proto__')).toBeUndefined();
        expect(await store.read('INC-\0')).toBeUndefined();
        expect(await store.get('session', 'a\0', 0)).toBeUndefined();
        expect(await store.log('INC-9')).toEqual([]);
        expect(await store.nextDue(0)).toBeUndefined();
        expect(await claim()).toEqual([]);
      });

      test('an event is handled once, and its re-delivery gets the same reply', async () => {
        const first = turn('INC-1', undefined, { outbox: [row('a')] });
        await store.commit(first);
        expect(await store.seen('web', 'INC-1-event-1')).toEqual(first.log.reply);
        const again = { ...first, log: { ...first.log, reply: { ok: true, incident: 'INC-1' } as const } };
        expect(await store.commit(again)).toEqual({ state: 'duplicate', reply: first.log.reply });
        expect(await store.log('INC-1')).toHaveLength(1);
      });

      test('two deliveries at the same moment: one is committed, the other is the duplicate', async () => {
        const both = await Promise.all([queue(row('a')), queue(row('a'))]);
        expect(both.map(({ state }) => state).toSorted()).toEqual(['committed', 'duplicate']);
        expect(await claim()).toHaveLength(1);
      });

      test('the same event id from another source is another event', async () => {
        const first = turn('INC-1');
        await store.commit(first);
        const second = turn('INC-1', endOf(first));
        const log = { ...second.log, source: 'slack', eventId: first.log.eventId };
        expect(await store.commit({ ...second, log })).toEqual({ state: 'committed' });
      });

      test('a turn on an old state is a conflict and writes nothing', async () => {
        const first = turn('INC-1');
        await store.commit(first);
        const mine = turn('INC-1', endOf(first));
        const theirs = turn('INC-1', endOf(first), { outbox: [row('theirs')], places: [place()] });
        await store.commit(mine);
        const late = { ...theirs, log: { ...theirs.log, eventId: 'another' } };
        expect(await store.commit(late)).toEqual({ state: 'conflict' });
        const twice = { ...turn('INC-1'), log: { ...first.log, eventId: 'opened again' } };
        expect(await store.commit(twice)).toEqual({ state: 'conflict' });
        expect(await claim()).toEqual([]);
        expect(await store.places('INC-1')).toEqual([]);
        expect(await store.log('INC-1')).toEqual([first.log, mine.log]);
      });

      test('a defective turn spoils neither the others of its moment nor leaves a trace', async () => {
        const good = turn('INC-1');
        const bad = turn('INC-2', undefined, { outbox: [row('same'), row('same')] });
        const other = turn('INC-3');
        const outcomes = await Promise.allSettled([good, bad, other].map((one) => store.commit(one)));
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await store.read('INC-2')).toBeUndefined();
        expect(await store.log('INC-2')).toEqual([]);
        expect(await store.read('INC-3')).toBeDefined();
      });

      test('64 conversations at once all land, each in its order', async () => {
        const names = Array.from({ length: 64 }, (_, n) => `INC-${n + 1}`);
        await Promise.all(
          names.map(async (id) => {
            let last = turn(id, undefined, { outbox: [row(`${id}.1`)] });
            expect(await store.commit(last)).toEqual({ state: 'committed' });
            for (let n = 2; n <= 5; n++) {
              last = turn(id, endOf(last), { outbox: [row(`${id}.${n}`)] });
              expect(await store.commit(last)).toEqual({ state: 'committed' });
            }
          }),
        );
        await reopen();
        for (const id of names) {
          const rows = await store.log(id);
          expect(verifyRows(rows, (await store.read(id))?.head)).toEqual({ ok: true, count: 5 });
        }
        expect(await claim(0, 'a', 1000)).toHaveLength(320);
      });

      test('incident numbers are given once, also at the same moment and after a restart', async () => {
        const both = await Promise.all([store.nextIncident(), store.nextIncident()]);
        expect(both.toSorted()).toEqual(['INC-1', 'INC-2']);
        await reopen();
        expect(await store.nextIncident()).toBe('INC-3');
      });
    });

    outbox(() => store, reopen);
    pools(() => store);
    limits(() => store);

    describe('looking', () => {
      test('incidents are listed newest first, by state and by page', async () => {
        for (const n of [1, 2, 3, 4, 5])
          await store.commit(turn(`INC-${n}`, undefined, { ended: n % 2 === 0 }));
        expect(ids(await store.list({ limit: 9 }))).toEqual(['INC-5', 'INC-4', 'INC-3', 'INC-2', 'INC-1']);
        expect(ids(await store.list({ open: true, limit: 9 }))).toEqual(['INC-5', 'INC-3', 'INC-1']);
        expect(ids(await store.list({ open: false, limit: 9 }))).toEqual(['INC-4', 'INC-2']);
        const page = await store.list({ limit: 2 });
        const before = page.at(-1)?.seq ?? 0;
        expect(ids(await store.list({ limit: 2, before }))).toEqual(['INC-3', 'INC-2']);
        expect(page[0]?.incident).toEqual(turn('INC-5').incident);
      });

      test('an incident moves to the ended ones when it ends', async () => {
        const first = turn('INC-1');
        await store.commit(first);
        await store.commit(turn('INC-1', endOf(first), { ended: true }));
        expect(await store.list({ open: true, limit: 9 })).toEqual([]);
        expect(ids(await store.list({ open: false, limit: 9 }))).toEqual(['INC-1']);
      });

      test('incidents about a server are found by it, newest first, for as long as they are about it', async () => {
        const first = turn('INC-1', undefined, { server: 'host2' });
        await store.commit(first);
        await store.commit(turn('INC-2', undefined, { server: 'host1' }));
        await store.commit(turn('INC-3', undefined, { server: 'host2', ended: true }));
        await store.commit(turn('INC-4'));
        await store.commit(turn('INC-5', undefined, { server: 'host2' }));
        const on = async (server: string, open: boolean, limit = 9) =>
          ids(await store.onServer(server, { open, limit }));
        expect(await on('host2', false)).toEqual(['INC-5', 'INC-3', 'INC-1']);
        expect(await on('host2', true)).toEqual(['INC-5', 'INC-1']);
        expect(await on('host2', true, 1)).toEqual(['INC-5']);
        expect(await on('__proto__', false)).toEqual([]);
        const corrected = turn('INC-1', endOf(first), { server: 'host1' });
        await store.commit(corrected);
        expect(await on('host2', true)).toEqual(['INC-5']);
        expect(await on('host1', true)).toEqual(['INC-2', 'INC-1']);
        await store.commit(turn('INC-1', endOf(corrected)));
        const [only] = await store.onServer('host1', { open: true, limit: 9 });
        expect(only).toEqual({ id: 'INC-2', seq: only?.seq, incident: turn('INC-2').incident });
        expect(await on('host1', false)).toEqual(['INC-2']);
      });

      test('deeds on a subject are seen by all incidents, newest first', async () => {
        const deed = {
          subject: 'ip:203.0.113.7',
          incident: 'INC-1',
          hash: 'h',
          action: 'unblockIp',
          outcome: 'done',
        };
        const deeds = [
          { ...deed, at: 10 },
          { ...deed, at: 20 },
          { ...deed, subject: 'ip:203.0.113.8', at: 30 },
        ];
        await store.commit(turn('INC-1', undefined, { deeds }));
        expect(await store.deeds('ip:203.0.113.7', 10)).toEqual([deeds[1], deeds[0]]);
        expect(await store.deeds('ip:203.0.113.7', 11)).toEqual([deeds[1]]);
        expect(await store.deeds('ip:203.0.113.9', 0)).toEqual([]);
      });
    });

    figures(
      () => store,
      () => reopen(),
    );

    describe('small records', () => {
      const session = { kind: 'session', key: '__proto__', value: 'lea', expires: 100 };

      test('a record is there until it expires, is replaced or removed', async () => {
        await store.put(session);
        expect(await store.get('session', '__proto__', 99)).toBe('lea');
        expect(await store.get('session', '__proto__', 100)).toBeUndefined();
        expect(await store.get('link', '__proto__', 0)).toBeUndefined();
        await store.put({ ...session, value: 'tom', expires: 200 });
        expect(await store.get('session', '__proto__', 150)).toBe('tom');
        await store.remove('session', '__proto__');
        expect(await store.get('session', '__proto__', 150)).toBeUndefined();
      });

      test('a link is spent once, also by two at the same moment', async () => {
        const spent = await Promise.all([store.putOnce(session), store.putOnce(session)]);
        expect(spent.map(String).toSorted()).toEqual(['false', 'true']);
        await reopen();
        expect(await store.putOnce(session)).toBe(false);
      });

      test('tidying drops what has expired and nothing else', async () => {
        await store.put(session);
        await store.put({ ...session, key: 'b', expires: 300 });
        await queue(row('a'));
        await store.tidy(200);
        expect(await store.putOnce(session)).toBe(true);
        expect(await store.get('session', 'b', 250)).toBe('lea');
        expect(await claim()).toHaveLength(1);
      });
    });

    test('closing commits what was asked before, and refuses what comes after', async () => {
      const last = queue(row('a'));
      await store.close();
      expect(await last).toEqual({ state: 'committed' });
      await expect(store.nextIncident()).rejects.toThrow('closed');
      store = await database.open(now);
      expect(await store.read('INC-1')).toBeDefined();
    });
  });
}
