import { isJson, jsonOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import { adaptive, cardIn, controlsIn } from './card-parts.ts';
import type { Control } from './card-parts.ts';
import { faultsOfCard } from './card-rules.ts';
import { placeIn } from './state.ts';
import type { Delivered, Overrides } from './deliveries.ts';
import { filled } from './fill.ts';
import type { Typed } from './fill.ts';
import { seenBy } from './reading.ts';
import { activityOf, fieldsAt, spotOf } from './stage.ts';
import type { Stage, Where } from './stage.ts';
import type { Account, Post } from './state.ts';

/** What came of a button: the app's answer, and what the person is shown because of it. */
export type Pressed = Delivered & {
  /** Words that appear for a moment. */
  readonly toast?: string;
  /** The card that stands there now, for this person. */
  readonly card?: Json;
};

/** Which buttons are looked at: those of a thread, a channel, one post, or everywhere. */
export type Among = Where & { readonly post?: string };

/** A button that was found. */
interface Found {
  readonly post: Post;
  readonly control: Control;
}

/** What somebody presses on cards. `opened` is told of a button that opens a form. */
export function createCards(
  stage: Stage,
  person: Account,
  opened: (post: Post, data: Json) => Promise<Pressed>,
) {
  const { state } = stage;

  function posts({ channel, thread, post }: Among): readonly Post[] {
    const among = state.posts.filter((one) => !one.deleted && (post === undefined || one.id === post));
    if (thread === undefined && channel === undefined) return among;
    if (thread !== undefined && state.chats.has(placeIn(thread).place))
      return among.filter((one) => one.place === thread);
    const spot = spotOf(stage, { ...(channel && { channel }), ...(thread && { thread }) });
    return among.filter((one) => one.place === spot.channel && (!('root' in spot) || one.root === spot.root));
  }

  /** The newest button with these words that this person sees. */
  function find(label: string | RegExp, among: Among): Found {
    const seen: string[] = [];
    for (const post of posts(among).toReversed()) {
      const card = cardIn(seenBy(person, post));
      const controls = card === undefined ? [] : controlsIn(card);
      const control = controls.findLast(({ title, action }) => {
        const pressable = action['type'] === 'Action.Execute' || action['type'] === 'Action.Submit';
        return pressable && (typeof label === 'string' ? title === label : label.test(title));
      });
      if (control !== undefined) {
        if (control.action['isEnabled'] === false) throw new Error(`"${control.title}" cannot be pressed.`);
        return { post, control };
      }
      seen.push(...controls.map(({ title }) => title));
    }
    throw new Error(`${person.name} sees no button "${String(label)}", only: ${seen.join(', ') || 'none'}.`);
  }

  function base({ place, root, id }: Post): Json {
    const { conversation, channelData } = fieldsAt(stage, person, place, root);
    const source = { source: { name: 'message' }, legacy: { replyToId: id } };
    return {
      ...activityOf(stage, person, conversation, { ...channelData, ...source }),
      replyToId: id,
    };
  }

  async function execute(
    post: Post,
    action: Json,
    data: Json,
    trigger: 'manual' | 'automatic',
    overrides?: Overrides,
  ): Promise<Pressed> {
    const { type, id, title, verb } = action;
    const activity = {
      ...base(post),
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type, id, title, verb, data: { ...jsonOf(action['data']), ...data } }, trigger },
    };
    const answer = await stage.deliver(activity, overrides);
    return { ...answer, ...shown(person, post, answer) };
  }

  async function submit(post: Post, action: Json, data: Json, overrides?: Overrides): Promise<Pressed> {
    const own = jsonOf(action['data']);
    const value = { ...own, ...data };
    if (jsonOf(own['msteams'])['type'] === 'task/fetch') return opened(post, value);
    return stage.deliver({ ...base(post), type: 'message', value }, overrides);
  }

  async function press(
    { post, control: { action, inputs } }: Found,
    typed: Typed,
    as: 'Action.Execute' | 'Action.Submit',
    overrides?: Overrides,
  ): Promise<Pressed> {
    const { data, faults } = filled(inputs, typed);
    if (faults.length > 0) return notSent(faults.join('; '));
    return as === 'Action.Execute'
      ? execute(post, action, data, 'manual', overrides)
      : submit(post, action, data, overrides);
  }

  return {
    /** Presses the newest button of this label; what the app answers is shown to this person alone. */
    async executes(
      label: string | RegExp,
      typed: Typed = {},
      among: Among = {},
      overrides?: Overrides,
    ): Promise<Pressed> {
      const found = find(label, among);
      const as = found.control.action['type'] === 'Action.Execute' ? 'Action.Execute' : 'Action.Submit';
      return press(found, typed, as, overrides);
    },

    /** Presses it in an old client, which knows no Action.Execute and takes its `fallback`. */
    async submits(
      label: string | RegExp,
      typed: Typed = {},
      among: Among = {},
      overrides?: Overrides,
    ): Promise<Pressed> {
      const { post, control } = find(label, among);
      const { fallback, type } = control.action;
      if (type === 'Action.Submit') return press({ post, control }, typed, type, overrides);
      if (!isJson(fallback) || fallback['type'] !== 'Action.Submit')
        throw new Error(`"${control.title}" has no fallback that submits: old clients do not show it.`);
      return press({ post, control: { ...control, action: fallback } }, typed, 'Action.Submit', overrides);
    },

    /** Looks at a thread: cards that refresh for this person are asked for anew, as Teams does by itself. */
    async looks(among: Among = {}): Promise<readonly Pressed[]> {
      const looked: Pressed[] = [];
      for (const post of posts(among)) {
        const refresh = jsonOf(cardIn(post.activity)?.['refresh']);
        const { action, userIds } = refresh;
        if (!isJson(action)) continue;
        if (Array.isArray(userIds) && !userIds.includes(person.id)) continue;
        // One after the other, as they come into view.
        looked.push(await execute(post, action, {}, 'automatic'));
      }
      return looked;
    },
  };
}

/** Nothing was sent, for the client itself did not let it through. */
export function notSent(error: string): Delivered {
  const request = { activity: {}, method: 'POST', headers: {}, body: '' };
  return { request, status: 0, headers: {}, body: '', json: {}, ms: 0, error };
}

/** Reads the answer to an Action.Execute, and puts its card in the place of the one that was pressed. */
function shown(person: Account, post: Post, { status, json }: Delivered): Partial<Pressed> {
  const { type, value, statusCode } = json;
  if (status !== 200) return { error: 'Something went wrong. Please try again.' };
  switch (type) {
    case adaptive: {
      const card = jsonOf(value);
      const faults = statusCode === 200 ? faultsOfCard(card) : [`its statusCode is ${String(statusCode)}`];
      if (faults.length > 0) return { error: `Teams does not show the card: ${faults.join('; ')}` };
      post.views.set(person.id, card);
      return { card };
    }
    case 'application/vnd.microsoft.activity.message':
      return { toast: textIn(value) };
    case 'application/vnd.microsoft.error':
      return { error: textIn(jsonOf(value)['message']) };
    default:
      return { error: `Teams does not know an answer of the type "${textIn(type)}".` };
  }
}
