import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { verifyRows } from '../../src/store/chain.ts';
import { copyToPostgres } from '../../src/store/copy.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { withPostgres } from '../postgres.ts';
import { card, endOf, place, row, show, turn } from './fixtures.ts';

const incidents = Array.from({ length: 12 }, (_, n) => `INC-${n + 1}`);

withPostgres('moving from SQLite to PostgreSQL, and back from a backup', (postgres) => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailfix-copy-'));
    file = join(folder, 'm.db');
    await fill(file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function refusal(url: string): Promise<ConfigError> {
    const error: unknown = await copyToPostgres(file, url).catch((reason: unknown) => reason);
    if (error instanceof ConfigError) return error;
    throw new Error('was not refused', { cause: error });
  }
  const tables = (url: string) =>
    postgres().query(url, `select 1 from pg_class where relnamespace = current_schema()::regnamespace`);

  test('everything is there afterwards, and goes on where it was', async () => {
    const url = await postgres().empty();
    const { rows, verified } = await copyToPostgres(file, url);
    expect(Object.fromEntries(rows)).toEqual({
      about: 0,
      counted: 0,
      counter: 1,
      incident: 12,
      log: 25,
      outbox: 15,
      place: 12,
      shown: 1,
      deed: 1,
      entry: 1,
    });
    expect(verified).toBe(12);
    const [old, now] = [
      openSqlite({ file, world: 'real' }),
      await openPostgres({ url, world: 'real', leasesBy: 'caller' }),
    ];
    expect(await contentOf(now)).toEqual(await contentOf(old));
    expect(await now.nextIncident()).toBe('INC-13');
    // What a killed server held is free, with its mark; what comes now is numbered after what came.
    const next = turn('INC-13', undefined, { outbox: [row('last')] });
    for (const store of [old, now]) expect(await store.commit(next)).toEqual({ state: 'committed' });
    const claim = (store: Store) => store.claim({ owner: 'o', now: 9e12, leaseMs: 1, limit: 100 });
    const taken = await claim(now);
    expect(taken.map(({ id, sent, attempt }) => [id, sent, attempt])).toEqual(
      (await claim(old)).map(({ id, sent, attempt }) => [id, sent, attempt]),
    );
    expect(taken[0]).toMatchObject({ id: 'held', sent: 1, attempt: 2 });
    expect((await now.list({ limit: 1 }))[0]?.id).toBe('INC-13');
    await now.close();
    await old.close();
  });

  test('a database that a server has started on but that holds nothing will do; one that holds something is refused', async () => {
    const url = await postgres().empty();
    await (await openPostgres({ url, world: 'real' })).close();
    await copyToPostgres(file, url);
    const before = await postgres().query(url, 'select * from log order by 1, 2');
    await expect(copyToPostgres(file, url)).rejects.toMatchObject({ code: 'store.not-empty' });
    expect(await postgres().query(url, 'select * from log order by 1, 2')).toEqual(before);
    // One number that was given out is something.
    await postgres().emptied(url);
    await (await openPostgres({ url, world: 'real' })).nextIncident();
    await expect(copyToPostgres(file, url)).rejects.toMatchObject({ code: 'store.not-empty' });
  });

  test('a file that a server has open, and one that is not there, are refused', async () => {
    const url = await postgres().empty();
    const server = openSqlite({ file, world: 'real' });
    await expect(copyToPostgres(file, url)).rejects.toMatchObject({ code: 'store.locked' });
    await server.close();
    await expect(copyToPostgres(`${file}.no`, url)).rejects.toMatchObject({ code: 'store.missing' });
    expect(await tables(url)).toEqual([]);
  });

  test('a log that does not verify is not moved, and nothing is left of the try', async () => {
    const url = await postgres().empty();
    const db = openDatabase(file, {});
    db.exec(`update log set body = replace(body, 'lea', 'tom') where incident = 'INC-7' and seq = 2`);
    db.close();
    const { code, message } = await refusal(url);
    expect(code).toBe('store.copy-differs');
    expect(message).toContain('the log of INC-7 does not verify, for its row 2 was changed');
    expect(await tables(url)).toEqual([]);
  });

  test.each([
    ['loses a row', 'return null;'],
    ['changes a row', `new.outcome := 'failed'; return new;`],
  ])('a database that %s is found out', async (_, body) => {
    const url = await postgres().empty();
    await (await openPostgres({ url, world: 'real' })).close();
    const make = `create function bad() returns trigger language plpgsql as $$ begin ${body} end $$`;
    await postgres().query(url, make);
    await postgres().query(
      url,
      'create trigger bad before insert on deed for each row execute function bad()',
    );
    const { code, message } = await refusal(url);
    expect(code).toBe('store.copy-differs');
    expect(message).toMatch(/deed has [01] rows for 1, or others/);
    expect(await postgres().query(url, 'select count(*)::int as n from log')).toEqual([{ n: 0 }]);
  });

  test('the database stays of the world that it was', async () => {
    const url = await postgres().empty();
    await copyToPostgres(file, url);
    await expect(openPostgres({ url, world: 'simulated' })).rejects.toMatchObject({
      code: 'store.wrong-world',
    });
  });

  test('pg_dump of a running server’s database is a backup: pg_restore gives it back whole', async () => {
    const [from, to] = [postgres().url({ database: 'one' }), postgres().url({ database: 'two' })];
    const run = (program: string, ...args: string[]) =>
      postgres().run(program, '-h', postgres().folder, '-U', 'postgres', ...args);
    run('createdb', 'one');
    await copyToPostgres(file, from);
    const server = await openPostgres({ url: from, world: 'real' });
    run('pg_dump', '--format=custom', '--file=backup', 'one');
    run('createdb', 'two');
    run('pg_restore', '--dbname=two', '--exit-on-error', 'backup');
    const restored = await openPostgres({ url: to, world: 'real' });
    expect(await contentOf(restored)).toEqual(await contentOf(server));
    const last = (await restored.log('INC-1')).at(-1);
    const next = turn('INC-1', { seq: last?.seq ?? 0, head: last?.hash ?? '' });
    expect(await restored.commit(next)).toEqual({ state: 'committed' });
    expect(await restored.nextIncident()).toBe('INC-13');
    await restored.close();
    await server.close();
  });

  test('a file copied back is a database as it was', async () => {
    const copy = join(folder, 'copy.db');
    copyFileSync(file, copy);
    const [one, other] = [openSqlite({ file, world: 'real' }), openSqlite({ file: copy, world: 'real' })];
    expect(await contentOf(other)).toEqual(await contentOf(one));
    await one.close();
    await other.close();
  });
});

async function fill(file: string): Promise<void> {
  const store = openSqlite({ file, world: 'real' });
  for (const id of incidents) {
    expect(await store.nextIncident()).toBe(id);
    const places = [place({ incident: id, ref: '"ß 😀 \\u0000"' })];
    const first = turn(id, undefined, { outbox: [row(`${id}.wake`, { incident: id, due: 8e12 })], places });
    await store.commit(first);
    await store.commit(turn(id, endOf(first), { ended: id === 'INC-2' }));
  }
  const { incident: it, head } = (await store.read('INC-1')) ?? {};
  const deed = { subject: 'ip:1', incident: 'INC-1', hash: 'h', action: 'unblockIp', outcome: 'done', at: 5 };
  const outbox = [
    show('shown', 'm1', { due: 1 }),
    row('dead', { due: 2 }),
    row('held', { due: 3 }),
    row('free', { due: 4 }),
  ];
  const more = turn('INC-1', { seq: it?.seq ?? 0, head: head ?? '' }, { outbox, deeds: [deed] });
  await store.commit(more);
  const [shown, dead, held] = await store.claim({ owner: 'killed', now: 3, leaseMs: 1000, limit: 3 });
  if (shown === undefined || dead === undefined || held === undefined) throw new Error('not claimed');
  await store.finish(shown, { incident: 'INC-1', place: 'web', message: 'm1', ref: '"p"', card, at: 5 });
  await store.bury(dead, 'it died');
  await store.markSent(held);
  await store.put({ kind: 'session', key: 'k', value: 'lea', expires: 9e12 });
  await store.close();
}

async function contentOf(store: Store) {
  const list = await store.list({ limit: 100 });
  const logs = await Promise.all(
    list.map(async ({ id }) => [id, await store.log(id), await store.places(id)] as const),
  );
  for (const [id, rows] of logs)
    expect(verifyRows(rows, (await store.read(id))?.head)).toMatchObject({ ok: true });
  return {
    list,
    logs,
    shown: await store.shown('INC-1'),
    deeds: await store.deeds('ip:1', 0),
    dead: await store.deadLetters(10),
    session: await store.get('session', 'k', 0),
  };
}
