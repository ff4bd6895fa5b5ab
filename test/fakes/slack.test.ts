import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { webApi } from '@slack/bolt';
import { clientFor, failure, refused } from './slack/client.ts';
import { jsonOf } from './slack/json.ts';
import { startSlack } from './slack/server.ts';
import type { FakeSlack } from './slack/server.ts';

const channel = 'C0SUPPORT';
const at = { now: 0 };
let slack: FakeSlack;
let client: webApi.WebClient;

/** Any method with any arguments, also those that the types do not allow. */
const call = (method: string, args: Record<string, unknown> = {}) => client.apiCall(method, args);
const refusal = (method: string, args: Record<string, unknown> = {}) => refused(call(method, args));
const post = async (args: Record<string, unknown> = {}): Promise<string> =>
  String(jsonOf(await call('chat.postMessage', { channel, text: 'x', ...args }))['ts']);

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

beforeEach(async () => {
  at.now = 1_764_057_600_000;
  slack = await startSlack({ now: () => at.now, appUrl: 'http://127.0.0.1:1' });
  client = clientFor(slack.apiUrl, 'xoxb-fake');
});
afterEach(() => slack.close());

describe('tokens', () => {
  test('auth.test says who it is', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      team_id: 'T0SUPPORT',
      user_id: 'U0SUPPORTBOT',
      bot_id: 'B0SUPPORT',
      url: 'https://support.slack.com/',
      is_enterprise_install: false,
    });
  });

  test('a token that is not good is refused with the reason', async () => {
    expect(await refused(clientFor(slack.apiUrl).auth.test())).toBe('not_authed');
    expect(await refused(clientFor(slack.apiUrl, 'xoxb-other').auth.test())).toBe('invalid_auth');
    expect(await refused(clientFor(slack.apiUrl, 'xapp-fake').auth.test())).toBe('not_allowed_token_type');
    expect(await refusal('apps.connections.open')).toBe('not_allowed_token_type');
    expect(await refusal('chat.nothing')).toBe('unknown_method');
    for (const reason of ['account_inactive', 'token_revoked', 'invalid_auth'] as const) {
      slack.addGrant({ token: `xoxb-${reason}`, team: 'T0SUPPORT', refusal: reason });
      expect(await refused(clientFor(slack.apiUrl, `xoxb-${reason}`).auth.test())).toBe(reason);
    }
  });

  test('a missing scope is named', async () => {
    slack.addGrant({ token: 'xoxb-little', team: 'T0SUPPORT', scopes: ['commands'] });
    const little = clientFor(slack.apiUrl, 'xoxb-little');
    const error = await failure(little.apiCall('chat.postMessage', { channel, text: 'x' }));
    expect(error).toMatchObject({
      data: { error: 'missing_scope', needed: 'chat:write', provided: 'commands' },
    });
    slack.addChannel({ id: 'C0PRIVATE', isPrivate: true });
    const history = await failure(little.conversations.history({ channel: 'C0PRIVATE' }));
    expect(history).toMatchObject({ data: { needed: 'groups:history' } });
  });

  test('workspaces are apart', async () => {
    slack.addTeam({ id: 'T0OTHER', token: 'xoxb-other' });
    const other = clientFor(slack.apiUrl, 'xoxb-other');
    expect(await other.auth.test()).toMatchObject({ team_id: 'T0OTHER', user_id: 'U0OTHERBOT' });
    expect(await refused(other.apiCall('chat.postMessage', { channel, text: 'x' }))).toBe(
      'channel_not_found',
    );
    slack.addChannel({ id: 'C0OTHER', team: 'T0OTHER' });
    expect(await other.apiCall('chat.postMessage', { channel: 'C0OTHER', text: 'x' })).toMatchObject({
      ok: true,
    });
    expect(await refusal('chat.postMessage', { channel: 'C0OTHER', text: 'x' })).toBe('channel_not_found');
  });
});

describe('posting', () => {
  test('what is stored is not what was sent, and times increase', async () => {
    const first = await post({
      blocks: [
        { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Yes' } }] },
        section('*Mail*'),
      ],
    });
    at.now -= 60_000;
    const second = await post({
      thread_ts: first,
      metadata: { event_type: 'step', event_payload: { key: 'k1' } },
    });
    expect([first, second]).toEqual(['1764057600.000100', '1764057600.000200']);
    const [root, reply] = slack.thread(channel, first);
    expect(root).toMatchObject({
      user: 'U0SUPPORTBOT',
      botId: 'B0SUPPORT',
      blocks: [
        {
          block_id: expect.any(String),
          elements: [{ action_id: expect.any(String), text: { emoji: true } }],
        },
        { block_id: expect.any(String), text: { verbatim: false } },
      ],
    });
    expect(reply).toMatchObject({ threadTs: first, metadata: { event_type: 'step' } });
    expect(slack.roots(channel).map(({ ts }) => ts)).toEqual([first]);
    expect(slack.calls('chat.postMessage')).toMatchObject([
      { applied: true, status: 200, token: 'xoxb-fake' },
      { applied: true },
    ]);
  });

  test('where the bot may post', async () => {
    slack.addChannel({ id: 'C0OPEN', withBot: false });
    slack.addChannel({ id: 'C0SECRET', withBot: false, isPrivate: true });
    slack.addChannel({ id: 'C0OLD', isArchived: true });
    expect(await refusal('chat.postMessage', { channel: '#support', text: 'x' })).toBe('channel_not_found');
    expect(await refusal('chat.postMessage', { channel: 'C0OPEN', text: 'x' })).toBe('not_in_channel');
    expect(await refusal('chat.postMessage', { channel: 'C0SECRET', text: 'x' })).toBe('channel_not_found');
    expect(await refusal('chat.postMessage', { channel: 'C0OLD', text: 'x' })).toBe('is_archived');
    slack.state.grants.get('xoxb-fake')?.scopes.add('chat:write.public');
    expect(await call('chat.postMessage', { channel: 'C0OPEN', text: 'x' })).toMatchObject({ ok: true });
    expect(await call('chat.postMessage', { channel: 'U0SAM', text: 'x' })).toMatchObject({
      channel: 'D0SAM',
    });
  });

  test('a reply is no thread, and an archived channel takes no change', async () => {
    const thread_ts = await post();
    const reply = await post({ thread_ts });
    expect(await refusal('chat.postMessage', { channel, text: 'x', thread_ts: reply })).toBe(
      'thread_not_found',
    );
    slack.addChannel({ id: channel, isArchived: true });
    expect(await refusal('chat.update', { channel, ts: reply, text: 'y' })).toBe('is_archived');
  });

  test('what may be posted', async () => {
    expect(await refusal('chat.postMessage', { channel })).toBe('no_text');
    expect(await refusal('chat.postMessage', { channel, text: 'x'.repeat(40_001) })).toBe('msg_too_long');
    expect(await refusal('chat.postMessage', { channel, text: 'x', blocks: 'x' })).toBe(
      'invalid_blocks_format',
    );
    expect(await refusal('chat.postMessage', { channel, text: 'x', markdown_text: 'x' })).toBe(
      'markdown_text_conflict',
    );
    expect(await refusal('chat.postMessage', { channel, text: 'x', thread_ts: '1.000100' })).toBe(
      'thread_not_found',
    );
    expect(await refusal('chat.postMessage', { channel, text: 'x', reply_broadcast: true })).toBe(
      'cant_broadcast_message',
    );
    const metadata = (event_payload: unknown) => ({
      channel,
      text: 'x',
      metadata: { event_type: 'a', event_payload },
    });
    expect(await refusal('chat.postMessage', metadata({ a: 'x'.repeat(8000) }))).toBe('metadata_too_large');
    expect(await refusal('chat.postMessage', metadata(1))).toBe('invalid_metadata_format');
    const error = await call('chat.postMessage', { channel, text: 'x', blocks: [section('')] }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    });
    expect(slack.roots(channel)).toEqual([]);
  });

  test('a message that nobody can hear is let in with a warning', async () => {
    expect(await call('chat.postMessage', { channel, blocks: [section('x')] })).toMatchObject({
      response_metadata: { warnings: ['missing_text_in_message'] },
    });
  });

  test('JSON bodies are as good as forms', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-fake', 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel, text: 'x', blocks: [section('x')] }),
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { bot_id: 'B0SUPPORT' } });
  });

  test('updates keep metadata, and text alone takes the blocks away', async () => {
    const ts = await post({ blocks: [section('x')], metadata: { event_type: 'step', event_payload: {} } });
    await client.chat.update({ channel, ts, text: 'y', blocks: [section('y')] });
    expect(slack.roots(channel)[0]).toMatchObject({
      text: 'y',
      updates: 1,
      metadata: { event_type: 'step' },
    });
    expect(slack.roots(channel)[0]?.edited).toBeUndefined();
    await client.chat.update({ channel, ts, text: 'z' });
    expect(slack.roots(channel)[0]).toMatchObject({
      blocks: [],
      updates: 2,
      edited: { user: 'U0SUPPORTBOT' },
    });
    const { ts: other } = await slack.person({ id: 'U0SAM' }).says('hello');
    expect(await refusal('chat.update', { channel, ts: other, text: 'x' })).toBe('cant_update_message');
    expect(await refusal('chat.delete', { channel, ts: other })).toBe('cant_delete_message');
    expect(await refusal('chat.update', { channel, ts: '1.000100', text: 'x' })).toBe('message_not_found');
    expect(await refusal('chat.update', { channel, ts, text: 'x'.repeat(4001) })).toBe('msg_too_long');
    expect(await refusal('chat.update', { channel, ts })).toBe('no_text');
    expect(await refusal('chat.update', { channel, ts, text: 'x', reply_broadcast: true })).toBe(
      'cant_broadcast_message',
    );
  });

  test('a deleted message leaves a stub while it has replies', async () => {
    const ts = await post();
    const reply = await post({ thread_ts: ts, reply_broadcast: true });
    expect(slack.roots(channel).map((one) => one.ts)).toEqual([ts, reply]);
    await client.chat.delete({ channel, ts });
    expect(await client.conversations.replies({ channel, ts })).toMatchObject({
      messages: [{ subtype: 'tombstone' }, { ts: reply }],
    });
    await client.chat.delete({ channel, ts: reply });
    expect(slack.thread(channel, ts)).toEqual([]);
  });

  test('ephemerals are for members, are kept apart, and cannot be updated', async () => {
    const { message_ts: ts = '' } = await client.chat.postEphemeral({
      channel,
      user: 'U0SAM',
      text: 'only you',
    });
    expect(slack.ephemerals('U0SAM')).toMatchObject([{ text: 'only you' }]);
    expect(slack.roots(channel)).toEqual([]);
    expect(await refusal('chat.update', { channel, ts, text: 'x' })).toBe('message_not_found');
    slack.addUser({ id: 'U0GUEST', channels: [] });
    expect(await refusal('chat.postEphemeral', { channel, user: 'U0GUEST', text: 'x' })).toBe(
      'user_not_in_channel',
    );
  });
});
