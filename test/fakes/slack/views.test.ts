import { expect, test } from 'vitest';
import { problemsInView } from './block-kit.ts';
import * as make from './block-samples.ts';
import { choice, field, input, many, modal, of, option, plain, raw, section } from './block-samples.ts';
import type { Json } from './json.ts';

const focused = (n: number): Json[] => many(n, () => input(field({ focus_on_load: true })));
const sections = (n: number): Json[] => many(n, () => section({ text: plain(of(2900)) }));
const carousel: Json = { type: 'carousel', elements: [make.card()] };
const alert: Json = { type: 'alert', text: plain('x'), level: 'warning' };

test.each<readonly [what: string, good: Json, bad: Json, pointer: string]>([
  ['title', modal({ title: plain(of(24)) }), modal({ title: plain(of(25)) }), '/title/text'],
  ['title is there', modal(), modal({ title: undefined }), '/title'],
  ['submit', modal({ submit: plain(of(24)) }), modal({ submit: plain(of(25)) }), '/submit/text'],
  ['close', modal({ close: plain(of(24)) }), modal({ close: plain(of(25)) }), '/close/text'],
  [
    'metadata',
    modal({ private_metadata: of(3000) }),
    modal({ private_metadata: of(3001) }),
    '/private_metadata',
  ],
  ['callback_id', modal({ callback_id: of(255) }), modal({ callback_id: of(256) }), '/callback_id'],
  [
    'submit with inputs',
    modal({ blocks: [input()] }),
    modal({ blocks: [input()], submit: undefined }),
    '/submit',
  ],
  ['one focus', modal({ blocks: focused(1) }), modal({ blocks: focused(2) }), '/blocks'],
  ['100 blocks', modal({ blocks: many(100, () => section()) }), modal({ blocks: sections(101) }), '/blocks'],
  ['100 at home', make.home(...many(100, () => section())), make.home(...sections(101)), '/blocks'],
  ['250 kB', modal({ blocks: sections(80) }), modal({ blocks: sections(90) }), ''],
  ['known keys', modal({ notify_on_close: true, clear_on_close: true }), modal({ colour: 'red' }), '/colour'],
  ['no submit at home', make.home(input()), { ...make.home(), submit: plain('x') }, '/submit'],
  ['no markdown', modal(), modal({ blocks: [{ type: 'markdown', text: 'x' }] }), '/blocks/0/type'],
  ['no table', make.home(section()), make.home(make.table([[raw('x')]])), '/blocks/0/type'],
  ['carousel at home only', make.home(carousel), modal({ blocks: [carousel] }), '/blocks/0/type'],
  ['alert in modals only', modal({ blocks: [alert] }), make.home(alert), '/blocks/0/type'],
  ['known types', modal(), modal({ type: 'dialog' }), '/type'],
])('%s', (_what, good, bad, pointer) => {
  expect(problemsInView(good)).toEqual([]);
  expect(problemsInView(bad).map((problem) => problem.pointer)).toContain(pointer);
});

test('the elements that apps commonly use', () => {
  const blocks = [
    input({ type: 'users_select', placeholder: plain('Who') }),
    input({ type: 'conversations_select', response_url_enabled: true, filter: { include: ['public'] } }),
    input({ type: 'channels_select' }),
    input({ type: 'datepicker', initial_date: '2026-11-25' }),
    input({ type: 'timepicker', initial_time: '09:30' }),
    input({ type: 'email_text_input' }, { optional: true }),
    input({ type: 'number_input', is_decimal_allowed: false }),
    input(choice('radio_buttons', 2, { initial_option: option(1) })),
    input(choice('multi_static_select', 2, { max_selected_items: 1 })),
    input(field({ dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } }), {
      dispatch_action: true,
    }),
    section({ accessory: make.image() }),
  ];
  expect(problemsInView(modal({ blocks }))).toEqual([]);
});
