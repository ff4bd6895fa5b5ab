import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { threadOf } from './player.ts';
import { slackRig, type SlackRig } from './rig.ts';

const channel = 'C0SUPPORT';

const sam = (rig: SlackRig) => rig.fake.person({ id: 'U0SAM' });

/** Each post of ours by its key: what was posted twice stands here twice. */
function keys(rig: SlackRig): readonly string[] {
  return rig.fake.state
    .messagesIn(channel)
    .flatMap(({ metadata }) => (metadata === undefined ? [] : [JSON.stringify(metadata['event_payload'])]));
}

async function arrived(rig: SlackRig, incident = 'INC-1'): Promise<readonly string[]> {
  await expect.poll(() => rig.fake.roots(channel).length).toBeGreaterThan(0);
  await expect.poll(async () => rig.store.nextDue(0)).toBeUndefined();
  await rig.settled();
  return threadOf(rig, incident).map((one) => rig.fake.textOf(one));
}

describe('exactly one message', () => {
  it.each([
    ['the reply to the first post is lost on the way', { kind: 'lost-reply' }],
    ['the connection breaks before anything is done', { kind: 'drop' }],
    ['Slack fails inside', { kind: 'status', status: 500 }],
    ['Slack fails inside, and has done it', { kind: 'status', status: 503, applied: true }],
    ['Slack says so in its own words', { kind: 'error', error: 'internal_error', applied: true }],
    ['a proxy answers with a page', { kind: 'error', error: '<html>Bad gateway</html>' }],
  ] as const)('when %s', async (_, fault) => {
    const rig = await slackRig();
    for (let n = 0; n < 2; n += 1) rig.fake.next('chat.postMessage', fault);
    await sam(rig).command('/mailfix acme.example');
    const [root, question, ...more] = await arrived(rig);
    expect(root).toContain('INC-1 · acme.example');
    expect(question).toContain('Which address?');
    expect(more).toEqual([]);
    expect(rig.fake.roots(channel)).toHaveLength(1);
    expect(new Set(keys(rig)).size).toBe(keys(rig).length);
    expect(await rig.store.deadLetters(9)).toEqual([]);
  });

  it('when the reply to a later post is lost, and to the post that tells of an edit', async () => {
    const rig = await slackRig({ approvers: ['slack:U0LEA'] });
    rig.firewall.blocked.add(ip);
    rig.firewall.onPlan = async () => {
      while (threadOf(rig, 'INC-1').length < 4) await new Promise((resolve) => setImmediate(resolve));
      rig.fake.next('chat.postMessage', { kind: 'lost-reply' });
      rig.fake.next('chat.update', { kind: 'lost-reply' });
    };
    const person = sam(rig);
    await person.command('/mailfix acme.example');
    await arrived(rig);
    rig.fake.next('chat.postMessage', { kind: 'lost-reply' });
    await person.says(ip, { thread: threadOf(rig, 'INC-1')[0]?.ts ?? '' });
    // What waits for an approval has a time to expire.
    await expect.poll(() => keys(rig).length).toBe(4);
    await rig.settled();
    expect(new Set(keys(rig)).size).toBe(4);
    const calls = threadOf(rig, 'INC-1').filter(({ text }) => text.startsWith('<@U0LEA> '));
    expect(calls).toHaveLength(1);
  });
});

describe('a rate limit', () => {
  it('holds back that channel for as long as Slack says, and nothing else', async () => {
    const rig = await slackRig();
    rig.fake.addChannel({ id: 'C0OTHER' });
    const person = sam(rig);
    rig.fake.next('chat.postMessage', { kind: 'rate', retryAfterSeconds: 1 });
    const began = performance.now();
    await person.command('/mailfix acme.example');
    await person.command('/mailfix other.example', { channel });
    await rig.settled();
    // Both wait in the outbox; Slack was asked once.
    expect(rig.fake.calls('chat.postMessage')).toHaveLength(1);
    await person.command('/mailfix third.example', { channel: 'C0OTHER' });
    await person.command('/mailfix');
    await rig.settled();
    expect(rig.fake.roots('C0OTHER')).toHaveLength(1);
    expect(rig.fake.openView('U0SAM')).toBeDefined();
    expect(rig.fake.roots(channel)).toEqual([]);
    await expect.poll(() => rig.fake.roots(channel).length).toBe(2);
    expect(performance.now() - began).toBeGreaterThan(990);
    await expect.poll(() => keys(rig).length).toBe(4);
    expect(rig.fake.calls('chat.postMessage').filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it('makes one edit of many', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.command('/mailfix acme.example');
    await arrived(rig);
    const before = rig.fake.calls('chat.update').length;
    rig.fake.next('chat.update', { kind: 'rate', retryAfterSeconds: 1 });
    for (let n = 0; n < 6; n += 1) {
      await person.chooses('Add a note …', { message: threadOf(rig, 'INC-1')[0]?.ts ?? '' });
      await rig.settled();
      await person.fills({ Note: `note number ${n}` });
      await person.submits();
    }
    await expect
      .poll(() =>
        threadOf(rig, 'INC-1')
          .map((one) => rig.fake.textOf(one))
          .join(),
      )
      .toContain('note number 5');
    await rig.settled();
    expect(rig.fake.calls('chat.update').length - before).toBeLessThanOrEqual(3);
  });
});

describe('what cannot be mended by trying again', () => {
  it('a message that somebody deleted is posted again, in its thread', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.command('/mailfix acme.example');
    await arrived(rig);
    const [root, question] = threadOf(rig, 'INC-1');
    if (root === undefined || question === undefined) throw new Error('not shown');
    rig.fake.state.removeMessage(question);
    await person.says('2001:db8::7', { thread: root.ts });
    rig.fake.state.removeMessage(root);
    await person.says('a remark', { thread: root.ts });
    await person.chooses('Take over', {}).catch(() => undefined);
    await rig.settled();
    const words = rig.fake.thread(channel, root.ts).map((one) => rig.fake.textOf(one));
    expect(words.filter((text) => text.includes('Which address?'))).toHaveLength(1);
    expect(await rig.store.deadLetters(9)).toEqual([]);
  });

  it('an outcome that may not be broadcast stands in the thread', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.command('/mailfix acme.example');
    await arrived(rig);
    await person.clicks('They can’t tell', { channel });
    await expect.poll(() => keys(rig).length).toBeGreaterThanOrEqual(2);
    rig.fake.next('chat.postMessage', { kind: 'error', error: 'cant_broadcast_message' });
    await rig.settled();
    const texts = threadOf(rig, 'INC-1').map((one) => rig.fake.textOf(one));
    expect(texts.filter((text) => text.includes('Handed over: Handed over.')).length).toBeGreaterThan(0);
    expect(await rig.store.deadLetters(9)).toEqual([]);
  });

  it('a channel that was archived meanwhile: the incident says so, the process lives, nothing is tried for ever', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.command('/mailfix acme.example');
    await arrived(rig);
    const place = rig.fake.state.channels.get(channel);
    if (place === undefined) throw new Error('no channel');
    const thread = threadOf(rig, 'INC-1')[0]?.ts ?? '';
    const held = rig.fake.hold();
    const pressed = person.clicks('They can’t tell', { channel, thread });
    place.isArchived = true;
    held();
    expect((await pressed).status).toBe(200);
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.ended?.outcome).toBe('escalated');
    expect((await rig.store.deadLetters(9)).map(({ error }) => error).join()).toContain('is_archived');
    const { message, fields } = rig.logged.find(({ level }) => level === 'error') ?? {};
    expect(`${message} ${JSON.stringify(fields)}`).not.toContain('xoxb-fake');
  });
});
