import type { Client } from 'pg';
import { configError } from '../errors.ts';
import { canonical, sha256, verifyRows } from './chain.ts';
import { openForMoving } from './file.ts';
import type { OpenFile } from './file.ts';
import { nameOf } from './postgres-database.ts';
import { connected, inOneGo, schemaOf, upgrade } from './postgres-schema.ts';
import { logRowOf, text } from './rows.ts';
import type { Row } from './rows.ts';
import { sql } from './sql.ts';

/** What was copied: rows by table, and incidents whose log was verified there. */
export interface Copied {
  readonly rows: ReadonlyMap<string, number>;
  readonly verified: number;
}

/** Everything but `meta`, which the target makes for itself. */
const tables = [
  'counter',
  'incident',
  'log',
  'outbox',
  'place',
  'shown',
  'deed',
  'counted',
  'about',
  'entry',
] as const;
const counting = ['incident', 'outbox', 'deed'] as const;
const page = 500;

/**
 * Copies an SQLite file that no server has open into an empty PostgreSQL database, in one transaction that commits only
 * when count and content of each table are the same there and every log verifies. Throws a ConfigError (`store.*`).
 */
export async function copyToPostgres(file: string, url: string): Promise<Copied> {
  const source = openForMoving(file);
  try {
    return await connected(url, (client) => inOneGo(client, () => copy(source, client, nameOf(url))), {
      patient: true,
    });
  } finally {
    source.close();
  }
}

async function copy(
  source: ReturnType<typeof openForMoving>,
  client: Client,
  target: string,
): Promise<Copied> {
  if ((await schemaOf(client, target)) !== undefined && !(await isEmpty(client)))
    throw configError('store.not-empty', { file: target });
  await upgrade(client, target, source.world);
  await client.query('delete from counter');

  const rows = new Map<string, number>();
  for (const table of tables) {
    const sent = new Digest();
    for (const some of pagesOf(source, table)) {
      sent.add(some);
      await insert(client, table, some);
    }
    const there = await digestOf(client, table);
    if (there.of() !== sent.of()) {
      const reason = `${table} has ${there.count} rows for ${sent.count}, or others`;
      throw configError('store.copy-differs', { file: source.file, reason });
    }
    rows.set(table, sent.count);
  }
  // New rows are numbered after those that came.
  for (const table of counting) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', 'position'), coalesce(max(position), 0) + 1, false) from ${table}`,
    );
  }
  return { rows, verified: await verifyLogs(client, source.file) };
}

async function isEmpty(client: Client): Promise<boolean> {
  for (const table of tables) {
    const which = table === 'counter' ? 'counter where n > 0' : table;
    if (((await client.query(`select 1 from ${which} limit 1`)).rowCount ?? 0) > 0) return false;
  }
  return true;
}

function* pagesOf({ db }: OpenFile, table: string): Generator<readonly Row[]> {
  const next = db.prepare(
    `select rowid as "#", * from ${table} where rowid > ? order by rowid limit ${page}`,
  );
  for (let after = 0; ;) {
    const rows = next.all(after) as Row[];
    if (rows.length === 0) return;
    after = Number(rows.at(-1)?.['#']);
    yield rows.map(({ '#': _after, ...row }) => row);
  }
}

async function insert(client: Client, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await client.query(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

async function digestOf(client: Client, table: string): Promise<Digest> {
  const digest = new Digest();
  await client.query(`declare them no scroll cursor for select * from ${table}`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${page} from them`);
    if (rows.length === 0) break;
    digest.add(rows);
  }
  await client.query('close them');
  return digest;
}

async function verifyLogs(client: Client, file: string): Promise<number> {
  const { rows: incidents } = await client.query<Row>('select id, head from incident order by position');
  for (const { id, head } of incidents) {
    const { rows } = await client.query<Row>(sql.log.replace('?', '$1'), [id]);
    const found = verifyRows(rows.map(logRowOf), text(head));
    if (!found.ok) {
      const reason = `the log of ${text(id)} does not verify, for its row ${found.line} ${found.reason}`;
      throw configError('store.copy-differs', { file, reason });
    }
  }
  return incidents.length;
}

/** Count and content of a table, whatever order its rows come in. */
class Digest {
  readonly #rows: string[] = [];

  get count(): number {
    return this.#rows.length;
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#rows.push(sha256(canonical(row)));
  }

  of(): string {
    return sha256(this.#rows.toSorted().join('\n'));
  }
}
