import { LogLevel, webApi } from '@slack/bolt';

const nothing = (): void => undefined;

/** A logger that says nothing. */
export const quiet = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

/** A client as an app should have it: no retries, a timeout, and no wait for a rate limit. */
export function clientFor(slackApiUrl: string, token?: string, timeout = 2000): webApi.WebClient {
  return new webApi.WebClient(token, {
    slackApiUrl,
    timeout,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}

/** What a call was refused with; it must have been. */
export async function failure(calling: Promise<unknown>): Promise<unknown> {
  try {
    await calling;
  } catch (error) {
    return error;
  }
  throw new Error('The call was not refused.');
}

/** The word with which Slack refuses a call. */
export async function refused(calling: Promise<unknown>): Promise<string> {
  const error = await failure(calling);
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error;
  throw new Error('Slack did not refuse it.', { cause: error });
}
