import { afterEach, beforeEach, expect, test } from 'vitest';
import { actions, button, choice, field, input, modal, option, plain, section } from './block-samples.ts';
import { clientFor } from './client.ts';
import type { Json } from './json.ts';
import type { Person } from './person.ts';
import { startSlack } from './server.ts';
import type { FakeSlack } from './server.ts';
import { startSmallApp } from './small-app.ts';
import type { SmallApp } from './small-app.ts';

let app: SmallApp;
let slack: FakeSlack;
let sam: Person;

const api = (method: string, args: Json) => clientFor(slack.apiUrl, 'xoxb-fake').apiCall(method, args);

/** Sam uses a command, and the app opens this. */
async function opened(view: Json): Promise<void> {
  app.answers(() => undefined);
  await sam.command('/mailfix');
  await api('views.open', { trigger_id: app.last()['trigger_id'], view });
}

const domain = input(field({ action_id: 'v' }), { block_id: 'domain' });

beforeEach(async () => {
  app = await startSmallApp();
  slack = await startSlack({ appUrl: app.url });
  sam = slack.person({ id: 'U0SAM' });
});
afterEach(async () => {
  await slack.close();
  await app.close();
});

test('inputs of every kind are filled by their labels', async () => {
  const labelled = (label: string, element: Json): Json =>
    input(element, { label: plain(label), block_id: label });
  await opened(
    modal({
      callback_id: 'new',
      private_metadata: 'm',
      blocks: [
        labelled('Text', field({ action_id: 'v' })),
        labelled('Radio', choice('radio_buttons', 2, { action_id: 'v' })),
        labelled('Select', choice('static_select', 2, { action_id: 'v', initial_option: option(0) })),
        labelled('Boxes', choice('checkboxes', 3, { action_id: 'v' })),
        labelled('Person', { type: 'users_select', action_id: 'v' }),
        labelled('Channel', {
          type: 'conversations_select',
          action_id: 'v',
          default_to_current_conversation: true,
          response_url_enabled: true,
        }),
        labelled('Day', { type: 'datepicker', action_id: 'v' }),
        { ...actions(choice('static_select', 1, { action_id: 'v' })), block_id: 'Other' },
      ],
    }),
  );
  await sam.fills({
    Text: 'acme.example',
    Radio: 'Option 1',
    Boxes: ['Option 0', 'Option 2'],
    Person: 'Lea',
    Day: '2026-11-25',
  });
  const result = await sam.submits();
  expect(result).toMatchObject({ status: 200, errors: {}, trouble: undefined, view: undefined });
  expect(app.last()).toMatchObject({
    type: 'view_submission',
    user: { id: 'U0SAM' },
    trigger_id: expect.any(String),
    response_urls: [{ block_id: 'Channel', channel_id: 'C0SUPPORT', response_url: expect.any(String) }],
    view: {
      callback_id: 'new',
      private_metadata: 'm',
      hash: expect.any(String),
      app_installed_team_id: 'T0SUPPORT',
      state: {
        values: {
          Text: { v: { type: 'plain_text_input', value: 'acme.example' } },
          Radio: { v: { selected_option: { value: '1' } } },
          Select: { v: { selected_option: { value: '0' } } },
          Boxes: { v: { selected_options: [{ value: '0' }, { value: '2' }] } },
          Person: { v: { type: 'users_select', selected_user: 'U0LEA' } },
          Channel: { v: { selected_conversation: 'C0SUPPORT' } },
          Day: { v: { selected_date: '2026-11-25' } },
          Other: { v: { selected_option: null } },
        },
      },
    },
  });
  expect(app.last()).not.toHaveProperty('channel');
  expect(slack.openView('U0SAM')).toBeUndefined();
});

test('a modal that is not filled as it must be is not sent', async () => {
  await opened(
    modal({ blocks: [domain, input(choice('radio_buttons', 2), { label: plain('Which'), optional: true })] }),
  );
  await expect(sam.submits()).rejects.toThrow('"Domain" is empty');
  await expect(sam.fills({ Which: 'Option 9' })).rejects.toThrow(
    'offers no "Option 9", only: Option 0, Option 1',
  );
  await expect(sam.fills({ Nothing: 'x' })).rejects.toThrow('There is: plain_text_input "Domain"');
  expect(await sam.submits({ force: true })).toMatchObject({ status: 200 });
  await expect(sam.submits()).rejects.toThrow('no modal open');
});

test('errors stay with their inputs; others are seen by nobody', async () => {
  await opened(modal({ blocks: [domain, section({ block_id: 'text' })] }));
  await sam.fills({ Domain: 'x' });
  app.answers(() => ({
    response_action: 'errors',
    errors: { domain: 'No such domain', text: 'a', none: 'b' },
  }));
  const { errors, errorsByLabel, unshown, view } = await sam.submits();
  expect(errors).toHaveProperty('none');
  expect(errorsByLabel).toEqual({ Domain: 'No such domain' });
  expect(unshown).toEqual(['text', 'none']);
  expect(view?.typed.size).toBe(1);
  app.answers(() => 500);
  expect(await sam.submits()).toMatchObject({
    trouble: 'The app answered with 500.',
    view: { id: view?.id },
  });
  app.answers(() => ({ text: 'x' }));
  expect(await sam.submits()).toMatchObject({ trouble: expect.stringContaining('invalid_response') });
});

test('a submission may update, push and clear', async () => {
  await opened(modal({ blocks: [domain], notify_on_close: true }));
  const root = slack.openView('U0SAM')?.id;
  await sam.fills({ Domain: 'x' });
  app.answers(() => ({
    response_action: 'update',
    view: modal({ callback_id: 'second', blocks: [domain] }),
  }));
  expect(await sam.submits()).toMatchObject({ view: { id: root, view: { callback_id: 'second' } } });
  app.answers(() => ({
    response_action: 'push',
    view: modal({ callback_id: 'third', blocks: [section()] }),
  }));
  const pushed = await sam.submits();
  expect(pushed.view).toMatchObject({ rootId: root, previousId: root, view: { callback_id: 'third' } });
  app.answers(() => ({ response_action: 'push', view: modal({ blocks: [domain] }) }));
  await sam.submits();
  expect(await sam.submits({ force: true })).toMatchObject({
    trouble: expect.stringContaining('push_limit_reached'),
  });
  app.answers(() => undefined);
  expect(await sam.submits({ force: true })).toMatchObject({ view: { id: pushed.view?.id } });
  await sam.closes();
  app.answers(() => ({ response_action: 'update', view: modal({ title: plain('') }) }));
  expect(await sam.submits()).toMatchObject({ trouble: expect.stringContaining('invalid_arguments') });
  app.answers(() => ({ response_action: 'clear' }));
  expect(await sam.submits()).toMatchObject({ view: undefined });
});

test('typed text outlives an update of the same blocks', async () => {
  await opened(modal({ blocks: [domain] }));
  await sam.fills({ Domain: 'acme.example' });
  const view_id = slack.openView('U0SAM')?.id;
  await api('views.update', { view_id, view: modal({ blocks: [section(), domain] }) });
  await sam.submits();
  expect(app.last()).toMatchObject({
    view: { state: { values: { domain: { v: { value: 'acme.example' } } } } },
  });
  await opened(modal({ blocks: [domain] }));
  await sam.fills({ Domain: 'acme.example' });
  await api('views.update', {
    view_id: slack.openView('U0SAM')?.id,
    view: modal({ blocks: [{ ...domain, block_id: 'other' }] }),
  });
  await expect(sam.submits()).rejects.toThrow('"Domain" is empty');
});

test('closing tells the app if it wants to know', async () => {
  await opened(modal());
  expect(await sam.closes()).toBeUndefined();
  await opened(modal({ notify_on_close: true, clear_on_close: true }));
  expect(await sam.closes()).toMatchObject({ status: 200 });
  expect(app.last()).toMatchObject({ type: 'view_closed', is_cleared: true });
  expect(app.last()).not.toHaveProperty('trigger_id');
});

test('buttons and menus in a modal and on the Home tab', async () => {
  const more = [
    actions(button({ action_id: 'go', value: 'v' }), choice('overflow', 2, { action_id: 'more' })),
  ];
  await opened(
    modal({
      blocks: [...more, input(choice('radio_buttons', 2, { action_id: 'r' }), { dispatch_action: true })],
    }),
  );
  await sam.clicksInView('Yes');
  expect(app.last()).toMatchObject({
    type: 'block_actions',
    container: { type: 'view', view_id: slack.openView('U0SAM')?.id },
    view: { type: 'modal' },
    actions: [{ action_id: 'go', value: 'v' }],
  });
  for (const name of ['channel', 'message', 'response_url']) expect(app.last()).not.toHaveProperty(name);
  expect(await sam.fills({ Domain: 'Option 1' })).toHaveLength(1);
  expect(app.last()).toMatchObject({ actions: [{ type: 'radio_buttons', selected_option: { value: '1' } }] });
  await api('views.publish', { user_id: 'U0SAM', view: { type: 'home', blocks: more } });
  await sam.clicksInHome(/Y/);
  expect(app.last()).toMatchObject({ view: { type: 'home' }, actions: [{ action_id: 'go' }] });
  await sam.choosesInHome('Option 1');
  expect(app.last()).toMatchObject({ actions: [{ type: 'overflow', selected_option: { value: '1' } }] });
  await sam.opensHome();
  expect(app.last()).toMatchObject({ event: { view: { type: 'home' } } });
});
