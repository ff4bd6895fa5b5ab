import { staffTongue } from './language.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** With the language where it does not matter; else it is that of the staff. */
const styles = {
  time: [undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }],
  date: [undefined, { day: 'numeric', month: 'short' }],
  stamp: [
    'sv-SE',
    {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    },
  ],
  zoned: [
    'sv-SE',
    {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    },
  ],
} as const satisfies Record<string, readonly [string | undefined, Intl.DateTimeFormatOptions]>;

/** Making a format takes a hundred times as long as using it, and far more memory; there are few of them. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(style: keyof typeof styles, timeZone: string | undefined): Intl.DateTimeFormat {
  const [fixed, options] = styles[style];
  const locale = fixed ?? staffTongue().locale;
  const key = `${style} ${locale} ${timeZone ?? ''}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, {
    ...options,
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  formats.set(key, made);
  return made;
}

/** `10:03`, or `22 Nov, 10:03` when that was on another day than `now`. */
export function clock(at: number, now: number, timeZone?: string): string {
  const time = formatOf('time', timeZone).format(at);
  const date = formatOf('date', timeZone);
  return date.format(at) === date.format(now) ? time : `${date.format(at)}, ${time}`;
}

/** Date and time to the second, for logs: `2025-11-22 10:03:07`. */
export function stamp(at: number, timeZone?: string): string {
  return formatOf('stamp', timeZone).format(at);
}

/** The same with its distance from GMT, for who reads it elsewhere and later: `2025-11-22 10:03:07 GMT+01:00`. */
export function zonedStamp(at: number, timeZone?: string): string {
  return formatOf('zoned', timeZone).format(at);
}

/** The zone's name, the server's own when it is not set. */
export function zoneName(timeZone?: string): string {
  return timeZone ?? formatOf('stamp', undefined).resolvedOptions().timeZone;
}

/** How long, in the one or two units that matter: `< 1 min`, `9 min`, `2 h 5 min`, `3 d`. */
export function span(ms: number): string {
  if (ms < minute) return '< 1 min';
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) {
    const minutes = Math.floor((ms % hour) / minute);
    return `${Math.floor(ms / hour)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  }
  return `${Math.floor(ms / day)} d`;
}

/** Time left, as a clock counts it down: `4:12`, `1:04:12`. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}
