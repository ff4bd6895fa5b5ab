import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { slackRig, type SlackRig } from './rig.ts';

const channel = 'C0SUPPORT';

const sam = (rig: SlackRig) => rig.fake.person({ id: 'U0SAM' });
const facts = async (rig: SlackRig, id = 'INC-1') => (await rig.store.read(id))?.incident.facts;
const heard = (rig: SlackRig, user = 'U0SAM') => rig.fake.ephemerals(user).map((one) => rig.fake.textOf(one));

describe('the slash command', () => {
  it.each([
    ['acme.example', { client: 'acme.example' }],
    [`acme.example ${ip}`, { client: 'acme.example', ip }],
    [`${ip}, info@acme.example`, { client: 'info@acme.example', ip }],
    // As Slack sends what looks like a link.
    [
      `<mailto:info@acme.example|info@acme.example> <http://${ip}|${ip}>`,
      { client: 'info@acme.example', ip },
    ],
    ['<http://acme.example|acme.example>', { client: 'acme.example' }],
  ])('begins an incident with %s', async (typed, known) => {
    const rig = await slackRig();
    const answer = await sam(rig).command(`/mailfix ${typed}`);
    await rig.settled();
    expect(answer).toMatchObject({ status: 200, body: '' });
    const values = Object.entries(known).map(([name, value]) => [name, { value }]);
    expect(await facts(rig)).toMatchObject(Object.fromEntries(values));
    expect(rig.fake.roots(channel)).toHaveLength(1);
  });

  it('asks for what is missing in a form that opens at once, with what was typed', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    expect(await person.command(`/mailfix ${ip}`)).toMatchObject({ status: 200, body: '' });
    await rig.settled();
    expect(rig.fake.textOf({ blocks: blocksOf(rig) })).toContain(ip);
    const refused = await person.fills({ 'Domain or mailbox': '  ' }).then(() => person.submits());
    expect(refused.errors).toEqual({ client: expect.stringContaining('Name the client') });
    await person.fills({
      'Domain or mailbox': 'acme.example',
      'Their IP address, if you know it': '2001:db8::7',
    });
    expect((await person.submits()).errors).toEqual({ ip: 'That is no address.' });
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
    await person.fills({ 'Their IP address, if you know it': ip });
    expect((await person.submits()).errors).toEqual({});
    await rig.settled();
    expect(rig.fake.openView('U0SAM')).toBeUndefined();
    const [opened, ...more] = await rig.store.list({ limit: 9 });
    expect(more).toEqual([]);
    expect(opened?.incident.facts).toMatchObject({ client: { value: 'acme.example' }, ip: { value: ip } });
    expect(rig.fake.roots(channel)).toHaveLength(1);
  });

  it('opens one incident when the form is sent twice', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.command('/mailfix');
    await rig.settled();
    await person.fills({ 'Domain or mailbox': 'acme.example' });
    const sent = await person.submits();
    await rig.again(sent.request);
    await rig.settled();
    expect(await rig.store.list({ limit: 9 })).toHaveLength(1);
  });

  it('says what was wrong with a command, and keeps it in the form', async () => {
    const rig = await slackRig();
    await sam(rig).command('/mailfix acme.example 2001:db8::7');
    await rig.settled();
    const words = rig.fake.textOf({ blocks: blocksOf(rig) });
    expect(words).toContain('That is no address.');
    expect(words).toContain('2001:db8::7');
    expect(words).toContain('acme.example');
  });

  it('helps, lists and tells, to the one who asks', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    const ask = async (text: string) => String((await person.command(`/mailfix ${text}`)).json['text']);
    expect(await ask('help')).toContain('/mailfix status INC-142');
    expect(await ask('list')).toContain('No incident is open.');
    await person.command('/mailfix acme.example');
    await rig.settled();
    const [root] = rig.fake.roots(channel);
    const link = `<https://support.slack.com/archives/${channel}/p${root?.ts.replace('.', '')}|INC-1 · acme.example · Blocked>`;
    expect(await ask('list')).toBe(`• ${link}: Waiting for Sam: Which address?`);
    for (const name of ['INC-1', 'inc1', '1'])
      expect(await ask(`status ${name}`)).toContain('Waiting for Sam');
    expect(await ask('status INC-1')).toContain('|Open its thread>');
    expect(await ask('status INC-99')).toContain('There is no INC-99.');
    expect(await ask('status <!channel>')).toContain('“@channel” is no incident’s number');
    expect(await ask('status')).toContain('Which incident?');
    expect(rig.fake.ephemerals('U0LEA')).toEqual([]);
    expect(await rig.store.list({ limit: 9 })).toHaveLength(1);
  });
});

describe('shortcuts', () => {
  it('in a message’s menu: the form has what the message names, and the incident lives in its thread', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    const said = await rig.fake
      .person({ id: 'U0TOM' })
      .says(`Mrs. Miller of info@acme.example called, her router says ${ip}`);
    await person.messageShortcut('open_from_message', said);
    await rig.settled();
    expect(rig.fake.textOf({ blocks: blocksOf(rig) })).toMatch(/info@acme\.example[\s\S]*203\.0\.113\.7/);
    await person.submits();
    await rig.settled();
    expect(await facts(rig)).toMatchObject({ client: { value: 'info@acme.example' }, ip: { value: ip } });
    const thread = rig.fake.thread(channel, said.ts);
    expect(rig.fake.textOf(thread[1] ?? { blocks: [] })).toContain('INC-1 · info@acme.example');
    expect(rig.fake.roots(channel).map(({ ts }) => ts)).toEqual([said.ts]);
    // What is typed there belongs to it.
    await person.says('she calls back', { thread: said.ts });
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.notes).toMatchObject([{ text: 'she calls back' }]);
  });

  it('in a message without anything to find: an empty form', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.messageShortcut('open_from_message', await person.says('lunch? <!channel> & so'));
    await rig.settled();
    expect(rig.fake.openView('U0SAM')).toBeDefined();
    expect(JSON.stringify(blocksOf(rig))).not.toContain('initial_value');
  });

  it('from anywhere: the form asks for the channel', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.globalShortcut('open');
    await rig.settled();
    await person.fills({
      'Domain or mailbox': 'acme.example',
      'In which channel is it worked on?': 'support',
    });
    expect((await person.submits()).errors).toEqual({});
    await rig.settled();
    expect(rig.fake.roots(channel)).toHaveLength(1);
  });
});

describe('a mention', () => {
  it('in the channel begins an incident, though it arrives as two events', async () => {
    const rig = await slackRig();
    const { mention, message } = await sam(rig).mentions(`acme.example ${ip}`);
    await rig.settled();
    expect([mention.status, message.status]).toEqual([200, 200]);
    expect(await rig.store.list({ limit: 9 })).toHaveLength(1);
    expect(await facts(rig)).toMatchObject({ client: { value: 'acme.example' }, ip: { value: ip } });
  });

  it('in a thread begins one in that thread', async () => {
    const rig = await slackRig();
    const said = await rig.fake.person({ id: 'U0TOM' }).says('acme called');
    await sam(rig).mentions('acme.example', { thread: said.ts });
    await rig.settled();
    expect(rig.fake.roots(channel)).toHaveLength(1);
    expect(
      rig.fake
        .thread(channel, said.ts)
        .map((one) => rig.fake.textOf(one))
        .join('\n'),
    ).toContain('Which address?');
  });

  it('without a client offers the form', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.mentions('hello?');
    await rig.settled();
    // "hello?" could be an account's name; WHM would say.
    expect(await rig.store.list({ limit: 9 })).toHaveLength(1);
    await person.mentions('');
    await rig.settled();
    expect(heard(rig).join()).toContain('Which client is it?');
    await person.clicks('Fill in the form');
    await rig.settled();
    await person.fills({ 'Domain or mailbox': 'other.example' });
    expect((await person.submits()).errors).toEqual({});
    await rig.settled();
    expect(await facts(rig, 'INC-2')).toMatchObject({ client: { value: 'other.example' } });
  });

  it('in the thread of an incident is an answer, a note or a question about it', async () => {
    const rig = await slackRig();
    const person = sam(rig);
    await person.command('/mailfix acme.example');
    await rig.settled();
    const thread = rig.fake.roots(channel)[0]?.ts ?? '';
    await person.mentions('they call back at ten', { thread });
    await person.mentions('status INC-1', { thread });
    await person.mentions(ip, { thread });
    await rig.settled();
    const { incident } = (await rig.store.read('INC-1')) ?? {};
    expect(incident?.notes.map(({ text }) => text)).toEqual(['they call back at ten']);
    expect(incident?.visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    expect(heard(rig).join()).toContain('INC-1 · acme.example');
    expect(await rig.store.list({ limit: 9 })).toHaveLength(1);
  });

  it('that Slack brings hours later begins nothing, and says so', async () => {
    const rig = await slackRig();
    const { mention } = await sam(rig).mentions('help');
    const old = {
      ...mention.request.payload,
      event_time: Math.floor(Date.now() / 1000) - 3600,
      event_id: 'Ev0OLD',
    };
    const event = { ...(mention.request.payload['event'] as object), text: '<@U0SUPPORTBOT> acme.example' };
    await rig.fake.deliver('events', { ...old, event });
    await rig.settled();
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
    expect(heard(rig).join()).toContain('I was away when you mentioned me');
  });
});

function blocksOf(rig: SlackRig): readonly Readonly<Record<string, unknown>>[] {
  const blocks: unknown = rig.fake.openView('U0SAM')?.view['blocks'];
  return Array.isArray(blocks) ? (blocks as Readonly<Record<string, unknown>>[]) : [];
}
