import type { Store, World } from './store.ts';

/** Which database, and how. `readOnly` makes and changes nothing and works beside a running server. */
export interface OpenOptions {
  /** A `postgres://` address, or the path of an SQLite file. */
  readonly database: string;
  readonly world: World;
  readonly readOnly?: boolean;
}

/** Whether a database is PostgreSQL's; else it is a file. */
export function isPostgres(database: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(database);
}

/** Opens the store of a database; only what it needs is loaded. Throws a ConfigError (`store.*`) that says what to do. */
export async function openStore({ database, ...how }: OpenOptions): Promise<Store> {
  if (isPostgres(database)) {
    return (await import('./postgres.ts')).openPostgres({ url: database, ...how });
  }
  return (await import('./sqlite.ts')).openSqlite({ file: database, ...how });
}
