import { webApi } from '@slack/bolt';
import { effectError } from '../../src/errors.ts';
import type { EffectError } from '../../src/errors.ts';

/** How long one call to Slack may take, in milliseconds; the outbox tries again, so the client itself never does. */
const callLimitMs = 5000;

/** The settings of every client of Slack's Web API: a time limit, no tries of its own, rate limits handed to us. */
export function clientOptions(apiUrl: string | undefined): webApi.WebClientOptions {
  return {
    timeout: callLimitMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
  };
}

/** What the client would say, every failure tells us too; and it might say what is in a request. */
export const silent: NonNullable<webApi.WebClientOptions['logger']> = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => webApi.LogLevel.ERROR,
  setName: () => undefined,
};

/** Waits for a call to Slack; whatever goes wrong is an `EffectError` (`slack.*`) that holds nothing of the request. */
export async function asked<T>(name: string, channel: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error, name, channel);
  }
}

/** Slack's own word for why it refused, of an error that `asked` threw; undefined for any other. */
export function refusalOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'slack' in cause ? String(cause.slack) : undefined;
}

const ofTheToken = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'org_login_required',
];
const ofTheChannel = [
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'user_not_in_channel',
  'messages_tab_disabled',
  'message_limit_exceeded',
  'team_access_not_granted',
];
const passing = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'ratelimited',
  'rate_limited',
];

function failureOf(error: unknown, call: string, channel: string): EffectError {
  if (error instanceof webApi.WebAPIRateLimitedError) return limited(call, error.retryAfter);
  if (error instanceof webApi.WebAPIHTTPError) {
    const status = error.statusCode;
    return effectError('slack.server-error', { call, status }, { retry: 'later', outcome: 'unknown' });
  }
  if (error instanceof webApi.WebAPIPlatformError) return refused(error.data, call, channel);
  const reason = error instanceof webApi.WebAPIRequestError ? shortReason(error.original) : 'no answer';
  return effectError('slack.unreachable', { call, reason }, { retry: 'later', outcome: 'unknown' });
}

/** Slack, or the last answer of Slack, asks to wait so many seconds. */
export function limited(call: string, seconds: number): EffectError {
  const afterMs = Math.max(1, seconds) * 1000;
  return effectError('slack.limited', { call, seconds }, { retry: 'later', outcome: 'not-applied', afterMs });
}

function refused(data: { error: string }, call: string, channel: string): EffectError {
  // What is no JSON is handed on as the word of refusal: a proxy's page, or an answer cut off.
  const known = /^[a-z][a-z0-9_]{1,60}$/.test(data.error);
  const error = known ? data.error : 'an answer that cannot be read';
  const cause = { slack: error, about: wordsOf(data) };
  const never = { retry: 'never', outcome: 'not-applied', cause } as const;
  if (!known || passing.includes(error)) {
    const later = { retry: 'later', outcome: 'unknown', cause } as const;
    return effectError('slack.unreachable', { call, reason: error }, later);
  }
  if (ofTheToken.includes(error)) return effectError('slack.token', { call, error }, never);
  if (ofTheChannel.includes(error)) return effectError('slack.channel', { call, error, channel }, never);
  if (error === 'missing_scope') return effectError('slack.scope', { call, scope: neededOf(data) }, never);
  return effectError('slack.refused', { call, error }, never);
}

function neededOf(data: object): string {
  const needed = 'needed' in data && typeof data.needed === 'string' ? data.needed : '';
  return /^[a-z:._,-]{3,200}$/.test(needed) ? needed : 'another one';
}

/** Slack's remarks name places in what we sent, never what stands there. */
function wordsOf(data: object): readonly string[] {
  const about: unknown = 'response_metadata' in data ? data.response_metadata : undefined;
  if (typeof about !== 'object' || about === null || !('messages' in about)) return [];
  return Array.isArray(about.messages)
    ? about.messages.slice(0, 5).map((one) => String(one).slice(0, 200))
    : [];
}

function shortReason(error: Error): string {
  if (error.name === 'TimeoutError') return `none within ${callLimitMs / 1000} s`;
  const cause: unknown = error.cause;
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code);
  return 'the connection broke off';
}
