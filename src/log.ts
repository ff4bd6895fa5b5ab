import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** What `createLog` needs. */
export interface LogOptions {
  readonly level: string;
  /** Takes the configured secrets out of a text, in every spelling. */
  readonly redact: (text: string) => string;
  /** Standard output when absent. */
  readonly to?: DestinationStream;
}

/** The log of a running mailfix. */
export type Log = Logger;

// `key` alone is no secret here: it is what effects and open questions are called.
const secretName =
  /token|secret|password|passwd|authorization|cookie|credential|api[-_]?key|private[-_]?key|^mailfix[-_]?key$/i;
const deepest = 6;
const longest = 20_000;

/**
 * Makes the log: JSON, one line an event, on standard output. Whatever is logged, the values of secrets are taken out,
 * fields with the name of a secret are not shown, and of an error nothing but its words: an HTTP library's error
 * carries the request with its token.
 */
export function createLog({ level, redact, to }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => plain(fields, 0) as Record<string, unknown>,
    },
    // What `formatters.log` made of an error is fit to be written.
    serializers: { err: (made: unknown) => made },
    hooks: { streamWrite: (line: string) => `${JSON.stringify(scrubbed(JSON.parse(line), redact))}\n` },
  };
  return to === undefined ? pino(options) : pino(options, to);
}

/** Only what JSON has: errors become words, deep and round things end. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return '…';
  if (value instanceof Error) return errorWords(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => plain(item, depth + 1));
  if (value instanceof Map) return plain(Object.fromEntries(value), depth + 1);
  if (value instanceof Set) return plain([...value], depth + 1);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, depth + 1)]));
}

function errorWords(error: Error, depth: number): Record<string, unknown> {
  const words: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  for (const name of ['code', 'remedy', 'retry', 'outcome'] as const) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string' || typeof value === 'number') words[name] = value;
  }
  if (error.cause !== undefined) words['cause'] = plain(error.cause, depth + 1);
  if (error instanceof AggregateError) words['errors'] = plain(error.errors, depth + 1);
  return words;
}

/** The last look at a line: nothing passes by it. */
function scrubbed(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      redact(name),
      secretName.test(name) ? '[secret]' : scrubbed(item, redact),
    ]),
  );
}
