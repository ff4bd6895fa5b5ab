import type { webApi } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plain, section } from './block-samples.ts';
import { clientFor } from './client.ts';
import { jsonOf } from './json.ts';
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

describe('commands', () => {
  test('come as a form, and the answer is shown to that person', async () => {
    app.answers(() => ({ text: 'Two incidents are open.' }));
    const result = await sam.command('/mailfix status & more', { channel });
    expect(result).toMatchObject({ status: 200, json: { text: 'Two incidents are open.' } });
    expect(app.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(app.last()).toMatchObject({
      command: '/mailfix',
      text: 'status & more',
      team_id: 'T0SUPPORT',
      team_domain: 'support',
      channel_id: channel,
      channel_name: 'support',
      user_id: 'U0SAM',
      user_name: 'sam',
      is_enterprise_install: 'false',
      api_app_id: 'A0MAILFIX',
      trigger_id: expect.stringMatching(/^\w+\.\w+\.\w+$/),
    });
    expect(app.last()).not.toHaveProperty('thread_ts');
    expect(slack.ephemerals('U0SAM').map(slack.textOf)).toEqual(['Two incidents are open.']);
  });

  test('an answer for all, one that Slack does not take, and none', async () => {
    app.answers(() => ({ response_type: 'in_channel', text: 'Hello' }));
    await sam.command('/mailfix', { channel });
    expect(slack.roots(channel)).toMatchObject([{ text: 'Hello', botId: 'B0SUPPORT' }]);
    app.answers(() => ({ text: 'x', blocks: [section({ text: plain('') })] }));
    expect(await sam.command('/mailfix')).toMatchObject({ error: expect.stringContaining('invalid_blocks') });
    app.answers(() => 500);
    expect(await sam.command('/mailfix')).toMatchObject({ status: 500 });
    expect(slack.ephemerals()).toEqual([]);
  });
});

describe('what people say', () => {
  test('a mention comes twice, with the same ts', async () => {
    const { ts, mention, message } = await sam.mentions('please look at acme.com');
    expect([mention.status, message.status]).toEqual([200, 200]);
    const [one, other] = app.received.map(({ payload }) => payload);
    expect(one?.['event_id']).not.toBe(other?.['event_id']);
    const events = [one, other].map((envelope) => jsonOf(envelope?.['event']));
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['app_mention', 'message']));
    for (const event of events)
      expect(event).toMatchObject({
        ts,
        event_ts: ts,
        user: 'U0SAM',
        channel,
        text: '<@U0SUPPORTBOT> please look at <http://acme.com|acme.com>',
        client_msg_id: events[0]?.['client_msg_id'],
      });
    expect(one).toMatchObject({
      type: 'event_callback',
      team_id: 'T0SUPPORT',
      is_ext_shared_channel: false,
      authorizations: [{ team_id: 'T0SUPPORT', user_id: 'U0SUPPORTBOT', is_bot: true }],
    });
  });

  test('messages in threads, changes and deletions', async () => {
    const { ts: thread } = await sam.says('Outlook gets no mail');
    const { ts } = await sam.says('the IP is <203.0.113.7> & so', { thread });
    expect(jsonOf(app.last()['event'])).toMatchObject({
      thread_ts: thread,
      parent_user_id: 'U0SAM',
      channel_type: 'channel',
      text: 'the IP is &lt;203.0.113.7&gt; &amp; so',
    });
    await sam.edits({ ts }, 'never mind');
    expect(jsonOf(app.last()['event'])).toMatchObject({
      subtype: 'message_changed',
      hidden: true,
      message: { ts, text: 'never mind', edited: { user: 'U0SAM' } },
      previous_message: { ts },
    });
    await sam.deletes({ ts });
    expect(jsonOf(app.last()['event'])).toMatchObject({ subtype: 'message_deleted', deleted_ts: ts });
    expect(slack.thread(channel, thread)).toHaveLength(1);
  });

  test('the app hears only what it may', async () => {
    slack.addChannel({ id: 'C0OPEN', withBot: false });
    expect(await sam.says('x', { channel: 'C0OPEN' })).toMatchObject({
      status: 0,
      error: expect.stringContaining('not in'),
    });
    slack.state.grants.get('xoxb-fake')?.scopes.delete('channels:history');
    const { mention, message } = await sam.mentions('x');
    expect([mention.status, message.status]).toEqual([200, 0]);
  });

  test('in a shared channel the team is the sender’s', async () => {
    slack.addChannel({ id: 'C0SHARED', isExtShared: true });
    const guest = slack.person({ id: 'U0FAR', team: 'T0FAR', isStranger: true, channels: ['C0SHARED'] });
    await guest.says('x', { channel: 'C0SHARED' });
    expect(app.last()).toMatchObject({
      team_id: 'T0FAR',
      context_team_id: 'T0SUPPORT',
      is_ext_shared_channel: true,
    });
  });

  test('shortcuts, the Home tab and other events', async () => {
    const { ts } = await sam.says('x');
    await sam.messageShortcut('report', { ts });
    expect(app.last()).toMatchObject({
      type: 'message_action',
      callback_id: 'report',
      channel: { id: channel },
      message: { ts, text: 'x' },
      response_url: expect.stringContaining('/response/'),
    });
    await sam.globalShortcut('new');
    expect(app.last()).toMatchObject({ type: 'shortcut', callback_id: 'new', user: { id: 'U0SAM' } });
    expect(app.last()).not.toHaveProperty('channel');
    await sam.opensHome();
    expect(app.last()).toMatchObject({ event: { type: 'app_home_opened', tab: 'home', user: 'U0SAM' } });
    await slack.event({ type: 'app_rate_limited' });
    expect(app.last()).toMatchObject({ event: { type: 'app_rate_limited' } });
  });

  test('a request that is held goes out when it is let go', async () => {
    const release = slack.hold();
    const slow = sam.says('first');
    await sam.says('second');
    release();
    await slow;
    expect(app.received.map(({ payload }) => jsonOf(payload['event'])['text'])).toEqual(['second', 'first']);
  });

  test('an app that is removed is told, and its token is dead', async () => {
    await slack.uninstall();
    expect(app.received.map(({ payload }) => jsonOf(payload['event'])['type'])).toEqual([
      'tokens_revoked',
      'app_uninstalled',
    ]);
    await expect(client.auth.test()).rejects.toMatchObject({ data: { error: 'account_inactive' } });
  });

  test('with echo the app hears of its own posts and changes', async () => {
    const echoing = await startSlack({ appUrl: app.url, echo: true });
    const own = clientFor(echoing.apiUrl, 'xoxb-fake');
    const ts = String(jsonOf(await own.apiCall('chat.postMessage', { channel, text: 'x' }))['ts']);
    await own.chat.update({ channel, ts, text: 'y' });
    await own.chat.delete({ channel, ts });
    await echoing.settled();
    await echoing.close();
    const events = app.received.map(({ payload }) => jsonOf(payload['event']));
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ts, bot_id: 'B0SUPPORT', app_id: 'A0MAILFIX', user: 'U0SUPPORTBOT' }),
        expect.objectContaining({ subtype: 'message_changed', hidden: true }),
        expect.objectContaining({ subtype: 'message_deleted', deleted_ts: ts }),
      ]),
    );
  });
});
