import { errorCodes } from './error-codes.ts';
import type { ErrorCode } from './error-codes.ts';

type Holes<T extends string> = T extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;

/** The values that the message and remedy of a code need; a missing one does not compile. */
export type ErrorValues<C extends ErrorCode> = Record<
  Holes<(typeof errorCodes)[C]['message'] | (typeof errorCodes)[C]['remedy']>,
  string | number
>;

/** How an outside failure bears on what comes next. */
export interface Consequence {
  /** Whether trying the same again later can help. */
  retry: 'later' | 'never';
  /** Could the change have been made all the same? Reads are always `not-applied`. */
  outcome: 'not-applied' | 'unknown';
  /** How long the other side asked us to wait, in milliseconds (Retry-After). */
  afterMs?: number;
  /** Something short that is safe to log; never the HTTP library's error, which carries the token. */
  cause?: unknown;
}

/** A failure outside mailfix (WHM, CPA System, a channel): what happened, whether to retry, and whether it may have worked. */
export class EffectError extends Error {
  override readonly name = 'EffectError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly retry: 'later' | 'never';
  readonly outcome: 'not-applied' | 'unknown';
  readonly afterMs: number | undefined;

  constructor(code: ErrorCode, text: { message: string; remedy: string }, consequence: Consequence) {
    super(`${text.message} ${text.remedy}`, 'cause' in consequence ? { cause: consequence.cause } : {});
    this.code = code;
    this.remedy = text.remedy;
    this.retry = consequence.retry;
    this.outcome = consequence.outcome;
    this.afterMs = consequence.afterMs;
  }
}

/** Thrown at start: settings or a database that a person must put right first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, text: { message: string; remedy: string }) {
    super(`${text.message} ${text.remedy}`);
    this.code = code;
    this.remedy = text.remedy;
  }
}

/** Makes the EffectError of a code, with its message and remedy filled in. */
export function effectError<C extends ErrorCode>(
  code: C,
  values: ErrorValues<C>,
  consequence: Consequence,
): EffectError {
  return new EffectError(code, textOf(code, values), consequence);
}

/** Makes the ConfigError of a code, with its message and remedy filled in. */
export function configError<C extends ErrorCode>(code: C, values: ErrorValues<C>): ConfigError {
  return new ConfigError(code, textOf(code, values));
}

/** Renders docs/errors.md from the table. */
export function errorsAsMarkdown(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, row]) => `| \`${code}\` | ${cell(row.message)} | ${cell(row.remedy)} |`,
  );
  return [
    '# Errors',
    '',
    'Made from the tables in `src/error-codes/`: change it there. Words in *italics* are filled in.',
    '',
    '| Code | Message | What to do |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\{(\w+)\}/g, '*$1*');
}

function textOf(
  code: ErrorCode,
  values: Record<string, string | number>,
): { message: string; remedy: string } {
  // One pass over the template: a value that itself contains "{x}" is not filled again.
  const fill = (template: string) =>
    template.replaceAll(/\{(\w+)\}/g, (hole, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : hole,
    );
  const row = errorCodes[code];
  // A reason from outside may come with or without its full stop.
  const message = fill(row.message).trim();
  return { message: /[.!?)]$/.test(message) ? message : `${message}.`, remedy: fill(row.remedy) };
}
