import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { home } from '../../fakes/teams/settle.ts';
import { isOurs, incidents, said, story } from './story.ts';

const hearsAll = { teams: { hearsAll: true } };

describe('a mention in an incident’s thread', () => {
  it('is the answer, when it is one', async () => {
    const it = await story();
    await it.sam.mentions(ip, { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    expect(it.words().join('\n')).toMatch(/203\.0\.113\.7\s+— Sam/);
  });

  it('is a note otherwise, which the thread does not repeat, and what is wrong with an answer is said', async () => {
    const it = await story();
    await it.sam.mentions('they call back <b> & *so*', { thread: it.thread });
    await it.sam.mentions('2001:db8::7', { thread: it.thread });
    await it.rig.settled();
    const { notes } = await it.incident();
    expect(notes).toMatchObject([
      { text: 'they call back <b> & *so*', by: 'Sam' },
      { text: '2001:db8::7', by: 'Sam' },
    ]);
    const ours = it.posts().filter(isOurs).map(it.rig.fake.textOf);
    expect(ours.join('\n')).not.toContain('they call back');
    expect(ours.filter((text) => text === 'That is no address.')).toHaveLength(1);
  });

  it('that asks for the list or a status is told, and is no note', async () => {
    const it = await story();
    for (const text of ['list', 'status INC-1', 'help']) {
      await it.sam.mentions(text, { thread: it.thread });
      await it.rig.settled();
    }
    const [list, status, help] = it.posts().filter(isOurs).slice(-3).map(it.rig.fake.textOf);
    expect(list).toContain('INC-1 · acme.example · Blocked: ');
    expect(status).toContain('https://teams.microsoft.com/l/message/');
    expect(help).toContain('@mailfix list');
    expect((await it.incident()).notes).toEqual([]);
  });

  it('that only begins like a command is a note', async () => {
    const it = await story();
    const remarks = [
      'new Outlook on her machine',
      'help them with the router',
      'status of the client: waits',
    ];
    for (const text of remarks) await it.sam.mentions(text, { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).notes.map(({ text }) => text)).toEqual(remarks);
    expect(await incidents(it.rig)).toBe(1);
  });

  it('that begins another incident leaves this thread to the first one', async () => {
    const it = await story();
    await it.sam.mentions('new other.example', { thread: it.thread });
    await it.rig.settled();
    expect(await incidents(it.rig)).toBe(2);
    expect(it.words().join('\n')).not.toContain('other.example · Blocked');
    await it.sam.mentions('a remark', { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).notes).toMatchObject([{ text: 'a remark' }]);
  });
});

describe('with the permission to hear all', () => {
  it('what is typed into the thread is an answer or a note, whatever it begins with', async () => {
    const it = await story(hearsAll);
    for (const text of ['list', 'new error now', 'help', ip]) await it.sam.says(text, { thread: it.thread });
    await it.rig.settled();
    const { notes, visits } = await it.incident();
    expect(notes.map(({ text }) => text)).toEqual(['list', 'new error now', 'help']);
    expect(visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    expect(await incidents(it.rig)).toBe(1);
  });

  it('what is said elsewhere, or by people without rights or bots, is not heard, and nobody is told anything', async () => {
    const it = await story(hearsAll);
    const { fake } = it.rig;
    const before = fake.calls().length;
    const { thread } = await it.sam.says('lunch?', { channel: home.channel });
    await it.tom.says('list', { thread });
    await it.tom.says('status INC-1', { channel: home.channel });
    await fake.person({ name: 'Bot', aadObjectId: null }).says('hello', { thread: it.thread });
    await it.rig.settled();
    expect(fake.calls()).toHaveLength(before);
    await fake.person({ name: 'Guest', guest: true }).says('hello', { thread: it.thread });
    await it.rig.settled();
    expect(said(it.rig)).toHaveLength(2);
    expect((await it.incident()).seq).toBe(1);
  });
});

describe('a remark that is changed', () => {
  it('changes the note, and runs nothing again', async () => {
    const it = await story();
    const { id } = await it.sam.mentions('they call back', { thread: it.thread });
    await it.sam.edits(id, ip);
    await it.rig.settled();
    expect((await it.incident()).notes).toMatchObject([{ text: ip, editedAt: expect.any(Number) }]);
    expect((await it.incident()).visits).toHaveLength(1);
    const edited = it.rig.fake.requests.at(-1);
    if (edited === undefined) throw new Error('not sent');
    const { seq } = await it.incident();
    await it.rig.fake.redeliver(edited);
    expect((await it.incident()).seq).toBe(seq);
    await it.sam.deletes(id);
    await it.rig.settled();
    expect((await it.incident()).notes).toMatchObject([{ text: '', deletedAt: expect.any(Number) }]);
  });

  it('and was an opening, an answer or a question to mailfix, changes nothing', async () => {
    const it = await story();
    const answer = await it.sam.mentions(ip, { thread: it.thread });
    const list = await it.sam.mentions('list', { thread: it.thread });
    await it.rig.settled();
    const { seq } = await it.incident();
    const [opening] = it.rig.fake.state.posts;
    await it.sam.edits(opening?.id ?? '', 'other.example');
    for (const { id } of [answer, list]) await it.sam.edits(id, '198.51.100.4');
    for (const { id } of [answer, list]) await it.sam.deletes(id);
    await it.rig.settled();
    expect((await it.incident()).seq).toBe(seq);
    expect(await incidents(it.rig)).toBe(1);
    expect((await it.incident()).notes).toEqual([]);
  });
});
