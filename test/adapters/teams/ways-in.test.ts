import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { home } from '../../fakes/teams/settle.ts';
import { teamsRig, type TeamsRig } from './rig.ts';
import { incidents, proposed, said } from './story.ts';

const sam = (rig: TeamsRig) => rig.fake.person({ name: 'Sam' });
const facts = async (rig: TeamsRig, id = 'INC-1') => (await rig.store.read(id))?.incident.facts;

/** A message in a group chat, which the app is in. */
function inGroupChat(rig: TeamsRig, text: string) {
  const { fake } = rig;
  const { id, name, aadObjectId } = sam(rig);
  const chat = '19:meeting@thread.v2';
  fake.state.chats.set(chat, { id: chat, person: id, withApp: true });
  const bot = { id: `28:${fake.appId}`, name: 'mailfix' };
  return fake.deliver({
    type: 'message',
    id: fake.state.nextId(),
    channelId: 'msteams',
    serviceUrl: fake.serviceUrl,
    from: { id, name, aadObjectId },
    recipient: bot,
    conversation: { id: chat, isGroup: true, conversationType: 'groupChat', tenantId: fake.tenant },
    channelData: { tenant: { id: fake.tenant } },
    text: `<at>mailfix</at> ${text}`,
    entities: [{ type: 'mention', mentioned: bot, text: '<at>mailfix</at>' }],
  });
}

describe('a mention', () => {
  it.each([
    ['acme.example', { client: 'acme.example' }],
    [`acme.example ${ip}`, { client: 'acme.example', ip }],
    [`new ${ip}, info@acme.example`, { client: 'info@acme.example', ip }],
    ['/new acme.example', { client: 'acme.example' }],
    // What only begins like the word is the client's own name.
    ['new-homes.example', { client: 'new-homes.example' }],
    ['info@acme.example <at>mailfix</at>', { client: 'info@acme.example' }],
  ])('begins an incident in a thread of its own: %s', async (typed, known) => {
    const rig = await teamsRig();
    expect(await sam(rig).mentions(typed)).toMatchObject({ status: 200 });
    await rig.settled();
    const values = Object.entries(known).map(([name, value]) => [name, { value }]);
    expect(await facts(rig)).toMatchObject(Object.fromEntries(values));
    expect(rig.fake.threads()).toHaveLength(2);
  });

  it('that names no client, or a wrong address, begins nothing and says so below it', async () => {
    const rig = await teamsRig();
    const [empty, wrong] = [
      await sam(rig).mentions('new'),
      await sam(rig).mentions('acme.example 2001:db8::7'),
    ];
    await rig.settled();
    const below = ({ thread }: typeof empty) => rig.fake.thread(thread).map(rig.fake.textOf).join('\n');
    expect(below(empty)).toContain('Name the client');
    expect(below(empty)).toContain('@mailfix list');
    expect(below(wrong)).toMatch(
      /That is no address\. Nothing was opened\. You typed: acme\.example 2001:db8::7/,
    );
    expect(await incidents(rig)).toBe(0);
  });

  it('in somebody’s thread begins one in that thread, and one that Teams sends again is the same', async () => {
    const rig = await teamsRig();
    const { thread } = await rig.fake.person({ name: 'Tom' }).says('acme called', { channel: home.channel });
    const { request } = await sam(rig).mentions('acme.example', { thread });
    await rig.fake.redeliver(request);
    await rig.settled();
    expect(rig.fake.threads()).toHaveLength(1);
    expect(rig.fake.thread(thread).map(rig.fake.textOf).join('\n')).toContain('Which address?');
    expect(await incidents(rig)).toBe(1);
  });

  it('helps, lists and tells, with a link', async () => {
    const rig = await teamsRig();
    const ask = async (text: string) => {
      const { thread } = await sam(rig).mentions(text);
      await rig.settled();
      return rig.fake.thread(thread).slice(1).map(rig.fake.textOf).join('\n');
    };
    expect(await ask('help')).toContain('@mailfix status INC-142');
    expect(await ask('list')).toContain('No incident is open.');
    await ask('acme.example');
    expect(await ask('list')).toBe('INC-1 · acme.example · Blocked: Waiting for Sam: Which address?');
    const root = rig.fake
      .threads()
      .flatMap(({ posts }) => posts)
      .find((one) => rig.fake.buttonsOf(one).includes('More …'));
    const link = `https://teams.microsoft.com/l/message/${encodeURIComponent(home.channel)}/${root?.id}?tenantId=${home.tenant}`;
    for (const name of ['INC-1', 'inc1', '1']) {
      const told = await ask(`status ${name}`);
      expect(told).toContain('Waiting for Sam');
      expect(told).toContain(link);
    }
    expect(await ask('status INC-99')).toContain('There is no INC-99.');
    expect(await ask('status <b>')).toContain('“<b>” is no incident’s number');
    expect(await ask('status')).toContain('Which incident?');
    expect(await incidents(rig)).toBe(1);
  });

  it('in a group chat or a personal chat opens nothing and says where', async () => {
    const rig = await teamsRig();
    expect((await inGroupChat(rig, 'acme.example')).status).toBe(200);
    await sam(rig).says('acme.example');
    await sam(rig).says(' ');
    await rig.settled();
    const [group, personal, empty] = said(rig);
    expect(group).toContain('Please mention me in the support channel.');
    expect(personal).toBe(group);
    expect(empty).toContain('@mailfix list');
    expect(await incidents(rig)).toBe(0);
  });
});

describe('a slash command', () => {
  it('is seen by nobody else; the incident that it begins is', async () => {
    const rig = await teamsRig();
    expect((await sam(rig).slashes(`acme.example ${ip}`)).status).toBe(200);
    await rig.settled();
    const [thread, ...more] = rig.fake.threads();
    expect(more).toEqual([]);
    expect(thread?.posts.map(rig.fake.textOf).join('\n')).toContain('INC-1 · acme.example');
    expect(await facts(rig)).toMatchObject({ client: { value: 'acme.example' }, ip: { value: ip } });
    await sam(rig).slashes('list');
    await rig.settled();
    expect(said(rig).at(-1)).toContain('INC-1 · acme.example');
  });
});

describe('the personal chat', () => {
  it('shows what is mine, and to approvers what waits for them', async () => {
    const it = await proposed();
    const mine = async (person: typeof it.sam) => {
      await person.says('mine');
      await it.rig.settled();
      return said(it.rig).at(-1) ?? '';
    };
    expect(await mine(it.sam)).toMatch(/^My open incidents\nINC-1 · acme\.example/);
    expect(await mine(it.lea)).toMatch(
      /^Waiting for my approval\nINC-1 · acme\.example[\s\S]*You have none\./,
    );
    expect(await mine(it.tom)).toMatch(/^My open incidents\nYou have none\./);
    expect(await mine(it.tom)).toContain('WHM host2: works');
    await it.lea.says('list');
    await it.rig.settled();
    expect(said(it.rig).at(-1)).toContain('INC-1 · acme.example · Blocked: Waiting for an approver');
  });
});

describe('being added', () => {
  it('is greeted once, and being removed breaks nothing', async () => {
    const rig = await teamsRig();
    const removed = await sam(rig).removes();
    const added = await sam(rig).adds();
    await rig.settled();
    expect([...removed, ...added].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(said(rig)).toEqual([expect.stringContaining('@mailfix acme-cpa.com')]);
    const [, installed] = added;
    if (installed === undefined) throw new Error('Nothing was installed.');
    const again = { ...installed.request.activity, id: rig.fake.state.nextId() };
    await rig.fake.redeliver(installed.request);
    await rig.fake.deliver(again);
    await rig.restart();
    await rig.fake.redeliver(installed.request);
    await rig.settled();
    expect(said(rig)).toHaveLength(1);
    await sam(rig).adds('personal');
    await rig.settled();
    expect(said(rig)).toHaveLength(2);
    await sam(rig).removes();
    await sam(rig).adds();
    await rig.settled();
    expect(said(rig)).toHaveLength(3);
  });
});
