import type { types } from '@slack/bolt';
import { shortened } from '../../src/render/markup.ts';
import { plainText } from './rich-text.ts';

/** Slack's figures for modals. */
export const limits = {
  title: 24,
  label: 2000,
  text: 3000,
  typed: 3000,
  placeholder: 150,
  option: 75,
  choices: 10,
  options: 100,
} as const;

/** A modal with a title and, when something can be sent, a button for it. */
export function modal(title: string, submit?: string): Omit<types.ModalView, 'blocks'> {
  return {
    type: 'modal',
    title: plainText(title, limits.title),
    close: plainText(submit === undefined ? 'Close' : 'Go back', limits.title),
    ...(submit === undefined ? {} : { submit: plainText(submit, limits.title) }),
  };
}

/** Block and element have the same name, so that what was typed is found at `values[name][name]`. */
export function textInput(
  name: string,
  {
    label,
    hint,
    placeholder,
    initial = '',
    multiline,
    required,
    focus,
  }: {
    readonly label: string;
    readonly hint?: string;
    readonly placeholder?: string | undefined;
    readonly initial?: string;
    readonly multiline?: boolean | undefined;
    readonly required: boolean;
    readonly focus?: boolean;
  },
): types.InputBlock {
  return {
    type: 'input',
    block_id: name,
    label: plainText(label, limits.label),
    ...(hint === undefined ? {} : { hint: plainText(hint, limits.label) }),
    optional: !required,
    element: {
      type: 'plain_text_input',
      action_id: name,
      multiline: multiline === true,
      ...(placeholder === undefined ? {} : { placeholder: plainText(placeholder, limits.placeholder) }),
      ...(initial === '' ? {} : { initial_value: shortened(initial, limits.typed) }),
      ...(focus === true ? { focus_on_load: true } : {}),
    },
  };
}

/** Words without mark-up. */
export function plainSections(text: string): types.SectionBlock[] {
  return [{ type: 'section', text: plainText(text, limits.text) }];
}
