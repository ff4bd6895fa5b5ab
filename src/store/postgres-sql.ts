import { callCommit } from './postgres-commit.ts';
import { held, isHead, livingPools, sql } from './sql.ts';

// The database's clock, by which leases go: the one that all servers share. Tests may put theirs in its place.
const clock = `coalesce(?::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)`;

const own = {
  // pool, pool, clock, now, clock, now, limit, owner, clock, lease. Rows that another server is taking are left to it.
  claim: `with free as (
      select position, due from outbox
      where dead_at is null and (?::text is null or pool = ?) and due <= greatest(${clock}, ?) and due <= case when owner is null then ? else ${clock} end
        and ${isHead}
      order by due, position limit ? for update skip locked),
    taken as (
      update outbox set owner = ?, due = ${clock} + ?, attempt = attempt + 1 from free
      where outbox.position = free.position
      returning outbox.position, id, incident, kind, pool, lane, message, free.due, payload, attempt, sent)
    select id, incident, kind, pool, lane, message, due, payload, attempt, sent from taken order by due, position`,
  // clock, lease, ids, owner
  renew: `update outbox set due = ${clock} + ? where id = any(?) and owner = ? and dead_at is null returning id`,
  // id, owner, attempt · incident, place, message, ref, card, at
  finishShown: `with done as (delete from outbox where ${held} returning 1)
    insert into shown (incident, place, message, ref, card, at)
    select ?, ?, ?, ?, ?, ?::bigint from done
    on conflict (incident, place, message) do update set ref = excluded.ref, card = excluded.card, at = excluded.at`,
  // due, error, attempts given back · id, owner, attempt · due, due. What another server works on is left as it is.
  retry: `with tried as (
      update outbox set owner = null, due = ?, error = ?, attempt = attempt - ? where ${held}
      returning lane, position),
    behind as (
      select outbox.position from outbox, tried
      where outbox.lane = tried.lane and outbox.position > tried.position and dead_at is null and due < ?::bigint
      for update of outbox skip locked),
    held_back as (update outbox set due = ? from behind where outbox.position = behind.position)
    select 1 from tried`,
  // now, clock. When a lease ends is told by the caller's clock.
  pools: `${livingPools}
    select pool, least(
      (select due from outbox
        where dead_at is null and owner is null and outbox.pool = living.pool and ${isHead} order by due limit 1),
      (select due + ? - ${clock} from outbox
        where dead_at is null and owner is not null and outbox.pool = living.pool order by due limit 1)) as due
    from living where pool is not null`,
  lockIncident: `select 1 from incident where id = ? for update`,
  notify: `select pg_notify(?, ?)`,
} as const;

const {
  takeBack: _one,
  claimable: _two,
  claimableOf: _six,
  insertOutbox: _seven,
  holdBack: _eight,
  isHeld: _three,
  waitingShow: _four,
  replaceShow: _five,
  ...shared
} = sql;

/** Every statement of the store on PostgreSQL: those of SQLite, and some that take the place of several there. */
export const postgresSql = { ...numbered({ ...shared, ...own }), commit: callCommit };

/** The name of a statement. */
export type StatementName = keyof typeof postgresSql;

function numbered<T extends Readonly<Record<string, string>>>(statements: T): Record<keyof T, string> {
  const entries = Object.entries(statements).map(([name, text]) => {
    let n = 0;
    return [name, text.replaceAll('?', () => `$${(n += 1)}`)];
  });
  return Object.fromEntries(entries) as Record<keyof T, string>;
}
