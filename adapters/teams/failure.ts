import { z } from 'zod';
import { effectError } from '../../src/errors.ts';
import type { Consequence, EffectError } from '../../src/errors.ts';

/** A call was not answered in time. */
export class Late extends Error {
  constructor(limitMs: number) {
    super(`none within ${limitMs / 1000} s`);
  }
}

/** There was no token to sign a call with. */
export class NoToken extends Error {
  constructor(cause: unknown) {
    super('no token from Microsoft', { cause });
  }
}

/** Teams' own word for why it refused; undefined for any other error. */
export function refusalOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'teams' in cause ? String(cause.teams) : undefined;
}

/** Whether Teams said that the activity is not there any more: somebody deleted it. */
export function isGone(error: unknown): boolean {
  return refusalOf(error)?.startsWith('ActivityNotFound') ?? false;
}

const answered = z.looseObject({
  statusCode: z.number(),
  code: z.string().optional(),
  message: z.string().default(''),
});
const broken = z.looseObject({ code: z.string() });

/** No connection was made, so nothing was sent. */
const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** What Microsoft's sign-in says to credentials that will not get better by waiting, and the SDK to incomplete ones. */
const badCredentials = [
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'access_denied',
  'ERR_ASSERTION',
];

/** What became of a call to Teams; `left` when it may have reached it. The error that is read here is never kept: it holds the request. */
export function failureOf(error: unknown, call: string, left: boolean): EffectError {
  const outcome = left ? 'unknown' : 'not-applied';
  const later = (reason: string, sure: Consequence['outcome'] = outcome): EffectError =>
    effectError('teams.unreachable', { call, reason }, { retry: 'later', outcome: sure });

  if (error instanceof Late) return later(error.message);
  if (error instanceof NoToken || codeIn(error) === 'ERR_ASSERTION') return unsigned(error, call);
  if (error instanceof z.ZodError) return later('an answer that lacks what was asked for');
  const answer = answered.safeParse(error);
  if (answer.success) return refused(answer.data, error, call);
  const reason = codeIn(error) ?? 'the connection broke off';
  return later(reason, unsent.includes(reason) ? 'not-applied' : outcome);
}

function unsigned(error: unknown, call: string): EffectError {
  const code = codeIn(error) ?? codeIn(error instanceof Error ? error.cause : undefined);
  if (code !== undefined && badCredentials.includes(code)) {
    const reason = code === 'ERR_ASSERTION' ? 'they are incomplete' : code;
    return effectError('teams.credentials', { call, reason }, { retry: 'never', outcome: 'not-applied' });
  }
  const reason = code === undefined ? 'no token from Microsoft' : `no token from Microsoft, ${code}`;
  return effectError('teams.unreachable', { call, reason }, { retry: 'later', outcome: 'not-applied' });
}

function refused(answer: z.output<typeof answered>, error: unknown, call: string): EffectError {
  const { statusCode: status } = answer;
  const refusal = wordOf(answer);
  const never = { retry: 'never', outcome: 'not-applied', cause: { teams: refusal } } as const;
  const waited = afterMsOf(error);
  const later = { retry: 'later', ...(waited === undefined ? {} : { afterMs: waited }) } as const;
  // A success that cannot be read: it was done, and nobody knows how it is called.
  if (status < 300) {
    const reason = 'an answer that cannot be read';
    return effectError('teams.unreachable', { call, reason }, { retry: 'later', outcome: 'unknown' });
  }
  if (status >= 500)
    return effectError('teams.server-error', { call, status }, { ...later, outcome: 'unknown' });
  switch (status) {
    case 401:
      return effectError('teams.credentials', { call, reason: refusal }, never);
    case 403:
      return effectError('teams.not-in-team', { call, error: refusal }, never);
    case 404:
      return effectError('teams.gone', { call, error: refusal }, never);
    case 408:
      return effectError('teams.server-error', { call, status }, { ...later, outcome: 'unknown' });
    // Somebody changed the same conversation at the same time.
    case 412:
      return effectError('teams.server-error', { call, status }, { ...later, outcome: 'not-applied' });
    case 413:
      return effectError('teams.too-large', { call }, never);
    case 429: {
      const afterMs = waited ?? unnamedWaitMs;
      const seconds = Math.ceil(afterMs / 1000);
      return effectError(
        'teams.limited',
        { call, seconds },
        { retry: 'later', outcome: 'not-applied', afterMs },
      );
    }
    default:
      return effectError('teams.refused', { call, error: refusal }, never);
  }
}

/** Teams does not always say for how long; its limits are over one to thirty seconds. */
const unnamedWaitMs = 2000;

/** Teams' word for the refusal: its code, or the finer one that stands in the message of some. */
function wordOf({ statusCode, code, message }: z.output<typeof answered>): string {
  const finer = /"subCode"\s*:\s*"(\w{1,60})"/.exec(message)?.[1];
  const word = finer ?? code;
  return word !== undefined && /^\w{1,60}$/.test(word) ? word : `status ${statusCode}`;
}

function afterMsOf(error: unknown): number | undefined {
  const head = z.object({ response: z.object({ headers: z.custom<{ get(name: string): unknown }>() }) });
  const read = head.safeParse(error);
  const value = read.success ? read.data.response.headers.get('retry-after') : undefined;
  if (typeof value !== 'string' || !/^\d{1,6}$/.test(value)) return undefined;
  return Math.max(1, Number(value)) * 1000;
}

function codeIn(error: unknown): string | undefined {
  const read = broken.safeParse(error);
  if (read.success && /^\w{1,60}$/.test(read.data.code)) return read.data.code;
  const named = z.looseObject({ errorCode: z.string().regex(/^\w{1,60}$/) }).safeParse(error);
  return named.success ? named.data.errorCode : undefined;
}
