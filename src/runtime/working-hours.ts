import type { AskTerms } from '../engine/terms.ts';
import type { AsksAt } from './stamped.ts';
import { dayMinutes, minuteMs, nextAt, wallTime } from './wall-clock.ts';

/** When people are at work: days of the week (0 is Sunday), and minutes of the day from the first up to the second. */
export interface WorkingHours {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** How long a question waits, in milliseconds of working time; `off` is for ever. */
export interface Patience {
  readonly remindAfterMs: number | 'off';
  readonly callAfterMs: number | 'off';
  readonly parkAfterMs: number | 'off';
}

/** Where nothing is said, work goes on round the clock, and a morning begins at eight. */
export interface Desk {
  readonly hours?: WorkingHours | undefined;
  readonly timeZone?: string | undefined;
}

const defaultMorning = 8 * 60;
const everyDay = [0, 1, 2, 3, 4, 5, 6];

/** On what terms questions wait by these settings; see `AsksAt`. */
export function asksBy({ remindAfterMs, callAfterMs, parkAfterMs }: Patience, desk: Desk): AsksAt {
  return (at, morning) => {
    const after = (name: keyof AskTerms, ms: number | 'off') =>
      ms === 'off' ? {} : { [name]: afterWork(ms, at, desk) };
    return {
      ...after('remindAt', remindAfterMs),
      ...after('callAt', callAfterMs),
      ...after('parkAt', parkAfterMs),
      ...(morning ? { morningAt: nextMorning(at, desk) } : {}),
    };
  };
}

/** When so much working time has gone by after an instant. */
export function afterWork(ms: number, at: number, { hours, timeZone }: Desk): number {
  if (hours === undefined) return at + ms;
  let [left, now] = [ms, at];
  for (;;) {
    now = workBegins(hours, now, timeZone);
    const ends = endOfDay(hours, now, timeZone);
    if (now + left <= ends) return now + left;
    left -= ends - now;
    now = ends;
  }
}

/** When work begins on the next day that is one, after today. */
export function nextMorning(at: number, { hours, timeZone }: Desk): number {
  const { days, from } = hours ?? { days: everyDay, from: defaultMorning };
  const today = wallTime(at, timeZone).date;
  for (let now = nextAt(from, at, timeZone); ; now = nextAt(from, now + minuteMs, timeZone)) {
    const { weekday, date } = wallTime(now, timeZone);
    if (date !== today && days.includes(weekday)) return now;
  }
}

/** The instant itself within working hours, else when they begin next. */
function workBegins({ days, from, to }: WorkingHours, at: number, timeZone: string | undefined): number {
  const now = wallTime(at, timeZone);
  if (days.includes(now.weekday) && now.minute >= from && now.minute < to) return at;
  for (let next = nextAt(from, at, timeZone); ; next = nextAt(from, next + minuteMs, timeZone))
    if (days.includes(wallTime(next, timeZone).weekday)) return next;
}

function endOfDay({ to }: WorkingHours, at: number, timeZone: string | undefined): number {
  return Math.max(at + minuteMs, nextAt(to % dayMinutes, at, timeZone));
}
