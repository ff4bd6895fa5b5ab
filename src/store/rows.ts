import type { Incident } from '../engine/incident.ts';
import type { Claimed, Fence, Listed } from './store.ts';

/** A row as the driver gives it. */
export type Row = Readonly<Record<string, string | number | null>>;

/** What a held row of the outbox is found by. */
export function keyOf(fence: Fence): readonly [string, string, number] {
  return [fence.id, fence.owner, fence.attempt];
}

/** A row of the outbox that was just taken: this is one more attempt. */
export function claimed(row: Row, owner: string): Claimed {
  return plain<Claimed>({ ...row, attempt: Number(row['attempt']) + 1, sent: row['sent'] === 1, owner });
}

/** A line of the list of incidents. */
export function listed(row: Row): Listed {
  return {
    id: text(row['id']),
    seq: Number(row['position']),
    incident: parse<Incident>(row['body']),
  };
}

/** Columns are named as the fields are; the copy gives the row an ordinary prototype. */
export function plain<T>(row: object): T {
  return { ...row } as T;
}

/** A column of text. */
export function text(value: string | number | null | undefined): string {
  return String(value);
}

/** A column of JSON; our own turns wrote it. */
export function parse<T>(value: string | number | null | undefined): T {
  return JSON.parse(text(value)) as T;
}
