import type { webApi } from '@slack/bolt';
import { asked } from './api.ts';

/** The kind of metadata that every post of ours carries. */
export const metadataType = 'mailfix_message';

/** The metadata of a post: the outbox row's id, by which it is found again. Anybody in the channel can read it. */
export function metadataOf(key: string) {
  return { event_type: metadataType, event_payload: { key } };
}

const pageSize = 200;
const mostPages = 10;
/** Our clock and Slack's need not agree. */
const skewMs = 10 * 60_000;

/** Looks for a post of ours by its key: in a thread, or at the top of the channel. `since` is in epoch milliseconds. */
export async function findPost(
  client: webApi.WebClient,
  {
    channel,
    thread,
    key,
    since,
    botUser,
  }: {
    readonly channel: string;
    readonly thread: string | undefined;
    readonly key: string;
    readonly since: number;
    readonly botUser: string;
  },
): Promise<string | undefined> {
  const oldest = `${Math.floor((since - skewMs) / 1000)}.000000`;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const args = { channel, oldest, inclusive: true, include_all_metadata: true, limit: pageSize } as const;
    const next = cursor === undefined ? {} : { cursor };
    const said =
      thread === undefined
        ? await asked('conversations.history', channel, () =>
            client.conversations.history({ ...args, ...next }),
          )
        : await asked('conversations.replies', channel, () =>
            client.conversations.replies({ ...args, ...next, ts: thread }),
          );
    for (const { ts, user, metadata } of said.messages ?? []) {
      if (ts === undefined || user !== botUser || metadata?.event_type !== metadataType) continue;
      const payload: unknown = metadata.event_payload;
      if (typeof payload === 'object' && payload !== null && 'key' in payload && payload.key === key)
        return ts;
    }
    cursor = said.response_metadata?.next_cursor;
    if (said.has_more !== true || cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}
