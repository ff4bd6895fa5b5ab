import type { types } from '@slack/bolt';
import { EffectError } from '../../src/errors.ts';
import { say } from '../../src/render/language.ts';
import { asked } from './api.ts';
import type { Desk } from './desk.ts';
import type { Workspace } from './ports.ts';

/** Somebody in front of something: where private words for them go. */
export interface Listener {
  readonly workspace: Workspace;
  readonly user: string;
  readonly channel?: string | undefined;
  readonly thread?: string | undefined;
  /** Slack's address for an answer to one request; used where the app itself may not write. */
  readonly responseUrl?: string | undefined;
}

const answerLimitMs = 5000;

/** Tells one person alone, after the request was answered. `words` are ours, in Slack's mark-up, escaped. */
export function tellPrivately(desk: Desk, to: Listener, words: string, blocks?: types.KnownBlock[]): void {
  const text = say(words);
  const { workspace, user, channel, thread, responseUrl } = to;
  desk.later('private words', async () => {
    if (channel !== undefined) {
      try {
        const { client } = await desk.workspaces.access(workspace);
        const where = thread === undefined ? {} : { thread_ts: thread };
        await asked('chat.postEphemeral', channel, () =>
          client.chat.postEphemeral({
            channel,
            user,
            text,
            ...where,
            ...(blocks === undefined ? {} : { blocks }),
          }),
        );
        return;
      } catch (error) {
        if (!(error instanceof EffectError) || error.code !== 'slack.channel' || responseUrl === undefined)
          throw error;
      }
    }
    if (responseUrl !== undefined) await respond(desk, responseUrl, text, blocks);
  });
}

/** Answers at the address that came with a request, if it is Slack's: whoever else gets it would read the words. */
async function respond(
  desk: Desk,
  responseUrl: string,
  text: string,
  blocks?: types.KnownBlock[],
): Promise<void> {
  if (!isSlacks(responseUrl, desk.ports.settings.apiUrl)) {
    desk.ports.log.warn({ host: hostOf(responseUrl) }, 'an address to answer at is not of Slack: not used');
    return;
  }
  await fetch(responseUrl, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(answerLimitMs),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
  });
}

/** Slack gives out addresses of one host; a stand-in for Slack (SLACK_API_URL), its own. */
export function isSlacks(responseUrl: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(responseUrl)) return false;
  const { protocol, host, username } = new URL(responseUrl);
  if (username !== '') return false;
  if (apiUrl !== undefined && new URL(apiUrl).host === host) return new URL(apiUrl).protocol === protocol;
  return protocol === 'https:' && host === 'hooks.slack.com';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'unreadable';
}
