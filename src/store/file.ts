import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { configError } from '../errors.ts';
import { openDatabase } from './driver.ts';
import type { Database } from './driver.ts';
import { openFailure } from './failure.ts';
import { pending, schemaVersion } from './migrations.ts';
import type { Dialect } from './migrations.ts';
import { sql } from './sql.ts';
import type { World } from './store.ts';

/** An open file and what keeps other servers off it. */
export interface OpenFile {
  readonly file: string;
  readonly db: Database;
  close(): void;
}

// "mfix": says whose file it is, whatever its name.
const applicationId = 0x6d666978;
const noMatch = -1;
const dialect: Dialect = { serial: 'integer primary key' };

/** Opens for the one server: makes folder and file when missing, shuts out a second server, brings the tables up to date. */
export function openForServer(path: string, world: World): OpenFile {
  return explained(path, () => {
    mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
    const file = realPath(path);
    const lock = takeLock(file);
    try {
      makeFile(file);
      const db = openDatabase(file, { timeout: 5000 });
      try {
        prepareSchema(db, file, world);
        db.exec(sql.takeBack);
        db.exec('pragma journal_mode = wal');
        db.exec('pragma synchronous = full');
        // What is deleted or redacted is overwritten, not only forgotten.
        db.exec('pragma secure_delete = on');
        // tidy() does the checkpoints, outside any turn; this is only the safety net, at about 80 MB.
        db.exec('pragma wal_autocheckpoint = 20000');
      } catch (error) {
        db.close();
        throw error;
      }
      return {
        file,
        db,
        close() {
          // The driver keeps a closed file open until its statements are collected; this makes the file whole now.
          db.exec('pragma wal_checkpoint(truncate)');
          db.close();
          lock.close();
        },
      };
    } catch (error) {
      lock.close();
      throw error;
    }
  });
}

/** Opens for looking, beside a running server or without one; makes and changes nothing. */
export function openForReading(path: string, world: World): OpenFile {
  return explained(path, () => {
    if (!existsSync(path)) throw configError('store.missing', { file: path });
    const file = realPath(path);
    const db = openDatabase(file, { readOnly: true, timeout: 5000 });
    try {
      const found = checkOwner(db, file);
      pending(found, file, dialect);
      if (found < schemaVersion)
        throw configError('store.older-schema', { file, found, known: schemaVersion });
      checkWorld(db, file, world);
    } catch (error) {
      db.close();
      throw error;
    }
    return { file, db, close: () => db.close() };
  });
}

/** Opens for moving everything elsewhere: shuts out servers as a server does, and makes nothing. */
export function openForMoving(path: string): OpenFile & { readonly world: World } {
  return explained(path, () => {
    if (!existsSync(path)) throw configError('store.missing', { file: path });
    const file = realPath(path);
    const lock = takeLock(file);
    try {
      const db = openDatabase(file, { timeout: 5000 });
      try {
        const found = checkOwner(db, file);
        pending(found, file, dialect);
        if (found < schemaVersion)
          throw configError('store.older-schema', { file, found, known: schemaVersion });
        db.exec(sql.takeBack);
        const world = worldOf(db) === 'real' ? 'real' : 'simulated';
        const close = () => [db, lock].forEach((one) => one.close());
        return { file, db, world, close };
      } catch (error) {
        db.close();
        throw error;
      }
    } catch (error) {
      lock.close();
      throw error;
    }
  });
}

/** An exclusive transaction on a file of its own: the system ends it with the process, however the process ends. */
function takeLock(file: string): Database {
  const lock = openDatabase(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    const failure = openFailure(error, `${file}.lock`);
    throw 'code' in failure && failure.code === 'store.locked'
      ? configError('store.locked', { file })
      : failure;
  }
  return lock;
}

function prepareSchema(db: Database, file: string, world: World): void {
  const found = checkOwner(db, file);
  const statements = pending(found, file, dialect);
  if (found > 0) checkWorld(db, file, world);
  if (statements.length === 0) return;
  db.exec('begin immediate');
  for (const statement of statements) db.exec(statement);
  if (found === 0) db.prepare(`insert into meta (key, value) values ('world', ?)`).run(world);
  db.exec(`pragma application_id = ${applicationId}`);
  db.exec(`pragma user_version = ${schemaVersion}`);
  db.exec('commit');
}

/** The schema's number, 0 for an empty file; throws when the file is somebody else's. */
function checkOwner(db: Database, file: string): number {
  const owner = numberOf(db, 'pragma application_id', 'application_id');
  const version = numberOf(db, 'pragma user_version', 'user_version');
  const tables = numberOf(db, 'select count(*) as n from sqlite_master', 'n');
  const empty = owner === 0 && version === 0 && tables === 0;
  if (owner !== applicationId && !empty) throw configError('store.not-a-database', { file });
  return version;
}

function checkWorld(db: Database, file: string, wanted: World): void {
  const found = worldOf(db);
  if (found !== wanted) throw configError('store.wrong-world', { file, found, wanted });
}

function worldOf(db: Database): string {
  const row = db.prepare(`select value from meta where key = 'world'`).get();
  return isObject(row) ? String(row['value']) : 'unknown';
}

function numberOf(db: Database, query: string, column: string): number {
  const row = db.prepare(query).get();
  return isObject(row) ? Number(row[column]) : noMatch;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Made here and not by SQLite, so that only the server's user can read it; the side files take over the mode. */
function makeFile(file: string): void {
  try {
    // Never opens an existing file: closing it again would drop the locks that this process has on it.
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** One name for one file, so that two ways to it meet at the same lock. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

function explained<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw openFailure(error, file);
  }
}
