import { jsonOf, jsonsOf, textIn } from './json.ts';
import type { Json } from './json.ts';
import type { Typed } from './state.ts';

/** One thing in a message or view that a person can act on. */
export interface Control {
  readonly block: Json;
  readonly blockId: string;
  readonly element: Json;
  readonly actionId: string;
  readonly type: string;
  /** The words on a button, or the label over an input or beside a menu. */
  readonly label: string;
}

/** Everything that can be acted on, in the order in which a person reads it. */
export function controlsIn(blocks: readonly Json[]): readonly Control[] {
  return blocks.flatMap((block) => [
    ...elementsOf(block).map((element) => ({
      block,
      blockId: textIn(block['block_id']),
      element,
      actionId: textIn(element['action_id']),
      type: textIn(element['type']),
      label: labelOf(block, element),
    })),
    ...controlsIn(jsonsOf(block['child_blocks'])),
    ...(block['type'] === 'carousel' ? controlsIn(jsonsOf(block['elements'])) : []),
  ]);
}

/** What a person calls it: the words on it, over it or beside it, or those that stand in it while it is empty. */
function labelOf(block: Json, element: Json): string {
  if (block['type'] === 'input') return wordsOf(block['label']);
  return wordsOf(element['text']) || wordsOf(block['text']) || wordsOf(element['placeholder']);
}

/** The text of a text object. */
export function wordsOf(value: unknown): string {
  return textIn(jsonOf(value)['text']);
}

/** Where a value is kept under. */
export function keyOf({ blockId, actionId }: Control): string {
  return `${blockId}\n${actionId}`;
}

/** The options of a menu or a choice, those in groups too. */
export function optionsOf(element: Json): readonly Json[] {
  return [
    ...jsonsOf(element['options']),
    ...jsonsOf(element['option_groups']).flatMap((group) => jsonsOf(group['options'])),
  ];
}

/** `state.values` as Slack sends it: what everything holds now, from what was typed or stood there at first. */
export function valuesOf(blocks: readonly Json[], typed: Typed, channel?: string): Json {
  const values: Record<string, Json> = {};
  for (const control of controlsIn(blocks)) {
    const value = typed.get(keyOf(control)) ?? firstValue(control, channel);
    if (value !== undefined)
      values[control.blockId] = { ...values[control.blockId], [control.actionId]: value };
  }
  return values;
}

/** The name under which a kind of element reports its value. */
export const valueNames: Readonly<Record<string, string>> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  static_select: 'selected_option',
  radio_buttons: 'selected_option',
  checkboxes: 'selected_options',
  multi_static_select: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  conversations_select: 'selected_conversation',
  multi_conversations_select: 'selected_conversations',
  channels_select: 'selected_channel',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
};

const initialNames: Readonly<Record<string, string>> = {
  value: 'initial_value',
  selected_option: 'initial_option',
  selected_options: 'initial_options',
  selected_user: 'initial_user',
  selected_users: 'initial_users',
  selected_conversation: 'initial_conversation',
  selected_conversations: 'initial_conversations',
  selected_channel: 'initial_channel',
  selected_date: 'initial_date',
  selected_time: 'initial_time',
};

/** What an element holds before anybody touches it; undefined for one that holds nothing, such as a button. */
function firstValue({ type, element }: Control, channel: string | undefined): Json | undefined {
  const name = valueNames[type];
  if (name === undefined) return undefined;
  const current =
    type === 'conversations_select' && element['default_to_current_conversation'] === true
      ? channel
      : undefined;
  const none = name.endsWith('s') ? [] : null;
  return { type, [name]: element[initialNames[name] ?? ''] ?? current ?? none };
}

function elementsOf(block: Json): readonly Json[] {
  switch (block['type']) {
    case 'actions':
    case 'context_actions':
      return jsonsOf(block['elements']);
    case 'section':
      return jsonsOf([block['accessory']]);
    case 'input':
      return jsonsOf([block['element']]);
    case 'card':
      return jsonsOf(block['actions']);
    default:
      return [];
  }
}
