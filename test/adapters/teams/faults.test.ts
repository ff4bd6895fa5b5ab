import { describe, expect, it } from 'vitest';
import { words } from '../../../src/engine/card.ts';
import { ip } from '../../runtime/rig.ts';
import { home } from '../../fakes/teams/settle.ts';
import { threadOf } from './player.ts';
import { teamsRig, type TeamsRig } from './rig.ts';
import { isOurs, proposed, said, story } from './story.ts';

const sam = (rig: TeamsRig) => rig.fake.person({ name: 'Sam' });

/** What mailfix wrote by the message it is, after everything has arrived. */
async function arrived(rig: TeamsRig) {
  await expect.poll(async () => (await rig.store.shown('INC-1')).length).toBeGreaterThan(1);
  await expect.poll(async () => rig.store.nextDue(0)).toBeUndefined();
  await rig.settled();
  return said(rig);
}

describe('a message arrives once', () => {
  it.each([
    ['the connection breaks before anything is done', { kind: 'drop' }],
    ['Teams fails', { kind: 'status', status: 502, code: 'BadGateway' }],
    ['Teams is late', { kind: 'status', status: 504 }],
    ['somebody else wrote at that moment', { kind: 'status', status: 412, code: 'PreconditionFailed' }],
  ] as const)('when %s', async (_, fault) => {
    const rig = await teamsRig();
    for (let n = 0; n < 2; n += 1) rig.fake.next('createConversation', fault);
    rig.fake.next('sendToConversation', fault);
    await sam(rig).mentions('acme.example');
    const [root, question, ...more] = await arrived(rig);
    expect(root).toContain('INC-1 · acme.example');
    expect(question).toContain('Which address?');
    expect(more).toEqual([]);
    expect(await rig.store.deadLetters(9)).toEqual([]);
  });

  it.each([
    ['the reply is lost', { kind: 'lost-reply' }],
    ['the connection breaks', { kind: 'drop' }],
    ['Teams fails, and has done it', { kind: 'status', status: 502, applied: true }],
    ['somebody else wrote at that moment', { kind: 'status', status: 412 }],
  ] as const)('an edit, when %s', async (_, fault) => {
    const it = await story();
    for (let n = 0; n < 2; n += 1) it.rig.fake.next('updateActivity', fault);
    await it.sam.executes('Take over', {}, { thread: it.thread });
    await it.lea.executes('Take over', {}, { thread: it.thread });
    await arrived(it.rig);
    expect(it.words()[0]).toContain('Owner: Lea');
    expect(
      it
        .posts()
        .filter(isOurs)
        .map(it.rig.fake.textOf)
        .filter((text) => text.includes('Which address?')),
    ).not.toEqual([]);
    expect(await it.rig.store.deadLetters(9)).toEqual([]);
  });
});

describe('a first post whose reply is lost', () => {
  it('is made again, for Teams cannot be asked; the incident goes on in the second, and buttons of the first work', async () => {
    const rig = await teamsRig();
    rig.fake.next('createConversation', { kind: 'lost-reply' });
    await sam(rig).mentions('acme.example');
    await arrived(rig);
    const roots = rig.fake.threads().filter(({ posts }) => posts.some(isOurs));
    expect(roots.map(({ posts }) => posts.length)).toEqual([1, 2]);
    await sam(rig).executes('Take over', {}, { thread: roots[0]?.id ?? '' });
    await sam(rig).executes('Send', { Address: ip }, { thread: roots[1]?.id ?? '' });
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    expect(rig.fake.threads().map(({ posts }) => posts.length)).toEqual([1, 1, expect.any(Number)]);
  });
});

describe('a rate limit', () => {
  it('holds back that conversation for as long as Teams says, and nothing else', async () => {
    const rig = await teamsRig();
    const { fake } = rig;
    fake.addChannel({ id: '19:second@thread.tacv2' });
    fake.next('createConversation', { kind: 'status', status: 429, retryAfterSeconds: 1 });
    const began = performance.now();
    await sam(rig).mentions('acme.example');
    await sam(rig).mentions('other.example');
    await rig.settled();
    // Both wait in the outbox; Teams was asked once.
    expect(fake.calls('createConversation')).toHaveLength(1);
    await sam(rig).mentions('third.example', { channel: '19:second@thread.tacv2' });
    await rig.settled();
    expect(fake.threads('19:second@thread.tacv2')).toHaveLength(2);
    expect(said(rig).join('\n')).not.toMatch(/INC-[12]/);
    await expect.poll(() => said(rig).length, { interval: 20 }).toBe(6);
    expect(performance.now() - began).toBeGreaterThan(990);
    expect(fake.calls().filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it('lets words for somebody wait, and says them once', async () => {
    const it = await story();
    const limited = { kind: 'status', status: 429, retryAfterSeconds: 1 } as const;
    it.rig.fake.next('sendToConversation', limited);
    const before = said(it.rig).length;
    await it.sam.mentions('list', { thread: it.thread });
    await it.sam.mentions('help', { thread: it.thread });
    await it.rig.settled();
    // Both waited; which of them is tried first then is nobody's concern.
    const words = said(it.rig).slice(before);
    expect(words).toHaveLength(2);
    expect(words).toContainEqual(expect.stringContaining('INC-1 ·'));
    expect(words).toContainEqual(expect.stringContaining('@mailfix list'));
    // What may stand there already is not said again.
    it.rig.fake.next('sendToConversation', { kind: 'lost-reply' });
    await it.sam.mentions('help', { thread: it.thread });
    await it.rig.settled();
    expect(said(it.rig)).toHaveLength(before + 3);
  });

  it('does not keep a stop waiting', async () => {
    const it = await story();
    it.rig.fake.every('sendToConversation', { kind: 'status', status: 429, retryAfterSeconds: 60 });
    await it.sam.mentions('list', { thread: it.thread });
    await expect.poll(() => it.rig.fake.calls().some(({ status }) => status === 429)).toBe(true);
    const began = performance.now();
    await it.rig.restart();
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('or a slow Teams makes one edit of many', async () => {
    const it = await story();
    const before = it.rig.fake.calls('updateActivity').length;
    it.rig.fake.next('updateActivity', { kind: 'slow', ms: 300 });
    for (let n = 0; n < 8; n += 1)
      await it.sam.executes('Add as a note', { menuText: `note number ${n}` }, { thread: it.thread });
    await expect.poll(() => it.words().join('\n'), { interval: 20 }).toContain('number 7');
    await it.rig.settled();
    expect((await it.incident()).notes).toHaveLength(8);
    expect(it.rig.fake.calls('updateActivity').length - before).toBeLessThanOrEqual(4);
  });
});

describe('what cannot be mended by trying again', () => {
  it('a message that somebody deleted is posted anew, in its thread', async () => {
    const it = await story();
    for (const post of it.posts()) if (isOurs(post)) Object.assign(post, { deleted: true });
    await it.sam.mentions(ip, { thread: it.thread });
    await it.rig.settled();
    const roots = it.words().filter((text) => text.startsWith('INC-1 · acme.example'));
    expect(roots).toHaveLength(1);
    expect(it.words().filter((text) => text.includes('Which address?'))).toHaveLength(1);
    await it.sam.mentions('a remark', { thread: it.thread });
    await it.rig.settled();
    expect((await it.incident()).notes).toMatchObject([{ text: 'a remark' }]);
    expect(it.rig.fake.threads().filter(({ posts }) => posts.some(isOurs))).toHaveLength(1);
    expect(await it.rig.store.deadLetters(9)).toEqual([]);
  });

  it.each([
    [
      'mailfix was removed from the team',
      (rig: TeamsRig) => rig.fake.state.teams.get(home.team),
      'BotNotInConversationRoster',
    ],
    ['no card is small enough', undefined, 'Teams takes no message of this size'],
  ])('%s: the incident says so, the process lives, nothing is tried for ever', async (_, team, why) => {
    const it = await story();
    const found = team?.(it.rig);
    if (found === undefined) {
      for (const operation of ['updateActivity', 'sendToConversation'] as const)
        it.rig.fake.every(operation, { kind: 'status', status: 413, code: 'MessageSizeTooBig' });
    }
    const held = it.rig.fake.hold();
    const pressed = it.sam.executes('They can’t tell', {}, { thread: it.thread });
    if (found !== undefined) found.withApp = false;
    held();
    expect((await pressed).status).toBe(200);
    await it.rig.settled();
    const { ended } = await it.incident();
    expect(ended?.outcome).toBe('escalated');
    const dead = await it.rig.store.deadLetters(9);
    expect(dead.map(({ error }) => error).join()).toContain(why);
    expect(await it.rig.store.nextDue(0)).toBeUndefined();
    const log = JSON.stringify(await it.rig.store.log('INC-1'));
    expect(log).toContain('effect.died');
    expect(JSON.stringify(it.rig.logged)).not.toContain(it.rig.fake.botToken);
    const refused = it.rig.fake.calls().filter(({ status }) => status === 403 || status === 413);
    expect(refused.length).toBeGreaterThan(0);
    // Each message once, and once more to say so in it; from where it was removed it was told once, and asks no more.
    expect(refused.length).toBeLessThanOrEqual(found === undefined ? 8 : 1);
    expect((await fetch(`${it.rig.now.server.url}/`)).status).toBe(404);
  });
});

describe('a channel that mailfix was removed from', () => {
  it('is left alone, over a restart too, until somebody speaks to it there again', async () => {
    const it = await story();
    const team = it.rig.fake.state.teams.get(home.team);
    if (team === undefined) throw new Error('There is no team.');
    const parks = async (id: string, name: string) => {
      const actor = { id: `web:${name}`, person: name, name };
      const sender = { id, source: 'web', incident: 'INC-1', actor };
      await it.rig.now.dispatcher.press({ type: 'incident.parked', why: name }, sender);
      await it.rig.settled();
    };
    const refused = () => it.rig.fake.calls().filter(({ status }) => status === 403).length;
    team.withApp = false;
    await parks('web.1', 'Ann');
    expect(refused()).toBe(1);
    await it.rig.restart();
    await parks('web.2', 'Ben');
    expect(refused()).toBe(1);
    team.withApp = true;
    await it.sam.mentions('back again', { thread: it.thread });
    await parks('web.3', 'Eve');
    expect(it.words()[0]).toContain(': Eve');
    team.withApp = false;
    await parks('web.4', 'Ann');
    await it.sam.adds();
    await parks('web.5', 'Ben');
    expect(it.words()[0]).toContain(': Ben');
  });

  it('is not taken for gone because of one message that is not mailfix’s', async () => {
    const it = await story();
    it.rig.fake.next('updateActivity', { kind: 'status', status: 403, code: 'NotEnoughPermissions' });
    for (const one of [it.tom, it.lea]) {
      await one.executes('Take over', {}, { thread: it.thread });
      await it.rig.settled();
    }
    expect(it.words()[0]).toContain('Owner: Lea');
  });
});

describe('a restart', () => {
  it('on the way to a proposal: nobody is asked twice, and everything is shown', async () => {
    const it = await proposed();
    const before = it.words().length;
    await it.rig.restart();
    await it.rig.settled();
    expect(it.words()).toHaveLength(before);
    await it.sam.mentions('a remark', { thread: it.thread });
    await it.lea.looks({ thread: it.thread });
    const { request } = await it.lea.executes('Approve', {}, { thread: it.thread });
    const note = await it.sam.submits('Add as a note', { menuText: 'ten' }, { thread: it.thread });
    await it.rig.restart();
    for (const one of [request, note.request]) await it.rig.fake.redeliver(one);
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([ip]);
    expect((await it.incident()).notes.map(({ text }) => text)).toEqual(['a remark', 'ten']);
    expect(threadOf(it.rig, 'INC-1').id).toBe(it.thread);
    expect(it.words().join('\n')).toContain('Approved by Lea');
  });

  it('while Teams does not answer: what was promised arrives', async () => {
    const rig = await teamsRig();
    rig.fake.next('createConversation', { kind: 'hang' });
    await sam(rig).mentions('acme.example');
    await expect.poll(() => rig.fake.calls('createConversation').length).toBe(1);
    await rig.restart();
    const [root, question, ...more] = await arrived(rig);
    expect([root, question]).toEqual([expect.stringContaining('INC-1'), expect.stringContaining('Which')]);
    expect(more).toEqual([]);
  });

  it('after Microsoft moved the organisation: what is sent goes to the new address', async () => {
    const it = await story();
    const { fake } = it.rig;
    const serviceUrl = fake.serviceUrl.replace('/emea/', '/amer/');
    const { request } = await it.sam.mentions('list', { thread: it.thread });
    await fake.deliver({ ...request.activity, id: fake.state.nextId(), serviceUrl });
    await it.rig.restart();
    const before = fake.calls().length;
    await it.rig.now.dispatcher.press(
      { type: 'incident.taken-over' },
      { id: 'web.1', source: 'web', incident: 'INC-1', actor: { id: 'web:ann', person: 'ann', name: 'Ann' } },
    );
    await it.rig.settled();
    const paths = fake
      .calls()
      .slice(before)
      .map(({ path }) => path.split('/')[1]);
    expect(new Set(paths)).toEqual(new Set(['amer']));
    expect(it.words()[0]).toContain('Owner: Ann');
  });
});

it('a new post is not made again because nobody could be called to it', async () => {
  const it = await story();
  const [place] = await it.rig.store.places('INC-1');
  const shown = await it.rig.store.shown('INC-1');
  const root = shown.find(({ message }) => message === 'root');
  if (place === undefined || root === undefined) throw new Error('INC-1 is not shown.');
  const { heading: _, ...bare } = root.card;
  const card = { ...bare, sections: [{ id: 's', text: words('Well?') }] };
  it.rig.fake.next('sendToConversation', { kind: 'slow', ms: 1 });
  it.rig.fake.next('sendToConversation', { kind: 'status', status: 502 });
  const { channel } = it.rig.now.adapter;
  const notify = 'approvers';
  await channel.show({ key: 'k', place, message: 'turn-9', ref: undefined, root: root.ref, card, notify });
  expect(it.words().filter((text) => text.includes('Well?'))).toHaveLength(1);
  expect(it.rig.logged.map(({ message }) => message)).toContain('nobody could be called to a new post');
});

it('a new post is not made again because the server died while it called people to it', async () => {
  const it = await story();
  const [place] = await it.rig.store.places('INC-1');
  const root = (await it.rig.store.shown('INC-1')).find(({ message }) => message === 'root');
  if (place === undefined || root === undefined) throw new Error('INC-1 is not shown.');
  const { heading: _, ...bare } = root.card;
  const card = { ...bare, sections: [{ id: 's', text: words('Well?') }] };
  const show = { key: 'k', place, message: 'turn-9', ref: undefined, root: root.ref, card } as const;
  it.rig.fake.next('sendToConversation', { kind: 'slow', ms: 1 });
  it.rig.fake.next('sendToConversation', { kind: 'hang' });
  const before = it.rig.fake.calls('sendToConversation').length;
  void it.rig.now.adapter.channel.show({ ...show, notify: 'approvers' });
  await expect.poll(() => it.rig.fake.calls('sendToConversation').length).toBe(before + 2);
  // Another life knows only what was stored.
  await it.rig.restart();
  const ref = await it.rig.now.adapter.channel.show({ ...show, notify: 'approvers', again: true });
  // The post, the call that hung, and the call again.
  expect(it.rig.fake.calls('sendToConversation')).toHaveLength(before + 3);
  expect(it.rig.fake.state.posts.map(({ id }) => id)).toContain((JSON.parse(ref) as { id: string }).id);
});
