import { z } from 'zod';
import { durationOrOff, setting } from './config-values.ts';
import { durationMs, type Duration } from './engine/duration.ts';

/** Days of the week, from Sunday as 0. */
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const clockTime = /^\s*([01]\d|2[0-3]):([0-5]\d)\s*$/;
const midnight = 1440;

/** `mon-fri`, `mon-thu, sat`. */
const days = setting((text) => {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.trim().toLowerCase().split('-');
    const [from, to] = [first, last].map((name) => dayNames.findIndex((one) => one === name.trim()));
    if (from === undefined || to === undefined || from < 0 || to < 0)
      return { why: `"${text.slice(0, 40)}" names no days: write it like mon-fri, or mon-thu, sat` };
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === to) break;
    }
  }
  return { value: [...found].toSorted((one, other) => one - other) };
});

/** `08:00-18:00`; an end at 24:00 is midnight. */
const hours = setting((text) => {
  const [begin = '', end = '', ...more] = text.split('-');
  const [from, to] = [minuteOf(begin), /^\s*24:00\s*$/.test(end) ? midnight : minuteOf(end)];
  if (from === undefined || to === undefined || more.length > 0)
    return { why: `"${text.slice(0, 40)}" is no time of the day: write it like 08:00-18:00` };
  if (from >= to)
    return { why: 'they must end after they begin, on the same day; leave them out for round the clock' };
  return { value: { from, to } };
});

const orOff = z.preprocess((given) => (given === 0 || given === false ? 'off' : given), durationOrOff);

/** What mailfix.yaml may say about working hours and questions that wait. */
export const hoursShape = {
  workingHours: z.strictObject({ days: days.default([1, 2, 3, 4, 5]), hours }).optional(),
  questions: z
    .strictObject({
      remindAfter: orOff.optional(),
      callAfter: orOff.optional(),
      parkAfter: orOff.optional(),
    })
    .check(({ value, issues }) => {
      const all = { ...defaultWaits, ...defined(value) };
      for (const [key, before] of [
        ['callAfter', 'remindAfter'],
        ['parkAfter', 'callAfter'],
        ['parkAfter', 'remindAfter'],
      ] as const) {
        const [late, early] = [all[key], all[before]];
        if (late === 'off' || early === 'off' || durationMs(late) > durationMs(early)) continue;
        const at = value[key] === undefined ? before : key;
        const message = `${key} (${late}) must be longer than ${before} (${early})`;
        issues.push({ code: 'custom', input: value, path: [at], message });
        return;
      }
    })
    .optional(),
};

/** What is known in each part, for whoever wrote something else there. */
export function knownInHours(part: string | undefined): string | undefined {
  const known: Readonly<Record<string, string>> = {
    workingHours: 'days, hours',
    questions: 'remindAfter, callAfter, parkAfter',
  };
  return part !== undefined && Object.hasOwn(known, part) ? `Known in ${part} are ${known[part]}` : undefined;
}

type Waits = Readonly<Record<'remindAfter' | 'callAfter' | 'parkAfter', Duration | 'off'>>;
type Shape = z.output<z.ZodObject<typeof hoursShape>>;

const defaultWaits: Waits = { remindAfter: '10m', callAfter: '30m', parkAfter: '4h' };
/** These parts as the server uses them. */
export function hoursOf({ workingHours, questions = {} }: Partial<Shape>) {
  const waits = { ...defaultWaits, ...defined(questions) };
  const ms = (time: Duration | 'off') => (time === 'off' ? ('off' as const) : durationMs(time));
  const hours = workingHours === undefined ? undefined : { days: workingHours.days, ...workingHours.hours };
  return {
    workingHours: hours,
    patience: {
      remindAfterMs: ms(waits.remindAfter),
      callAfterMs: ms(waits.callAfter),
      parkAfterMs: ms(waits.parkAfter),
    },
  };
}

function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function minuteOf(text: string): number | undefined {
  const match = clockTime.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}
