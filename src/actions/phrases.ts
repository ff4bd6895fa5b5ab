import { clock, dated } from '../engine/fill.ts';

/** `1 failed login`, `14 failed logins`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** An instant as a person reads it: `10:03 UTC`, with its date when that is not today's. */
export function moment(at: number, now: number): string {
  // What a server sends as "minutes left" may lie beyond the dates that exist.
  if (Math.abs(at) > 8.64e15 || Number.isNaN(at)) return 'an unknown time';
  return dateOf(at) === dateOf(now) ? clock(at) : dated(at);
}

/** A size without decimals that say nothing: `120`, `200.2`. */
export function mb(size: number): string {
  return String(Math.round(size * 10) / 10);
}

/** WHM sends times of its own clock without a zone: they are shown as they are, and said to be so. */
export function serverTime(text: string | null): string {
  return text === null ? 'an unknown time' : `${text} (the server’s clock)`;
}

/** When something began: by our clock where the server's could be told, else as the server wrote it. */
export function startWords(since: string | null, at: number | null, now: number): string {
  return at === null ? serverTime(since) : moment(at, now);
}

/** How long ago, as people say it on the phone: `just now`, `2 minutes ago`, `3 hours ago`, else the moment. */
export function ago(at: number, now: number): string {
  const minutes = Math.round((now - at) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${counted(minutes, 'minute')} ago`;
  return minutes < 24 * 60 ? `${counted(Math.round(minutes / 60), 'hour')} ago` : `on ${moment(at, now)}`;
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
