import { describe, expect, it, onTestFinished } from 'vitest';
import type { Overrides } from '../../fakes/slack/delivery.ts';
import { signatureOf } from '../../fakes/slack/http-transport.ts';
import { slackRig, type SlackRig } from './rig.ts';

const now = () => Math.floor(Date.now() / 1000);
const command = (rig: SlackRig) => rig.fake.person({ id: 'U0SAM' }).command('/mailfix anew acme.example');

/** A command's very bytes, sent with something about them changed. */
async function sent(rig: SlackRig, overrides: (body: string) => Overrides) {
  await command(rig);
  await rig.settled();
  const known = rig.fake.requests.at(-1);
  if (known === undefined) throw new Error('Nothing was sent.');
  const calls = rig.fake.calls().length;
  const trigger = `${String(known.payload['trigger_id'])}x`;
  const payload = { ...known.payload, trigger_id: trigger };
  const answer = await rig.fake.deliver('command', payload, overrides(known.body));
  await rig.settled();
  return {
    answer,
    calls: rig.fake.calls().length - calls,
    incidents: (await rig.store.list({ limit: 9 })).length,
  };
}

describe('requests that Slack did not make now are refused, and nothing is done', () => {
  it.each<readonly [string, (body: string) => Overrides]>([
    ['a wrong signature', () => ({ signature: `v0=${'0'.repeat(64)}` })],
    ['a signature by another secret', () => ({ secret: 'another secret' })],
    ['another version of signatures', () => ({ signature: `v1=${'0'.repeat(64)}` })],
    ['no signature worth the name', () => ({ signature: 'nothing' })],
    ['an old time', () => ({ timestamp: now() - 301 })],
    ['a time to come', () => ({ timestamp: now() + 330 })],
    ['a time that is none', () => ({ headers: { 'x-slack-request-timestamp': 'soon' } })],
    ['a body that was not signed', () => ({ body: 'command=%2Fmailfix&text=evil.example' })],
    [
      'JSON instead of the form',
      () => ({ contentType: 'application/json', body: '{"type":"url_verification"}' }),
    ],
  ])('%s', async (_, overrides) => {
    const rig = await slackRig();
    expect(await sent(rig, overrides)).toMatchObject({
      answer: { status: 401, body: '' },
      calls: 0,
      incidents: 1,
    });
  });

  it('nothing signed at all, another method, too much', async () => {
    const rig = await slackRig();
    const url = `${rig.now.server.url}/slack/events`;
    expect((await fetch(url, { method: 'POST', body: 'text=x' })).status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(405);
    const huge = 'x'.repeat(1024 * 1024 + 1);
    const timestamp = String(now());
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signatureOf(rig.fake.signingSecret, timestamp, huge),
    };
    expect((await fetch(url, { method: 'POST', headers, body: huge })).status).toBe(413);
    expect(rig.fake.calls().filter(({ method }) => method !== 'auth.test')).toEqual([]);
  });

  it('a command that somebody recorded and sends again: the same answer, and no second effect', async () => {
    const rig = await slackRig();
    await command(rig);
    await rig.settled();
    const known = rig.fake.requests.at(-1);
    if (known === undefined) throw new Error('Nothing was sent.');
    const calls = rig.fake.calls().length;
    for (let n = 0; n < 3; n += 1) expect((await rig.fake.replay(known)).status).toBe(200);
    await rig.settled();
    expect(rig.fake.calls()).toHaveLength(calls);
    expect(await rig.store.list({ limit: 9 })).toHaveLength(1);
  });

  it('also when it was refused in words: they are not said to the same person again', async () => {
    const rig = await slackRig();
    const sam = rig.fake.person({ id: 'U0SAM' });
    const asked = await sam.messageShortcut('no_such_shortcut', await sam.says('hello'));
    await rig.settled();
    expect(asked.status).toBe(200);
    const [told] = rig.fake.ephemerals('U0SAM');
    expect(told?.text).toContain('older version');
    await rig.fake.replay(asked.request);
    await rig.settled();
    expect(rig.fake.ephemerals('U0SAM')).toHaveLength(1);
  });
});

describe('what Slack sends is answered', () => {
  it('with a charset behind the content type', async () => {
    const rig = await slackRig();
    const { answer, incidents } = await sent(rig, () => ({
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    }));
    expect(answer.status).toBe(200);
    expect(incidents).toBe(2);
  });

  it('an address to be verified, and a check of the certificate', async () => {
    const rig = await slackRig();
    const answer = await rig.fake.deliver('events', { type: 'url_verification', challenge: 'abc' });
    expect(answer).toMatchObject({ status: 200, json: { challenge: 'abc' } });
    const url = `${rig.now.server.url}/slack/events`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const check = await fetch(url, {
      method: 'POST',
      headers,
      body: 'ssl_check=1&command=%2Fmailfix&text=evil.example',
    });
    expect(check.status).toBe(200);
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
  });

  it.each([
    [
      'a button of an older version',
      'block_actions',
      { actions: [{ type: 'button', action_id: 'gone', block_id: 'b', value: 'x', action_ts: '1.2' }] },
    ],
    ['a menu that asks for options', 'block_suggestion', { action_id: 'gone', block_id: 'b', value: 'x' }],
    [
      'a form that nobody knows',
      'view_submission',
      {
        view: {
          id: 'V1',
          type: 'modal',
          callback_id: 'gone',
          private_metadata: '',
          blocks: [],
          state: { values: {} },
        },
      },
    ],
    [
      'a form that was closed',
      'view_closed',
      {
        view: {
          id: 'V1',
          type: 'modal',
          callback_id: 'gone',
          private_metadata: '',
          blocks: [],
          state: { values: {} },
        },
      },
    ],
    ['an old-fashioned dialog', 'dialog_submission', { callback_id: 'gone', submission: {} }],
    [
      'an old-fashioned button',
      'interactive_message',
      { callback_id: 'gone', actions: [{ name: 'x', type: 'button', value: 'y' }] },
    ],
  ])('%s', async (_, type, more) => {
    const rig = await slackRig();
    const answer = await rig.fake.deliver('interactivity', {
      type,
      team: { id: 'T0SUPPORT', domain: 'support' },
      user: { id: 'U0SAM', name: 'sam', team_id: 'T0SUPPORT' },
      channel: { id: 'C0SUPPORT', name: 'support' },
      trigger_id: '1.2.3',
      ...more,
    });
    await rig.settled();
    expect(answer.status).toBe(200);
    expect(answer.ms).toBeLessThan(3000);
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
  });

  it('a command of another name', async () => {
    const rig = await slackRig();
    const answer = await rig.fake.person({ id: 'U0SAM' }).command('/another acme.example');
    expect(answer.status).toBe(200);
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
  });

  it('an event of a kind that was never subscribed to', async () => {
    const rig = await slackRig();
    expect((await rig.fake.event({ type: 'reaction_added', user: 'U0SAM' })).status).toBe(200);
  });
});

describe('an event is stored before it is answered', () => {
  it('a store that cannot write is no answer, and Slack delivers again until it is stored, once', async () => {
    const rig = await slackRig();
    const sam = rig.fake.person({ id: 'U0SAM' });
    await sam.command('/mailfix acme.example');
    await rig.settled();
    const [root] = rig.fake.roots('C0SUPPORT');
    const thread = root?.ts ?? '';
    const commit = rig.store.commit.bind(rig.store);
    rig.store.commit = () => Promise.reject(new Error('the disk is full'));
    onTestFinished(() => {
      rig.store.commit = commit;
    });
    const first = await sam.says('a remark', { channel: 'C0SUPPORT', thread });
    expect(first.status).toBe(500);
    rig.store.commit = commit;
    for (const num of [1, 2, 3]) {
      const again = await rig.fake.redeliver(first.request, { num, reason: 'http_error' });
      expect(again.status).toBe(200);
    }
    await rig.settled();
    const snapshot = await rig.store.read('INC-1');
    expect(snapshot?.incident.notes.map(({ text }) => text)).toEqual(['a remark']);
  });

  it('and a press that could not be stored is not said to be taken', async () => {
    const rig = await slackRig();
    const sam = rig.fake.person({ id: 'U0SAM' });
    await sam.command('/mailfix acme.example');
    await rig.settled();
    const commit = rig.store.commit.bind(rig.store);
    rig.store.commit = () => Promise.reject(new Error('the disk is full'));
    const pressed = await sam.clicks('They can’t tell', { channel: 'C0SUPPORT' });
    rig.store.commit = commit;
    expect(pressed.status).toBe(500);
    expect((await sam.clicks('They can’t tell', { channel: 'C0SUPPORT' })).status).toBe(200);
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.ended?.outcome).toBe('escalated');
  });
});
