/** Minutes of the day, from the first up to the second; over midnight where the second is smaller. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

const minuteMs = 60_000;
const day = 1440;

/** When the quiet hours end that an instant is in (epoch ms), and as what time of day; undefined outside of them. */
export function quietUntil(
  { from, to }: QuietHours,
  at: number,
  timeZone: string | undefined,
): { readonly until: number; readonly ends: string } | undefined {
  const now = minuteOfDay(at, timeZone);
  const quiet = from < to ? now >= from && now < to : now >= from || now < to;
  if (!quiet) return undefined;
  const left = (to - now + day) % day;
  const guess = Math.floor(at / minuteMs) * minuteMs + left * minuteMs;
  // The clock may be put forward or back in between.
  const off = minuteOfDay(guess, timeZone) - to;
  const until = guess - (off > day / 2 ? off - day : off < -day / 2 ? off + day : off) * minuteMs;
  return { until, ends: timeOfDay(to) };
}

function minuteOfDay(at: number, timeZone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

function timeOfDay(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
