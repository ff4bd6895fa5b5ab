const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `10:03`, or `22 Nov, 10:03` when that was on another day than `now`. */
export function clock(at: number, now: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...zone }).format(at);
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...zone });
  return date.format(at) === date.format(now) ? time : `${date.format(at)}, ${time}`;
}

/** Date and time to the second, for logs: `2025-11-22 10:03:07`. */
export function stamp(at: number, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return parts.format(at);
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
