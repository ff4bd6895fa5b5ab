import { Client } from 'pg';
import { clientConfig } from './postgres-database.ts';
import type { PostgresDatabase } from './postgres-database.ts';

/** Incidents that one notification names; its text may have 8000 bytes. */
const mostNamed = 200;
const firstPauseMs = 100;
const longestPauseMs = 5000;
const heartbeatMs = 15_000;

/**
 * Tells other servers on the database which incidents moved, and hears it from them. It is told after the commit, and
 * in one notification for all that committed while the one before was under way: inside, commits would queue for it.
 * What is lost here costs the time to the next look at the outbox and nothing else.
 */
export class Signals {
  readonly #url: string;
  readonly #database: PostgresDatabase;
  readonly #channel: string;
  readonly #self: string;
  readonly #listeners = new Set<(incident: string) => void>();
  readonly #moved = new Set<string>();
  #telling = false;
  #client: Client | undefined;
  #cancel = (): void => {};
  #closed = false;

  /** `self` names this server among those on the database; `channel` the database's tables. */
  constructor(url: string, database: PostgresDatabase, channel: string, self: string) {
    this.#url = url;
    this.#database = database;
    this.#channel = channel;
    this.#self = self;
  }

  /** Begins to listen; resolves when it does, or with the first failure, after which it goes on trying. */
  async listen(): Promise<void> {
    await this.#connect(firstPauseMs);
  }

  /** Called after another server's commit, with `*` when some may have been missed. */
  onElsewhere(listener: (incident: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the others, soon. */
  moved(incident: string): void {
    this.#moved.add(incident);
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(() => void this.#tell());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#client?.end().catch(() => {});
  }

  async #tell(): Promise<void> {
    while (this.#moved.size > 0) {
      const named = this.#moved.size > mostNamed ? ['*'] : [...this.#moved];
      this.#moved.clear();
      try {
        await this.#database.run('notify', this.#channel, [this.#self, ...named].join(' '));
      } catch {
        // The others look by themselves.
      }
    }
    this.#telling = false;
  }

  async #connect(pauseMs: number): Promise<void> {
    const client = new Client(clientConfig(this.#url));
    this.#client = client;
    let lost = false;
    const again = (ms: number): void => {
      if (lost) return;
      lost = true;
      this.#cancel();
      void client.end().catch(() => {});
      if (this.#closed) return;
      const timer = setTimeout(() => void this.#reconnect(Math.min(ms * 2, longestPauseMs)), ms);
      this.#cancel = () => clearTimeout(timer);
    };
    client.on('error', () => again(firstPauseMs));
    client.on('end', () => again(firstPauseMs));
    client.on('notification', ({ payload = '' }) => this.#heard(payload));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(this.#channel)}`);
    } catch (error) {
      again(pauseMs);
      throw error;
    }
    // A connection that is dead without having been closed shows only when something is asked on it.
    const beat = setInterval(() => {
      client.query('select 1').catch(() => again(firstPauseMs));
    }, heartbeatMs);
    beat.unref();
    this.#cancel = () => clearInterval(beat);
  }

  async #reconnect(pauseMs: number): Promise<void> {
    try {
      await this.#connect(pauseMs);
      this.#heard('? *');
    } catch {
      // The next try is set up already.
    }
  }

  #heard(payload: string): void {
    const [from, ...incidents] = payload.split(' ');
    if (from === this.#self) return;
    for (const incident of incidents) for (const listener of this.#listeners) listener(incident);
  }
}
