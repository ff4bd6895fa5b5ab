import { Pool, types } from 'pg';
import type { ClientConfig, QueryResult } from 'pg';
import { failureOf, writeFailure } from './postgres-failure.ts';
import { postgresSql } from './postgres-sql.ts';
import type { StatementName } from './postgres-sql.ts';
import type { Row } from './rows.ts';

/** What can be bound to a statement on PostgreSQL. */
export type PostgresParam = string | number | null | readonly string[];

/** What a statement changed and gave back. */
export interface Answer {
  readonly count: number;
  readonly rows: readonly Row[];
}

const connections = 10;
const connectMs = 3000;
const answerMs = 10_000;
/** Slack waits three seconds for an answer; a server that restarts is often back before. */
const patienceMs = 2500;
const mostClashes = 5;

/** How every connection to a database is made; bigint is a number here, for no number of ours reaches 2^53. */
export function clientConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'mailfix',
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8
          ? Number
          : (types.getTypeParser(oid, format) as (value: string) => unknown),
    },
  };
}

/** The address without its password, for messages. */
export function nameOf(url: string): string {
  const { protocol, username, host, pathname, searchParams } = new URL(url);
  // A socket's folder takes the place of the host.
  const where = searchParams.get('host') ?? host;
  return `${protocol}//${username === '' ? '' : `${username}@`}${where}${pathname}`;
}

/**
 * Statements on a pool of connections. One that meets a lost connection is sent again for a while, which every
 * statement of the store stands: a turn is found by its event, the others are fenced or write the same again.
 */
export class PostgresDatabase {
  readonly name: string;
  readonly #pool: Pool;
  readonly #now: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  /** `now` and `pause` time the tries. */
  constructor(url: string, now = () => performance.now(), pause = timer) {
    this.name = nameOf(url);
    this.#now = now;
    this.#pause = pause;
    this.#pool = new Pool({ ...clientConfig(url), max: connections, idleTimeoutMillis: 60_000 });
    // An idle connection that breaks is taken out of the pool; the next statement makes another.
    this.#pool.on('error', () => {});
  }

  /** Sends one statement. */
  async run(name: StatementName, ...params: readonly PostgresParam[]): Promise<Answer> {
    if (this.#closed) throw new Error(`the store ${this.name} is closed`);
    const sent = this.#send(postgresSql[name], params.map(storable));
    this.#underWay.add(sent);
    try {
      return await sent;
    } finally {
      this.#underWay.delete(sent);
    }
  }

  /** Statements that are kept together, or not at all: when `work` throws, or `isKept` says no to what it gave. */
  async together<T>(
    work: (run: PostgresDatabase['run']) => Promise<T>,
    isKept: (done: T) => boolean,
  ): Promise<T> {
    if (this.#closed) throw new Error(`the store ${this.name} is closed`);
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw writeFailure(error, this.name);
    });
    try {
      await client.query('begin');
      const done = await work(async (name, ...params) => {
        const { rowCount, rows } = await client.query<Row>(postgresSql[name], params.map(storable));
        return { count: rowCount ?? 0, rows };
      });
      await client.query(isKept(done) ? 'commit' : 'rollback');
      client.release();
      return done;
    } catch (error) {
      // Its transaction ends with the connection.
      client.release(true);
      throw writeFailure(error, this.name);
    }
  }

  /** Takes no more statements, waits for those under way and ends the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#pool.end();
  }

  async #send(text: string, params: readonly unknown[]): Promise<Answer> {
    const until = this.#now() + patienceMs;
    for (let clashes = 0, wait = 20; ; wait = Math.min(wait * 2, 250)) {
      try {
        const { rowCount, rows }: QueryResult<Row> = await this.#pool.query(text, [...params]);
        return { count: rowCount ?? 0, rows };
      } catch (error) {
        const failure = failureOf(error);
        const again =
          failure === 'lost'
            ? this.#now() + wait < until
            : failure === 'clash' && (clashes += 1) < mostClashes;
        if (!again) throw writeFailure(error, this.name);
        await this.#pause(wait);
      }
    }
  }
}

/** PostgreSQL has no text with a zero in it. Nothing that we made has one; what comes from outside is then not found. */
function storable(value: PostgresParam): PostgresParam {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
