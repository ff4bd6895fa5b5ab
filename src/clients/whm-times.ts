const minute = 60_000;
const quarter = 15 * minute;
/** Beyond this the two clocks differ by something that is no time zone. */
const tolerance = 5 * minute;
const furthestZone = 14 * 60 * minute;

/** A row of cPHulk with its end in the server's local time and the minutes until then. */
export interface EndingRow {
  readonly exptime: string | null;
  readonly timeleft: number | null;
}

/**
 * Turns cPHulk's local times, which have no zone, into milliseconds since 1970. An end less the minutes left is the
 * server's "now", and that against ours is its offset. Returns null where no row of the answer tells the offset.
 */
export function serverMoments(
  rows: readonly EndingRow[],
  now: number,
): (localTime: string | null) => number | null {
  const offset = offsetOf(rows, now);
  return (localTime) => {
    const local = readLocal(localTime);
    return local === undefined || offset === undefined ? null : local - offset;
  };
}

function offsetOf(rows: readonly EndingRow[], now: number): number | undefined {
  // The nearest end first: no change to or from summer time lies before it. At 0 the row may have ended long ago.
  const running = rows
    .flatMap(({ exptime, timeleft }) => {
      const end = readLocal(exptime);
      return end === undefined || timeleft === null || timeleft <= 0 ? [] : [{ end, timeleft }];
    })
    .toSorted((a, b) => a.timeleft - b.timeleft);
  const [nearest] = running;
  if (nearest === undefined) return undefined;
  const difference = nearest.end - nearest.timeleft * minute - now;
  const offset = Math.round(difference / quarter) * quarter;
  const isZone = Math.abs(difference - offset) <= tolerance && Math.abs(offset) <= furthestZone;
  return isZone ? offset : undefined;
}

/** The text as if it were UTC; a "Z" at its end is how cPanel's pages print local times, so it is not believed. */
function readLocal(text: string | null): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hours, minutes, seconds);
}
