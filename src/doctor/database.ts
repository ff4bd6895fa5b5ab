import { accessSync, constants, existsSync, statSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { openForReading } from '../store/file.ts';
import { schemaVersion } from '../store/migrations.ts';
import { openStore } from '../store/open.ts';
import type { World } from '../store/store.ts';
import { fail, failed, pass, skipped, warn } from './line.ts';
import type { Look } from './line.ts';

/** Below this much free space somebody should make room before the disk is full. */
const littleMiB = 500;

/** Looks at the database file, beside a running server or without one, and at its disk. Writes nothing. */
export function lookAtDatabase(file: string, world: World): readonly Look[] {
  return [openLook(file, world), writableLook(file), spaceLook(file)];
}

/** Looks at the PostgreSQL database, beside running servers or without one. Writes nothing. */
export async function lookAtPostgres(database: string, world: World): Promise<Look> {
  const what = 'database';
  try {
    const store = await openStore({ database, world, readOnly: true });
    await store.nextDue(0);
    await store.close();
    return pass(what, `it opens: schema ${schemaVersion}, of a ${world} system`);
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'store.missing')
      return skipped(what, 'it has no tables yet: the first start makes them');
    return failed(what, error);
  }
}

function openLook(file: string, world: World): Look {
  const what = 'database';
  if (!existsSync(file)) return skipped(what, `there is none at ${file} yet: the first start makes it`);
  try {
    openForReading(file, world).close();
    return pass(what, `${file} opens: schema ${schemaVersion}, of a ${world} system`);
  } catch (error) {
    return failed(what, error);
  }
}

function writableLook(file: string): Look {
  const what = 'may be written';
  const folder = nearestFolder(file);
  if (!statSync(folder).isDirectory())
    return fail(what, `${folder} is no folder`, 'Put another path into DATABASE_URL.');
  // SQLite makes its side files in the folder.
  const needed = existsSync(file) ? [file, folder] : [folder];
  for (const path of needed) {
    try {
      accessSync(path, constants.W_OK);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason told';
      return fail(what, `${path} cannot be written to (${code})`, 'Let the user of mailfix write there.');
    }
  }
  return pass(what, `${needed.join(' and ')}, by this user`);
}

function spaceLook(file: string): Look {
  const what = 'disk';
  const { bavail, bsize } = statfsSync(nearestFolder(file));
  const freeMiB = Math.floor((bavail * bsize) / 1024 / 1024);
  const words = `${freeMiB} MiB free`;
  return freeMiB < littleMiB
    ? warn(what, words, 'Make room: on a full disk nothing is saved.')
    : pass(what, words);
}

/** The folder of the file, or the nearest one above that is there already. */
function nearestFolder(file: string): string {
  let folder = dirname(resolve(file));
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
