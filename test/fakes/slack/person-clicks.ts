import { messageJson } from './answers.ts';
import { controlsIn, keyOf, optionsOf, valueNames, valuesOf, wordsOf } from './controls.ts';
import type { Control } from './controls.ts';
import type { Delivered } from './delivery.ts';
import { jsonOf, listOf } from './json.ts';
import type { Json } from './json.ts';
import { interaction, responseUrlFor } from './payloads.ts';
import { placeOf } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Ephemeral, Message, Typed } from './state.ts';
import type { User } from './team.ts';
import { checkTyped } from './fill.ts';

/** Which message is meant: by default the newest one in the place that has what is looked for. */
export interface InMessage {
  readonly channel?: string;
  /** Only in this thread, by the `ts` of its first message. */
  readonly thread?: string;
  /** Only in the message with this `ts`. */
  readonly message?: string;
  /** Which of several in that message, from 0; without it there may be only one. */
  readonly nth?: number;
}

/** What somebody does with buttons, fields and menus in messages. */
export function createClicks(stage: Stage, user: User) {
  const { state } = stage;

  /** What this person sees in a place, newest first. */
  function seen(where: InMessage): readonly (Message | Ephemeral)[] {
    const { channel } = placeOf(stage, where.channel);
    const whispers = state.ephemerals.filter((one) => one.channel === channel.id && one.user === user.id);
    const messages = state.messagesIn(channel.id).filter(({ deleted }) => !deleted);
    return [...messages, ...whispers]
      .filter(
        ({ ts, threadTs }) => where.thread === undefined || ts === where.thread || threadTs === where.thread,
      )
      .filter(({ ts }) => where.message === undefined || ts === where.message)
      .toSorted((one, other) => Number(other.ts) - Number(one.ts));
  }

  function find(what: string, where: InMessage, fits: (control: Control) => boolean) {
    const all = seen(where);
    for (const source of all) {
      const found = controlsIn(source.blocks).filter(fits);
      if (found.length > 1 && where.nth === undefined)
        throw new Error(`The message ${source.ts} has ${found.length} of ${what}: say which with nth.`);
      const control = found[where.nth ?? 0];
      if (control !== undefined) return { source, control };
    }
    const there = all.flatMap(({ blocks }) =>
      controlsIn(blocks).map(({ type, label }) => `${type} "${label}"`),
    );
    throw new Error(
      `${user.realName} sees no ${what}. There is: ${there.join(', ') || 'nothing to act on'}.`,
    );
  }

  function typedIn({ channel, ts }: Message | Ephemeral): Typed {
    const key = `${user.id} ${channel} ${ts}`;
    const typed: Typed = state.typed.get(key) ?? new Map<string, Json>();
    state.typed.set(key, typed);
    return typed;
  }

  function act(source: Message | Ephemeral, control: Control, action: Json): Promise<Delivered> {
    const { channel, team } = placeOf(stage, source.channel);
    const isEphemeral = !('team' in source);
    const threadTs = isEphemeral ? source.threadTs : messageJson(state, source)['thread_ts'];
    return stage.deliver('interactivity', {
      ...interaction(stage, 'block_actions', user, team, channel.id),
      container: {
        type: 'message',
        message_ts: source.ts,
        channel_id: channel.id,
        is_ephemeral: isEphemeral,
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      },
      channel: { id: channel.id, name: channel.isDirect ? 'directmessage' : channel.name },
      ...(isEphemeral ? {} : { message: messageJson(state, source) }),
      state: { values: valuesOf(source.blocks, typedIn(source), channel.id) },
      response_url: responseUrlFor(stage, user, team, channel.id, source),
      actions: [actionOf(control, action, state.nextTs())],
    });
  }

  function clicks(label: string | RegExp, where: InMessage = {}): Promise<Delivered> {
    const { source, control } = find(`button ${String(label)}`, where, isButton(label));
    return act(source, control, {});
  }

  return {
    /** Presses the newest button with these words, and says yes to its question if it asks one. */
    async clicks(label: string | RegExp, where: InMessage = {}): Promise<Delivered> {
      return clicks(label, where);
    },

    /** Sends an action that no message offers, as if a message of the app had it. */
    async sendsAction(action: Json, { channel, message }: Required<Pick<InMessage, 'channel' | 'message'>>) {
      const source = seen({ channel, message })[0];
      if (source === undefined) throw new Error(`There is no message ${message} in ${channel}.`);
      const { type, block_id: blockId, action_id: actionId, ...more } = action;
      const control = {
        type: String(type),
        blockId: String(blockId),
        actionId: String(actionId),
        element: {},
        block: {},
        label: '',
      };
      return act(source, control, more);
    },

    /** Types into a field of a message, and sends it with Enter or with a button of that message. */
    async types(
      label: string | RegExp,
      text: string,
      { send, ...where }: InMessage & { readonly send: string },
    ): Promise<Delivered> {
      const { source, control } = find(
        `field ${String(label)}`,
        where,
        (one) => one.type.endsWith('_input') && matches(one.label, label),
      );
      checkTyped(control, text);
      typedIn(source).set(keyOf(control), { type: control.type, value: text });
      if (send !== 'enter') return clicks(send, { channel: source.channel, message: source.ts });
      const on = listOf(jsonOf(control.element['dispatch_action_config'])['trigger_actions_on']);
      const isSent =
        control.block['dispatch_action'] === true && (on.length === 0 || on.includes('on_enter_pressed'));
      if (!isSent) throw new Error(`Enter does nothing in "${control.label}": it has no dispatch_action.`);
      return act(source, control, { value: text });
    },

    /** Chooses an option of a menu in a message by its words. */
    async chooses(
      option: string | RegExp,
      { send, ...where }: InMessage & { readonly send?: string } = {},
    ): Promise<Delivered> {
      const offers = (one: Control): Json | undefined =>
        optionsOf(one.element).find((offered) => matches(wordsOf(offered['text']), option));
      const { source, control } = find(`option ${String(option)}`, where, (one) => offers(one) !== undefined);
      const chosen = { selected_option: offers(control) };
      if (valueNames[control.type] === 'selected_option')
        typedIn(source).set(keyOf(control), { type: control.type, ...chosen });
      return send === undefined
        ? act(source, control, chosen)
        : clicks(send, { channel: source.channel, message: source.ts });
    },
  };
}

/** One entry of `actions`, as Slack sends it. */
export function actionOf({ type, blockId, actionId, element }: Control, more: Json, actionTs: string): Json {
  return {
    type,
    action_id: actionId,
    block_id: blockId,
    ...(type === 'button'
      ? {
          text: element['text'],
          ...(element['value'] === undefined ? {} : { value: element['value'] }),
          ...(element['style'] === undefined ? {} : { style: element['style'] }),
        }
      : {}),
    ...more,
    action_ts: actionTs,
  };
}

/** Whether a control is a button with these words. */
export function isButton(label: string | RegExp): (control: Control) => boolean {
  return (control) => control.type === 'button' && matches(control.label, label);
}

/** Whether words are exactly these, or fit a pattern. */
export function matches(words: string, label: string | RegExp): boolean {
  return typeof label === 'string' ? words === label : label.test(words);
}
