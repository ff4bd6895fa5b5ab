import { limits } from './block-limits.ts';
import { isJson, jsonsOf, textIn } from './json.ts';
import type { Json } from './json.ts';
import { byType, flag, kind, list, number, oneOf, pattern, rule, shape, text } from './shape.ts';
import type { Check, Fields } from './shape.ts';

/** A `plain_text` object. */
export const plain = (max: number): Check =>
  byType({ plain_text: kind({ text: text(max) }, { emoji: flag }) });

/** A `plain_text` or `mrkdwn` object. */
export const words = (max: number): Check =>
  byType({
    plain_text: kind({ text: text(max) }, { emoji: flag }),
    mrkdwn: kind({ text: text(max) }, { verbatim: flag }),
  });

/** A web address. */
export const url: Check = (value, at, found) => {
  text(limits.url)(value, at, found);
  pattern(/^[a-z][a-z0-9+.-]*:\S+$/i, 'a valid URL')(value, at, found);
};

const colour = oneOf('primary', 'danger');
const confirm = shape(
  {
    title: plain(limits.confirmTitle),
    text: words(limits.confirmText),
    confirm: plain(limits.confirmButton),
    deny: plain(limits.confirmButton),
  },
  { style: colour },
);
const action: Fields = { action_id: text(limits.idLength), confirm };
const field: Fields = { ...action, focus_on_load: flag };
const placeholder = plain(limits.placeholder);
const slackFile = shape({}, { id: text(limits.idLength), url });

/** The picture of an image block or element: by its address or as a file of Slack, not both. */
export const picture: { readonly fields: Fields; readonly rule: Check } = {
  fields: { image_url: url, slack_file: slackFile },
  rule: rule('image_url', (value) =>
    (value['image_url'] === undefined) === (value['slack_file'] === undefined)
      ? 'exactly one of image_url and slack_file is required'
      : undefined,
  ),
};

const option = (label: Check, value: number, more: Fields = {}): Check =>
  shape({ text: label, value: text(value) }, { description: plain(limits.optionDescription), ...more });
const plainOption = option(plain(limits.optionText), limits.optionValue);
const choiceOption = shape(
  { text: words(limits.optionText), value: text(limits.optionValue) },
  { description: words(limits.optionDescription) },
);
const overflowOption = option(plain(limits.optionText), limits.overflowValue, { url });
const options = { options: list(plainOption, 1, limits.options) };
const groups = {
  option_groups: list(shape({ label: plain(limits.optionText), ...options }), 1, limits.optionGroups),
};

const oneSource = rule('options', (value) =>
  (value['options'] === undefined) === (value['option_groups'] === undefined)
    ? 'exactly one of options and option_groups is required'
    : undefined,
);

/** What is selected at first must be among the options, or Slack refuses the element. */
const initialAmongOptions = rule('initial_option', (value) => {
  const offered = [...jsonsOf(value['options']), ...jsonsOf(value['option_groups']).flatMap(optionsOf)];
  const first = [value['initial_option'], ...jsonsOf(value['initial_options'])].filter(isJson);
  return first.every((one) =>
    offered.some((other) => other['value'] === one['value'] && sameText(one, other)),
  )
    ? undefined
    : 'initial option is not among the options';
});

const optionsOf = (group: Json): readonly Json[] => jsonsOf(group['options']);
const sameText = (one: Json, other: Json): boolean => textOf(one['text']) === textOf(other['text']);
const textOf = (value: unknown): string => (isJson(value) ? textIn(value['text']) : '');

const lengths = rule('initial_value', ({ initial_value, min_length, max_length }) => {
  if (Number(min_length ?? 0) > Number(max_length ?? limits.inputLength))
    return 'min_length must not exceed max_length';
  return textIn(initial_value).length > Number(max_length ?? limits.inputLength)
    ? 'initial_value is longer than max_length'
    : undefined;
});

const dispatchActionConfig = shape(
  {},
  { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) },
);
const typed: Fields = {
  ...field,
  placeholder,
  initial_value: text(limits.inputLength, 0),
  dispatch_action_config: dispatchActionConfig,
};
const maxSelected = { max_selected_items: number(1, 1e4) };
const conversations: Fields = {
  ...field,
  placeholder,
  default_to_current_conversation: flag,
  filter: shape(
    {},
    {
      include: list(oneOf('im', 'mpim', 'private', 'public'), 1, 4),
      exclude_external_shared_channels: flag,
      exclude_bot_users: flag,
    },
  ),
};
const id = text(limits.idLength);
const ids = list(id, 1, limits.options);

const selects = {
  static_select: kind(
    {},
    { ...field, ...options, ...groups, placeholder, initial_option: plainOption },
    oneSource,
    initialAmongOptions,
  ),
  multi_static_select: kind(
    {},
    {
      ...field,
      ...options,
      ...groups,
      ...maxSelected,
      placeholder,
      initial_options: list(plainOption, 1, limits.options),
    },
    oneSource,
    initialAmongOptions,
  ),
  users_select: kind({}, { ...field, placeholder, initial_user: id }),
  multi_users_select: kind({}, { ...field, ...maxSelected, placeholder, initial_users: ids }),
  conversations_select: kind({}, { ...conversations, response_url_enabled: flag, initial_conversation: id }),
  multi_conversations_select: kind({}, { ...conversations, ...maxSelected, initial_conversations: ids }),
  channels_select: kind({}, { ...field, placeholder, response_url_enabled: flag, initial_channel: id }),
  radio_buttons: kind(
    { options: list(choiceOption, 1, limits.choices) },
    { ...field, initial_option: choiceOption },
    initialAmongOptions,
  ),
  checkboxes: kind(
    { options: list(choiceOption, 1, limits.choices) },
    { ...field, initial_options: list(choiceOption, 1, limits.choices) },
    initialAmongOptions,
  ),
  datepicker: kind({}, { ...field, placeholder, initial_date: pattern(/^\d{4}-\d\d-\d\d$/, 'YYYY-MM-DD') }),
  timepicker: kind(
    {},
    { ...field, placeholder, initial_time: pattern(/^\d\d:\d\d$/, 'HH:mm'), timezone: id },
  ),
};

/** A button. */
export const button: Check = kind(
  { text: plain(limits.buttonText) },
  {
    ...action,
    value: text(limits.buttonValue, 0),
    url,
    style: colour,
    accessibility_label: text(limits.accessibilityLabel),
  },
);

/** An image inside another block. */
export const imageElement: Check = kind({ alt_text: text(limits.altText) }, picture.fields, picture.rule);

const buttons = {
  button,
  overflow: kind({ options: list(overflowOption, 1, limits.overflowOptions) }, action),
};

/** What may stand in an `actions` block. */
export const actionElement: Check = byType({ ...selects, ...buttons });

/** What may stand beside the text of a `section`. */
export const accessory: Check = byType({ ...selects, ...buttons, image: imageElement });

/** What may stand in an `input` block. */
export const inputElement: Check = byType({
  ...selects,
  plain_text_input: kind(
    {},
    {
      ...typed,
      multiline: flag,
      min_length: number(0, limits.inputLength),
      max_length: number(1, limits.inputLength),
    },
    lengths,
  ),
  email_text_input: kind({}, typed),
  url_text_input: kind({}, typed),
  number_input: kind({ is_decimal_allowed: flag }, { ...typed, min_value: id, max_value: id }),
});

/** What may stand in a `context` block. */
export const contextElement: Check = (value, at, found) => {
  if (isJson(value) && value['type'] === 'image') imageElement(value, at, found);
  else words(limits.sectionText)(value, at, found);
};

/** A button with an icon, or the pair of feedback buttons. */
export const contextAction: Check = byType({
  icon_button: kind(
    { icon: id, text: plain(limits.buttonText) },
    {
      ...action,
      accessibility_label: text(limits.accessibilityLabel),
      value: text(limits.buttonValue, 0),
      visible_to_user_ids: ids,
    },
  ),
  feedback_buttons: kind(
    { positive_button: feedbackButton(), negative_button: feedbackButton() },
    { action_id: id },
  ),
});

function feedbackButton(): Check {
  return shape(
    { text: plain(limits.buttonText), value: text(limits.buttonValue) },
    { accessibility_label: text(limits.accessibilityLabel) },
  );
}
