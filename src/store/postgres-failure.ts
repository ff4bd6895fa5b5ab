import { configError, ConfigError, effectError } from '../errors.ts';

/** What a failure means for the statement that met it. */
export type Failure = 'lost' | 'clash' | 'other';

// https://www.postgresql.org/docs/15/errcodes-appendix.html
const clashes = new Set(['40001', '40P01', '55P03']);
const full = new Set(['53100', '53200']);
const standby = new Set(['25006']);
/** The server starts, stops, crashed or has no room for one more connection. */
const away = new Set(['57P01', '57P02', '57P03', '53300']);

/** The name of the constraint that a statement broke, if that is what happened. */
export function brokenKey(error: unknown): string | undefined {
  return codeOf(error) === '23505' && error instanceof Error && 'constraint' in error
    ? String(error.constraint)
    : undefined;
}

/** `lost`: no connection, or the server is going; `clash`: two transactions met, and one may simply try again. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (code === undefined) return isOfConnection(error) ? 'lost' : 'other';
  if (clashes.has(code)) return 'clash';
  return away.has(code) || /^(?:08|E[A-Z])/.test(code) ? 'lost' : 'other';
}

/** What PostgreSQL or the network said at the start, as an error for the person who starts mailfix. */
export function openFailure(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof ConfigError) return error;
  const reason = reasonOf(error);
  const code = codeOf(error) ?? '';
  if (failureOf(error) === 'lost') return configError('store.unreachable', { file, reason });
  if (code.startsWith('28')) return configError('store.refused', { file, reason });
  if (code === '3D000') return configError('store.no-database', { file, reason });
  if (code === '42501' || code === '3F000') return configError('store.no-right', { file, reason });
  if (full.has(code)) return configError('store.full', { file });
  if (standby.has(code)) return configError('store.standby', { file, reason });
  // Node says so in words of its own: a certificate that is not trusted, a server without TLS.
  return code === '' || !/^[0-9A-Z]{5}$/.test(code)
    ? configError('store.unreachable', { file, reason })
    : error;
}

/** What PostgreSQL said while mailfix runs, as an outside failure. Defects, such as a broken constraint, pass unchanged. */
export function writeFailure(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = codeOf(error) ?? '';
  const reason = reasonOf(error);
  const later = { retry: 'later', outcome: 'not-applied', cause: reason } as const;
  if (failureOf(error) === 'lost' || code.startsWith('28') || code === '3D000')
    return effectError('store.unreachable', { file, reason }, { ...later, outcome: 'unknown' });
  if (failureOf(error) === 'clash') return effectError('store.clash', { file, reason }, later);
  if (full.has(code)) return effectError('store.full', { file }, later);
  if (standby.has(code)) return effectError('store.standby', { file, reason }, later);
  return error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Several addresses of one host fail as one error without words. */
function reasonOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (first instanceof Error) return first.message;
  return error.message === '' ? (codeOf(error) ?? 'no reason given') : error.message;
}

/** The driver's own words for a connection that is gone; it gives them no code. */
function isOfConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    /terminated|connection error|timeout|not queryable|closed the connection/i.test(error.message)
  );
}
