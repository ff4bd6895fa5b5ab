import { afterEach, beforeEach, expect, test } from 'vitest';
import { EffectError } from '../../src/errors.ts';
import { verifyRows } from '../../src/store/chain.ts';
import { callCommit, turnParams } from '../../src/store/postgres-commit.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Committed, Store, Turn } from '../../src/store/store.ts';
import { withPostgres } from '../postgres.ts';
import { endOf, row, show, turn } from './fixtures.ts';

const hour = 3_600_000;

withPostgres('several servers on one PostgreSQL', (postgres) => {
  let url = '';
  let stores: Store[];
  let a: Store;
  let b: Store;

  beforeEach(async () => {
    url = await (url === '' ? postgres().empty() : postgres().emptied(url));
    stores = [];
    [a, b] = [await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
  });

  async function open({ more = '', stopwatch = () => performance.now() } = {}): Promise<Store> {
    const store = await openPostgres({ url: url + more, world: 'simulated', stopwatch });
    stores.push(store);
    return store;
  }
  const now = () => Date.now();
  const claim = (store: Store, { at = now(), leaseMs = 10_000, limit = 1000, owner = '' } = {}) =>
    store.claim({ owner: owner || `server ${stores.indexOf(store)}`, now: at, leaseMs, limit });
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  const query = (sql: string) => postgres().query(url, sql);
  /** Everything that a store is told of other servers' turns. */
  function told(store: Store): string[] {
    const heard: string[] = [];
    store.onElsewhere((incident) => heard.push(incident));
    return heard;
  }
  /** What is notified from now on. */
  async function listened(): Promise<string[]> {
    const [schema] = await query('select current_schema() as name');
    const client = await postgres().connected(url);
    const texts: string[] = [];
    client.on('notification', ({ payload = '' }) => texts.push(payload));
    await client.query(`listen mailfix_${String(schema?.['name'])}`);
    return texts;
  }

  test('no row is taken twice, and each lane runs in its order, however many take at once', async () => {
    const rows = Array.from({ length: 120 }, (_, n) =>
      row(`r${n}`, n % 3 === 0 ? { lane: `l${n % 10}` } : {}),
    );
    await a.commit(turn('INC-1', undefined, { outbox: rows }));
    const all = [a, b, await open(), await open()];
    const order: string[] = [];
    await Promise.all(
      all.map(async (store) => {
        while (order.length < rows.length) {
          for (const held of await claim(store, { limit: 7 })) {
            order.push(held.id);
            expect(await store.finish(held)).toBe(true);
          }
        }
      }),
    );
    expect(order.toSorted()).toEqual(ids(rows).toSorted());
    for (let lane = 0; lane < 10; lane++) {
      const inLane = ids(rows.filter((one) => one.lane === `l${lane}`));
      expect(order.filter((id) => inLane.includes(id))).toEqual(inLane);
    }
    // Finished rows are gone, and what a busy table leaves behind is swept early.
    expect(await query('select count(*)::int as n from outbox')).toEqual([{ n: 0 }]);
    const [table] = await query(`select reloptions from pg_class where oid = 'outbox'::regclass`);
    expect(table?.['reloptions']).toContain('autovacuum_vacuum_threshold=1000');
  });

  test('an event that comes to all of them at once is handled by one', async () => {
    for (let n = 1; n <= 20; n++) {
      const same = turn(`INC-${n}`);
      // Each server has drawn a number of its own for it.
      const other = turn(`INC-${n + 100}`);
      const log = { ...other.log, eventId: same.log.eventId };
      const done = await Promise.all([a.commit(same), b.commit(same), a.commit({ ...other, log })]);
      const states = done.map(({ state }) => state).toSorted();
      expect(states).toEqual(['committed', 'duplicate', 'duplicate']);
    }
    expect(await query('select count(*)::int as n from log')).toEqual([{ n: 20 }]);
    expect(await query('select count(*)::int as n from incident')).toEqual([{ n: 20 }]);
  });

  test('of two turns on one state one is committed, and the other is a conflict', async () => {
    let last = turn('INC-1');
    await a.commit(last);
    for (let n = 0; n < 20; n++) {
      const mine = turn('INC-1', endOf(last), { outbox: [row(`a${n}`)] });
      const next = turn('INC-1', endOf(last), { outbox: [row(`b${n}`)] });
      const theirs = { ...next, log: { ...next.log, eventId: `other ${n}` } };
      const both = await Promise.all([a.commit(mine), b.commit(theirs)]);
      expect(both.map(({ state }) => state).toSorted()).toEqual(['committed', 'conflict']);
      const snapshot = await a.read('INC-1');
      last = { ...mine, log: { ...mine.log, hash: snapshot?.head ?? '' } };
    }
    expect(await claim(a)).toHaveLength(20);
  });

  /** Who waits for a lock. */
  const waiting = () => query('select pid from pg_locks where not granted');

  /** Begins a turn as another server would, and commits it once `other` waits for it. */
  async function meanwhile<T>(
    slow: Turn,
    other: () => Promise<T>,
    whileItWaits = async () => {},
  ): Promise<T> {
    const client = await postgres().connected(url);
    await client.query('begin');
    await client.query(callCommit, turnParams(slow));
    const done = other();
    try {
      await expect.poll(waiting).toHaveLength(1);
      await whileItWaits();
      await client.query('commit');
    } finally {
      await client.end();
    }
    return done;
  }

  test('an event that another server is just committing is a duplicate, of a new incident as of an old one', async () => {
    const first = turn('INC-1');
    const second = turn('INC-1', endOf(first));
    for (const same of [first, second]) {
      const duplicate = { state: 'duplicate', reply: same.log.reply };
      expect(await meanwhile(same, () => b.commit(same))).toEqual(duplicate);
    }
  });

  test('rows of two incidents in one lane can be seen in the order of their positions only', async () => {
    const inLane = (id: string, incident: string) =>
      turn(incident, undefined, { outbox: [row(id, { incident, lane: 'act ip:1' })] });
    const done = await meanwhile(
      inLane('older', 'INC-2'),
      () => b.commit(inLane('newer', 'INC-3')),
      async () => expect(await claim(a)).toEqual([]),
    );
    expect(done).toEqual({ state: 'committed' });
    expect(ids(await claim(a))).toEqual(['older']);
    expect(await claim(b)).toEqual([]);
  });

  test('a card that was merged with one that is gone meanwhile is put in by itself', async () => {
    const newer = turn('INC-1', undefined, {
      outbox: [show('2', 'm1', { payload: 'new' })],
      merge: () => 'both',
    });
    const gone = [{ id: '2', waiting: '1', payload: 'old' }];
    expect(await postgres().query(url, callCommit, turnParams(newer, gone))).toEqual([
      { state: 'committed', detail: null },
    ]);
    expect(await claim(a)).toMatchObject([{ id: '2', payload: 'new' }]);
  });

  test('leases go by the database’s clock: one an hour fast takes nothing early, one an hour slow nothing late', async () => {
    await a.commit(turn('INC-1', undefined, { outbox: [row('a'), row('b')] }));
    const leaseMs = 60_000;
    expect(ids(await claim(a, { limit: 1, leaseMs }))).toEqual(['a']);
    expect(ids(await claim(b, { at: now() + hour }))).toEqual(['b']);
    // The slow one is told by its own clock when the lease ends, and has the row then.
    const slow = now() - hour;
    const due = (await b.nextDue(slow)) ?? 0;
    expect(due - slow).toBeLessThanOrEqual(leaseMs);
    expect(due - slow).toBeGreaterThan(0);
    await query(`update outbox set due = due - ${leaseMs} where owner is not null and id = 'a'`);
    expect(ids(await claim(b, { at: slow }))).toEqual(['a']);
  });

  test('a server that starts takes nothing from one that lives', async () => {
    await a.commit(turn('INC-1', undefined, { outbox: [row('a')] }));
    const [held] = await claim(a);
    const c = await open();
    expect(await claim(c)).toEqual([]);
    if (held === undefined) throw new Error('nothing was held');
    expect(await a.renew(['a'], held.owner, { now: now(), leaseMs: 10_000 })).toEqual(['a']);
    expect(await a.finish(held)).toBe(true);
  });

  test('the others are told of a turn, once, and whoever made it is not', async () => {
    const [mine, theirs] = [told(a), told(b)];
    await a.commit(turn('INC-1'));
    await expect.poll(() => theirs).toEqual(['INC-1']);
    await b.commit(turn('INC-2'));
    await expect.poll(() => mine).toEqual(['INC-2']);
    expect(theirs).toEqual(['INC-1']);
  });

  test('many turns at once are told of in a few notifications, after their commits', async () => {
    const texts = await listened();
    const names = Array.from({ length: 64 }, (_, n) => `INC-${n + 1}`);
    await Promise.all(names.map((id) => a.commit(turn(id))));
    const named = () => [...new Set(texts.flatMap((text) => text.split(' ').slice(1)))].toSorted();
    await expect.poll(named).toEqual(names.toSorted());
    expect(texts.length).toBeLessThan(32);
  });

  test('a server whose listening was cut off looks at everything, and listens again', async () => {
    const heard = told(b);
    // The last statement of its connection is what it listens with.
    const cut = await query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and pid <> pg_backend_pid()`,
    );
    expect(cut.length).toBeGreaterThanOrEqual(2);
    await expect.poll(() => heard).toEqual(['*']);
    await a.commit(turn('INC-1'));
    await expect.poll(() => heard).toEqual(['*', 'INC-1']);
  });

  test('turns go on over connections that are cut in the midst, each once', async () => {
    // It is not about the time that a busy machine takes: here it runs a twentieth as fast.
    const patient = { stopwatch: () => performance.now() / 20 };
    const [c, d] = [await open(patient), await open(patient)];
    const cut: unknown[] = [];
    /** Cuts all connections: where they happen to be, or while turns wait half-way for a lock. */
    async function cutAll(halfWay: boolean): Promise<void> {
      const client = await postgres().connected(url);
      try {
        await client.query('begin');
        if (halfWay) {
          await client.query('lock table log in share mode');
          await expect.poll(waiting).not.toEqual([]);
        }
        const { rows } = await client.query<{ state: string }>(`select state, pg_terminate_backend(pid)
          from pg_stat_activity where application_name = 'mailfix' and query not like 'listen%'`);
        cut.push(...rows.map(({ state }) => state));
      } finally {
        await client.end();
      }
    }
    const names = Array.from({ length: 8 }, (_, n) => `INC-${n + 1}`);
    let committed = 0;
    const talks = names.map(async (id, n) => {
      const states: Committed['state'][] = [];
      for (let last: Turn | undefined; states.length < 20;) {
        const outbox = [row(`${id}.${states.length}`, { incident: id })];
        last = turn(id, last && endOf(last), { outbox });
        states.push((await (n % 2 === 0 ? c : d).commit(last)).state);
        committed += 1;
        // Whoever commits the twelfth cuts; the others are under way. Of the last 40 turns all may be one's own.
        if (committed % 12 === 0 && committed <= 120) await cutAll(committed % 24 === 0);
      }
      return states;
    });
    const states = (await Promise.all(talks)).flat();
    expect(cut.filter((state) => state === 'active').length).toBeGreaterThanOrEqual(5);
    // A turn that was committed just before its connection went is found by its event when it is sent again.
    expect(states.filter((state) => state !== 'committed' && state !== 'duplicate')).toEqual([]);
    for (const id of names) {
      const rows = await a.log(id);
      expect(verifyRows(rows, (await b.read(id))?.head)).toEqual({ ok: true, count: 20 });
    }
    expect(await claim(a)).toHaveLength(8 * 20);
  });

  test('a server that has become a standby says so, and nothing was saved', async () => {
    const standby = await open({ more: '%20-cdefault_transaction_read_only%3Don' });
    const failure: unknown = await standby.commit(turn('INC-1')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EffectError);
    expect(failure).toMatchObject({ code: 'store.standby', retry: 'later', outcome: 'not-applied' });
    expect(await standby.read('INC-1')).toBeUndefined();
  });

  test('a full disk is said so, and nothing was saved', async () => {
    await query(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise 'could not extend file' using errcode = '53100'; end $$`);
    await query('create trigger full_disk before insert on outbox execute function full_disk()');
    const failed = a.commit(turn('INC-1', undefined, { outbox: [row('a')] }));
    await expect(failed).rejects.toMatchObject({ code: 'store.full', outcome: 'not-applied' });
    expect(await a.read('INC-1')).toBeUndefined();
    await query('drop function full_disk cascade');
    expect(await a.commit(turn('INC-1'))).toEqual({ state: 'committed' });
  });

  test('numbers are numbers, also those that PostgreSQL sends as text', async () => {
    await a.commit(turn('INC-1', undefined, { outbox: [row('a', { due: 1_900_000_000_000 })] }));
    expect(await b.nextDue(now())).toBe(1_900_000_000_000);
    expect((await b.log('INC-1'))[0]?.at).toBe(1001);
    expect(typeof (await b.list({ limit: 1 }))[0]?.seq).toBe('number');
  });
});
