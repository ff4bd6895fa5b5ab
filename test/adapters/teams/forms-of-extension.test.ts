import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { home } from '../../fakes/teams/settle.ts';
import { teamsRig, type TeamsRig } from './rig.ts';
import { incidents, said, story } from './story.ts';

const sam = (rig: TeamsRig) => rig.fake.person({ name: 'Sam' });
const facts = async (rig: TeamsRig) => (await rig.store.read('INC-1'))?.incident.facts;

describe('the form of the message extension', () => {
  it('from the compose box opens an incident in the channel', async () => {
    const rig = await teamsRig();
    const person = sam(rig);
    const { form, ms } = await person.opensForm('open');
    expect(ms).toBeLessThan(5000);
    expect(rig.fake.textOf(form ?? {})).toBe(
      'Domain or mailbox\nTheir IP address, if you know it\n203.0.113.7\nBegin',
    );
    expect(await person.submitsForm({ client: ' acme.example ', ip })).toMatchObject({
      message: 'INC-1 is open.',
    });
    await rig.settled();
    expect(await facts(rig)).toMatchObject({ client: { value: 'acme.example' }, ip: { value: ip } });
    expect(rig.fake.threads()).toHaveLength(1);
  });

  it('about a client’s message has what that names, and the incident lives in its thread', async () => {
    const rig = await teamsRig();
    const { id, thread } = await rig.fake
      .person({ name: 'Tom' })
      .says(`FW: <info@acme.example> & Mrs. Miller\nher router says ${ip}`, { channel: home.channel });
    const person = sam(rig);
    const { form } = await person.opensForm('open', { from: id });
    expect(rig.fake.textOf(form ?? {})).toMatch(/info@acme\.example[\s\S]*203\.0\.113\.7/);
    await person.submitsForm();
    await rig.settled();
    expect(await facts(rig)).toMatchObject({ client: { value: 'info@acme.example' }, ip: { value: ip } });
    expect(rig.fake.threads()).toHaveLength(1);
    expect(rig.fake.thread(thread).map(rig.fake.textOf).join('\n')).toContain('INC-1 · info@acme.example');
    // What is typed there belongs to it.
    await person.mentions('she calls back', { thread });
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.notes).toMatchObject([{ text: 'she calls back' }]);
  });

  it('about a message in an incident’s thread begins a thread of its own', async () => {
    const it = await story();
    const { id } = await it.tom.says('other.example called too', { thread: it.thread });
    await it.sam.opensForm('open', { from: id });
    await it.sam.submitsForm();
    await it.rig.settled();
    expect(await incidents(it.rig)).toBe(2);
    expect(it.words().join('\n')).not.toContain('INC-2');
  });

  it('comes back with what was typed and what is wrong with it', async () => {
    const rig = await teamsRig();
    const person = sam(rig);
    await person.opensForm('open');
    expect((await person.submitsForm()).error).toContain('Domain or mailbox');
    const blank = await person.submitsForm({ client: '  ', ip });
    expect(rig.fake.textOf(blank.form ?? {})).toMatch(/Name the client[\s\S]*203\.0\.113\.7/);
    const wrong = await person.submitsForm({ client: 'acme.example', ip: '2001:db8::7' });
    expect(rig.fake.textOf(wrong.form ?? {})).toMatch(
      /That is no address\.[\s\S]*acme\.example[\s\S]*2001:db8::7/,
    );
    expect(await incidents(rig)).toBe(0);
    expect((await person.submitsForm({ ip })).message).toMatch(/^INC-\d is open\.$/);
    expect(await incidents(rig)).toBe(1);
  });

  it('that is sent twice opens one incident', async () => {
    const rig = await teamsRig();
    const person = sam(rig);
    await person.opensForm('open');
    const { request } = await person.submitsForm({ client: 'acme.example' });
    const again = await rig.fake.redeliver(request);
    const other = { ...request.activity, id: rig.fake.state.nextId(), timestamp: new Date().toISOString() };
    for (const { json } of [again, await rig.fake.deliver(other)])
      expect(json).toEqual({ task: { type: 'message', value: 'INC-1 is open.' } });
    await rig.settled();
    expect(await incidents(rig)).toBe(1);
    expect(said(rig)).toHaveLength(2);
  });

  it('that nobody’s form holds, opens nothing', async () => {
    const rig = await teamsRig();
    const person = sam(rig);
    await person.opensForm('open');
    const { request } = await person.submitsForm({ client: ' ' });
    for (const data of [
      null,
      'x',
      [],
      { client: 'acme.example' },
      { mailfix: { verb: 'open' }, client: 'x' },
    ]) {
      const value = { ...(request.activity['value'] as object), data };
      const { json, status } = await rig.fake.deliver({ ...request.activity, value });
      expect([status, JSON.stringify(json)]).toEqual([200, expect.stringContaining('Please send this one.')]);
    }
    expect(await incidents(rig)).toBe(0);
  });

  it('is not for personal chats, guests, and teams without mailfix, which are told so in it', async () => {
    const rig = await teamsRig();
    const { fake } = rig;
    const ask = async (name: string, where: object, more: object = {}) =>
      fake.textOf((await fake.person({ name, ...more }).opensForm('open', where)).form ?? {});
    expect(await ask('Sam', { personal: true })).toContain('Please mention me in the support channel.');
    expect(await ask('Guest', {}, { guest: true })).toContain('Guests cannot work on mail incidents.');
    fake.addTeam({ id: '19:sales@thread.tacv2', withApp: false });
    fake.addChannel({ id: '19:deals@thread.tacv2', team: '19:sales@thread.tacv2' });
    const notAdded = /Teams does not let mailfix write there[\s\S]*Add mailfix to the team/;
    // Whom mailfix knows from elsewhere, and whom it does not.
    for (const name of ['Sam', 'Lea'])
      expect(await ask(name, { channel: '19:deals@thread.tacv2' })).toMatch(notAdded);
    expect(await incidents(rig)).toBe(0);
  });
});
