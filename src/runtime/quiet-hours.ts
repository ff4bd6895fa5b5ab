import { nextAt, timeOfDay, wallTime } from './wall-clock.ts';

/** Minutes of the day, from the first up to the second; over midnight where the second is smaller. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** When the quiet hours end that an instant is in (epoch ms), and as what time of day; undefined outside of them. */
export function quietUntil(
  { from, to }: QuietHours,
  at: number,
  timeZone: string | undefined,
): { readonly until: number; readonly ends: string } | undefined {
  const now = wallTime(at, timeZone).minute;
  const quiet = from < to ? now >= from && now < to : now >= from || now < to;
  return quiet ? { until: nextAt(to, at, timeZone), ends: timeOfDay(to) } : undefined;
}
