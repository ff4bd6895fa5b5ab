import { randomUUID } from 'node:crypto';
import type { Reply } from '../engine/reply.ts';
import { turnParams } from './postgres-commit.ts';
import type { Unmerged } from './postgres-commit.ts';
import { PostgresDatabase } from './postgres-database.ts';
import type { PostgresParam } from './postgres-database.ts';
import { brokenKey } from './postgres-failure.ts';
import { checkTables, prepareTables } from './postgres-schema.ts';
import { Signals } from './postgres-signals.ts';
import type { StatementName } from './postgres-sql.ts';
import { figuresOf } from './figures.ts';
import { redactions } from './redaction.ts';
import {
  claimedOf,
  duePoolsOf,
  keyOf,
  listedOf,
  logRowOf,
  parse,
  plain,
  shownOf,
  snapshotOf,
  text,
} from './rows.ts';
import type {
  Claimed,
  ClaimRequest,
  Committed,
  DeadLetter,
  DeedRow,
  DuePool,
  Entry,
  Fence,
  Listed,
  LogRow,
  Place,
  Shown,
  Snapshot,
  Store,
  Turn,
  World,
} from './store.ts';

/** How to open the database. `readOnly` makes and changes nothing. */
export interface PostgresOptions {
  readonly url: string;
  readonly world: World;
  readonly readOnly?: boolean;
  /** Stamps dead letters (epoch ms). */
  readonly now?: () => number;
  /** Leases go by the database's clock, which all servers share; by the caller's only in tests. */
  readonly leasesBy?: 'database' | 'caller';
  /** By what it is measured how long a statement that lost its connection is sent again (ms). */
  readonly stopwatch?: () => number;
}

/** Opens the store in a PostgreSQL database that several servers may share; throws a ConfigError (`store.*`). */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const { url, world, readOnly = false, stopwatch } = options;
  if (readOnly) {
    await checkTables(url, world);
    return new PostgresStore(new PostgresDatabase(url, stopwatch), undefined, options);
  }
  const schema = await prepareTables(url, world);
  const database = new PostgresDatabase(url, stopwatch);
  const signals = new Signals(url, database, `mailfix_${schema}`, randomUUID());
  await signals.listen().catch(() => {});
  return new PostgresStore(database, signals, options);
}

/** The keys that a turn breaks when another server commits the same event, or the same incident's next turn, first. */
const keysOfTurns = ['log_pkey', 'log_source_event_id_key', 'incident_id_key'];

class PostgresStore implements Store {
  readonly #database: PostgresDatabase;
  readonly #signals: Signals | undefined;
  readonly #now: () => number;
  readonly #leasesBy: 'database' | 'caller';
  #closed = false;

  constructor(
    database: PostgresDatabase,
    signals: Signals | undefined,
    { now = Date.now, leasesBy = 'database' }: PostgresOptions,
  ) {
    this.#database = database;
    this.#signals = signals;
    this.#now = now;
    this.#leasesBy = leasesBy;
  }

  async nextIncident(): Promise<string> {
    const { rows } = await this.#write('nextIncident');
    return `INC-${rows[0]?.['n'] ?? 0}`;
  }

  async read(incident: string): Promise<Snapshot | undefined> {
    const [row] = await this.#rows('read', incident);
    return row === undefined ? undefined : snapshotOf(row);
  }

  async seen(source: string, eventId: string): Promise<Reply | undefined> {
    const [row] = await this.#rows('seen', source, eventId);
    return row === undefined ? undefined : parse<Reply>(row['reply']);
  }

  async commit(turn: Turn): Promise<Committed> {
    for (let unmerged: readonly Unmerged[] = []; ;) {
      const { state, detail } = await (turn.redacts === undefined
        ? this.#commit(turn, unmerged)
        : this.#redact(turn, turn.redacts, unmerged));
      switch (state) {
        case 'merge':
          unmerged = parse<Unmerged[]>(detail);
          continue;
        case 'duplicate':
          return { state, reply: parse<Reply>(detail) };
        case 'committed':
          this.#signals?.moved(turn.incident.id);
          return { state };
        case 'limited':
          return { state, name: parse<string>(JSON.stringify(detail)) };
        case 'conflict':
        case 'fenced':
        case 'busy':
          return { state };
        default:
          throw new Error(`commit_turn answered "${state}"`);
      }
    }
  }

  async claim({ owner, pool, now, leaseMs, limit }: ClaimRequest): Promise<readonly Claimed[]> {
    const clock = this.#clock(now);
    const of = pool ?? null;
    const { rows } = await this.#write('claim', of, of, clock, now, now, clock, limit, owner, clock, leaseMs);
    return rows.map((row) => claimedOf(row, owner, Number(row['attempt'])));
  }

  async renew(...[ids, owner, { now, leaseMs }]: Parameters<Store['renew']>): Promise<readonly string[]> {
    const { rows } = await this.#write('renew', this.#clock(now), leaseMs, ids, owner);
    const kept = new Set(rows.map((row) => text(row['id'])));
    return ids.filter((id) => kept.has(id));
  }

  finish(fence: Fence, shown?: Shown): Promise<boolean> {
    if (shown === undefined) return this.#changed('finish', ...keyOf(fence));
    const { incident, place, message, ref, card, at } = shown;
    return this.#changed(
      'finishShown',
      ...keyOf(fence),
      incident,
      place,
      message,
      ref,
      JSON.stringify(card),
      at,
    );
  }

  retry(fence: Fence, again: { due: number; error: string; counts: boolean }): Promise<boolean> {
    const { due, error, counts } = again;
    return this.#changed('retry', due, error, counts ? 0 : 1, ...keyOf(fence), due, due);
  }

  bury(fence: Fence, error: string): Promise<boolean> {
    return this.#changed('bury', this.#now(), error, ...keyOf(fence));
  }

  markSent(fence: Fence, marks = 1): Promise<boolean> {
    return this.#changed('markSent', marks, ...keyOf(fence));
  }

  async pools(now: number): Promise<readonly DuePool[]> {
    return duePoolsOf(await this.#rows('pools', now, this.#clock(now)));
  }

  readonly nextDue = async (now: number) => (await this.pools(now))[0]?.due;

  async list(filter: { open?: boolean; limit: number; before?: number }): Promise<readonly Listed[]> {
    const which = filter.open === undefined ? 'list' : filter.open ? 'listOpen' : 'listEnded';
    const rows = await this.#rows(which, filter.before ?? Number.MAX_SAFE_INTEGER, filter.limit);
    return rows.map(listedOf);
  }

  async onServer(server: string, { open, limit }: { open: boolean; limit: number }) {
    return (await this.#rows(open ? 'openOnServer' : 'onServer', server, limit)).map(listedOf);
  }

  async about(name: string, { open, limit }: { open: boolean; limit: number }) {
    return (await this.#rows(open ? 'openAbout' : 'about', name, limit)).map(listedOf);
  }

  async log(incident: string): Promise<readonly LogRow[]> {
    return (await this.#rows('log', incident)).map(logRowOf);
  }

  async places(incident: string): Promise<readonly Place[]> {
    return (await this.#rows('places', incident)).map((row) => plain<Place>(row));
  }

  async shown(incident: string): Promise<readonly Shown[]> {
    return (await this.#rows('shown', incident)).map(shownOf);
  }

  async deeds(subject: string, since: number): Promise<readonly DeedRow[]> {
    return (await this.#rows('deeds', subject, since)).map((row) => plain<DeedRow>(row));
  }

  async deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return (await this.#rows('deadLetters', limit)).map((row) => plain<DeadLetter>(row));
  }

  figures(now: number) {
    return figuresOf((name, ...params) => this.#rows(name, ...params), now);
  }

  putOnce({ kind, key, value, expires }: Entry): Promise<boolean> {
    return this.#changed('putEntryOnce', kind, key, value, expires);
  }

  async put({ kind, key, value, expires }: Entry): Promise<void> {
    await this.#write('putEntry', kind, key, value, expires);
  }

  async get(kind: string, key: string, now: number): Promise<string | undefined> {
    const [row] = await this.#rows('getEntry', kind, key, now);
    return row === undefined ? undefined : text(row['value']);
  }

  async remove(kind: string, key: string): Promise<void> {
    await this.#write('removeEntry', kind, key);
  }

  async tidy(now: number): Promise<void> {
    await this.#write('dropExpired', now);
  }

  onElsewhere(listener: (incident: string) => void): () => void {
    return this.#signals?.onElsewhere(listener) ?? (() => {});
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#signals?.close();
    await this.#database.close();
  }

  async #commit(turn: Turn, unmerged: readonly Unmerged[]): Promise<{ state: string; detail: string }> {
    try {
      const { rows } = await this.#write('commit', ...turnParams(turn, unmerged));
      return { state: text(rows[0]?.['state']), detail: text(rows[0]?.['detail']) };
    } catch (error) {
      if (!keysOfTurns.includes(brokenKey(error) ?? '')) throw error;
      const reply = await this.seen(turn.log.source, turn.log.eventId);
      return reply === undefined
        ? { state: 'conflict', detail: '' }
        : { state: 'duplicate', detail: JSON.stringify(reply) };
    }
  }

  /** In one transaction of several statements: it is rare, and what it deletes is computed here. */
  async #redact(turn: Turn, redacts: NonNullable<Turn['redacts']>, unmerged: readonly Unmerged[]) {
    const { incident, log } = turn;
    const work = async (run: PostgresDatabase['run']): Promise<{ state: string; detail: string }> => {
      const [seen] = (await run('seen', log.source, log.eventId)).rows;
      if (seen !== undefined) return { state: 'duplicate', detail: text(seen['reply']) };
      // Nobody else adds to the incident from here on.
      await run('lockIncident', incident.id);
      if ((await run('underWay', incident.id)).count > 0) return { state: 'busy', detail: '' };
      const stored = {
        log: (await run('log', incident.id)).rows,
        shown: (await run('shown', incident.id)).rows,
      };
      for (const [name, ...params] of redactions(incident.id, redacts, stored)) await run(name, ...params);
      const [row] = (await run('commit', ...turnParams(turn, unmerged))).rows;
      return { state: text(row?.['state']), detail: text(row?.['detail']) };
    };
    return this.#database.together(work, ({ state }) => state === 'committed');
  }

  #clock(now: number): number | null {
    return this.#leasesBy === 'caller' ? now : null;
  }

  async #changed(name: StatementName, ...params: readonly PostgresParam[]): Promise<boolean> {
    return (await this.#write(name, ...params)).count === 1;
  }

  async #rows(name: StatementName, ...params: readonly PostgresParam[]) {
    return (await this.#database.run(name, ...params)).rows;
  }

  async #write(name: StatementName, ...params: readonly PostgresParam[]) {
    if (this.#signals === undefined) throw new Error(`${this.#database.name} was opened for reading only`);
    return this.#database.run(name, ...params);
  }
}
