import { describe, expect, it } from 'vitest';
import { realClock } from '../../../src/runtime/clock.ts';
import { ip } from '../../runtime/rig.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { threadOf } from './player.ts';
import { slackRig, type SlackRig } from './rig.ts';

const channel = 'C0SUPPORT';

interface Story {
  readonly rig: SlackRig;
  readonly sam: Person;
  readonly lea: Person;
  readonly thread: string;
  /** What a message of the thread says now, by its place in it. */
  words(n: number): string;
  all(): string;
  /** The message with the proposal. */
  card(): string;
  incident(): Promise<NonNullable<Awaited<ReturnType<SlackRig['store']['read']>>>['incident']>;
}

async function story(options: Parameters<typeof slackRig>[0] = {}): Promise<Story> {
  const rig = await slackRig(options);
  const [sam, lea] = [rig.fake.person({ id: 'U0SAM' }), rig.fake.person({ id: 'U0LEA' })];
  await sam.command('/mailfix acme.example');
  await rig.settled();
  const thread = rig.fake.roots(channel)[0]?.ts ?? '';
  const words = (n: number) => rig.fake.textOf(threadOf(rig, 'INC-1').at(n) ?? { blocks: [] });
  return {
    rig,
    sam,
    lea,
    thread,
    words,
    all: () =>
      threadOf(rig, 'INC-1')
        .map((one) => rig.fake.textOf(one))
        .join('\n'),
    card: () =>
      threadOf(rig, 'INC-1')
        .map((one) => rig.fake.textOf(one))
        .find((text) => /blocked → clear/.test(text)) ?? '',
    async incident() {
      const snapshot = await rig.store.read('INC-1');
      if (snapshot === undefined) throw new Error('There is no INC-1.');
      return snapshot.incident;
    },
  };
}

async function proposed(options: Parameters<typeof slackRig>[0] = {}): Promise<Story> {
  const it = await story(options);
  it.rig.firewall.blocked.add(ip);
  await it.sam.says(ip, { thread: it.thread });
  await it.rig.settled();
  return it;
}

describe('what is typed into the thread', () => {
  it('is the answer, when it is one', async () => {
    const it = await story();
    await it.sam.says(` ${ip} `, { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    expect(it.words(1)).toMatch(/✔ 203\.0\.113\.7 — Sam/);
    await it.sam.says('Yes', { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).ended?.outcome).toBe('resolved');
  });

  it('is told alone what is wrong with it, and kept as a note', async () => {
    const it = await story();
    await it.sam.says('2001:db8::7', { thread: it.thread });
    await it.rig.settled();
    expect(it.rig.fake.ephemerals('U0SAM')).toMatchObject([
      { threadTs: it.thread, text: 'That is no address.' },
    ]);
    expect((await it.incident()).notes).toMatchObject([{ text: '2001:db8::7', by: 'Sam' }]);
  });

  it('is a note otherwise, which the thread does not repeat and the log keeps with its changes', async () => {
    const it = await story();
    const said = await it.sam.says('they call back <!channel> & *so*', { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).notes).toMatchObject([{ text: 'they call back @channel & *so*' }]);
    expect(it.words(1)).not.toContain('they call back');
    await it.sam.edits(said, 'they call back at ten');
    expect((await it.incident()).notes).toMatchObject([
      { text: 'they call back at ten', editedAt: expect.any(Number) },
    ]);
    await it.sam.deletes(said);
    expect((await it.incident()).notes).toMatchObject([{ text: '', deletedAt: expect.any(Number) }]);
  });

  it('four times over is one note', async () => {
    const it = await story();
    const { request } = await it.sam.says('a remark', { thread: it.thread });
    for (const seconds of [1, 2, 60]) expect((await it.rig.again(request, seconds)).status).toBe(200);
    expect((await it.incident()).notes).toHaveLength(1);
  });

  it('elsewhere is none of our business', async () => {
    const it = await story();
    const other = await it.sam.says('lunch?', { channel });
    await it.sam.says(ip, { channel, thread: other.ts });
    await it.rig.settled();
    expect((await it.incident()).seq).toBe(1);
    expect(it.rig.fake.calls('users.info')).toHaveLength(1);
  });

  it('by bots and by ourselves is not heard', async () => {
    const it = await story({ slack: { echo: true } });
    await it.sam.says('a remark', { thread: it.thread });
    await it.rig.settled();
    const message = { type: 'message', channel, ts: '1764000000.000100', thread_ts: it.thread, text: 'yes' };
    await it.rig.fake.event({ ...message, subtype: 'bot_message', bot_id: 'B0OTHER' });
    await it.rig.fake.event({ ...message, user: 'U0SAM', bot_id: 'B0OTHER' });
    expect((await it.incident()).notes).toHaveLength(1);
  });
});

describe('the root message', () => {
  it('always shows the state, and is one message however much happens', async () => {
    const it = await proposed();
    expect(it.words(0)).toMatch(
      /INC-1 · acme\.example · Blocked[\s\S]*Waiting for an approver: Un-block 203\.0\.113\.7/,
    );
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    expect(it.words(0)).toContain('Waiting; next look at');
    await it.sam.clicks('Look now', { channel });
    await it.rig.settled();
    await it.sam.clicks('Yes', { channel });
    await it.rig.settled();
    expect(it.words(0)).toContain('Resolved: Mail comes in.');
    const roots = it.rig.fake.roots(channel);
    expect(roots.filter(({ threadTs }) => threadTs === undefined)).toHaveLength(1);
  });

  it('is the only thing in the channel, but for the outcome, once', async () => {
    const it = await story();
    expect(it.rig.fake.roots(channel)).toHaveLength(1);
    await it.sam.clicks('They can’t tell', { channel });
    await it.rig.settled();
    const [, outcome, ...more] = it.rig.fake.roots(channel);
    expect(more).toEqual([]);
    expect(outcome).toMatchObject({ broadcast: true, threadTs: it.thread });
    expect(it.rig.fake.textOf(outcome ?? { blocks: [] })).toMatch(
      /INC-1 · acme\.example[\s\S]*Handed over: Handed over\./,
    );
  });
});

describe('whom a question calls', () => {
  it('nobody, while the owner answers one after the other', async () => {
    const it = await proposed();
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    await it.sam.clicks('Look now', { channel });
    await it.rig.settled();
    expect(it.all()).toContain('Does mail come in?');
    expect(it.all()).not.toContain('<@U0SAM>');
  });

  it('the owner, when it comes up minutes after they last did something', async () => {
    let ahead = 0;
    const clock = { ...realClock, now: () => Date.now() + ahead };
    const it = await proposed({ ports: { clock } });
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    ahead = 61_000;
    await it.sam.clicks('Look now', { channel });
    await it.rig.settled();
    const calls = threadOf(it.rig, 'INC-1').filter(({ text }) => text.startsWith('<@U0SAM> '));
    expect(calls).toHaveLength(1);
  });

  it('whoever an incident is handed over to', async () => {
    const it = await story();
    await it.sam.chooses('Hand over …', { message: it.thread });
    await it.rig.settled();
    await it.sam.fills({ 'To whom?': 'U0LEA', 'What should they know?': 'my shift ends' });
    expect((await it.sam.submits()).errors).toEqual({});
    await it.rig.settled();
    expect(it.all()).toMatch(/<@U0LEA>[\s\S]*Sam hands this over to Lea\.[\s\S]*Which address\?/);
  });

  it('and nobody who may not take it', async () => {
    const it = await story();
    it.rig.fake.addUser({ id: 'U0GUEST', name: 'guest', isRestricted: true });
    await it.sam.chooses('Hand over …', { message: it.thread });
    await it.rig.settled();
    await it.sam.fills({ 'To whom?': 'U0GUEST' });
    expect((await it.sam.submits()).errors).toEqual({ to: expect.stringContaining('They cannot take it') });
    expect((await it.incident()).owner.name).toBe('Sam');
  });
});

describe('an approval', () => {
  it('that comes into a message that stands there already mentions the approvers in one short post', async () => {
    const it = await story();
    it.rig.firewall.blocked.add(ip);
    // WHM takes its time: the message that says "Looking" is there before there is anything to approve.
    it.rig.firewall.onPlan = async () => {
      while (threadOf(it.rig, 'INC-1').length < 4) await new Promise((resolve) => setImmediate(resolve));
    };
    await it.sam.says(ip, { thread: it.thread });
    await it.rig.settled();
    const mentions = threadOf(it.rig, 'INC-1').filter(({ text }) => text.startsWith('<@U0LEA> '));
    expect(mentions).toMatchObject([
      {
        text: expect.stringMatching(
          /^<@U0LEA> Please decide until <!date\^\d+\^\{time\}\|\d\d:\d\d UTC>: \*Un-block 203\.0\.113\.7\*\.$/,
        ),
      },
    ]);
    expect(threadOf(it.rig, 'INC-1')).toHaveLength(5);
  });

  it('shows what, why and what it changes, and mentions the approvers where they read it', async () => {
    const it = await proposed();
    expect(it.card()).toMatch(
      /Un-block 203\.0\.113\.7[\s\S]*blocked → clear[\s\S]*CPA System[\s\S]*Low risk[\s\S]*Waiting for an approver \(<@U0LEA>\) until/,
    );
    expect(threadOf(it.rig, 'INC-1').flatMap((one) => it.rig.fake.buttonsOf(one))).toEqual(
      expect.arrayContaining(['Approve', 'Reject …']),
    );
  });

  it('by two at once: one wins, and the other hears who', async () => {
    const it = await proposed({ approvers: ['slack:U0LEA', 'slack:U0TOM'] });
    const tom = it.rig.fake.person({ id: 'U0TOM' });
    const both = await Promise.all([
      it.lea.clicks('Approve', { channel }),
      tom.clicks('Approve', { channel }),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([ip]);
    const told = it.rig.fake.ephemerals().map((one) => [one.user, one.text]);
    expect(told).toHaveLength(1);
    const [[loser = '', words = ''] = []] = told;
    expect(words).toMatch(
      /Decided already: Approved by (?:lea|tom) \((?:lea|tom), \d\d:\d\d UTC\)\. Nothing was done/i,
    );
    expect(words.toLowerCase()).not.toContain(`approved by ${loser.slice(2).toLowerCase()}`);
  });

  it('is given by a member of a group, asked for at the press and at most a minute old', async () => {
    const it = await proposed({ approvers: ['slack:S0LEADS'] });
    expect(it.card()).toContain('<!subteam^S0LEADS>');
    const tom = it.rig.fake.person({ id: 'U0TOM' });
    await tom.clicks('Approve', { channel });
    await it.rig.settled();
    expect(it.rig.fake.ephemerals('U0TOM')).toMatchObject([
      { text: 'You are not an approver. Please ask Leads.' },
    ]);
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([ip]);
    expect(it.rig.fake.calls('usergroups.users.list')).toHaveLength(1);
  });

  it('is refused while Slack does not say who is in the group', async () => {
    const it = await proposed({ approvers: ['slack:S0LEADS'] });
    const heal = it.rig.fake.every('usergroups.users.list', { kind: 'status', status: 500 });
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([]);
    expect(it.rig.fake.ephemerals('U0LEA').at(-1)?.text).toMatch(
      /^I could not check your groups: Slack failed inside/,
    );
    heal();
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([ip]);
  });

  it('needs a second person under four eyes', async () => {
    const it = await proposed({ approvers: ['slack:U0SAM', 'slack:U0LEA'] });
    await it.sam.clicks('Approve', { channel });
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([]);
    expect(it.rig.fake.ephemerals('U0SAM').at(-1)?.text).toBe(
      'You asked for this yourself, so it needs a second person. Please ask Lea.',
    );
  });

  it('is rejected with a reason that is asked for in a form', async () => {
    const it = await proposed();
    await it.lea.clicks('Reject …', { channel });
    await it.rig.settled();
    await expect(it.lea.submits()).rejects.toThrow('"Why not?" is empty');
    expect((await it.lea.submits({ force: true })).errors).toEqual({
      field: expect.stringContaining('Please say why'),
    });
    await it.lea.fills({ 'Why not?': 'Ask them first' });
    expect((await it.lea.submits()).errors).toEqual({});
    await it.rig.settled();
    expect(it.card()).toContain('Rejected: Ask them first — Lea');
  });

  it('that came too late while its form was open keeps what was typed', async () => {
    const it = await proposed({ approvers: ['slack:U0LEA', 'slack:U0TOM'] });
    const tom = it.rig.fake.person({ id: 'U0TOM' });
    await tom.clicks('Reject …', { channel });
    await it.rig.settled();
    await it.lea.clicks('Approve', { channel });
    await it.rig.settled();
    await tom.fills({ 'Why not?': 'They paid nothing' });
    await tom.submits();
    const words = JSON.stringify(it.rig.fake.openView('U0TOM')?.view);
    expect(words).toContain('Decided already: Approved by Lea');
    expect(words).toContain('They paid nothing');
    expect(it.rig.firewall.writes).toEqual([ip]);
  });
});
