import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { home } from '../../fakes/teams/settle.ts';
import { teamsRig, type TeamsRig } from './rig.ts';
import { incidents, proposed, said, story } from './story.ts';

const other = '0b0b0b0b-86f1-41af-91ab-2d7cd011db47';

async function asks(
  rig: TeamsRig,
  who: Parameters<TeamsRig['fake']['person']>[0],
  text = 'anew acme.example',
) {
  const { status, thread, ms } = await rig.fake.person(who).mentions(text);
  await rig.settled();
  const words = rig.fake.thread(thread).slice(1).map(rig.fake.textOf).join('\n');
  return { status, words, ms };
}

/** Another organisation that may use it too, with a team and Zoe in it. */
async function twoOrganisations(rig: TeamsRig) {
  rig.fake.addTeam({ id: '19:theirs@thread.tacv2', tenant: other });
  rig.fake.addChannel({ id: '19:their-desk@thread.tacv2', team: '19:theirs@thread.tacv2' });
  return rig.fake.person({ name: 'Zoe', tenant: other, teams: ['19:theirs@thread.tacv2'] });
}
const theirs = { channel: '19:their-desk@thread.tacv2' };

describe('who may ask', () => {
  it.each([
    [
      'somebody without an account',
      { name: 'Ann', aadObjectId: null },
      'does not say who you are in your organisation',
    ],
    [
      'somebody whose id is none',
      { name: 'Ann', aadObjectId: 'x' },
      'does not say who you are in your organisation',
    ],
    ['a guest', { name: 'Guest', guest: true }, 'Guests cannot work on mail incidents.'],
    [
      'somebody of another organisation, though in a channel that is shared with it',
      { name: 'Zoe', tenant: other },
      'Guests cannot work on mail incidents.',
    ],
    ['somebody who is not in the team', { name: 'Ann', teams: [] }, 'does not know you as a member here.'],
  ])('not %s', async (_, who, words) => {
    const rig = await teamsRig();
    expect(await asks(rig, who)).toMatchObject({ status: 200, words: expect.stringContaining(words) });
    expect(await incidents(rig)).toBe(0);
  });

  it('nor may they press, ask for a view, or use the form', async () => {
    const it = await proposed();
    const { fake } = it.rig;
    const { seq } = await it.incident();
    const guest = fake.person({ name: 'Guest', guest: true });
    const words = 'Guests cannot work on mail incidents. Please ask a colleague.';
    const { id, name, aadObjectId } = guest;
    const [view] = await it.lea.looks({ thread: it.thread });
    const { json } = await fake.deliver({ ...view?.request.activity, from: { id, name, aadObjectId } });
    expect(json['value']).toBe(words);
    expect((await guest.executes('Cancel incident', { menuText: 'x' }, { thread: it.thread })).toast).toBe(
      words,
    );
    await guest.submits('Take over', {}, { thread: it.thread });
    await it.rig.settled();
    expect(it.words().at(-1)).toBe(words);
    expect(fake.textOf((await guest.opensForm('open')).form ?? {})).toContain(words);
    expect((await it.incident()).seq).toBe(seq);
  });

  it('with TECHNICIANS only those, and approvers', async () => {
    const technicians = [
      `teams:${home.sam}`,
      `teams:${home.tenant.toUpperCase()}/${home.lea.toUpperCase()}`,
      `teams:${other}/${home.tom}`,
    ];
    const rig = await teamsRig({
      ports: { technicians },
      approvers: [`teams:b0000000-0000-4000-8000-000000000004`],
    });
    for (const name of ['Sam', 'Lea', 'Eve']) expect((await asks(rig, { name })).words).toBe('');
    // Named, but of another organisation.
    expect((await asks(rig, { name: 'Tom' })).words).toContain('You are not among the technicians.');
    expect(await incidents(rig)).toBe(3);
  });

  it('nobody of an organisation that is not named: what they say goes no further than the gate', async () => {
    const rig = await teamsRig();
    const zoe = await twoOrganisations(rig);
    expect((await zoe.mentions('acme.example', theirs)).status).toBe(403);
    expect((await zoe.opensForm('open', theirs)).status).toBe(403);
    await rig.settled();
    expect(rig.fake.calls()).toEqual([]);
    expect(await incidents(rig)).toBe(0);
  });

  it('people of another organisation that is named; they do not find the incidents of the first', async () => {
    const it = await proposed({ settings: { tenants: [home.tenant, other] } });
    const { fake } = it.rig;
    const zoe = await twoOrganisations(it.rig);
    await zoe.mentions('status INC-1', theirs);
    await zoe.mentions('list', theirs);
    await it.rig.settled();
    expect(said(it.rig).slice(-2)).toEqual([
      'There is no INC-1. "list" shows what is open.',
      'No incident is open. Mention me with a client to begin one.',
    ]);
    await zoe.mentions('other.example', theirs);
    await it.rig.settled();
    const { request } = await zoe.executes('Send', { Address: '198.51.100.4' }, theirs);
    const { seq } = await it.incident();
    for (const verb of ['press', 'menu', 'change', 'refresh']) {
      const forged = JSON.stringify(request.activity)
        .replaceAll('INC-2', 'INC-1')
        .replaceAll('"verb":"press"', `"verb":"${verb}"`);
      const { json } = await fake.deliver({ ...JSON.parse(forged), id: fake.state.nextId() });
      expect(json['value']).toMatch(/There is no incident “INC-1” here\.|This card is no more\./);
    }
    await it.rig.settled();
    expect((await it.incident()).seq).toBe(seq);
    await it.sam.says('list');
    await it.rig.settled();
    expect(said(it.rig).at(-1)).not.toContain('INC-2');
  });
});

describe('while Teams does not say who somebody is', () => {
  it.each([
    ['fails', { kind: 'status', status: 500 }, 'Teams could not do "getConversationMember" now'],
    ['is slow', { kind: 'slow', ms: 4000 }, 'Teams did not say in time who you are.'],
  ] as const)('since it %s, nobody begins anything, and is told so soon', async (_, fault, words) => {
    const rig = await teamsRig();
    rig.fake.every('getConversationMember', fault);
    const answer = await asks(rig, { name: 'Sam' });
    expect(answer.words).toContain(words);
    expect(answer.words).toContain('Nothing was done; please try again.');
    expect(answer.ms).toBeLessThan(4000);
    expect(await incidents(rig)).toBe(0);
  });

  it('whoever was known a while ago stays, and what others say in the thread is kept as a note, but is no answer', async () => {
    const it = await story({ teams: { hearsAll: true } });
    const heal = it.rig.fake.every('getConversationMember', { kind: 'drop' });
    await it.tom.mentions(ip, { thread: it.thread });
    await it.rig.fake.person({ name: 'Eve' }).says('they call back', { thread: it.thread });
    await it.rig.settled();
    const { notes, visits } = await it.incident();
    expect(notes.map(({ text, by }) => [text, by])).toEqual([
      [ip, 'Tom'],
      ['they call back', 'Eve'],
    ]);
    expect(visits).toHaveLength(1);
    expect(it.words().filter((text) => text.includes('It is kept as a note'))).toHaveLength(2);
    await it.sam.mentions(ip, { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    heal();
    await it.tom.executes('Take over', {}, { thread: it.thread });
    expect((await it.incident()).owner.name).toBe('Tom');
  });

  it('approvers are called, and have their buttons, as they were known before a restart', async () => {
    const it = await story();
    await it.lea.mentions('list');
    await it.rig.settled();
    it.rig.firewall.blocked.add(ip);
    await it.sam.mentions('a remark', { thread: it.thread });
    await it.rig.restart();
    await it.sam.executes('Add as a note', { menuText: 'x' }, { thread: it.thread });
    it.rig.fake.every('getConversationMember', { kind: 'status', status: 500 });
    await it.sam.executes('Send', { Address: ip }, { thread: it.thread });
    await it.rig.settled();
    expect(it.callsOf(it.lea)).toHaveLength(1);
    expect(it.buttonsFor(it.tom)).not.toContain('Approve');
    expect(await it.lea.looks({ thread: it.thread })).toMatchObject([{ status: 200 }]);
    expect(it.buttonsFor(it.lea)).toContain('Approve');
  });
});

describe('names', () => {
  it('are those of the roster, not those that a message claims', async () => {
    const it = await story();
    const { request } = await it.sam.mentions('one', { thread: it.thread });
    const from = { ...(request.activity['from'] as object), name: 'The Boss' };
    await it.rig.fake.deliver({ ...request.activity, from, id: it.rig.fake.state.nextId(), text: 'two' });
    await it.rig.settled();
    expect((await it.incident()).notes.map(({ by }) => by)).toEqual(['Sam', 'Sam']);
    const tell = (id: string) => it.rig.now.adapter.channel.nameOf(id);
    expect(await tell(`teams:${home.sam}`)).toBe('Sam');
    expect(await tell(`teams:${other}`)).toBe(`teams:${other}`);
    expect(await tell('web:sam')).toBe('web:sam');
  });

  it('of approvers who are not in the team are asked for once in a while, not at each message', async () => {
    const away = Array.from({ length: 8 }, (_, n) => `teams:c0000000-0000-4000-8000-00000000000${n}`);
    const it = await proposed({ approvers: [`teams:${home.lea}`, ...away] });
    await it.lea.looks({ thread: it.thread });
    await it.lea.executes('Approve', {}, { thread: it.thread });
    await it.rig.settled();
    const asked = it.rig.fake.calls('getConversationMember').map(({ about }) => about);
    expect(asked.filter((about) => away.includes(`teams:${about}`)).length).toBeLessThanOrEqual(
      2 * away.length,
    );
    expect(asked.length).toBeGreaterThan(away.length);
  });
});
