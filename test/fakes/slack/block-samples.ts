import type { Json } from './json.ts';

/** Text of a length. */
export const of = (length: number): string => 'x'.repeat(length);

/** So many of a kind. */
export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A `plain_text` object. */
export const plain = (text: string): Json => ({ type: 'plain_text', text });

/** A `mrkdwn` object. */
export const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });

/** A valid section; like all of these it takes more, or other, fields. */
export const section = (more: Json = {}): Json => ({ type: 'section', text: mrkdwn('text'), ...more });

/** A header block. */
export const header = (text: string): Json => ({ type: 'header', text: plain(text) });

/** A button that says Yes. */
export const button = (more: Json = {}): Json => ({ type: 'button', text: plain('Yes'), ...more });

/** An `actions` block of elements. */
export const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });

/** The option with this number. */
export const option = (n: number, more: Json = {}): Json => ({
  text: plain(`Option ${n}`),
  value: `${n}`,
  ...more,
});

/** Anything that is chosen from: a menu, radio buttons, checkboxes. */
export const choice = (type: string, count: number, more: Json = {}): Json => ({
  type,
  options: many(count, option),
  ...more,
});

/** A text field. */
export const field = (more: Json = {}): Json => ({ type: 'plain_text_input', ...more });

/** An `input` block with the label Domain. */
export const input = (element: Json = field(), more: Json = {}): Json => ({
  type: 'input',
  label: plain('Domain'),
  element,
  ...more,
});

/** An image, block and element alike. */
export const image = (more: Json = {}): Json => ({
  type: 'image',
  alt_text: 'A picture',
  image_url: 'https://e.example/a.png',
  ...more,
});

/** A `rich_text` block. */
export const rich = (...elements: Json[]): Json => ({ type: 'rich_text', elements });

/** One paragraph of rich text. */
export const richSection = (...elements: Json[]): Json => ({ type: 'rich_text_section', elements });

/** A cell of a table. */
export const raw = (text: string): Json => ({ type: 'raw_text', text });

/** A table of rows. */
export const table = (rows: Json[][], more: Json = {}): Json => ({ type: 'table', rows, ...more });

/** A card. */
export const card = (more: Json = {}): Json => ({ type: 'card', title: plain('Card'), ...more });

/** A modal with a submit button. */
export const modal = (more: Json = {}): Json => ({
  type: 'modal',
  title: plain('Incident'),
  submit: plain('Send'),
  blocks: [section()],
  ...more,
});

/** A Home tab. */
export const home = (...blocks: Json[]): Json => ({ type: 'home', blocks });
