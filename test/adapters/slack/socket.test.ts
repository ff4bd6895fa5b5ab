import { describe, expect, it, onTestFinished } from 'vitest';
import { scenarios } from '../../channels/scenarios.ts';
import { install, installRig } from './install-rig.ts';
import { slackTheatre } from './player.ts';
import type { SlackRig, SlackRigOptions } from './rig.ts';
import { patient } from './socket-line.ts';
import { connected, holdCommit, openedBySocket, socketRig } from './socket-rig.ts';

const channel = 'C0SUPPORT';
const sam = (rig: SlackRig) => rig.fake.person({ id: 'U0SAM' });

/** A rig that is connected. */
async function open(options: SlackRigOptions = {}): Promise<SlackRig> {
  const rig = await socketRig(options);
  await connected(rig);
  return rig;
}

const notes = async (rig: SlackRig) =>
  (await rig.store.read('INC-1'))?.incident.notes.map(({ text }) => text);

/** The store cannot write until what comes back is called. */
function fullDisk({ store }: SlackRig): () => void {
  const commit = store.commit.bind(store);
  const mended = () => {
    store.commit = commit;
  };
  store.commit = () => Promise.reject(new Error('the disk is full'));
  onTestFinished(mended);
  return mended;
}

/** Resolves after all acknowledgements that went out before have arrived: a socket keeps its order. */
async function heardOut(rig: SlackRig): Promise<void> {
  await rig.fake.event({ type: 'reaction_added', user: 'U0SAM' });
}

const failures = (rig: SlackRig) => rig.logged.filter(({ level }) => level === 'error');

describe('what every channel must do, in Slack by Socket Mode', () => {
  it.each(scenarios)('%s', async (_, play) => {
    const rig = await open();
    const theatre = await slackTheatre(rig);
    const restart = async () => {
      await theatre.restart();
      await connected(rig);
    };
    await play({ ...theatre, restart });
  });
});

describe('an envelope is acknowledged after what it brings is stored, and not before', () => {
  it('an event that cannot be stored is not; delivered again it is stored once', async () => {
    const { rig, thread } = await openedBySocket();
    const mended = fullDisk(rig);
    const first = sam(rig).says('a remark', { channel, thread });
    await expect.poll(() => failures(rig), patient).toHaveLength(1);
    await heardOut(rig);
    rig.fake.socket.losePatience();
    const { status, error, request } = await first;
    expect([status, error]).toEqual([0, 'No acknowledgement came.']);
    expect(await notes(rig)).toEqual([]);
    mended();
    for (const num of [1, 2, 3])
      expect((await rig.fake.redeliver(request, { num, reason: 'http_timeout' })).status).toBe(200);
    await rig.settled();
    expect(await notes(rig)).toEqual(['a remark']);
  });

  it('the acknowledgement waits for the commit', async () => {
    const { rig, thread } = await openedBySocket();
    const held = holdCommit(rig);
    let answered = false;
    const saying = sam(rig)
      .says('a remark', { channel, thread })
      .finally(() => {
        answered = true;
      });
    await held.reached;
    await heardOut(rig);
    expect(answered).toBe(false);
    held.release();
    expect((await saying).status).toBe(200);
    expect(await notes(rig)).toEqual(['a remark']);
  });

  it('a press or a command that cannot be stored is not said to be taken, and can be made again', async () => {
    const { rig } = await openedBySocket();
    const mended = fullDisk(rig);
    const pressed = sam(rig).clicks('They can’t tell', { channel });
    const asked = sam(rig).command('/mailfix other.example');
    await expect.poll(() => failures(rig), patient).toHaveLength(2);
    await heardOut(rig);
    rig.fake.socket.losePatience();
    expect([(await pressed).status, (await asked).status]).toEqual([0, 0]);
    mended();
    expect((await sam(rig).clicks('They can’t tell', { channel })).status).toBe(200);
    expect((await sam(rig).command('/mailfix other.example')).status).toBe(200);
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.ended?.outcome).toBe('escalated');
    expect(await rig.store.list({ limit: 9 })).toHaveLength(2);
  });

  it('nor is what comes while its token cannot be read, or renewed', async () => {
    const settings = { appToken: 'xapp-fake', signingSecret: undefined };
    const rig = await installRig(['T0SUPPORT'], { slack: { transport: 'socket' }, settings });
    await connected(rig);
    expect((await install(rig)).status).toBe(200);
    await sam(rig).command('/mailfix acme.example');
    await rig.settled();
    const thread = rig.fake.roots(channel)[0]?.ts ?? '';
    const get = rig.store.get.bind(rig.store);
    rig.store.get = () => Promise.reject(new Error('the disk is gone'));
    const first = sam(rig).says('a remark', { channel, thread });
    await expect.poll(() => failures(rig), patient).toHaveLength(1);
    await rig.fake.socket.sendFrame({ type: 'interactive' });
    rig.fake.socket.losePatience();
    expect((await first).status).toBe(0);
    rig.store.get = get;
    const again = await rig.fake.redeliver((await first).request, { num: 1, reason: 'http_timeout' });
    expect(again.status).toBe(200);
    expect(await notes(rig)).toEqual(['a remark']);
  });

  it('what comes from a workspace that mailfix is not installed in is acknowledged, and not served', async () => {
    const settings = { appToken: 'xapp-fake', signingSecret: undefined };
    const rig = await installRig(['T0SUPPORT'], { slack: { transport: 'socket' }, settings });
    await connected(rig);
    expect(await sam(rig).command('/mailfix acme.example')).toMatchObject({ status: 200, body: '' });
    expect((await rig.fake.event({ type: 'app_home_opened', user: 'U0SAM', tab: 'home' })).status).toBe(200);
    await rig.settled();
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
    expect(rig.fake.calls().map(({ method }) => method)).toEqual(['apps.connections.open']);
  });
});

describe('everything that Slack sends arrives', () => {
  it('a command is answered in its acknowledgement', async () => {
    const rig = await open();
    const { json } = await sam(rig).command('/mailfix list');
    expect(json).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('No incident is open'),
    });
    expect(rig.fake.ephemerals('U0SAM')).toHaveLength(1);
  });

  it('a shortcut opens the form; what is wrong in it stands beside its field; what is right opens the incident', async () => {
    const rig = await open();
    const person = sam(rig);
    expect(await person.globalShortcut('open')).toMatchObject({ status: 200, body: '' });
    await rig.settled();
    await person.fills({
      'Domain or mailbox': 'acme.example',
      'Their IP address, if you know it': '2001:db8::7',
      'In which channel is it worked on?': channel,
    });
    const wrong = await person.submits();
    expect(wrong.json).toEqual({ response_action: 'errors', errors: { ip: 'That is no address.' } });
    await person.fills({ 'Their IP address, if you know it': '203.0.113.7' });
    expect(await person.submits()).toMatchObject({ status: 200, body: '' });
    await rig.settled();
    expect(rig.fake.openView('U0SAM')).toBeUndefined();
    expect(rig.fake.roots(channel).map((root) => rig.fake.textOf(root))).toEqual([
      expect.stringContaining('acme.example'),
    ]);
  });

  it('a shortcut on a message, a mention, a reply, a press and an opened Home tab', async () => {
    const rig = await open();
    const person = sam(rig);
    const { ts } = await person.says('acme.example gets no mail', { channel });
    expect((await person.messageShortcut('open_from_message', { channel, ts })).status).toBe(200);
    await rig.settled();
    await person.submits();
    await rig.settled();
    const { mention, message } = await person.mentions('other.example', { channel });
    expect([mention.status, message.status]).toEqual([200, 200]);
    await rig.settled();
    expect(await rig.store.list({ limit: 9 })).toHaveLength(2);
    await person.says('They have an iPhone', { channel, thread: ts });
    expect(await notes(rig)).toEqual(['They have an iPhone']);
    expect((await person.clicks('They can’t tell', { channel, thread: ts })).status).toBe(200);
    expect((await person.opensHome()).status).toBe(200);
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.ended?.outcome).toBe('escalated');
    expect(rig.fake.textOf({ blocks: homeBlocks(rig) })).toContain('other.example');
  });

  it('an event that is delivered again is one event', async () => {
    const { rig, thread } = await openedBySocket();
    const { request } = await sam(rig).says('a remark', { channel, thread });
    for (const num of [1, 2]) await rig.fake.redeliver(request, { num, reason: 'http_timeout' });
    await rig.settled();
    expect(await notes(rig)).toEqual(['a remark']);
  });
});

describe('what nobody knows is acknowledged, and ends nothing', () => {
  const foreign = {
    type: 'app_rate_limited',
    team_id: 'T0SUPPORT',
    minute_rate_limited: 1_764_057_600,
    api_app_id: 'A0MAILFIX',
  };

  it.each([
    ['an event without an event, as the word that too many come', { type: 'events_api', payload: foreign }],
    [
      'a kind of envelope that is yet to be invented',
      { type: 'workflow_steps', payload: { type: 'step', x: 1 } },
    ],
    ['an envelope with nothing in it', { type: 'interactive' }],
    ['one with something odd in it', { type: 'interactive', payload: ['x'] }],
  ])('%s', async (_, frame) => {
    const rig = await open();
    expect(await rig.fake.socket.sendFrame(frame)).toMatchObject({ status: 200, body: '' });
    expect((await sam(rig).command('/mailfix help')).status).toBe(200);
  });

  it.each(['null', '7', '"x"', '[]', 'no JSON', '{"type":"events_api"}'])(
    'a frame %s is passed over',
    async (frame) => {
      const rig = await open();
      rig.fake.socket.sendText(frame);
      expect((await sam(rig).command('/mailfix help')).status).toBe(200);
    },
  );
});

function homeBlocks(rig: SlackRig): readonly Record<string, unknown>[] {
  const blocks: unknown = rig.fake.homeOf('U0SAM')?.view['blocks'];
  return Array.isArray(blocks) ? (blocks as Record<string, unknown>[]) : [];
}
