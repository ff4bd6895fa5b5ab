import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webApi } from '@slack/bolt';
import { clientFor, failure, refused } from './client.ts';
import { jsonOf } from './json.ts';
import { startSlack } from './server.ts';
import type { FakeSlack } from './server.ts';

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

const modal = (more: object = {}) => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Incident' },
  blocks: [section('x')],
  ...more,
});

/** A fresh trigger, as an interaction of Sam's gives one. */
async function trigger(): Promise<string> {
  const { request } = await slack.person({ id: 'U0SAM' }).globalShortcut('any');
  return String(request.payload['trigger_id']);
}

beforeEach(async () => {
  at.now = 1_764_057_600_000;
  slack = await startSlack({ now: () => at.now, appUrl: 'http://127.0.0.1:1' });
  client = clientFor(slack.apiUrl, 'xoxb-fake');
});
afterEach(() => slack.close());

describe('reading', () => {
  test('history has no replies but broadcast ones, newest first, in pages', async () => {
    const first = await post({ metadata: { event_type: 'step', event_payload: {} } });
    await post({ thread_ts: first });
    const broadcast = await post({ thread_ts: first, reply_broadcast: true });
    const last = await post();
    const { messages, has_more, response_metadata } = await client.conversations.history({
      channel,
      limit: 2,
    });
    expect(messages?.map(({ ts }) => ts)).toEqual([last, broadcast]);
    expect(has_more).toBe(true);
    const cursor = response_metadata?.next_cursor ?? '';
    const rest = await client.conversations.history({
      channel,
      limit: 2,
      cursor,
      include_all_metadata: true,
    });
    expect(rest.messages).toMatchObject([{ ts: first, reply_count: 2, metadata: { event_type: 'step' } }]);
    const without = await client.conversations.history({ channel, oldest: first, inclusive: true });
    expect(without.messages?.map(({ ts }) => ts)).toEqual([last, broadcast, first]);
    expect(without.messages?.[2]).not.toHaveProperty('metadata');
    const between = await client.conversations.history({ channel, oldest: first, latest: last });
    expect(between.messages?.map(({ ts }) => ts)).toEqual([broadcast]);
  });

  test('replies begin with the first message, whatever times are asked for', async () => {
    const first = await post();
    const second = await post({ thread_ts: first });
    const third = await post({ thread_ts: first, metadata: { event_type: 'step', event_payload: {} } });
    const all = await client.conversations.replies({ channel, ts: first, include_all_metadata: true });
    expect(all.messages?.map(({ ts }) => ts)).toEqual([first, second, third]);
    expect(all.messages?.[2]).toMatchObject({ thread_ts: first, metadata: { event_type: 'step' } });
    const late = await client.conversations.replies({ channel, ts: first, oldest: second, limit: 1 });
    expect(late).toMatchObject({ messages: [{ ts: first }], has_more: true });
    const cursor = late.response_metadata?.next_cursor ?? '';
    expect(await client.conversations.replies({ channel, ts: first, oldest: second, cursor })).toMatchObject({
      messages: [{ ts: third }],
    });
    expect(await refusal('conversations.replies', { channel, ts: '1.000100' })).toBe('thread_not_found');
    slack.addChannel({ id: 'C0OPEN', withBot: false });
    expect(await refusal('conversations.history', { channel: 'C0OPEN' })).toBe('not_in_channel');
  });

  test('channels, people and groups', async () => {
    slack.addChannel({ id: 'C0SHARED', isExtShared: true, isPrivate: true });
    expect(await client.conversations.info({ channel: 'C0SHARED' })).toMatchObject({
      channel: { is_ext_shared: true, is_private: true, is_member: true, is_archived: false },
    });
    slack.addUser({ id: 'U0GUEST', name: 'guest', isRestricted: true, isStranger: true });
    expect(await client.users.info({ user: 'U0GUEST' })).toMatchObject({
      user: { is_restricted: true, is_stranger: true },
    });
    expect(await client.users.info({ user: 'U0SAM' })).toMatchObject({
      user: { real_name: 'Sam', team_id: 'T0SUPPORT' },
    });
    expect(await refusal('users.info', { user: 'U0NOBODY' })).toBe('user_not_found');
    expect(await client.usergroups.list({ include_users: true })).toMatchObject({
      usergroups: [{ id: 'S0LEADS', users: ['U0LEA'] }],
    });
    expect(await client.usergroups.users.list({ usergroup: 'S0LEADS' })).toMatchObject({ users: ['U0LEA'] });
    expect(await refusal('usergroups.users.list', { usergroup: 'S0NONE' })).toBe('no_such_subteam');
  });
});

describe('views', () => {
  test('a trigger works once and for three seconds', async () => {
    const one = await trigger();
    at.now += 3000;
    expect(await call('views.open', { trigger_id: one, view: modal() })).toMatchObject({
      view: { id: expect.stringMatching(/^V/) },
    });
    expect(await refusal('views.open', { trigger_id: one, view: modal() })).toBe('exchanged_trigger_id');
    const late = await trigger();
    at.now += 3001;
    expect(await refusal('views.open', { trigger_id: late, view: modal() })).toBe('expired_trigger_id');
    expect(await refusal('views.open', { trigger_id: '1.2.3', view: modal() })).toBe('invalid_trigger_id');
  });

  test('a bad view is refused, and does not use the trigger up', async () => {
    const trigger_id = await trigger();
    expect(await refusal('views.open', { trigger_id, view: modal({ title: section('x') }) })).toBe(
      'invalid_arguments',
    );
    expect(await refusal('views.open', { trigger_id, view: { type: 'home', blocks: [] } })).toBe(
      'invalid_arguments',
    );
    expect(await refusal('views.open', { trigger_id })).toBe('invalid_arguments');
    const long = modal({ blocks: Array.from({ length: 90 }, () => section('x'.repeat(3000))) });
    expect(await refusal('views.open', { trigger_id, view: long })).toBe('view_too_large');
    expect(await call('views.open', { trigger_id, view: modal({ external_id: 'e' }) })).toMatchObject({
      ok: true,
    });
    expect(
      await refusal('views.open', { trigger_id: await trigger(), view: modal({ external_id: 'e' }) }),
    ).toBe('duplicate_external_id');
  });

  test('updates by id and hash; three modals at most', async () => {
    await call('views.open', { trigger_id: await trigger(), view: modal() });
    const { id: view_id, hash } = slack.openView('U0SAM') ?? {};
    await call('views.update', { view_id, hash, view: modal({ callback_id: 'new' }) });
    expect(slack.openView('U0SAM')?.view).toMatchObject({ callback_id: 'new' });
    expect(await refusal('views.update', { view_id, hash, view: modal() })).toBe('hash_conflict');
    expect(await refusal('views.update', { view_id: 'V0', view: modal() })).toBe('not_found');
    await call('views.push', { trigger_id: await trigger(), view: modal() });
    await call('views.push', { trigger_id: await trigger(), view: modal() });
    expect(await refusal('views.push', { trigger_id: await trigger(), view: modal() })).toBe(
      'push_limit_reached',
    );
    expect(slack.openView('U0SAM')).toMatchObject({ rootId: view_id });
  });

  test('the Home tab, with its hash', async () => {
    const view = { type: 'home', blocks: [section('Nothing open')] };
    await call('views.publish', { user_id: 'U0SAM', view });
    const hash = slack.homeOf('U0SAM')?.hash;
    await call('views.publish', { user_id: 'U0SAM', view, hash });
    expect(await refusal('views.publish', { user_id: 'U0SAM', view, hash })).toBe('hash_conflict');
    expect(await refusal('views.publish', { user_id: 'U0NOBODY', view })).toBe('invalid_arguments');
    expect(slack.textOf({ blocks: slack.homeOf('U0SAM')?.view['blocks'] as never })).toBe('Nothing open');
  });
});

describe('faults', () => {
  const answered = (text = 'x'): Promise<unknown> =>
    call('chat.postMessage', { channel, text }).then(
      () => undefined,
      (reason: unknown) => reason,
    );

  test('each once, in turn; what was applied is known', async () => {
    slack.next('chat.postMessage', { kind: 'status', status: 500 });
    slack.next('chat.postMessage', { kind: 'status', status: 503, applied: true });
    slack.next('chat.postMessage', { kind: 'rate', retryAfterSeconds: 7 });
    slack.next('chat.postMessage', { kind: 'drop' });
    slack.next('chat.postMessage', { kind: 'lost-reply' });
    slack.next('*', { kind: 'error', error: 'fatal_error' });
    expect(await answered('a')).toMatchObject({ statusCode: 500 });
    expect(await answered('b')).toMatchObject({ statusCode: 503 });
    expect(await answered('c')).toMatchObject({ retryAfter: 7 });
    expect(await answered('d')).toBeInstanceOf(webApi.WebAPIRequestError);
    expect(await answered('e')).toBeInstanceOf(webApi.WebAPIRequestError);
    expect(await answered('f')).toMatchObject({ data: { error: 'fatal_error' } });
    expect(await answered('g')).toBeUndefined();
    expect(slack.calls().map(({ status, applied }) => [status, applied])).toEqual([
      [500, false],
      [503, true],
      [429, false],
      [undefined, false],
      [undefined, true],
      [200, false],
      [200, true],
    ]);
    expect(slack.roots(channel).map(({ text }) => text)).toEqual(['b', 'e', 'g']);
  });

  test('hanging and slow calls', async () => {
    const hasty = clientFor(slack.apiUrl, 'xoxb-fake', 40);
    slack.next('chat.postMessage', { kind: 'hang' });
    slack.next('chat.postMessage', { kind: 'slow', ms: 5000 });
    await failure(hasty.apiCall('chat.postMessage', { channel, text: 'a' }));
    await failure(hasty.apiCall('chat.postMessage', { channel, text: 'b' }));
    expect(slack.roots(channel).map(({ text }) => text)).toEqual(['b']);
    slack.next('chat.postMessage', { kind: 'slow', ms: 5 });
    expect(await answered('c')).toBeUndefined();
  });

  test('lasting ones end when they are stopped', async () => {
    const stop = slack.every('chat.postMessage', { kind: 'status', status: 502 });
    expect(await answered()).toMatchObject({ statusCode: 502 });
    expect(await answered()).toMatchObject({ statusCode: 502 });
    expect(await client.auth.test()).toMatchObject({ ok: true });
    stop();
    expect(await answered()).toBeUndefined();
  });
});
