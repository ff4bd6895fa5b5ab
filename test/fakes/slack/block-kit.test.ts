import { describe, expect, test } from 'vitest';
import { problemsInMessage } from './block-kit.ts';
import * as make from './block-samples.ts';
import {
  actions,
  button,
  choice,
  field,
  input,
  many,
  of,
  option,
  plain,
  raw,
  section,
} from './block-samples.ts';
import type { Json } from './json.ts';

/** What just passes, what no longer does, and where the problem is. */
type Row = readonly [what: string, good: readonly Json[], bad: readonly Json[], pointer: string];

/** A figure: that many are fine, and one more is not. */
const upTo = (what: string, max: number, one: (n: number) => Json | Json[], pointer: string): Row => [
  `${what} ≤ ${max}`,
  [one(max)].flat(),
  [one(max + 1)].flat(),
  `/blocks${pointer}`,
];

const address = (n: number): string => `https://${of(n - 8)}`;
const act = '/0/elements/0';
const pick = (more: Json): Json => actions({ type: 'static_select', options: [option(1, more)] });
const groups = (n: number): Json => ({
  type: 'static_select',
  option_groups: many(n, () => ({ label: plain('Group'), options: [option(1)] })),
});
const confirm = (more: Json = {}): Json =>
  actions(
    button({
      confirm: {
        title: plain('Sure?'),
        text: make.mrkdwn('x'),
        confirm: plain('Yes'),
        deny: plain('No'),
        ...more,
      },
    }),
  );
const rows = (count: number, columns = 1): Json[][] => many(count, () => many(columns, () => raw('x')));
const dataTable = (more: Json = {}): Json => ({ type: 'data_table', caption: 'x', rows: rows(2), ...more });

const figures: readonly Row[] = [
  upTo('blocks', 50, (n) => many(n, () => section()), ''),
  upTo('block_id', 255, (n) => section({ block_id: of(n) }), '/0/block_id'),
  upTo('action_id', 255, (n) => actions(button({ action_id: of(n) })), `${act}/action_id`),
  upTo('section text', 3000, (n) => section({ text: make.mrkdwn(of(n)) }), '/0/text/text'),
  upTo('fields', 10, (n) => section({ fields: many(n, () => plain('x')) }), '/0/fields'),
  upTo('field text', 2000, (n) => section({ fields: [plain(of(n))] }), '/0/fields/0/text'),
  upTo('header text', 150, (n) => make.header(of(n)), '/0/text/text'),
  upTo('context', 10, (n) => ({ type: 'context', elements: many(n, () => plain('x')) }), '/0/elements'),
  upTo('actions', 25, (n) => actions(...many(n, () => button())), '/0/elements'),
  upTo('alt_text', 2000, (n) => make.image({ alt_text: of(n) }), '/0/alt_text'),
  upTo('image_url', 3000, (n) => make.image({ image_url: address(n) }), '/0/image_url'),
  upTo('input label', 2000, (n) => input(field(), { label: plain(of(n)) }), '/0/label/text'),
  upTo('input hint', 2000, (n) => input(field(), { hint: plain(of(n)) }), '/0/hint/text'),
  upTo('placeholder', 150, (n) => input(field({ placeholder: plain(of(n)) })), '/0/element/placeholder/text'),
  upTo('max_length', 3000, (n) => input(field({ max_length: n })), '/0/element/max_length'),
  upTo(
    'initial_value',
    2,
    (n) => input(field({ max_length: 2, initial_value: of(n) })),
    '/0/element/initial_value',
  ),
  upTo('button text', 75, (n) => actions(button({ text: plain(of(n)) })), `${act}/text/text`),
  upTo('button value', 2000, (n) => actions(button({ value: of(n) })), `${act}/value`),
  upTo('button url', 3000, (n) => actions(button({ url: address(n) })), `${act}/url`),
  upTo('label', 75, (n) => actions(button({ accessibility_label: of(n) })), `${act}/accessibility_label`),
  upTo('select options', 100, (n) => actions(choice('static_select', n)), `${act}/options`),
  upTo('option groups', 100, (n) => actions(groups(n)), `${act}/option_groups`),
  upTo('overflow options', 5, (n) => actions(choice('overflow', n)), `${act}/options`),
  upTo('radio buttons', 10, (n) => actions(choice('radio_buttons', n)), `${act}/options`),
  upTo('checkboxes', 10, (n) => actions(choice('checkboxes', n)), `${act}/options`),
  upTo('option text', 75, (n) => pick({ text: plain(of(n)) }), `${act}/options/0/text/text`),
  upTo('option value', 150, (n) => pick({ value: of(n) }), `${act}/options/0/value`),
  upTo('description', 75, (n) => pick({ description: plain(of(n)) }), `${act}/options/0/description/text`),
  upTo(
    'overflow value',
    75,
    (n) => actions({ type: 'overflow', options: [option(1, { value: of(n) })] }),
    `${act}/options/0/value`,
  ),
  upTo('confirm title', 100, (n) => confirm({ title: plain(of(n)) }), `${act}/confirm/title/text`),
  upTo('confirm text', 300, (n) => confirm({ text: plain(of(n)) }), `${act}/confirm/text/text`),
  upTo('confirm yes', 30, (n) => confirm({ confirm: plain(of(n)) }), `${act}/confirm/confirm/text`),
  upTo('confirm no', 30, (n) => confirm({ deny: plain(of(n)) }), `${act}/confirm/deny/text`),
  upTo('markdown', 12_000, (n) => ({ type: 'markdown', text: of(n) }), '/0/text'),
  upTo(
    'all markdown',
    12_000,
    (n) => [6000, n - 6000].map((size) => ({ type: 'markdown', text: of(size) })),
    '',
  ),
  upTo('tables', 1, (n) => many(n, () => make.table(rows(1))), ''),
  upTo('table rows', 100, (n) => make.table(rows(n)), '/0/rows'),
  upTo('table columns', 20, (n) => make.table(rows(1, n)), '/0/rows/0'),
  upTo('table text', 10_000, (n) => make.table([[raw(of(5000)), raw(of(n - 5000))]]), '/0/rows'),
  upTo('page_size', 100, (n) => dataTable({ page_size: n }), '/0/page_size'),
  upTo('card body', 200, (n) => make.card({ body: plain(of(n)) }), '/0/body/text'),
  upTo('carousel', 10, (n) => ({ type: 'carousel', elements: many(n, () => make.card()) }), '/0/elements'),
  upTo(
    'container',
    10,
    (n) => ({ type: 'container', title: plain('x'), child_blocks: many(n, () => section()) }),
    '/0/child_blocks',
  ),
  upTo(
    'context_actions',
    5,
    (n) => ({
      type: 'context_actions',
      elements: many(n, () => ({ type: 'icon_button', icon: 'trash', text: plain('x') })),
    }),
    '/0/elements',
  ),
];

const inline = (...elements: Json[]): Json => make.rich(make.richSection(...elements));
const code = (element: Json): Json => make.rich({ type: 'rich_text_preformatted', elements: [element] });
const bullets = (style: string): Json =>
  make.rich({ type: 'rich_text_list', style, elements: [make.richSection()] });
const plan = (status: string): Json => ({
  type: 'plan',
  title: 'x',
  tasks: [{ type: 'task_card', task_id: 'a', title: 'x', status }],
});
const text: Json = { type: 'text', text: 'x' };
const both = { ...groups(1), ...choice('static_select', 1) };
const select = (initial: number): Json =>
  actions(choice('static_select', 2, { initial_option: option(initial) }));
const align = (value: string): Json => make.table(rows(1), { column_settings: [{ align: value }] });

const rules: readonly Row[] = [
  [
    'block_ids differ',
    [section({ block_id: 'a' }), section({ block_id: 'b' })],
    [section({ block_id: 'a' }), section({ block_id: 'a' })],
    '/blocks/1/block_id',
  ],
  [
    'action_ids differ in their block',
    [actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))],
    [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    '/blocks/0/elements/1/action_id',
  ],
  ['no empty text', [section({ text: plain('x') })], [section({ text: plain('') })], '/blocks/0/text/text'],
  ['text or fields', [{ type: 'section', fields: [plain('x')] }], [{ type: 'section' }], '/blocks/0/text'],
  ['header is plain', [make.header('x')], [{ ...section(), type: 'header' }], '/blocks/0/text/type'],
  ['no empty actions', [actions(button())], [actions()], '/blocks/0/elements'],
  ['no field in actions', [actions(choice('overflow', 1))], [actions(field())], `/blocks${act}/type`],
  ['no button in an input', [input()], [input(button())], '/blocks/0/element/type'],
  [
    'no button in a context',
    [{ type: 'context', elements: [make.image(), plain('x')] }],
    [{ type: 'context', elements: [button()] }],
    `/blocks${act}/type`,
  ],
  ['alt_text', [make.image()], [make.image({ alt_text: undefined })], '/blocks/0/alt_text'],
  ['address or file', [make.image()], [make.image({ slack_file: { id: 'F1' } })], '/blocks/0/image_url'],
  [
    'label is plain',
    [actions(button())],
    [actions(button({ text: make.mrkdwn('x') }))],
    `/blocks${act}/text/type`,
  ],
  [
    'url',
    [actions(button({ url: 'https://e.example' }))],
    [actions(button({ url: 'e.example' }))],
    `/blocks${act}/url`,
  ],
  [
    'style',
    [actions(button({ style: 'danger' }))],
    [actions(button({ style: 'default' }))],
    `/blocks${act}/style`,
  ],
  ['options or groups', [actions(groups(1))], [actions(both)], `/blocks${act}/options`],
  ['initial option', [select(1)], [select(2)], `/blocks${act}/initial_option`],
  ...['title', 'text', 'confirm', 'deny'].map((name): Row => [
    `confirm ${name}`,
    [confirm()],
    [confirm({ [name]: undefined })],
    `/blocks${act}/confirm/${name}`,
  ]),
  [
    'confirm style',
    [confirm({ style: 'danger' })],
    [confirm({ style: 'red' })],
    `/blocks${act}/confirm/style`,
  ],
  ['column align', [align('right')], [align('top')], '/blocks/0/column_settings/0/align'],
  ['no empty rich text', [inline(text)], [inline({ ...text, text: '' })], `/blocks${act}/elements/0/text`],
  [
    'rich text style',
    [inline({ ...text, style: { bold: true } })],
    [inline({ ...text, style: { big: true } })],
    `/blocks${act}/elements/0/style/big`,
  ],
  ['rich text list', [bullets('bullet')], [bullets('dash')], `/blocks${act}/style`],
  ['code is text', [code(text)], [code({ type: 'user', user_id: 'U0SAM' })], `/blocks${act}/elements/0/type`],
  [
    'rich text elements',
    [
      inline(
        { type: 'link', url: 'https://e.example', text: 'x' },
        { type: 'user', user_id: 'U0SAM' },
        { type: 'usergroup', usergroup_id: 'S0LEADS' },
        { type: 'date', timestamp: 1_764_057_600, format: '{date_short_pretty} {time}', fallback: 'x' },
        { type: 'emoji', name: 'wave' },
        { type: 'channel', channel_id: 'C0SUPPORT' },
        { type: 'broadcast', range: 'here' },
      ),
      make.rich({ type: 'rich_text_quote', elements: [text] }),
    ],
    [inline({ type: 'user', user_id: 'sam' })],
    `/blocks${act}/elements/0/user_id`,
  ],
  ['known keys', [section()], [section({ colour: 'red' })], '/blocks/0/colour'],
  ['known types', [{ type: 'divider' }], [{ type: 'text' }], '/blocks/0/type'],
  ['no alert', [section()], [{ type: 'alert', text: plain('x') }], '/blocks/0/type'],
  ['caption', [dataTable()], [dataTable({ caption: undefined })], '/blocks/0/caption'],
  ['a card has something', [make.card()], [make.card({ title: undefined })], '/blocks/0/body'],
  ['task status', [plan('complete')], [plan('done')], '/blocks/0/tasks/0/status'],
];

describe('a message', () => {
  test.each([...figures, ...rules])('%s', (_what, good, bad, pointer) => {
    expect(problemsInMessage({ text: 'x', blocks: good })).toEqual([]);
    expect(problemsInMessage({ text: 'x', blocks: bad }).map((problem) => problem.pointer)).toContain(
      pointer,
    );
  });

  test('text is there beside blocks, has a length, and less of it for an update', () => {
    const blocks = [section()];
    expect(problemsInMessage({ blocks })).toEqual([
      { pointer: '/text', message: 'missing: screen readers read it' },
    ]);
    expect(problemsInMessage({})).toEqual([{ pointer: '/text', message: 'no text' }]);
    expect(problemsInMessage({ text: '' })).toHaveLength(1);
    expect(problemsInMessage({ text: of(40_000) })).toEqual([]);
    expect(problemsInMessage({ text: of(40_001) })).toHaveLength(1);
    expect(problemsInMessage({ text: of(4000), blocks }, { update: true })).toEqual([]);
    expect(problemsInMessage({ text: of(4001), blocks }, { update: true })).toHaveLength(1);
  });

  test('metadata has a type, a payload of 8 kB, and nothing else', () => {
    const metadata = (event_payload: unknown, more: Json = {}) =>
      problemsInMessage({ text: 'x', metadata: { event_type: 'step', event_payload, ...more } });
    expect(metadata({ key: of(7990) })).toEqual([]);
    expect(metadata({ key: of(7991) }).map(({ pointer }) => pointer)).toEqual(['/metadata/event_payload']);
    expect(metadata('text')).toHaveLength(1);
    expect(metadata({}, { more: 1 })).toHaveLength(1);
    expect(problemsInMessage({ text: 'x', metadata: { event_payload: {} } })).toHaveLength(1);
  });
});
