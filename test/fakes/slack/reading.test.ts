import { expect, test } from 'vitest';
import {
  actions,
  button,
  choice,
  field,
  header,
  image,
  input,
  mrkdwn,
  plain,
  raw,
  rich,
  section,
  table,
} from './block-samples.ts';
import { buttonsOf, textOf } from './reading.ts';
import { asTyped } from './typed-text.ts';

test('the words of blocks, in order, as they are shown', () => {
  const blocks = [
    header('Incident 7'),
    section({
      text: mrkdwn(
        '*Domain*: `acme_cpa.com` &amp; <https://e.example|its page>, asked by <@U1> in snake_case',
      ),
      fields: [mrkdwn('_Since_\n<!date^1764057600^{time}|09:00>'), plain('5 < 6')],
      accessory: button({ text: plain('Change') }),
    }),
    { type: 'context', elements: [mrkdwn('&lt;none&gt;'), image({ alt_text: 'Logo' })] },
    rich(
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Ask ' },
          { type: 'user', user_id: 'U1' },
          { type: 'text', text: ', ' },
          { type: 'usergroup', usergroup_id: 'S1' },
          { type: 'link', url: 'https://e.example' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
      },
    ),
    table([[raw('a'), raw('b')]]),
    input(field({ placeholder: plain('203.0.113.7') }), { hint: plain('An IPv4 address') }),
    actions(button(), choice('radio_buttons', 1)),
  ];
  expect(textOf({ text: 'not read', blocks }).split('\n')).toEqual([
    'Incident 7',
    'Domain: acme_cpa.com & its page, asked by <@U1> in snake_case',
    'Since',
    '09:00',
    '5 < 6',
    'Change',
    '<none>',
    'Logo',
    'Ask <@U1>, <!subteam^S1>https://e.example',
    'one',
    'a | b',
    'Domain',
    '203.0.113.7',
    'An IPv4 address',
    'Yes',
    'Option 0',
  ]);
  expect(buttonsOf({ blocks })).toEqual(['Change', 'Yes']);
  expect(textOf({ text: 'only &lt;text&gt;', blocks: [] })).toBe('only <text>');
});

test('what people type arrives with its addresses as links', () => {
  expect(asTyped('see acme-cpa.com or a.b@acme.test, https://e.example/x <@U1> 203.0.113.7 <b>')).toBe(
    'see <http://acme-cpa.com|acme-cpa.com> or a.b@acme.test, <https://e.example/x> <@U1> 203.0.113.7 &lt;b&gt;',
  );
  expect(asTyped('a@acme.test')).toBe('<mailto:a@acme.test|a@acme.test>');
});
