import type { Reply } from '../engine/reply.ts';
import type { Param, Statement } from './driver.ts';
import { writeFailure } from './failure.ts';
import { openForReading, openForServer } from './file.ts';
import type { OpenFile } from './file.ts';
import { figuresOf } from './figures.ts';
import { Group } from './group.ts';
import { forgetOldPages, redactions } from './redaction.ts';
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
import type { Row } from './rows.ts';
import { sql } from './sql.ts';
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
  OutboxRow,
  Place,
  Shown,
  Snapshot,
  Store,
  Turn,
  World,
} from './store.ts';

/** How to open the file. `readOnly` makes and changes nothing and works beside a running server. */
export interface SqliteOptions {
  readonly file: string;
  readonly world: World;
  readonly readOnly?: boolean;
  /** Stamps dead letters (epoch ms). */
  readonly now?: () => number;
}

/** Opens the store in one SQLite file; throws a ConfigError (`store.*`) that says what to do. */
export function openSqlite({ file, world, readOnly = false, now = Date.now }: SqliteOptions): Store {
  const opened = readOnly ? openForReading(file, world) : openForServer(file, world);
  return new SqliteStore(opened, readOnly, now);
}

class SqliteStore implements Store {
  readonly #open: OpenFile;
  readonly #readOnly: boolean;
  readonly #now: () => number;
  readonly #group: Group;
  readonly #statements = new Map<string, Statement>();
  #closed = false;
  #redacted = false;

  constructor(open: OpenFile, readOnly: boolean, now: () => number) {
    this.#open = open;
    this.#readOnly = readOnly;
    this.#now = now;
    this.#group = new Group(open.db, (error) => writeFailure(error, open.file));
  }

  nextIncident(): Promise<string> {
    return this.#write(() => `INC-${this.#row('nextIncident')?.['n'] ?? 0}`);
  }

  async read(incident: string): Promise<Snapshot | undefined> {
    const row = this.#row('read', incident);
    return row === undefined ? undefined : snapshotOf(row);
  }

  async seen(source: string, eventId: string): Promise<Reply | undefined> {
    return this.#seen(source, eventId);
  }

  commit(turn: Turn): Promise<Committed> {
    return this.#write(() => this.#commit(turn));
  }

  claim({ owner, pool, now, leaseMs, limit }: ClaimRequest): Promise<readonly Claimed[]> {
    const due = () =>
      pool === undefined ? this.#rows('claimable', now, limit) : this.#rows('claimableOf', pool, now, limit);
    return this.#write(() =>
      due().map((row) => {
        this.#run('claim', owner, now + leaseMs, text(row['id']));
        return claimedOf(row, owner, Number(row['attempt']) + 1);
      }),
    );
  }

  renew(...[ids, owner, { now, leaseMs }]: Parameters<Store['renew']>): Promise<readonly string[]> {
    return this.#write(() => ids.filter((id) => this.#run('renew', now + leaseMs, id, owner) === 1));
  }

  finish(fence: Fence, shown?: Shown): Promise<boolean> {
    return this.#write(() => {
      const ours = this.#run('finish', ...keyOf(fence)) === 1;
      if (ours && shown !== undefined) {
        const { incident, place, message, ref, card, at } = shown;
        this.#run('putShown', incident, place, message, ref, JSON.stringify(card), at);
      }
      return ours;
    });
  }

  retry(fence: Fence, again: { due: number; error: string; counts: boolean }): Promise<boolean> {
    const { due, error, counts } = again;
    return this.#write(() => {
      if (this.#run('retry', due, error, counts ? 0 : 1, ...keyOf(fence)) === 0) return false;
      this.#run('holdBack', due, due, fence.id, fence.id);
      return true;
    });
  }

  bury(fence: Fence, error: string): Promise<boolean> {
    return this.#write(() => this.#run('bury', this.#now(), error, ...keyOf(fence)) === 1);
  }

  markSent(fence: Fence, marks = 1): Promise<boolean> {
    return this.#write(() => this.#run('markSent', marks, ...keyOf(fence)) === 1);
  }

  async pools(_now: number): Promise<readonly DuePool[]> {
    return duePoolsOf(this.#rows('pools'));
  }

  readonly nextDue = async (now: number) => (await this.pools(now))[0]?.due;

  async list(filter: { open?: boolean; limit: number; before?: number }): Promise<readonly Listed[]> {
    const which = filter.open === undefined ? 'list' : filter.open ? 'listOpen' : 'listEnded';
    return this.#rows(which, filter.before ?? Number.MAX_SAFE_INTEGER, filter.limit).map(listedOf);
  }

  async onServer(server: string, { open, limit }: { open: boolean; limit: number }) {
    return this.#rows(open ? 'openOnServer' : 'onServer', server, limit).map(listedOf);
  }

  async about(name: string, { open, limit }: { open: boolean; limit: number }) {
    return this.#rows(open ? 'openAbout' : 'about', name, limit).map(listedOf);
  }

  async log(incident: string): Promise<readonly LogRow[]> {
    return this.#rows('log', incident).map(logRowOf);
  }

  async places(incident: string): Promise<readonly Place[]> {
    return this.#rows('places', incident).map((row) => plain<Place>(row));
  }

  async shown(incident: string): Promise<readonly Shown[]> {
    return this.#rows('shown', incident).map(shownOf);
  }

  async deeds(subject: string, since: number): Promise<readonly DeedRow[]> {
    return this.#rows('deeds', subject, since).map((row) => plain<DeedRow>(row));
  }

  async deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#rows('deadLetters', limit).map((row) => plain<DeadLetter>(row));
  }

  figures(now: number) {
    return figuresOf(async (name, ...params) => this.#rows(name, ...params), now);
  }

  putOnce({ kind, key, value, expires }: Entry): Promise<boolean> {
    return this.#write(() => this.#run('putEntryOnce', kind, key, value, expires) === 1);
  }

  async put({ kind, key, value, expires }: Entry): Promise<void> {
    await this.#write(() => this.#run('putEntry', kind, key, value, expires));
  }

  async get(kind: string, key: string, now: number): Promise<string | undefined> {
    const row = this.#row('getEntry', kind, key, now);
    return row === undefined ? undefined : text(row['value']);
  }

  async remove(kind: string, key: string): Promise<void> {
    await this.#write(() => this.#run('removeEntry', kind, key));
  }

  async tidy(now: number): Promise<void> {
    await this.#write(() => this.#run('dropExpired', now));
    if (this.#closed) return;
    try {
      if (this.#redacted) this.#redacted = !forgetOldPages(this.#open.db);
      else this.#open.db.exec('pragma wal_checkpoint(passive)');
    } catch (error) {
      throw writeFailure(error, this.#open.file);
    }
  }

  readonly onElsewhere = () => () => {};

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#group.flush();
    this.#closed = true;
    this.#open.close();
  }

  /** Nothing is written before every check has passed, so these ways out need no undoing. */
  #commit(turn: Turn): Committed {
    const { incident, log, outbox, merge, finishes, places = [], deeds = [], redacts } = turn;
    const { counts = [], uncounts = [] } = turn;
    const reply = this.#seen(log.source, log.eventId);
    if (reply !== undefined) return { state: 'duplicate', reply };
    if (finishes !== undefined && this.#row('isHeld', ...keyOf(finishes)) === undefined)
      return { state: 'fenced' };
    if (redacts !== undefined && this.#row('underWay', incident.id) !== undefined) return { state: 'busy' };
    const since = (...of: [string, number]) => Number(this.#row('countSince', ...of)?.['n']);
    const over = counts.find(({ name, limit }) => limit && since(name, limit.since) >= limit.most);
    if (over !== undefined) return { state: 'limited', name: over.name };
    if (!this.#putIncident(turn)) return { state: 'conflict' };

    const { source, eventId, at, body, secrets, prev, hash } = log;
    const said = JSON.stringify(log.reply);
    if (redacts !== undefined) {
      const stored = { log: this.#rows('log', incident.id), shown: this.#rows('shown', incident.id) };
      for (const [name, ...params] of redactions(incident.id, redacts, stored)) this.#run(name, ...params);
      this.#redacted = true;
    }
    this.#run('insertLog', log.incident, log.seq, source, eventId, at, body, secrets, prev, hash, said);
    if (finishes !== undefined) this.#run('finish', ...keyOf(finishes));
    for (const row of outbox) this.#putOutbox(row, merge);
    for (const name of turn.about ?? []) this.#run('putAbout', name, incident.id, incident.openedAt);
    for (const { incident: of, id, channel, role, ref } of places)
      this.#run('putPlace', of, id, channel, role, ref);
    for (const { subject, incident: of, hash: plan, action, outcome, at: done } of deeds)
      this.#run('insertDeed', subject, of, plan, action, outcome, done);
    for (const { act, name, at: begun } of counts) this.#run('insertCount', act, name, begun);
    for (const act of uncounts) this.#run('dropCounts', act);
    return { state: 'committed' };
  }

  #putIncident({ incident, expected, server, log: { hash: head } }: Turn): boolean {
    const { id, seq } = incident;
    const open = incident.ended === undefined ? 1 : 0;
    const body = JSON.stringify(incident);
    const changed =
      expected === 0
        ? this.#run('insertIncident', id, seq, head, open, body, server ?? null)
        : this.#run('updateIncident', seq, head, open, body, server ?? null, id, expected);
    return changed === 1;
  }

  #putOutbox(
    { id, incident, kind, pool, lane, message, due, payload }: OutboxRow,
    merge: NonNullable<Turn['merge']> = (_, newer) => newer,
  ): void {
    const waiting = message === null ? undefined : this.#row('waitingShow', lane, incident, message);
    if (waiting === undefined)
      this.#run('insertOutbox', id, incident, kind, pool, lane, message, due, lane, payload);
    else
      this.#run('replaceShow', id, merge(String(waiting['payload']), payload), Number(waiting['position']));
  }

  #seen(source: string, eventId: string): Reply | undefined {
    const row = this.#row('seen', source, eventId);
    return row === undefined ? undefined : parse<Reply>(row['reply']);
  }

  #write<T>(work: () => T): Promise<T> {
    if (this.#readOnly) return Promise.reject(new Error(`${this.#open.file} was opened for reading only`));
    if (this.#closed) return Promise.reject(new Error(`the store ${this.#open.file} is closed`));
    return this.#group.run(work);
  }

  #run(name: keyof typeof sql, ...params: readonly Param[]): number {
    return Number(this.#statement(name).run(...params).changes);
  }

  #row(name: keyof typeof sql, ...params: readonly Param[]): Row | undefined {
    return this.#statement(name).get(...params) as Row | undefined;
  }

  #rows(name: keyof typeof sql, ...params: readonly Param[]): readonly Row[] {
    return this.#statement(name).all(...params) as Row[];
  }

  #statement(name: keyof typeof sql): Statement {
    const known = this.#statements.get(name);
    if (known !== undefined) return known;
    const made = this.#open.db.prepare(sql[name]);
    this.#statements.set(name, made);
    return made;
  }
}
