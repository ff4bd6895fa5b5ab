/** What can be bound to a statement. */
export type Param = string | number | null;

/** A prepared statement, as node:sqlite has it. */
export interface Statement {
  run(...params: readonly Param[]): { readonly changes: number | bigint };
  get(...params: readonly Param[]): unknown;
  all(...params: readonly Param[]): unknown[];
}

/** An open database, as node:sqlite has it. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** How to open: `timeout` is how long a statement waits for another process's lock, in milliseconds. */
export interface OpenOptions {
  readonly readOnly?: boolean;
  readonly timeout?: number;
}

interface Driver {
  readonly DatabaseSync: new (file: string, options: OpenOptions) => Database;
}

/** Opens an SQLite file with the runtime's own driver where it has a good one, else with the package of the same API. */
export function openDatabase(file: string, options: OpenOptions): Database {
  return new driver.DatabaseSync(file, options);
}

const driver: Driver = builtIn() ?? (await import('@photostructure/sqlite'));

function builtIn(): Driver | undefined {
  // Before 3.51.3 a checkpoint that resets the log of writes could lose a commit.
  const version = process.versions['sqlite'];
  if (version === undefined || version.localeCompare('3.51.3', 'en', { numeric: true }) < 0) return undefined;
  // Not an import: runtimes without the module refuse to load a file that names it.
  return process.getBuiltinModule('node:sqlite') as unknown as Driver | undefined;
}
