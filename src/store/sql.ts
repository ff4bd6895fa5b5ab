import { hasApproval } from './migrations.ts';

/** Whether no older living row shares the lane of the outbox's row. */
export const isHead = `not exists (
  select 1 from outbox older
  where older.lane = outbox.lane and older.position < outbox.position and older.dead_at is null)`;

/** Every pool that has living rows, found by as many steps through the index as there are pools. */
export const livingPools = `with recursive living(pool) as (
    select min(pool) from outbox where dead_at is null
    union all
    select (select min(outbox.pool) from outbox where dead_at is null and outbox.pool > living.pool)
    from living where living.pool is not null)`;

/** Whether a row is still held by the attempt that writes. */
export const held = `id = ? and owner = ? and attempt = ? and dead_at is null`;

const claimed = `id, incident, kind, pool, lane, message, due, payload, attempt, sent`;

/**
 * Every statement of the store. Positional parameters; text that runs on SQLite and PostgreSQL alike (there with `?`
 * numbered), but for those that PostgreSQL does better in one (postgres-sql.ts). A row of the outbox can be taken when
 * it is due and no older living row shares its lane.
 * Here they are by what they do; the comment lines give the order of parameters where it is not the columns'. */
export const sql = {
  nextIncident: `update counter set n = n + 1 where name = 'incident' returning n`,
  read: `select body, head from incident where id = ?`,
  seen: `select reply from log where source = ? and event_id = ?`,

  insertIncident: `insert into incident (id, seq, head, is_open, body, server) values (?, ?, ?, ?, ?, ?)
    on conflict (id) do nothing`,
  // seq, head, is_open, body, server · id, expected seq
  updateIncident: `update incident set seq = ?, head = ?, is_open = ?, body = ?, server = ?
    where id = ? and seq = ?`,
  insertLog: `insert into log (incident, seq, source, event_id, at, body, secrets, prev, hash, reply)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,

  // …, due, lane, payload. Nothing can be taken sooner than the head of its lane, when that waits for another try.
  insertOutbox: `insert into outbox (id, incident, kind, pool, lane, message, due, payload)
    values (?, ?, ?, ?, ?, ?, max(?, coalesce((select due from (
      select due, owner from outbox where lane = ? and dead_at is null order by position limit 1)
      where owner is null), 0)), ?)`,
  // lane, incident, message. The newest waiting one, and never one that may have been posted under its id already: the
  // channel will look for that id.
  waitingShow: `select position, payload from outbox
    where lane = ? and incident = ? and message = ? and owner is null and sent = 0 and dead_at is null
    order by position desc limit 1`,
  // new id, payload · position. Its due time stays: it may be a rate limit's.
  replaceShow: `update outbox set id = ?, payload = ?, attempt = 0, error = null where position = ?`,

  // now, limit
  claimable: `select ${claimed} from outbox
    where dead_at is null and due <= ? and ${isHead} order by due, position limit ?`,
  // pool, now, limit
  claimableOf: `select ${claimed} from outbox
    where dead_at is null and pool = ? and due <= ? and ${isHead} order by due, position limit ?`,
  // owner, lease end · id
  claim: `update outbox set owner = ?, due = ?, attempt = attempt + 1 where id = ?`,
  // lease end · id, owner
  /** Nobody else has the file: whoever held these is gone, and waiting for their leases would only lose time. */
  takeBack: `update outbox set owner = null, due = 0 where owner is not null and dead_at is null`,
  renew: `update outbox set due = ? where id = ? and owner = ? and dead_at is null`,
  finish: `delete from outbox where ${held}`,
  // due, error, attempts given back · id, owner, attempt
  retry: `update outbox set owner = null, due = ?, error = ?, attempt = attempt - ? where ${held}`,
  // due, due, id, id. What is behind a row that is tried again need not be looked at until then.
  holdBack: `update outbox set due = ? where dead_at is null and due < ?
    and lane = (select lane from outbox where id = ?) and position > (select position from outbox where id = ?)`,
  // when, error · id, owner, attempt
  bury: `update outbox set owner = null, dead_at = ?, error = ? where ${held}`,
  // marks · id, owner, attempt
  markSent: `update outbox set sent = sent | ? where ${held}`,
  isHeld: `select 1 from outbox where ${held}`,
  pools: `${livingPools}
    select pool, (select due from outbox
      where dead_at is null and outbox.pool = living.pool and ${isHead} order by due limit 1) as due
    from living where pool is not null`,
  deadLetters: `select id, incident, kind, error, dead_at as at from outbox
    where dead_at is not null order by dead_at desc, position desc limit ?`,

  countOpen: `select count(*) as n from incident where is_open = 1`,
  countApprovals: `select count(*) as n from incident where ${hasApproval}`,
  countDead: `select count(*) as n from outbox where dead_at is not null`,
  // now, now
  backlog: `select kind, count(*) as rows, sum(case when attempt > 0 and owner is null then 1 else 0 end) as retrying,
      min(case when due <= ? then due end) as "oldestDue"
    from outbox where dead_at is null and (kind <> 'wake' or due <= ?) group by kind order by kind`,

  list: `select id, position, body from incident where position < ? order by position desc limit ?`,
  listOpen: `select id, position, body from incident where is_open = 1 and position < ? order by position desc limit ?`,
  listEnded: `select id, position, body from incident where is_open = 0 and position < ? order by position desc limit ?`,
  onServer: `select id, position, body from incident where server = ? order by position desc limit ?`,
  openOnServer: `select id, position, body from incident
    where server = ? and is_open = 1 order by position desc limit ?`,
  about: `select incident.id, position, body from about join incident on incident.id = about.incident
    where name = ? order by opened desc, position desc limit ?`,
  openAbout: `select incident.id, position, body from about join incident on incident.id = about.incident
    where name = ? and is_open = 1 order by opened desc, position desc limit ?`,
  putAbout: `insert into about (name, incident, opened) values (?, ?, ?) on conflict (name, incident) do nothing`,
  redactAbout: `delete from about where incident = ?`,
  log: `select incident, seq, source, event_id as "eventId", at, body, secrets, prev, hash, reply
    from log where incident = ? order by seq`,

  putPlace: `insert into place (incident, id, channel, role, ref) values (?, ?, ?, ?, ?)
    on conflict (incident, id) do update set channel = excluded.channel, role = excluded.role, ref = excluded.ref`,
  places: `select id, incident, channel, role, ref from place where incident = ? order by id`,
  putShown: `insert into shown (incident, place, message, ref, card, at) values (?, ?, ?, ?, ?, ?)
    on conflict (incident, place, message) do update set ref = excluded.ref, card = excluded.card, at = excluded.at`,
  shown: `select incident, place, message, ref, card, at from shown where incident = ? order by place, message`,
  insertDeed: `insert into deed (subject, incident, hash, action, outcome, at) values (?, ?, ?, ?, ?, ?)`,
  deeds: `select subject, incident, hash, action, outcome, at from deed
    where subject = ? and at >= ? order by at desc, position desc`,

  underWay: `select 1 from outbox where incident = ? and dead_at is null and kind <> 'wake' limit 1`,
  // secrets · incident, seq
  redactLog: `update log set secrets = ? where incident = ? and seq = ?`,
  // card · incident, message
  redactShown: `update shown set card = ? where incident = ? and message = ?`,
  redactDead: `update outbox set payload = '{}' where incident = ? and dead_at is not null`,
  redactDeeds: `update deed set subject = '[redacted]' where incident = ?`,
  insertCount: `insert into counted (act, name, at) values (?, ?, ?)`,
  countSince: `select count(*) as n from counted where name = ? and at > ?`,
  dropCounts: `delete from counted where act = ?`,

  putEntry: `insert into entry (kind, key, value, expires) values (?, ?, ?, ?)
    on conflict (kind, key) do update set value = excluded.value, expires = excluded.expires`,
  putEntryOnce: `insert into entry (kind, key, value, expires) values (?, ?, ?, ?) on conflict (kind, key) do nothing`,
  getEntry: `select value from entry where kind = ? and key = ? and expires > ?`,
  removeEntry: `delete from entry where kind = ? and key = ?`,
  dropExpired: `delete from entry where expires <= ?`,
} as const;
