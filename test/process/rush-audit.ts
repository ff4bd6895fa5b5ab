import { openRow } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Done, Rush } from './rush.ts';
import type { Seat } from './seats.ts';
import type { TwoOffice } from './two-office.ts';

/** What was looked at, and what is wrong with it. */
export interface Audited {
  readonly looked: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Compares what people did with the log of each incident, and what stands in the products with what mailfix says it shows. */
export async function auditRush(office: TwoOffice, seats: readonly Seat[], { done }: Rush): Promise<Audited> {
  const store = openSqlite({ file: office.database, world: 'real', readOnly: true });
  const lost: string[] = [];
  const doubled: string[] = [];
  let looked = 0;
  // What got no answer may have been taken all the same.
  const once = (what: string, count: number, wanted = 1, most = wanted) => {
    looked += 1;
    if (count < wanted) lost.push(`${what}: ${count} of ${wanted}`);
    if (count > most) doubled.push(`${what}: ${count} for ${most}`);
  };
  try {
    for (const { id, kind, error } of await store.deadLetters(20))
      lost.push(`${id} (${kind}) was given up: ${error}`);
    for (const seat of seats) {
      const made = done.filter((one) => one.seat === seat);
      const mine = made.filter(({ answer }) => answer.status === 200);
      const events = (await store.log(seat.incident)).map(openRow);
      once(
        `take-overs of ${seat.incident}`,
        events.filter(({ type }) => type === 'incident.taken-over').length,
        count(mine, 'takes over'),
        count(made, 'takes over'),
      );
      const said = events.flatMap((event) => (event.type === 'note.added' ? [event.text] : []));
      for (const { words = '' } of mine.filter(({ kind }) => kind === 'says'))
        once(`"${words}" in ${seat.incident}`, said.filter((text) => text.includes(words)).length);
      const { owner } = (await store.read(seat.incident))?.incident ?? {};
      if (count(mine, 'takes over') > 0)
        once(`the last owner of ${seat.incident}, shown`, seat.shown().at(-1)?.owner === owner?.name ? 1 : 0);
      for (const { message, ref } of await store.shown(seat.incident)) {
        const stands = postsOf(office, seat).filter((id) => ref.includes(`"${id}"`)).length;
        once(`${message} of ${seat.incident}, standing there`, stands);
      }
    }
    const opened = done.flatMap((one) => (one.opened === undefined ? [] : [one]));
    for (const { opened: opening, answer } of opened)
      if (answer.status === 200) once('an opening, shown', opening?.root() === undefined ? 0 : 1);
    for (const [key, ids] of keysIn(office)) once(`the post of ${key}`, ids);
  } finally {
    await store.close();
  }
  return { looked, lost, doubled };
}

function count(done: readonly Done[], kind: Done['kind']): number {
  return done.filter((one) => one.kind === kind).length;
}

function postsOf({ slack, teams, rooms }: TwoOffice, seat: Seat): readonly string[] {
  return rooms.flatMap((room) =>
    seat.product === 'slack'
      ? slack.state.messagesIn(room.slack).flatMap(({ ts, deleted }) => (deleted ? [] : [ts]))
      : teams.threads(room.teams).flatMap(({ posts }) => posts.map(({ id }) => id)),
  );
}

/** Each outbox row that was posted into Slack, and how often: Slack keeps its id with the post. */
function keysIn({ slack, rooms }: TwoOffice): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const room of rooms) {
    for (const { metadata, botId } of slack.state.messagesIn(room.slack)) {
      if (botId === undefined || metadata === undefined) continue;
      const key = JSON.stringify(metadata);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}
