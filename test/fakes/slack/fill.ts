import { optionsOf, valueNames, wordsOf } from './controls.ts';
import type { Control } from './controls.ts';
import { jsonsOf, listOf } from './json.ts';
import type { Json } from './json.ts';
import type { SlackState } from './state.ts';

/** What a person puts into one input: text, the words of an option, several of them, or a name. */
export type Filling = string | readonly string[] | null;

/** The value of an input after a person has filled it, in Slack's form. */
export function filled(state: SlackState, control: Control, filling: Filling): Json {
  const { type } = control;
  const name = valueNames[type];
  if (name === undefined) throw new Error(`"${control.label}" is a ${type}: it cannot be filled.`);
  if (filling === null) return { type, [name]: name.endsWith('s') ? [] : null };
  const each = (find: (words: string) => unknown): unknown =>
    name.endsWith('s') ? [filling].flat().map(find) : find(String(filling));
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
    case 'checkboxes':
    case 'multi_static_select':
      return { type, [name]: each((words) => optionWith(control, words)) };
    case 'users_select':
    case 'multi_users_select':
      return { type, [name]: each((words) => userWith(state, words)) };
    case 'conversations_select':
    case 'multi_conversations_select':
    case 'channels_select':
      return { type, [name]: each((words) => channelWith(state, words)) };
    default:
      checkTyped(control, String(filling));
      return { type, [name]: String(filling) };
  }
}

/** Slack's own field does not take more, or less, than it says. */
export function checkTyped({ label, element }: Control, text: string): void {
  const max = Number(element['max_length'] ?? 3000);
  const min = Number(element['min_length'] ?? 0);
  if (text.length > max) throw new Error(`"${label}" takes no more than ${max} characters.`);
  if (text.length < min) throw new Error(`"${label}" takes no fewer than ${min} characters.`);
  if (element['multiline'] !== true && text.includes('\n'))
    throw new Error(`"${label}" takes one line only.`);
}

/** Whether an input holds nothing, so that Slack does not submit it unless it is optional. */
export function isEmpty(value: Json): boolean {
  const [held] = Object.entries(value).filter(([name]) => name !== 'type');
  return (
    held === undefined ||
    held[1] === null ||
    held[1] === '' ||
    (Array.isArray(held[1]) && listOf(held[1]).length === 0)
  );
}

function optionWith({ label, element }: Control, words: string): Json {
  const options = optionsOf(element);
  const found = options.find((option) => wordsOf(option['text']) === words || option['value'] === words);
  if (found !== undefined) return found;
  const offered = jsonsOf(options).map((option) => wordsOf(option['text']));
  throw new Error(`"${label}" offers no "${words}", only: ${offered.join(', ')}.`);
}

function userWith(state: SlackState, words: string): string {
  const found = [...state.users.values()].find(({ id, name, realName, displayName }) =>
    [id, name, realName, displayName].includes(words),
  );
  if (found === undefined) throw new Error(`There is nobody called ${words} in this Slack.`);
  return found.id;
}

function channelWith(state: SlackState, words: string): string {
  const found = [...state.channels.values()].find(({ id, name }) =>
    [id, name].includes(words.replace(/^#/, '')),
  );
  if (found === undefined) throw new Error(`There is no channel ${words} in this Slack.`);
  return found.id;
}
