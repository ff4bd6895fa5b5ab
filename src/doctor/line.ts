import { ConfigError, EffectError } from '../errors.ts';

/** How a look came out; `skipped` was not looked at, and says why. What could not be told is never `pass`. */
export type Status = 'pass' | 'warn' | 'fail' | 'skipped';

/** What was looked at in a system, how it came out, and what to do about it. */
export interface Look {
  readonly status: Status;
  readonly what: string;
  readonly why: string;
  readonly remedy?: string;
}

/** A look with the system that it was taken at, as it is printed. */
export interface Line extends Look {
  readonly system: string;
}

/** What every look is given: it ends with the signal, and no single call takes longer than `callMs`. */
export interface Asking {
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly callMs: number;
}

/** A look that is fine. */
export function pass(what: string, why: string): Look {
  return { status: 'pass', what, why };
}

/** A look that somebody should know of; mailfix works all the same. */
export function warn(what: string, why: string, remedy?: string): Look {
  return { status: 'warn', what, why, ...(remedy === undefined ? {} : { remedy }) };
}

/** A look at something that mailfix does not work without. */
export function fail(what: string, why: string, remedy?: string): Look {
  return { ...warn(what, why, remedy), status: 'fail' };
}

/** What was not looked at, and why. */
export function skipped(what: string, why: string, remedy?: string): Look {
  return { ...warn(what, why, remedy), status: 'skipped' };
}

/** A look that an error ended, in the words of the table of errors. */
export function failed(what: string, error: unknown, status: 'fail' | 'warn' = 'fail'): Look {
  if (!(error instanceof EffectError) && !(error instanceof ConfigError))
    return { status, what, why: `it failed: ${error instanceof Error ? error.message : String(error)}` };
  const { code, message, remedy } = error;
  if (code.endsWith('.cancelled'))
    return { status, what, why: 'not answered when the time for all was over' };
  const why = message.endsWith(remedy) ? message.slice(0, message.length - remedy.length).trim() : message;
  return { status, what, why, remedy };
}
