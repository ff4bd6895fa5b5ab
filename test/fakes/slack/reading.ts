import { controlsIn, wordsOf } from './controls.ts';
import { isJson, jsonsOf, listOf, textIn } from './json.ts';
import type { Json } from './json.ts';

/** A message, ephemeral message or view, as far as reading goes. */
export interface Readable {
  readonly text?: string;
  readonly blocks: readonly Json[];
}

/** All words as a person reads them, one line for each thing; mentions stay `<@U1>`. */
export function textOf({ text = '', blocks }: Readable): string {
  return blocks.length === 0 ? read(text) : blocks.flatMap(linesOf).filter(Boolean).join('\n');
}

/** The words on the buttons, in order. */
export function buttonsOf({ blocks }: Readable): readonly string[] {
  return controlsIn(blocks)
    .filter(({ type }) => type === 'button')
    .map(({ label }) => label);
}

function linesOf(block: Json): readonly string[] {
  switch (block['type']) {
    case 'section':
      return [
        words(block['text']),
        ...jsonsOf(block['fields']).map(words),
        ...elementLines(block['accessory']),
      ];
    case 'header':
      return [words(block['text'])];
    case 'context':
    case 'actions':
    case 'context_actions':
      return jsonsOf(block['elements']).flatMap(elementLines);
    case 'input':
      return [words(block['label']), ...elementLines(block['element']), words(block['hint'])];
    case 'image':
      return [words(block['title']) || textIn(block['alt_text'])];
    case 'rich_text':
      return jsonsOf(block['elements']).flatMap(richLines);
    case 'markdown':
      return [textIn(block['text'])];
    case 'alert':
      return [words(block['text'])];
    case 'table':
    case 'data_table':
      return [
        textIn(block['caption']),
        ...listOf(block['rows']).map((row) => jsonsOf(row).map(cellText).join(' | ')),
      ];
    case 'card':
      return [
        ...['title', 'subtitle', 'body'].map((name) => words(block[name])),
        ...jsonsOf(block['actions']).flatMap(elementLines),
      ];
    case 'carousel':
      return jsonsOf(block['elements']).flatMap(linesOf);
    case 'container':
      return [
        ...(isJson(block['rich_text_title']) ? linesOf(block['rich_text_title']) : [words(block['title'])]),
        words(block['subtitle']),
        ...jsonsOf(block['child_blocks']).flatMap(linesOf),
      ];
    case 'plan':
      return [textIn(block['title']), ...jsonsOf(block['tasks']).flatMap(linesOf)];
    case 'task_card':
      return [textIn(block['title']), ...jsonsOf([block['details'], block['output']]).flatMap(linesOf)];
    default:
      return [];
  }
}

/** What is written on an element, or in it while nothing else is; the options of a choice, not those of a menu. */
function elementLines(value: unknown): readonly string[] {
  if (!isJson(value)) return [];
  switch (value['type']) {
    case 'plain_text':
    case 'mrkdwn':
      return [words(value)];
    case 'button':
    case 'icon_button':
      return [words(value['text'])];
    case 'feedback_buttons':
      return [];
    case 'image':
      return [textIn(value['alt_text'])];
    case 'radio_buttons':
    case 'checkboxes':
      return jsonsOf(value['options']).flatMap(({ text, description }) => [words(text), words(description)]);
    default: {
      const initial = value['initial_option'];
      if (isJson(initial)) return [words(initial['text'])];
      return [textIn(value['initial_value']) || words(value['placeholder'])];
    }
  }
}

function words(value: unknown): string {
  if (!isJson(value)) return '';
  return value['type'] === 'mrkdwn' ? read(wordsOf(value)) : wordsOf(value);
}

function cellText(cell: Json): string {
  return cell['type'] === 'rich_text' ? linesOf(cell).join(' ') : textIn(cell['text']);
}

function richLines(element: Json): readonly string[] {
  const parts = jsonsOf(element['elements']);
  if (element['type'] === 'rich_text_list') return parts.flatMap(richLines);
  return [parts.map(richText).join('')];
}

function richText(element: Json): string {
  switch (element['type']) {
    case 'user':
      return `<@${textIn(element['user_id'])}>`;
    case 'usergroup':
      return `<!subteam^${textIn(element['usergroup_id'])}>`;
    case 'channel':
      return `<#${textIn(element['channel_id'])}>`;
    case 'broadcast':
      return `<!${textIn(element['range'])}>`;
    case 'emoji':
      return `:${textIn(element['name'])}:`;
    case 'date':
      return textIn(element['fallback']) || textIn(element['format']);
    case 'link':
      return textIn(element['text']) || textIn(element['url']);
    default:
      return textIn(element['text']);
  }
}

/** `mrkdwn` as it is shown: links by their words, dates by their fallback, no marks, nothing escaped. */
function read(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll(/<([^@#!>|][^>|]*)\|([^>]*)>/g, '$2')
    .replaceAll(/<([^@#!>|][^>|]*)>/g, '$1')
    .replaceAll(/(?<![\w*_~`])([*_~`])(\S|\S[^\n]*?\S)\1(?![\w*_~`])/g, '$2')
    .replaceAll(/^&gt; ?/gm, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
