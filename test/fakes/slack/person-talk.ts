import { randomUUID } from 'node:crypto';
import { messageJson, viewJson } from './answers.ts';
import type { Delivered } from './delivery.ts';
import { isJson } from './json.ts';
import { openDirect } from './method.ts';
import { commandFields, eventEnvelope, interaction, responseUrlFor } from './payloads.ts';
import { place } from './response-urls.ts';
import { changeEvent, placeOf, teamFor, tellEvent } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Message } from './state.ts';
import type { User } from './team.ts';
import { asTyped } from './typed-text.ts';
import { Refusal } from './refusal.ts';

/** A place to speak in: a channel, and a thread by the `ts` of its first message. */
export interface Where {
  readonly channel?: string;
  readonly thread?: string;
}

/** A message that was said, and what the app answered to the event of it. */
export type Said = Delivered & { readonly ts: string };

/** What somebody says and asks for outside of buttons and modals. */
export function createTalk(stage: Stage, user: User) {
  const { state } = stage;

  function put(text: string, { channel: id, thread }: Where): Message {
    const { channel, team } = placeOf(stage, id);
    if (channel.isArchived) throw new Error(`Nobody can write into ${channel.id}: it is archived.`);
    return state.addMessage({
      channel: channel.id,
      team: team.id,
      user: user.id,
      clientMsgId: randomUUID(),
      text: asTyped(text),
      blocks: [
        {
          type: 'rich_text',
          block_id: state.nextId(),
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
        },
      ],
      ...(thread === undefined ? {} : { threadTs: thread }),
    });
  }

  function own({ channel, ts }: { readonly channel?: string; readonly ts: string }) {
    const where = placeOf(stage, channel);
    const message = state.message(where.channel.id, ts);
    if (message?.user !== user.id)
      throw new Error(`${user.realName} has no message ${ts} in ${where.channel.id}.`);
    return { where, message, before: messageJson(state, message) };
  }

  return {
    /** Types a slash command, such as `/mailfix acme.example`; what the app answers at once is shown. */
    async command(text: string, { channel: id }: { readonly channel?: string } = {}): Promise<Delivered> {
      const { channel, team } = placeOf(stage, id);
      const [, command, rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
      if (command === undefined) throw new Error(`"${text}" is no slash command.`);
      const fields = commandFields(stage, user, team, channel, command, rest.trim());
      const result = await stage.deliver('command', fields);
      if (result.status !== 200 || result.body === '') return result;
      const body =
        isJson(result.json) && Object.keys(result.json).length > 0 ? result.json : { text: result.body };
      const to = { user: user.id, team: team.id, channel: channel.id, source: undefined };
      try {
        place(state, stage.app.appId, to, body, stage.tell);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return {
          ...result,
          error: `Slack does not show the answer: ${error.error} ${JSON.stringify(error.more)}`,
        };
      }
      return result;
    },

    /** Writes a message; the app hears of it if it may. */
    async says(text: string, where: Where = {}): Promise<Said> {
      const message = put(text, where);
      const at = placeOf(stage, message.channel);
      const event = changeEvent(stage, { kind: 'posted', message }, at.channel);
      return { ...(await tellEvent(stage, event, at)), ts: message.ts };
    },

    /** Mentions the bot; the app is told twice, as a mention and as a message, in either order. */
    async mentions(text: string, where: Where = {}) {
      const at = placeOf(stage, where.channel);
      const bot = `<@${at.team.botUser}>`;
      const message = put(text.includes(bot) ? text : `${bot} ${text}`, where);
      const event = changeEvent(stage, { kind: 'posted', message }, at.channel);
      const { channel_type: _, ...rest } = event;
      const [mention, asMessage] = await Promise.all([
        tellEvent(stage, { ...rest, type: 'app_mention' }, at),
        tellEvent(stage, event, at),
      ]);
      return { ts: message.ts, mention, message: asMessage };
    },

    /** Changes a message of theirs. */
    async edits(which: { readonly channel?: string; readonly ts: string }, text: string): Promise<Delivered> {
      const { where, message, before } = own(which);
      message.text = asTyped(text);
      message.updates += 1;
      message.edited = { user: user.id, ts: state.nextTs() };
      const event = changeEvent(stage, { kind: 'changed', message, before }, where.channel);
      return tellEvent(stage, event, where);
    },

    /** Deletes a message of theirs. */
    async deletes(which: { readonly channel?: string; readonly ts: string }): Promise<Delivered> {
      const { where, message, before } = own(which);
      state.removeMessage(message);
      return tellEvent(stage, changeEvent(stage, { kind: 'deleted', message, before }, where.channel), where);
    },

    /** Uses a shortcut in the menu of a message. */
    async messageShortcut(
      callbackId: string,
      which: { readonly channel?: string; readonly ts: string },
    ): Promise<Delivered> {
      const { channel, team } = placeOf(stage, which.channel);
      const message = state.message(channel.id, which.ts);
      if (message === undefined) throw new Error(`There is no message ${which.ts} in ${channel.id}.`);
      return stage.deliver('interactivity', {
        ...interaction(stage, 'message_action', user, team, channel.id),
        action_ts: state.nextTs(),
        callback_id: callbackId,
        channel: { id: channel.id, name: channel.name },
        message_ts: message.ts,
        message: messageJson(state, message),
        response_url: responseUrlFor(stage, user, team, channel.id, message),
      });
    },

    /** Uses a shortcut of the search bar; the app is not told from where. */
    async globalShortcut(
      callbackId: string,
      { channel }: { readonly channel?: string } = {},
    ): Promise<Delivered> {
      return stage.deliver('interactivity', {
        ...interaction(stage, 'shortcut', user, teamFor(stage, user), channel),
        action_ts: state.nextTs(),
        callback_id: callbackId,
      });
    },

    /** Opens the app's Home tab, or its messages. */
    async opensHome(tab: 'home' | 'messages' = 'home'): Promise<Delivered> {
      const team = teamFor(stage, user);
      const channel = openDirect(state, user.id, team.botUser);
      const home = state.homes.get(user.id);
      const event = {
        type: 'app_home_opened',
        user: user.id,
        channel: channel.id,
        tab,
        event_ts: state.nextTs(),
        ...(home === undefined || tab !== 'home' ? {} : { view: viewJson(state, stage.app.appId, home) }),
      };
      return stage.deliver('events', eventEnvelope(stage, event, team));
    },
  };
}
