/** In milliseconds. */
export const minuteMs = 60_000;
/** Minutes of a day. */
export const dayMinutes = 1440;

/** Making a format takes a hundred times as long as using it; there are few of them. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall shows at an instant (epoch ms). */
export interface WallTime {
  /** Minute of the day, from 0. */
  readonly minute: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** `2026-11-25`. */
  readonly date: string;
}

/** Reads the clock on the wall of a time zone; the server's own when undefined. */
export function wallTime(at: number, timeZone: string | undefined): WallTime {
  const parts = formatOf(timeZone).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const two = (value: number) => String(value).padStart(2, '0');
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return {
    minute: part('hour') * 60 + part('minute'),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    date: `${year}-${two(month)}-${two(day)}`,
  };
}

/** The next instant, this one included, at which the clock on the wall shows a minute of the day. */
export function nextAt(minute: number, at: number, timeZone: string | undefined): number {
  const left = (minute - wallTime(at, timeZone).minute + dayMinutes) % dayMinutes;
  const guess = left === 0 ? at : Math.floor(at / minuteMs) * minuteMs + left * minuteMs;
  // The clock may be put forward or back in between.
  const off = wallTime(guess, timeZone).minute - minute;
  const wrapped = off > dayMinutes / 2 ? off - dayMinutes : off < -dayMinutes / 2 ? off + dayMinutes : off;
  // A minute that the clock leaves out must not lead back.
  return Math.max(at, guess - wrapped * minuteMs);
}

/** `07:05` of minute 425. */
export function timeOfDay(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(timeZone ?? '');
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  formats.set(timeZone ?? '', made);
  return made;
}
