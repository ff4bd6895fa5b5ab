import {
  accessory,
  actionElement,
  button,
  contextAction,
  contextElement,
  imageElement,
  inputElement,
  picture,
  plain,
  url,
  words,
} from './block-elements.ts';
import { limits } from './block-limits.ts';
import { isJson, jsonsOf, listOf, textIn } from './json.ts';
import type { Json } from './json.ts';
import { richTextElements } from './rich-text.ts';
import { byType, flag, kind, list, number, oneOf, rule, shape, text } from './shape.ts';
import type { Check, Fields } from './shape.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

const blockId: Fields = { block_id: text(limits.idLength) };
const block = (required: Fields, optional: Fields = {}, ...also: readonly Check[]): Check =>
  kind(required, { ...blockId, ...optional }, ...also);

/** `action_id`s must differ within their block. */
const distinctActions: Check = (value, at, found) => {
  const seen = new Set<string>();
  jsonsOf(isJson(value) ? value['elements'] : []).forEach((element, index) => {
    const id = textIn(element['action_id']);
    if (id !== '' && seen.has(id))
      found.push({ pointer: `${at}/elements/${index}/action_id`, message: `duplicate action_id: ${id}` });
    seen.add(id);
  });
};

const richText = block({ elements: richTextElements });
const cell = byType({
  raw_text: kind({ text: text(limits.tableText) }),
  raw_number: kind({ value: number(-Infinity, Infinity), text: text(limits.tableText) }),
  rich_text: richText,
});

/** All the letters in a table's cells, however they are wrapped. */
function lettersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + lettersIn(one), 0);
  if (!isJson(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, one]) => sum + (name === 'text' && typeof one === 'string' ? one.length : lettersIn(one)),
    0,
  );
}

const tableText = rule('rows', ({ rows }) =>
  lettersIn(rows) > limits.tableText
    ? `must be less than ${limits.tableText + 1} characters in all`
    : undefined,
);

const card = block(
  {},
  {
    hero_image: imageElement,
    icon: imageElement,
    title: words(150),
    subtitle: words(150),
    body: words(200),
    actions: list(button, 1, 5),
  },
  rule('body', (value) =>
    ['hero_image', 'title', 'actions', 'body'].some((name) => value[name] !== undefined)
      ? undefined
      : 'one of hero_image, title, actions and body is required',
  ),
);
const taskCard = block(
  { task_id: text(255), title: text(255), status: oneOf('pending', 'in_progress', 'complete', 'error') },
  {
    details: richText,
    output: richText,
    sources: list(byType({ url: kind({ url, text: text(255) }) }), 1, 100),
  },
);

/** The blocks that go into a container, too. */
const plainBlocks: Readonly<Record<string, Check>> = {
  section: block(
    {},
    {
      text: words(limits.sectionText),
      fields: list(words(limits.fieldText), 1, limits.fields),
      accessory,
      expand: flag,
    },
    rule('text', (value) =>
      value['text'] === undefined && value['fields'] === undefined ? 'text or fields is required' : undefined,
    ),
  ),
  header: block({ text: plain(limits.headerText) }),
  divider: block({}),
  context: block({ elements: list(contextElement, 1, limits.contextElements) }),
  actions: block({ elements: list(actionElement, 1, limits.actionsElements) }, {}, distinctActions),
  image: block(
    { alt_text: text(limits.altText) },
    { ...picture.fields, title: plain(limits.altText) },
    picture.rule,
  ),
  input: block(
    { label: plain(limits.inputLabel), element: inputElement },
    { hint: plain(limits.inputLabel), optional: flag, dispatch_action: flag },
  ),
  rich_text: richText,
  table: block(
    { rows: list(list(cell, 1, limits.tableColumns), 1, limits.tableRows) },
    {
      column_settings: list(
        shape({}, { align: oneOf('left', 'center', 'right'), is_wrapped: flag }),
        0,
        limits.tableColumns,
      ),
    },
    tableText,
  ),
};

const blocks: Readonly<Record<string, Check>> = {
  ...plainBlocks,
  markdown: block({ text: text(limits.markdownText) }),
  alert: block(
    { text: words(limits.sectionText) },
    { level: oneOf('default', 'info', 'warning', 'error', 'success') },
  ),
  card,
  carousel: block({ elements: list(byType({ card }), 1, 10) }),
  container: block(
    { child_blocks: list(byType(plainBlocks), 1, 10) },
    {
      title: plain(150),
      rich_text_title: richText,
      subtitle: words(150),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: flag,
      default_collapsed: flag,
      has_header_divider: flag,
    },
    rule('title', (value) =>
      value['title'] === undefined && value['rich_text_title'] === undefined
        ? 'title or rich_text_title is required'
        : undefined,
    ),
  ),
  context_actions: block({ elements: list(contextAction, 1, 5) }, {}, distinctActions),
  data_table: block(
    { caption: text(limits.sectionText), rows: list(list(cell, 1, limits.tableColumns), 2, Infinity) },
    { page_size: number(1, 100), row_header_column_index: number(0, limits.tableColumns) },
  ),
  task_card: taskCard,
  plan: block({ title: text(255) }, { tasks: list(byType({ task_card: taskCard }), 1, 100) }),
};

/** The blocks that do not go everywhere; all others do. */
const places: Readonly<Record<string, readonly Surface[]>> = {
  markdown: ['message'],
  table: ['message'],
  data_table: ['message'],
  container: ['message'],
  context_actions: ['message'],
  plan: ['message'],
  task_card: ['message'],
  carousel: ['message', 'home'],
  alert: ['modal'],
};

const anyBlock = byType(blocks);

/** A list of blocks as a message, a modal or the Home tab takes it. */
export function blocksOn(surface: Surface): Check {
  const max = surface === 'message' ? limits.messageBlocks : limits.viewBlocks;
  return (value, at, found) => {
    list(anyBlock, 0, max)(value, at, found);
    const seen = new Set<string>();
    listOf(value).forEach((one, index) => {
      if (!isJson(one)) return;
      const { block_id: id, type } = one;
      if (typeof id === 'string' && seen.has(id))
        found.push({ pointer: `${at}/${index}/block_id`, message: `duplicate block_id: ${id}` });
      if (typeof id === 'string') seen.add(id);
      const allowed = places[textIn(type)];
      if (allowed !== undefined && !allowed.includes(surface))
        found.push({
          pointer: `${at}/${index}/type`,
          message: `${textIn(type)} is not allowed in a ${surface}`,
        });
    });
    wholeMessage(jsonsOf(value), at).forEach((problem) => found.push(problem));
  };
}

/** What is counted over all blocks together. */
function wholeMessage(all: readonly Json[], at: string) {
  const markdown = all.filter(({ type }) => type === 'markdown');
  const letters = markdown.reduce((sum, one) => sum + textIn(one['text']).length, 0);
  const tables = all.filter(({ type }) => type === 'table').length;
  return [
    ...(markdown.length > 1 && letters > limits.markdownText
      ? [
          {
            pointer: at,
            message: `markdown blocks must be less than ${limits.markdownText + 1} characters in all`,
          },
        ]
      : []),
    ...(tables > 1 ? [{ pointer: at, message: 'only one table is allowed in a message' }] : []),
  ];
}
