import { isJson, jsonOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import { allParts, controlsIn } from './card-parts.ts';
import { faultsOfCard } from './card-rules.ts';
import type { Delivered } from './deliveries.ts';
import { filled } from './fill.ts';
import type { Typed } from './fill.ts';
import { notSent } from './person-cards.ts';
import { activityOf, chatFields, fieldsAt, spotOf } from './stage.ts';
import type { Stage, Where } from './stage.ts';
import type { Account, Post } from './state.ts';

/** What came of opening or sending a form. */
export type FormAnswer = Delivered & {
  /** The form that is open now. */
  readonly form?: Json;
  /** Words in the place of the form. */
  readonly message?: string;
};

interface OpenForm {
  readonly card: Json;
  readonly base: Json;
  /** What goes along when it is sent. */
  readonly value: Json;
  readonly name: 'composeExtension/submitAction' | 'task/submit';
}

/** What somebody does with forms: those of message extensions, and those that buttons open. */
export function createForms(stage: Stage, person: Account) {
  const { state } = stage;
  let open: OpenForm | undefined;

  function read(answer: Delivered, asked: Omit<OpenForm, 'card'>): FormAnswer {
    const { status, json } = answer;
    open = undefined;
    if (status !== 200) return { ...answer, error: answer.error ?? 'Unable to reach app.' };
    const task = jsonOf(json['task']);
    if (task['type'] === 'message') return { ...answer, message: textIn(task['value']) };
    if (task['type'] === 'continue') {
      const card = jsonOf(jsonOf(jsonOf(task['value'])['card'])['content']);
      const faults = faultsOfForm(card);
      if (faults.length > 0)
        return { ...answer, error: `Teams does not show the form: ${faults.join('; ')}` };
      open = { ...asked, card };
      return { ...answer, form: card };
    }
    if (isJson(json['composeExtension'])) return answer;
    if (answer.body === '' && asked.name === 'task/submit') return answer;
    return { ...answer, error: 'Teams cannot read the answer to the form.' };
  }

  return {
    /** Opens a form of a message extension: from the command box, or in the menu of a message. */
    async opensForm(
      commandId: string,
      { from, ...where }: Where & { readonly from?: string; readonly personal?: true } = {},
    ): Promise<FormAnswer> {
      const post =
        from === undefined ? undefined : state.posts.find((one) => one.id === from && !one.deleted);
      if (from !== undefined && post === undefined) throw new Error(`There is no message ${from}.`);
      const { channel, root } = post
        ? { channel: post.place, root: post.root }
        : { root: undefined, ...spotOf(stage, where) };
      const { conversation, channelData } =
        where.personal === true ? chatFields(stage, person) : fieldsAt(stage, person, channel, root);
      const base = activityOf(stage, person, conversation, channelData);
      const value: Json = {
        commandId,
        commandContext: post === undefined ? 'commandBox' : 'message',
        requestId: state.nextId(),
        context: { theme: 'default' },
        ...(post === undefined ? {} : { messagePayload: payloadOf(stage, post) }),
      };
      const name = 'composeExtension/fetchTask';
      const answer = await stage.deliver({ ...base, type: 'invoke', name, value });
      return read(answer, { base, value, name: 'composeExtension/submitAction' });
    },

    /** Opens the form of a button that opens one. */
    opensFrom: async (post: Post, data: Json): Promise<FormAnswer> => {
      const { conversation, channelData } = fieldsAt(stage, person, post.place, post.root);
      const base = { ...activityOf(stage, person, conversation, channelData), replyToId: post.id };
      const value = { data, context: { theme: 'default' } };
      const answer = await stage.deliver({ ...base, type: 'invoke', name: 'task/fetch', value });
      return read(answer, { base, value: { context: value.context }, name: 'task/submit' });
    },

    /** Fills the open form and sends it, with its only button or the one of this label. */
    async submitsForm(typed: Typed = {}, label?: string): Promise<FormAnswer> {
      const form = open;
      if (form === undefined) throw new Error(`${person.name} has no form open.`);
      const controls = controlsIn(form.card).filter(({ action }) => action['type'] === 'Action.Submit');
      const control = controls.find(({ title }) => label === undefined || title === label);
      if (control === undefined) throw new Error(`The form has no button "${label ?? ''}" that sends it.`);
      const { data, faults } = filled(control.inputs, typed);
      if (faults.length > 0) return { ...notSent(faults.join('; ')), form: form.card };
      const value = { ...form.value, data: { ...jsonOf(control.action['data']), ...data } };
      const activity = { ...form.base, id: state.nextId(), type: 'invoke', name: form.name, value };
      return read(await stage.deliver(activity), form);
    },

    /** Closes the form without sending it; the app is not told. */
    closesForm(): void {
      open = undefined;
    },
    /** The card of the form that is open. */
    form: (): Json | undefined => open?.card,
  };
}

function faultsOfForm(card: Json): readonly string[] {
  const executes = allParts(card).some(({ type }) => type === 'Action.Execute');
  return [...faultsOfCard(card), ...(executes ? ['a form cannot have an Action.Execute'] : [])];
}

/** A message as the app is shown it when its menu is used: its words as HTML. */
function payloadOf({ state }: Stage, { id, from, activity, place }: Post): Json {
  const account = state.accounts.get(from);
  const words = textIn(activity['text'])
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  return {
    id,
    createdDateTime: new Date(Number(id)).toISOString(),
    linkToMessage: `https://teams.microsoft.com/l/message/${encodeURIComponent(place)}/${id}`,
    from: account && {
      user: {
        userIdentityType: 'aadUser',
        id: account.aadObjectId ?? account.id,
        displayName: account.name,
      },
    },
    body: { contentType: 'html', content: `<div><div>${words.replaceAll('\n', '<br>')}</div></div>` },
    attachments: [],
    mentions: [],
    reactions: [],
  };
}
