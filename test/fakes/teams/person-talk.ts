import type { Json } from '../slack/json.ts';
import type { Delivered, Overrides } from './deliveries.ts';
import { activityOf, channelFields, chatFields, fieldsAt, spotOf } from './stage.ts';
import type { Stage, Where } from './stage.ts';
import type { Account, Post } from './state.ts';

/** A message that was said, where, and what the app answered to it. */
export type Said = Delivered & {
  readonly id: string;
  /** The conversation that answers go into. */
  readonly thread: string;
  readonly post: Post;
};

/** What somebody says, changes and takes back. */
export function createTalk(stage: Stage, person: Account) {
  const { state, appId, appName } = stage;
  const bot = { id: `28:${appId}`, name: appName };

  function put(
    text: string,
    where: Where | 'chat',
    message: Json,
  ): { readonly post: Post; readonly sent: Json } {
    const spot = where === 'chat' ? { channel: chatFields(stage, person).chat.id } : spotOf(stage, where);
    const root = 'root' in spot ? spot.root : undefined;
    const post = state.addPost(spot.channel, root, person.id, { text });
    const { conversation, channelData } = fieldsAt(stage, person, spot.channel, post.root);
    const base = activityOf(stage, person, conversation, channelData);
    const entities = [...((base['entities'] ?? []) as Json[]), ...((message['entities'] ?? []) as Json[])];
    const sent = { ...base, type: 'message', ...message, entities, id: post.id };
    post.activity = sent;
    return { post, sent };
  }

  function asHtml(text: string): Json {
    const content = `<div><div>${text.trim().replaceAll('\n', '<br>')}</div></div>`;
    return { contentType: 'text/html', content };
  }

  async function said(post: Post, sent: Json, overrides?: Overrides): Promise<Said> {
    const answer = await stage.deliver(sent, overrides);
    return { ...answer, id: post.id, thread: post.conversation, post };
  }

  function ownPost(id: string): Post {
    const found = state.posts.find((one) => one.id === id && one.from === person.id && !one.deleted);
    if (found === undefined) throw new Error(`${person.name} has no message ${id}.`);
    return found;
  }

  function later(post: Post, more: Json, channelData: Json): Promise<Delivered> {
    const base = post.activity;
    const data = { ...(base['channelData'] as Json), ...channelData };
    return stage.deliver({
      ...base,
      timestamp: new Date(state.now()).toISOString(),
      ...more,
      channelData: data,
    });
  }

  return {
    /** Mentions the app in a channel or thread; the text may have `<at>…</at>` for it at a place of its own. */
    mentions(text: string, where: Where = {}, overrides?: Overrides): Promise<Said> {
      const { team } = channelFields(stage, spotOf(stage, where).channel, undefined);
      if (!team.withApp)
        throw new Error(`Nobody can mention ${appName} in ${team.name}: it is not in the team.`);
      const at = `<at>${appName}</at>`;
      // Between mention and text Teams leaves a space that does not break, and behind all a line break.
      const words = text.includes(at) ? text : `${at}\u00a0${text}\n`;
      const { post, sent } = put(words, where, {
        text: words,
        textFormat: 'plain',
        attachments: [asHtml(words)],
        entities: [{ type: 'mention', mentioned: bot, text: at }],
      });
      return said(post, sent, overrides);
    },

    /** Says something to the app alone; with a place, to everybody there, which the app hears of only if it may. */
    async says(text: string, where?: Where): Promise<Said> {
      const message = { text, textFormat: 'plain', attachments: [asHtml(text)] };
      const { post, sent } = put(text, where ?? 'chat', message);
      if (where === undefined || stage.hearsAll) return said(post, sent);
      const request = { activity: sent, method: 'POST', headers: {}, body: '' };
      const nothing = { request, status: 0, headers: {}, body: '', json: {}, ms: 0 };
      return {
        ...nothing,
        error: 'The app was not mentioned.',
        id: post.id,
        thread: post.conversation,
        post,
      };
    },

    /** Uses a slash command: a message that nobody else sees. */
    slashes(text: string, where: Where = {}): Promise<Delivered> {
      const { channel, root } = { root: undefined, ...spotOf(stage, where) };
      const { conversation, channelData } = channelFields(stage, channel, root);
      const base = activityOf(stage, person, conversation, channelData);
      const recipient = { ...bot, isTargeted: true };
      return stage.deliver({ ...base, type: 'message', text, textFormat: 'plain', recipient });
    },

    /** Changes a message of theirs. */
    edits(id: string, text: string): Promise<Delivered> {
      const post = ownPost(id);
      const at = `<at>${appName}</at>`;
      const before = String(post.activity['text']);
      const words = before.startsWith(at) && !text.includes(at) ? `${at}\u00a0${text}\n` : text;
      post.activity = { ...post.activity, text: words };
      post.updates += 1;
      return later(post, { type: 'messageUpdate' }, { eventType: 'editMessage' });
    },

    /** Deletes a message of theirs. */
    deletes(id: string): Promise<Delivered> {
      const post = ownPost(id);
      post.deleted = true;
      const gone = { type: 'messageDelete', text: undefined, attachments: undefined };
      return later(post, gone, { eventType: 'softDeleteMessage' });
    },
  };
}
