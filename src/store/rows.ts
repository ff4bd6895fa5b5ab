import type { Card } from '../engine/card.ts';
import type { Incident } from '../engine/incident.ts';
import type { Reply } from '../engine/reply.ts';
import type {
  Backlog,
  Claimed,
  DuePool,
  Fence,
  Listed,
  LogRow,
  OutboxRow,
  Shown,
  Snapshot,
} from './store.ts';

/** A row as a driver gives it: columns are named as the fields are, or as the statement renames them. */
export type Row = Readonly<Record<string, string | number | null>>;

type Value = string | number | null | undefined;

/** The copy gives the row an ordinary prototype. */
export function plain<T>(row: object): T {
  return { ...row } as T;
}

/** A column that is always there, as text. */
export function text(value: Value): string {
  return String(value);
}

/** A column of JSON that our own turn wrote. */
export function parse<T>(value: Value): T {
  return JSON.parse(text(value)) as T;
}

/** The row of the statement `read`. */
export function snapshotOf(row: Row): Snapshot {
  return { incident: parse<Incident>(row['body']), head: text(row['head']) };
}

/** A row of the statement `list`. */
export function listedOf(row: Row): Listed {
  return { id: text(row['id']), seq: Number(row['position']), incident: parse<Incident>(row['body']) };
}

/** A row of the statement `log`. */
export function logRowOf(row: Row): LogRow {
  return plain<LogRow>({ ...row, reply: parse<Reply>(row['reply']) });
}

/** A row of the statement `shown`. */
export function shownOf(row: Row): Shown {
  return plain<Shown>({ ...row, card: parse<Card>(row['card']) });
}

/** A row of the outbox that has just been claimed; `attempt` is the one that begins. */
export function claimedOf(row: Row, owner: string, attempt: number): Claimed {
  const { id, incident, kind, pool, lane, message, due, payload } = row as Row & OutboxRow;
  return { id, incident, kind, pool, lane, message, due, payload, attempt, sent: Number(row['sent']), owner };
}

/** The rows of the statement `pools`; a pool whose rows all wait behind those of another has no time yet. */
export function duePoolsOf(rows: readonly Row[]): readonly DuePool[] {
  return rows
    .flatMap(({ pool, due = null }) => (due === null ? [] : [{ pool: text(pool), due: Number(due) }]))
    .toSorted((one, other) => one.due - other.due);
}

/** A row of the statement `backlog`. */
export function backlogOf(row: Row): Backlog {
  const { kind, rows, retrying, oldestDue = null } = row;
  return {
    kind: text(kind),
    rows: Number(rows),
    retrying: Number(retrying),
    oldestDue: oldestDue === null ? undefined : Number(oldestDue),
  };
}

/** The parameters of a statement that is fenced. */
export function keyOf(fence: Fence): readonly [string, string, number] {
  return [fence.id, fence.owner, fence.attempt];
}
