import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EffectError } from '../../src/errors.ts';
import { openDatabase } from '../../src/store/driver.ts';
import type { Database } from '../../src/store/driver.ts';
import { writeFailure } from '../../src/store/failure.ts';
import { Group } from '../../src/store/group.ts';

let folder: string;
let file: string;
let db: Database;
let group: Group;
let commits: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-group-'));
  file = join(folder, 'group.db');
  db = openDatabase(file, {});
  db.exec('pragma journal_mode = wal; create table t (a integer primary key, b text)');
  commits = 0;
  const counted: Database = {
    exec: (sql) => {
      if (sql === 'commit') commits += 1;
      db.exec(sql);
    },
    prepare: (sql) => db.prepare(sql),
    close: () => db.close(),
  };
  group = new Group(counted, (error) => writeFailure(error, file));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const insert = (a: number, b = '') =>
  Number(db.prepare('insert into t (a, b) values (?, ?)').run(a, b).changes);

/** What another process sees. */
function committed(): unknown[] {
  const other = openDatabase(file, { readOnly: true });
  const rows = other.prepare('select a from t order by a').all();
  other.close();
  return rows.map((row) => Object.values(row as object)[0]);
}

test('what one tick asks for shares a commit', async () => {
  const many = Array.from({ length: 64 }, async (_, n) => {
    // A conversation gets here after a few promises of the same tick, one more and one less.
    for (let wait = 0; wait < n; wait++) await Promise.resolve();
    return group.run(() => insert(n + 1));
  });
  await Promise.all(many);
  expect(commits).toBe(1);
  expect(committed()).toHaveLength(64);
});

test('a promise settles only when another process can see the write', async () => {
  const seen: unknown[] = [];
  const first = group.run(() => insert(1)).then(() => seen.push(...committed()));
  const second = group.run(() => {
    expect(committed()).toEqual([]);
    return insert(2);
  });
  await Promise.all([first, second]);
  expect(seen).toEqual([1, 2]);
});

test('a failing write is undone alone, as far as it got', async () => {
  const outcomes = await Promise.allSettled([
    group.run(() => insert(1)),
    group.run(() => insert(2) + insert(1)),
    group.run(() => insert(3)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(committed()).toEqual([1, 3]);
});

test('writes asked for while others commit come next', async () => {
  await group.run(() => insert(1)).then(() => group.run(() => insert(2)));
  expect(commits).toBe(2);
  expect(committed()).toEqual([1, 2]);
});

test('a full disk fails every write of the tick with a clear error, and work goes on when there is room', async () => {
  db.exec('pragma max_page_count = 6');
  const outcomes = await Promise.allSettled([
    group.run(() => insert(1)),
    group.run(() => insert(2, 'x'.repeat(100_000))),
    group.run(() => insert(3)),
  ]);
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(EffectError);
    expect(failure).toMatchObject({ code: 'store.full', retry: 'later', outcome: 'not-applied' });
    expect(String(failure)).toContain(file);
  }
  const landed = [1, 2, 3].filter((_, n) => outcomes[n]?.status === 'fulfilled');
  expect(committed()).toEqual(landed);
  db.exec('pragma max_page_count = 1000');
  await group.run(() => insert(4));
  expect(committed()).toEqual([...landed, 4]);
});

test('a commit that fails fails every write of it, and leaves nothing', async () => {
  // Looked at by the commit only.
  db.exec('create table child (a integer references t (a) deferrable initially deferred)');
  const orphan = () => Number(db.prepare('insert into child (a) values (99)').run().changes);
  const outcomes = await Promise.allSettled([group.run(() => insert(1)), group.run(orphan)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await group.run(() => insert(2));
  expect(committed()).toEqual([2]);
});

test('SQLite’s finer codes are understood, defects pass as they are', () => {
  const failed = Object.assign(new Error('disk I/O error'), { errcode: 10 | (3 << 8) });
  expect(writeFailure(failed, file)).toMatchObject({
    code: 'store.failed',
    outcome: 'unknown',
    cause: failed,
  });
  const defect = Object.assign(new Error('UNIQUE constraint failed'), { errcode: 19 | (6 << 8) });
  expect(writeFailure(defect, file)).toBe(defect);
});

test('a database held by another program is a failure that passes', async () => {
  const other = openDatabase(file, {});
  other.exec('begin immediate');
  const held = group.run(() => insert(1));
  await expect(held).rejects.toMatchObject({ code: 'store.busy', retry: 'later' });
  other.exec('commit');
  other.close();
  await group.run(() => insert(1));
  expect(committed()).toEqual([1]);
});
