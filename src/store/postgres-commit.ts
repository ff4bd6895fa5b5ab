import type { Turn } from './store.ts';

/**
 * A turn as one statement, made with the tables. Every check comes before the first write, and what it has checked is
 * locked until the end. `merge` says that waiting shows have to be merged first, which the caller does; a row says in
 * `instead` and `merged` with which one it was, and what came of it.
 *
 * Rows of a lane that incidents share must become visible in the order of their positions, or a later one could be
 * taken while an older one is about to appear: hence the lock on the lane's name.
 */
export const commitFunction = `
create or replace function commit_turn(
  p_id text, p_expected bigint, p_seq bigint, p_head text, p_is_open bigint, p_body text, p_server text,
  p_source text, p_event text, p_at bigint, p_log text, p_secrets text, p_prev text, p_reply text,
  p_row text, p_owner text, p_attempt bigint, p_outbox json, p_places json, p_deeds json,
  p_counts json, p_uncounts json, p_about json,
  out state text, out detail text) language plpgsql as $body$
declare
  found_seq bigint;
  one record;
  waiting record;
  unmerged json[] := '{}';
begin
  select log.reply into detail from log where source = p_source and event_id = p_event;
  if found then state := 'duplicate'; return; end if;

  if p_row is not null then
    perform 1 from outbox where id = p_row and owner = p_owner and attempt = p_attempt and dead_at is null for update;
    if not found then state := 'fenced'; return; end if;
  end if;

  select seq into found_seq from incident where id = p_id for update;
  if coalesce(found_seq, 0) <> p_expected then
    -- Whoever was faster may have handled this very event.
    select log.reply into detail from log where source = p_source and event_id = p_event;
    state := case when found then 'duplicate' else 'conflict' end;
    return;
  end if;

  for one in select * from json_to_recordset(p_outbox)
    as t (id text, incident text, lane text, message text, instead text) where message is not null
  loop
    select position, id, payload into waiting from outbox
      where lane = one.lane and incident = one.incident and message = one.message
        and owner is null and sent = 0 and dead_at is null
      order by position desc limit 1 for update;
    if found and waiting.id is distinct from one.instead then
      unmerged := unmerged || json_build_object('id', one.id, 'waiting', waiting.id, 'payload', waiting.payload);
    end if;
  end loop;
  if cardinality(unmerged) > 0 then
    state := 'merge'; detail := to_json(unmerged)::text; return;
  end if;

  if p_counts is not null then
    -- Of turns at the same time each sees what the other counted.
    for one in select * from json_to_recordset(p_counts)
      as t (act text, name text, at bigint, most bigint, since bigint) order by name
    loop
      perform pg_advisory_xact_lock(hashtextextended(one.name, 1));
      if (select count(*) from counted where counted.name = one.name and counted.at > one.since) >= one.most then
        state := 'limited'; detail := one.name; return;
      end if;
    end loop;
  end if;

  insert into log (incident, seq, source, event_id, at, body, secrets, prev, hash, reply)
    values (p_id, p_seq, p_source, p_event, p_at, p_log, p_secrets, p_prev, p_head, p_reply);
  if p_expected = 0 then
    insert into incident (id, seq, head, is_open, body, server)
      values (p_id, p_seq, p_head, p_is_open, p_body, p_server);
  else
    update incident set seq = p_seq, head = p_head, is_open = p_is_open, body = p_body, server = p_server
      where id = p_id;
  end if;
  if p_row is not null then delete from outbox where id = p_row; end if;

  for one in select distinct lane from json_to_recordset(p_outbox) as t (lane text, message text)
    where message is null and lane is not null order by lane
  loop
    perform pg_advisory_xact_lock(hashtextextended(one.lane, 0));
  end loop;
  for one in select * from json_to_recordset(p_outbox)
    as t (id text, incident text, kind text, pool text, lane text, message text, due bigint, payload text,
      instead text, merged text)
  loop
    update outbox set id = one.id, payload = one.merged, attempt = 0, error = null
      where id = one.instead and owner is null and sent = 0 and dead_at is null;
    if not found then
      -- Nothing can be taken sooner than the head of its lane, when that waits for another try.
      insert into outbox (id, incident, kind, pool, lane, message, due, payload)
        values (one.id, one.incident, one.kind, one.pool, one.lane, one.message,
          greatest(one.due, (select due from (
            select due, owner from outbox where outbox.lane = one.lane and dead_at is null order by position limit 1) first
            where owner is null)), one.payload);
    end if;
  end loop;

  if p_places is not null then
    insert into place (incident, id, channel, role, ref)
      select * from json_to_recordset(p_places) as t (incident text, id text, channel text, role text, ref text)
      on conflict (incident, id)
        do update set channel = excluded.channel, role = excluded.role, ref = excluded.ref;
  end if;
  if p_deeds is not null then
    insert into deed (subject, incident, hash, action, outcome, at)
      select * from json_to_recordset(p_deeds)
        as t (subject text, incident text, hash text, action text, outcome text, at bigint);
  end if;
  if p_counts is not null then
    insert into counted (act, name, at)
      select * from json_to_recordset(p_counts) as t (act text, name text, at bigint);
  end if;
  if p_uncounts is not null then
    delete from counted where act in (select json_array_elements_text(p_uncounts));
  end if;
  if p_about is not null then
    insert into about (name, incident, opened)
      select * from json_to_recordset(p_about) as t (name text, incident text, opened bigint)
      on conflict (name, incident) do nothing;
  end if;
  state := 'committed';
end $body$`;

/** For tables whose function takes no names yet. */
export const commitWithNames = [
  `drop function if exists commit_turn(
    text, bigint, bigint, text, bigint, text, text, text, text, bigint, text, text, text, text,
    text, text, bigint, json, json, json, json, json)`,
  commitFunction,
] as const;

/** Calls the function, with the parameters that `turnParams` gives. */
export const callCommit = `select state, detail from commit_turn(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`;

/** A waiting show that a row of the turn has to be merged with first. */
export interface Unmerged {
  readonly id: string;
  readonly waiting: string;
  readonly payload: string;
}

/** The parameters of one turn; `unmerged` is what an earlier try came upon. */
export function turnParams(turn: Turn, unmerged: readonly Unmerged[] = []): (string | number | null)[] {
  const {
    incident,
    expected,
    server,
    log,
    finishes,
    places = [],
    deeds = [],
    counts = [],
    uncounts = [],
    about = [],
  } = turn;
  const merge = turn.merge ?? ((_, newer) => newer);
  const rows = coalesced(turn).map((row) => {
    const waiting = unmerged.find(({ id }) => id === row.id);
    if (waiting === undefined) return row;
    return { ...row, instead: waiting.waiting, merged: merge(waiting.payload, row.payload) };
  });
  return [
    incident.id,
    expected,
    incident.seq,
    log.hash,
    incident.ended === undefined ? 1 : 0,
    JSON.stringify(incident),
    server ?? null,
    log.source,
    log.eventId,
    log.at,
    log.body,
    log.secrets,
    log.prev,
    JSON.stringify(log.reply),
    finishes?.id ?? null,
    finishes?.owner ?? null,
    finishes?.attempt ?? null,
    JSON.stringify(rows),
    places.length === 0 ? null : JSON.stringify(places),
    deeds.length === 0 ? null : JSON.stringify(deeds),
    counts.length === 0
      ? null
      : JSON.stringify(counts.map(({ limit, ...count }) => ({ ...count, ...limit }))),
    uncounts.length === 0 ? null : JSON.stringify(uncounts),
    about.length === 0
      ? null
      : JSON.stringify(about.map((name) => ({ name, incident: incident.id, opened: incident.openedAt }))),
  ];
}

/** Shows of one message in the same turn, as if each had been put in after the other: the last one, in the first one's place. */
function coalesced({ outbox, merge = (_, newer) => newer }: Turn): readonly Turn['outbox'][number][] {
  const rows: Turn['outbox'][number][] = [];
  for (const row of outbox) {
    const same = rows.findIndex(
      ({ lane, incident, message }) =>
        lane !== null &&
        message !== null &&
        lane === row.lane &&
        incident === row.incident &&
        message === row.message,
    );
    const first = rows[same];
    if (first === undefined) rows.push(row);
    else rows[same] = { ...first, id: row.id, payload: merge(first.payload, row.payload) };
  }
  return rows;
}
