import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { writeFailure } from '../../src/store/failure.ts';
import { schemaVersion } from '../../src/store/migrations.ts';
import { openForReading } from '../../src/store/file.ts';
import { sql } from '../../src/store/sql.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { conformance } from './conformance.ts';
import { endOf, row, turn } from './fixtures.ts';

let folder: string;
let file: string;
let stores: Store[];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mailfix-store-')));
  file = join(folder, 'data', 'mailfix.db');
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});

conformance('SQLite', async () => ({
  open: async (now) => openSqlite({ file, world: 'simulated', now }),
  drop: async () => {},
}));

function open(readOnly = false, path = file): Store {
  const store = openSqlite({ file: path, world: 'simulated', readOnly });
  stores.push(store);
  return store;
}

function refusal(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** Changes the file as no store would. */
async function tamper(sql: string): Promise<void> {
  await open().close();
  const db = openDatabase(file, {});
  db.exec(sql);
  db.close();
}

describe('the file', () => {
  test('is made with its folder, for its owner alone', async () => {
    await open().commit(turn('INC-1'));
    const modes = readdirSync(join(folder, 'data')).map((name) => [
      name,
      statSync(join(folder, 'data', name)).mode & 0o777,
    ]);
    expect(modes.filter(([name]) => name !== 'mailfix.db.lock')).toEqual([
      ['mailfix.db', 0o600],
      ['mailfix.db-shm', 0o600],
      ['mailfix.db-wal', 0o600],
    ]);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  test('is refused to a second server, whatever way it comes', async () => {
    mkdirSync(join(folder, 'data'));
    symlinkSync(join(folder, 'data'), join(folder, 'link'));
    symlinkSync(file, join(folder, 'other.db'));
    const first = open(false, join(folder, 'link', 'mailfix.db'));
    for (const path of [file, join(folder, 'other.db'), join(folder, 'link', 'mailfix.db')]) {
      const { code, message } = refusal(() => open(false, path));
      expect(code).toBe('store.locked');
      expect(message).toContain(`${file} is in use by another mailfix. Stop the other server`);
    }
    await first.close();
    expect(await open().nextIncident()).toBe('INC-1');
  });

  test('of the other world is refused, to servers and to readers', async () => {
    await open().close();
    for (const readOnly of [false, true]) {
      const { code, message } = refusal(() => openSqlite({ file, world: 'real', readOnly }));
      expect(code).toBe('store.wrong-world');
      expect(message).toContain('belongs to a simulated system, and this start is real');
    }
    expect(await open().nextIncident()).toBe('INC-1');
  });

  test('of a newer mailfix is refused and left alone', async () => {
    await tamper('pragma user_version = 99');
    for (const readOnly of [false, true]) {
      const { code, message } = refusal(() => open(readOnly));
      expect(code).toBe('store.newer-schema');
      expect(message).toContain(`has schema 99; this mailfix knows up to ${schemaVersion}`);
    }
  });

  test('of an older mailfix gets what it lacks, and keeps what it has', async () => {
    const first = turn('INC-1', undefined, { server: 'host2' });
    await open().commit(first);
    await stores[0]?.close();
    await tamper(`drop index incident_server; drop index incident_server_open;
      alter table incident drop column server; drop table counted; drop table about;
      drop index incident_approval; drop index outbox_pool; alter table outbox drop column pool;
      create index outbox_due on outbox (due); pragma user_version = 1`);
    const store = open();
    expect((await store.read('INC-1'))?.incident).toEqual(first.incident);
    expect(await store.onServer('host2', { open: true, limit: 9 })).toEqual([]);
    await store.commit(turn('INC-1', endOf(first), { server: 'host2' }));
    expect(await store.onServer('host2', { open: true, limit: 9 })).toHaveLength(1);
  });

  test('finds the incidents of a server by an index, and sorts nothing', async () => {
    await open().close();
    const db = openDatabase(file, {});
    const planOf = (query: string) =>
      JSON.stringify(db.prepare(`explain query plan ${query}`).all('host2', 9));
    expect(planOf(sql.onServer)).toMatch(/USING INDEX incident_server \(server=\?\)/);
    expect(planOf(sql.openOnServer)).toMatch(/USING INDEX incident_server_open \(server=\?\)/);
    expect(planOf(sql.onServer) + planOf(sql.openOnServer)).not.toMatch(/TEMP B-TREE/);
    db.close();
  });

  test('finds what is due by an index, however many rows wait', async () => {
    await open().close();
    const db = openDatabase(file, {});
    const planOf = (query: string, ...params: (string | number)[]) =>
      (db.prepare(`explain query plan ${query}`).all(...params) as { detail: string }[]).map(
        ({ detail }) => detail,
      );
    const claiming = planOf(sql.claimableOf, 'slack C1', 9, 2);
    const asking = planOf(sql.pools);
    expect(claiming[0]).toMatch(/INDEX outbox_pool \(pool=\? AND due<\?\)/);
    expect(asking.filter((step) => /outbox_pool/.test(step))).toHaveLength(3);
    for (const step of [...claiming, ...asking]) expect(step).not.toMatch(/TEMP B-TREE|SCAN outbox$/);
    db.close();
  });

  test('of an older mailfix is not changed by a reader', async () => {
    await tamper('pragma user_version = 0');
    expect(refusal(() => open(true)).code).toBe('store.older-schema');
  });

  test.each([
    ['text', () => writeFileSync(file, 'this is no database, but long enough to be one. '.repeat(100))],
    ['another program’s database', () => tamperNew('create table theirs (a)')],
    ['a database of another program without tables', () => tamperNew('pragma application_id = 7')],
  ])('that is %s is refused and left alone', (_, make) => {
    mkdirSync(join(folder, 'data'));
    make();
    const before = readFileSync(file);
    for (const readOnly of [false, true]) {
      const { code, message } = refusal(() => open(readOnly));
      expect(code).toBe('store.not-a-database');
      expect(message).toContain(file);
    }
    expect(readFileSync(file)).toEqual(before);
  });

  test('that is empty becomes a database', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, '');
    expect(await open().nextIncident()).toBe('INC-1');
  });

  test('that cannot be is refused with the reason', () => {
    writeFileSync(join(folder, 'data'), '');
    const inFile = refusal(() => open());
    expect(inFile).toMatchObject({
      code: 'store.cannot-open',
      message: expect.stringMatching(/EEXIST|ENOTDIR/),
    });
    expect(refusal(() => open(false, folder)).code).toBe('store.cannot-open');
  });

  test('holds everything after the server has stopped, so that a copy of it is a backup', async () => {
    const server = open();
    await server.commit(turn('INC-1'));
    await server.close();
    const copy = join(folder, 'copy.db');
    copyFileSync(file, copy);
    expect(await open(true, copy).log('INC-1')).toHaveLength(1);
  });

  test('grows by checkpoints of tidy, not in a turn', async () => {
    const store = open();
    await store.tidy(0);
    const before = statSync(file).size;
    for (let n = 1; n <= 200; n++)
      await store.commit(turn(`INC-${n}`, undefined, { outbox: [row(`r${n}`)] }));
    expect(statSync(file).size).toBe(before);
    await store.tidy(0);
    expect(statSync(file).size).toBeGreaterThan(before);
  });

  function tamperNew(sql: string): void {
    const db = openDatabase(file, {});
    db.exec(sql);
    db.close();
  }
});

describe('a reader', () => {
  test('looks on while the server works, and writes nothing', async () => {
    const server = open();
    const first = turn('INC-1');
    await server.commit(first);
    const reader = open(true);
    expect(await reader.log('INC-1')).toHaveLength(1);
    await server.commit(turn('INC-1', endOf(first)));
    expect(await reader.log('INC-1')).toHaveLength(2);
    await expect(reader.nextIncident()).rejects.toThrow('for reading only');
    await expect(reader.tidy(0)).rejects.toThrow('for reading only');
    expect(await server.nextIncident()).toBe('INC-1');
  });

  test('needs no server', async () => {
    const server = open();
    await server.commit(turn('INC-1'));
    await server.close();
    expect(await open(true).log('INC-1')).toHaveLength(1);
  });

  test('makes no file', () => {
    const { code, message } = refusal(() => open(true));
    expect(code).toBe('store.missing');
    expect(message).toContain(file);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a file that may not be written, a write says so', async () => {
    await open().close();
    const { db } = openForReading(file, 'simulated');
    let failure: unknown;
    try {
      db.exec('delete from log');
    } catch (error) {
      failure = writeFailure(error, file);
    }
    db.close();
    expect(failure).toMatchObject({ code: 'store.read-only', outcome: 'not-applied' });
  });
});

test('a new server takes up at once what the last one held, keeping its mark of having sent', async () => {
  const first = open();
  await first.commit(turn('INC-1', undefined, { outbox: [row('INC-1.1.act')] }));
  const [held] = await first.claim({ owner: 'first', now: 1000, leaseMs: 30_000, limit: 1 });
  await first.markSent({ id: 'INC-1.1.act', owner: 'first', attempt: held?.attempt ?? 0 });
  await first.close();
  const [again] = await open().claim({ owner: 'second', now: 1001, leaseMs: 30_000, limit: 1 });
  expect(again).toMatchObject({ id: 'INC-1.1.act', attempt: 2, sent: 1 });
});
