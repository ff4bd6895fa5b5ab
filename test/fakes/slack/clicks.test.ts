import type { webApi } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actions, button, field, input, option, plain, section } from './block-samples.ts';
import { clientFor } from './client.ts';
import { jsonOf } from './json.ts';
import type { Json } from './json.ts';
import type { Person } from './person.ts';
import { startSlack } from './server.ts';
import type { FakeSlack } from './server.ts';
import { startSmallApp } from './small-app.ts';
import type { SmallApp } from './small-app.ts';

const channel = 'C0SUPPORT';
const at = { now: 0 };
let app: SmallApp;
let slack: FakeSlack;
let client: webApi.WebClient;
let sam: Person;

const post = async (args: Json): Promise<string> =>
  String(jsonOf(await client.apiCall('chat.postMessage', { channel, text: 'x', ...args }))['ts']);
const respond = (url: unknown, body: Json): Promise<Response> =>
  fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

beforeEach(async () => {
  at.now = 1_764_057_600_000;
  app = await startSmallApp();
  slack = await startSlack({ now: () => at.now, appUrl: app.url });
  client = clientFor(slack.apiUrl, 'xoxb-fake');
  sam = slack.person({ id: 'U0SAM' });
});
afterEach(async () => {
  await slack.close();
  await app.close();
});

test('a click carries the message as it is now', async () => {
  const root = await post({});
  await post({ blocks: [actions(button({ text: plain('Approve'), value: 'old' }))] });
  const ts = await post({
    thread_ts: root,
    blocks: [
      actions(button({ text: plain('Approve'), value: 'v1', action_id: 'press:1', style: 'primary' })),
    ],
  });
  await sam.clicks('Approve', { channel, thread: root });
  expect(app.last()).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0SAM', team_id: 'T0SUPPORT' },
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel,
      is_ephemeral: false,
      thread_ts: root,
    },
    channel: { id: channel, name: 'support' },
    message: { ts, thread_ts: root, bot_id: 'B0SUPPORT' },
    actions: [
      { type: 'button', action_id: 'press:1', value: 'v1', text: { text: 'Approve' }, style: 'primary' },
    ],
  });
  expect(slack.thread(channel, root).map(slack.buttonsOf)).toEqual([[], ['Approve']]);
  await client.chat.update({ channel, ts, text: 'Done' });
  await expect(sam.clicks('Approve', { thread: root })).rejects.toThrow('Sam sees no button Approve');
  await expect(sam.clicks(/^Appr/, { message: ts })).rejects.toThrow('nothing to act on');
  await sam.clicks(/^Appr/);
  expect(app.last()).toMatchObject({ actions: [{ value: 'old' }] });
});

test('two buttons of one name must be told apart', async () => {
  await post({ blocks: [actions(button({ value: 'a' }), button({ value: 'b' }))] });
  await expect(sam.clicks('Yes')).rejects.toThrow('say which with nth');
  await sam.clicks('Yes', { nth: 1 });
  expect(app.last()).toMatchObject({ actions: [{ value: 'b' }] });
});

test('an ephemeral message comes without itself, and its response_url replaces it', async () => {
  await client.chat.postEphemeral({
    channel,
    user: 'U0SAM',
    text: 'x',
    blocks: [actions(button()) as never],
  });
  await sam.clicks('Yes');
  expect(app.last()).toMatchObject({ container: { is_ephemeral: true } });
  expect(app.last()).not.toHaveProperty('message');
  const url = app.last()['response_url'];
  expect((await respond(url, { text: 'Thanks', replace_original: true })).status).toBe(200);
  expect(slack.ephemerals('U0SAM')).toMatchObject([{ text: 'Thanks', blocks: [] }]);
  await respond(url, { delete_original: true });
  expect(slack.ephemerals('U0SAM')).toEqual([]);
  await expect(slack.person({ id: 'U0LEA' }).clicks('Yes')).rejects.toThrow('sees no button');
});

test('a response_url works five times within 30 minutes', async () => {
  await sam.command('/mailfix');
  const url = app.last()['response_url'];
  const thread = await post({});
  expect((await respond(url, {})).status).toBe(400);
  for (const text of ['1', '2', '3']) expect((await respond(url, { text })).status).toBe(200);
  await respond(url, { text: 'all', response_type: 'in_channel', thread_ts: thread });
  slack.next('response_url', { kind: 'status', status: 500 });
  expect((await respond(url, { text: '5' })).status).toBe(500);
  expect((await respond(url, { text: '5' })).status).toBe(200);
  const used = await respond(url, { text: '6' });
  expect([used.status, await used.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
  expect(slack.thread(channel, thread).map(({ text }) => text)).toEqual(['x', 'all']);
  expect(slack.ephemerals('U0SAM').map(({ text }) => text)).toEqual(['1', '2', '3', '5']);
  await sam.command('/mailfix');
  at.now += 30 * 60_000 + 1;
  expect(await (await respond(app.last()['response_url'], { text: 'x' })).json()).toMatchObject({
    error: 'expired_url',
  });
  expect(slack.calls('response_url').filter(({ applied }) => applied)).toHaveLength(5);
});

test('typing sends with Enter or with a button', async () => {
  const typed = input(field({ action_id: 'type:ip', max_length: 15 }), {
    block_id: 'ip',
    dispatch_action: true,
  });
  const ts = await post({
    blocks: [typed, actions(button({ text: plain('Send'), action_id: 'send:ip' }))],
  });
  await sam.types('Domain', '203.0.113.7', { channel, send: 'enter' });
  expect(app.last()).toMatchObject({
    actions: [{ type: 'plain_text_input', action_id: 'type:ip', block_id: 'ip', value: '203.0.113.7' }],
    state: { values: { ip: { 'type:ip': { type: 'plain_text_input', value: '203.0.113.7' } } } },
  });
  await sam.types(/main/, '203.0.113.8', { send: 'Send' });
  expect(app.last()).toMatchObject({
    container: { message_ts: ts },
    actions: [{ type: 'button', action_id: 'send:ip' }],
    state: { values: { ip: { 'type:ip': { value: '203.0.113.8' } } } },
  });
  await slack.person({ id: 'U0LEA' }).clicks('Send');
  expect(app.last()).toMatchObject({ state: { values: { ip: { 'type:ip': { value: null } } } } });
  await expect(sam.types('Domain', 'x'.repeat(16), { send: 'enter' })).rejects.toThrow('no more than 15');
  await post({ blocks: [input()] });
  await expect(sam.types('Domain', 'x', { send: 'enter' })).rejects.toThrow('no dispatch_action');
});

test('options of menus', async () => {
  const menu = { type: 'overflow', action_id: 'more', options: [option(1), option(2)] };
  const select = { type: 'static_select', action_id: 'pick', options: [option(3), option(4)] };
  await post({ blocks: [section({ accessory: menu }), { ...actions(select, button()), block_id: 'b' }] });
  await sam.chooses('Option 2');
  expect(app.last()).toMatchObject({
    actions: [{ type: 'overflow', action_id: 'more', selected_option: { value: '2' } }],
  });
  await sam.chooses('Option 3', { send: 'Yes' });
  expect(app.last()).toMatchObject({
    actions: [{ type: 'button' }],
    state: { values: { b: { pick: { type: 'static_select', selected_option: { value: '3' } } } } },
  });
});
