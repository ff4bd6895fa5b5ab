import { configError } from '../errors.ts';

/** What differs between SQLite and PostgreSQL in the tables. */
export interface Dialect {
  /** Type of a primary key that counts up by itself. */
  readonly serial: string;
  /** What a step does there besides, by its version. */
  readonly own?: Readonly<Record<number, readonly string[]>>;
}

/**
 * Whether a row of `incident` waits for an approval. Nothing else in the body reads so: in what people typed, quotes are
 * escaped. A query is answered from the index only if it says the same to the letter.
 */
export const hasApproval = `is_open = 1 and replace(body, '"kind":"approval"', '') <> body`;

/** One step of the schema. Numbered from 1, forward only, never edited after a release. */
interface Migration {
  readonly version: number;
  readonly statements: (dialect: Dialect) => readonly string[];
}

/**
 * All steps. JSON is text, times and numbers are bigint (epoch milliseconds), booleans are 0 or 1.
 * `log` is also the list of handled events: its unique (source, event_id) is what makes a re-delivery harmless.
 * `outbox.due` of a held row is when its lease ends, so that one number says when a row can be taken.
 */
const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: ({ serial }) => [
      `create table meta (key text primary key, value text not null)`,
      `create table counter (name text primary key, n bigint not null)`,
      `insert into counter (name, n) values ('incident', 0)`,
      `create table incident (
        position ${serial}, id text not null unique, seq bigint not null, head text not null,
        is_open bigint not null, body text not null)`,
      `create index incident_open on incident (position) where is_open = 1`,
      `create table log (
        incident text not null, seq bigint not null, source text not null, event_id text not null,
        at bigint not null, body text not null, secrets text not null, prev text not null, hash text not null,
        reply text not null, primary key (incident, seq), unique (source, event_id))`,
      `create table outbox (
        position ${serial}, id text not null unique, incident text not null, kind text not null, lane text,
        message text, due bigint not null, payload text not null, attempt bigint not null default 0, owner text,
        sent bigint not null default 0, error text, dead_at bigint)`,
      `create index outbox_due on outbox (due) where dead_at is null`,
      `create index outbox_lane on outbox (lane, position) where dead_at is null and lane is not null`,
      `create index outbox_dead on outbox (dead_at) where dead_at is not null`,
      `create table place (
        incident text not null, id text not null, channel text not null, role text not null, ref text not null,
        primary key (incident, id))`,
      `create table shown (
        incident text not null, place text not null, message text not null, ref text not null,
        card text not null, at bigint not null, primary key (incident, place, message))`,
      `create table deed (
        position ${serial}, subject text not null, incident text not null, hash text not null,
        action text not null, outcome text not null, at bigint not null)`,
      `create index deed_subject on deed (subject, at)`,
      `create table entry (
        kind text not null, key text not null, value text not null, expires bigint not null,
        primary key (kind, key))`,
      `create index entry_expires on entry (expires)`,
    ],
  },
  {
    version: 2,
    // Incidents from before get theirs with their next event.
    statements: () => [
      `alter table incident add column server text`,
      `create index incident_server on incident (server, position) where server is not null`,
      `create index incident_server_open on incident (server, position) where server is not null and is_open = 1`,
    ],
  },
  {
    version: 3,
    statements: () => [
      `create table counted (act text not null, name text not null, at bigint not null, primary key (act, name))`,
      `create index counted_name on counted (name, at)`,
    ],
  },
  {
    version: 4,
    // Only to be counted: without it every open incident would have to be read for that.
    statements: () => [`create index incident_approval on incident (position) where ${hasApproval}`],
  },
  {
    version: 5,
    // Rows from before are a pool of their own, and are worked off as one.
    statements: () => [
      `alter table outbox add column pool text not null default ''`,
      `create index outbox_pool on outbox (pool, due, position) where dead_at is null`,
      `drop index outbox_due`,
    ],
  },
  {
    version: 6,
    // Incidents from before are found with their next event.
    statements: () => [
      `create table about (
        name text not null, incident text not null, opened bigint not null, primary key (name, incident))`,
      `create index about_name on about (name, opened)`,
      `create index about_incident on about (incident)`,
    ],
  },
];

/** The schema that this mailfix works with. */
export const schemaVersion = migrations.length;

/** All statements that bring a database of schema `found` (0: empty) up to date; throws `store.newer-schema`. */
export function pending(found: number, file: string, dialect: Dialect): readonly string[] {
  if (found > schemaVersion) throw configError('store.newer-schema', { file, found, known: schemaVersion });
  return migrations
    .filter(({ version }) => version > found)
    .flatMap(({ version, statements }) => [...statements(dialect), ...(dialect.own?.[version] ?? [])]);
}
