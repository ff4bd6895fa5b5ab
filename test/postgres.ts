import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';

const bin = '/usr/lib/postgresql/15/bin';

/** Debian's PostgreSQL 15 as it comes, with its files in a folder that is gone afterwards; reached by a socket there. */
export class Postgres {
  readonly folder: string;
  readonly #as: readonly string[];
  #server: ChildProcess | undefined;
  #schemas = 0;

  private constructor(folder: string, as: readonly string[]) {
    this.folder = folder;
    this.#as = as;
  }

  /** Makes one and starts it. */
  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'mailfix-pg-'));
    const user = postgresUser();
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const be = ['--reuid=postgres', '--regid=postgres', '--init-groups'];
    // Should the test die, its server goes too.
    const postgres = new Postgres(folder, ['setpriv', '--pdeathsig=INT', ...(user === undefined ? [] : be)]);
    const how = [
      '-D',
      join(folder, 'data'),
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-N',
    ];
    postgres.run('initdb', ...how);
    await postgres.up();
    return postgres;
  }

  /** Starts it again after `down`. */
  async up(): Promise<void> {
    const data = join(this.folder, 'data');
    const [program, ...args] = [...this.#as, join(bin, 'postgres'), '-D', data, '-k', this.folder, '-h', ''];
    const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    const said: string[] = [];
    const lines = createInterface({ input: server.stderr });
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line);
        if (line.includes('ready to accept connections')) resolve();
      });
      server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said.join('\n')}`)));
    });
  }

  /** Stops it: `INT` ends its connections, `QUIT` is a crash. */
  async down(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  }

  /** Stops it and takes its files away. */
  async end(): Promise<void> {
    await this.down('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The address of a database, or of a schema in it. */
  url({ database = 'postgres', schema = '', user = 'postgres' } = {}): string {
    const options = schema === '' ? '' : `&options=-csearch_path%3D${schema}`;
    return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(this.folder)}${options}`;
  }

  /** The address of a schema that is new and empty: to mailfix, it is a database of its own. */
  async empty(): Promise<string> {
    const schema = `t${(this.#schemas += 1)}`;
    await this.query(this.url(), `create schema ${schema}`);
    return this.url({ schema });
  }

  /** The same as new: empties the tables that a mailfix has made there. */
  async emptied(url: string): Promise<string> {
    const tables = ['incident', 'log', 'outbox', 'place', 'shown', 'deed', 'counted', 'entry'];
    const statements = tables.map((name) => `delete from ${name}`);
    await this.query(url, [...statements, 'update counter set n = 0'].join('; '));
    return url;
  }

  /** A connection as another program has one; it ends with the test that made it, however that ends. */
  async connected(url: string): Promise<Client> {
    const client = new Client({ connectionString: url });
    // One that breaks while nobody asks it anything is no failure of a test.
    client.on('error', () => {});
    onTestFinished(() => client.end());
    await client.connect();
    return client;
  }

  /** Sends SQL as another program would. */
  async query(url: string, sql: string, params: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      const values = params.length === 0 ? undefined : [...params];
      return (await client.query<Record<string, unknown>>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Asks a user of this name for a password. */
  async askPasswordsOf(user: string): Promise<void> {
    const file = join(this.folder, 'data', 'pg_hba.conf');
    // The first line that fits a connection decides.
    writeFileSync(file, `local all ${user} scram-sha-256\n${readFileSync(file, 'utf8')}`);
    await this.query(this.url(), 'select pg_reload_conf()');
  }

  /** Runs one of PostgreSQL's own programs as the server's user; gives back what it said. */
  run(program: string, ...args: readonly string[]): string {
    const [first = '', ...rest] = [...this.#as, join(bin, program), ...args];
    const { status, stdout, stderr } = spawnSync(first, rest, { encoding: 'utf8', cwd: this.folder });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
    return stdout;
  }
}

/** Why none can be started; undefined where one can. */
export function missingPostgres(): string | undefined {
  return existsSync(join(bin, 'postgres')) ? undefined : `There is no ${join(bin, 'postgres')}`;
}

/**
 * Tests that need a PostgreSQL server of their own. Where there is none they are left out, loudly; with
 * MAILFIX_NEEDS_POSTGRES, as in `.ci/run`, that is a failure.
 */
export function withPostgres(name: string, define: (postgres: () => Postgres) => void): void {
  const missing = missingPostgres();
  if (missing !== undefined && (process.env['MAILFIX_NEEDS_POSTGRES'] ?? '') === '') {
    console.warn(`\n*** NOT TESTED: ${name}. ${missing}: install Debian's package postgresql-15. ***\n`);
    // oxlint-disable-next-line vitest/no-disabled-tests
    describe.skip(name, () => define(() => fail(name)));
    return;
  }
  describe(name, () => {
    let running: Postgres | undefined;
    beforeAll(async () => {
      if (missing !== undefined) throw new Error(missing);
      running = await Postgres.start();
    }, 60_000);
    afterAll(() => running?.end());
    define(() => running ?? fail(name));
  });
}

function fail(name: string): never {
  throw new Error(`${name}: PostgreSQL is not running.`);
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function postgresUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
