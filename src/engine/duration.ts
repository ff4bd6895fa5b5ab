/** A length of time as settings and dialogs write it: `30s`, `5m`, `24h`, `2d` (and `250ms`). */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** What reading a text gave: the value, or why it was refused, in words that name the text. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; why: string };

const units = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const longest = 3650 * 86_400_000;
const example = 'write it like 30s, 5m, 24h or 2d';

/** Reads one duration; the value is in milliseconds and more than zero. */
export function parseDuration(text: string): Parsed<number> {
  const match = /^\s*(\d{1,12})\s*(ms|s|m|h|d)\s*$/i.exec(text);
  const unit = units.get((match?.[2] ?? '').toLowerCase());
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const refuse = (why: string): Parsed<number> => ({ ok: false, why: `"${shown}" is ${why}` });
  if (match === null || unit === undefined) {
    if (text.trim() === '') return refuse(`empty: ${example}`);
    if (/^\s*\d+\s*$/.test(text)) return refuse(`a number without a unit: ${example}`);
    if (/^\s*-/.test(text)) return refuse(`negative: ${example}`);
    return refuse(`no duration: ${example}, in whole numbers`);
  }
  const value = Number(match[1]) * unit;
  if (value === 0) return refuse(`no time at all: ${example}`);
  if (value > longest) return refuse('more than ten years: write at most 3650d');
  return { ok: true, value };
}

/** Reads a list such as `5m,7m,10m`; the values are in milliseconds, each later than the one before. */
export function parseDurations(text: string): Parsed<number[]> {
  const values: number[] = [];
  for (const part of text.split(',')) {
    const one = parseDuration(part);
    if (!one.ok) return { ok: false, why: text.includes(',') ? `in "${text}", ${one.why}` : one.why };
    if (one.value <= (values.at(-1) ?? 0)) {
      return {
        ok: false,
        why: `in "${text}", "${part.trim()}" is not later than the one before it: sort them`,
      };
    }
    values.push(one.value);
  }
  return { ok: true, value: values };
}

/** The milliseconds of a duration written in our own code; a bad one is a defect and throws. */
export function durationMs(duration: Duration): number {
  const parsed = parseDuration(duration);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.value;
}

/** A length of time in words a person says, two units at most: `30 s`, `5 min`, `1 h 30 min`, `2 days`. */
export function durationInWords(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), seconds >= 172_800 ? 'days' : 'day'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
