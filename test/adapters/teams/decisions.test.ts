import { describe, expect, it } from 'vitest';
import { realClock } from '../../../src/runtime/clock.ts';
import { ip } from '../../runtime/rig.ts';
import { home } from '../../fakes/teams/settle.ts';
import { cardIn } from '../../fakes/teams/card-parts.ts';
import { incidents, isOurs, proposed, said, story, type Story } from './story.ts';

const both = { approvers: [`teams:${home.lea}`, `teams:${home.tom}`] };
const among = ({ thread }: Story) => ({ thread });

/** What Teams is told to do, but for looking people up. */
const writes = ({ rig }: Story) =>
  rig.fake.calls().filter(({ operation }) => !operation.startsWith('getConversation')).length;

/** Approves as whoever sees the buttons. */
async function approves(it: Story, person: Story['lea']) {
  await person.looks(among(it));
  const pressed = await person.executes('Approve', {}, among(it));
  await it.rig.settled();
  return pressed;
}

it("a view of one's own is of the incident as it is, though Teams still shows the card of before", async () => {
  const it = await proposed();
  await it.lea.looks(among(it));
  it.rig.fake.every('updateActivity', { kind: 'status', status: 502 });
  await it.lea.executes('Approve', {}, among(it));
  await expect.poll(() => it.rig.firewall.writes).toEqual([ip]);
  await it.lea.looks(among(it));
  expect(it.buttonsFor(it.lea)).not.toContain('Approve');
});

describe('the thread', () => {
  it('is the root and its replies, by the conversation, each one message however much happens', async () => {
    const it = await proposed();
    const roots = () => it.rig.fake.threads().filter(({ posts }) => posts.some(isOurs));
    expect(it.words()[0]).toMatch(
      /INC-1 · acme\.example · Blocked[\s\S]*Waiting for an approver: Un-block 203\.0\.113\.7/,
    );
    await approves(it, it.lea);
    expect(it.words()[0]).toContain('Waiting; next look at');
    await it.sam.executes('Look now', {}, among(it));
    await it.rig.settled();
    await it.sam.executes('Yes', {}, among(it));
    await it.rig.settled();
    expect(it.words()[0]).toContain('Resolved: Mail comes in.');
    expect(roots()).toHaveLength(1);
    const cards = it.words().filter((_, index) => cardIn(it.posts()[index]?.activity ?? {}) !== undefined);
    expect(cards).toHaveLength((await it.rig.store.shown('INC-1')).length);
    expect(it.posts()[0]?.updates).toBeGreaterThan(3);
    const sent = it.rig.fake.calls('sendToConversation').map(({ conversation }) => conversation);
    expect(new Set(sent)).toEqual(new Set([it.thread]));
  });

  it('calls approvers to decide, and the owner to hear the outcome; nobody while they answer', async () => {
    const it = await proposed(both);
    expect(it.callsOf(it.lea)).toEqual([
      expect.stringMatching(/^Lea Tom Please decide until \d\d:\d\d: Un-block 203\.0\.113\.7\.$/),
    ]);
    expect(it.callsOf(it.sam)).toEqual([]);
    await it.lea.looks(among(it));
    await it.lea.executes('Reject', { 'Why not?': 'Ask <them> & first' }, among(it));
    await it.rig.settled();
    const news = it.words().at(-1);
    expect(news).toMatch(/INC-1 · acme\.example · Blocked[\s\S]*Handed over/);
    expect(it.callsOf(it.sam)).toEqual([news]);
    expect(it.callsOf(it.lea)).toHaveLength(1);
  });

  it('calls the owner when a question comes up minutes after they last did something', async () => {
    let ahead = 0;
    const it = await proposed({ ports: { clock: { ...realClock, now: () => Date.now() + ahead } } });
    await approves(it, it.lea);
    ahead = 61_000;
    expect(it.callsOf(it.sam)).toEqual([]);
    await it.sam.executes('Look now', {}, among(it));
    await it.rig.settled();
    expect(it.callsOf(it.sam)).toEqual([expect.stringMatching(/^Sam /)]);
  });

  it('calls whom it is handed over to, and takes nobody who may not work on it', async () => {
    const it = await story({ ports: { technicians: [`teams:${home.sam}`, `teams:${home.tom}`] } });
    const eve = it.rig.fake.person({ name: 'Eve' });
    const hand = { menuText: 'my shift ends', menuTo: 'Tom' };
    const { request } = await it.sam.executes('Hand over', hand, among(it));
    await it.rig.settled();
    expect((await it.incident()).owner.name).toBe('Tom');
    expect(it.callsOf(it.tom)).toHaveLength(1);
    const text = JSON.stringify(request.activity).replaceAll(home.tom, eve.aadObjectId ?? '');
    const { json } = await it.rig.fake.deliver({ ...JSON.parse(text), id: it.rig.fake.state.nextId() });
    expect(json['value']).toContain('Choose a colleague');
    expect((await it.incident()).owner.name).toBe('Tom');
  });
});

describe('buttons for approvers', () => {
  it('are in views of their own, which are answered without a write; nobody has them after the decision', async () => {
    const it = await proposed();
    const asked = it
      .posts()
      .map(({ activity }) => (cardIn(activity)?.['refresh'] ?? {}) as { userIds?: unknown });
    expect(asked.flatMap(({ userIds }) => userIds ?? [])).toEqual([it.lea.id]);
    for (const person of [it.sam, it.lea, it.tom]) expect(it.buttonsFor(person)).not.toContain('Approve');
    expect(it.words().join('\n')).toContain('Waiting for an approver');
    const [before, { seq }] = [writes(it), await it.incident()];
    for (let n = 0; n < 3; n += 1)
      for (const { status, ms } of await it.lea.looks(among(it))) {
        expect(status).toBe(200);
        expect(ms).toBeLessThan(5000);
      }
    await it.rig.settled();
    expect(writes(it)).toBe(before);
    expect((await it.incident()).seq).toBe(seq);
    expect(it.buttonsFor(it.lea)).toEqual(expect.arrayContaining(['Approve', 'Reject …']));
    await approves(it, it.lea);
    for (const person of [it.sam, it.lea]) expect(it.buttonsFor(person)).not.toContain('Approve');
    expect(await it.lea.looks(among(it))).toEqual([]);
    expect(it.words().join('\n')).toContain('Approved by Lea');
  });

  it('are not drawn for others who ask for the view, and notes of the thread are not repeated in it', async () => {
    const it = await proposed();
    await it.sam.mentions('they call back', among(it));
    await it.rig.settled();
    const [{ request }] = (await it.lea.looks(among(it))) as [Awaited<ReturnType<typeof it.lea.executes>>];
    const own = it.posts().map((one) => it.rig.fake.textOf(it.rig.fake.seenBy(it.lea, one)));
    expect(own.filter((text) => text.includes('they call back'))).toHaveLength(1);
    const { from } = (await it.tom.mentions('list', among(it))).request.activity;
    const { json } = await it.rig.fake.deliver({ ...request.activity, from });
    expect(JSON.stringify(json)).toContain('Waiting for an approver');
    expect(JSON.stringify(json)).not.toContain('Approve"');
  });

  it('are seen by all when there are more approvers than Teams makes views for; who may press is decided as ever', async () => {
    const away = (n: number) => `teams:c0000000-0000-4000-8000-0000000000${n}`;
    const others = Array.from({ length: 60 }, (_, n) => away(n + 10));
    const many = await proposed({ approvers: [`teams:${home.lea}`, ...others] });
    for (const person of [many.tom, many.lea]) {
      await person.looks(among(many));
      expect(many.buttonsFor(person)).toContain('Approve');
    }
    await many.tom.executes('Approve', {}, among(many));
    await many.rig.settled();
    expect(many.callsOf(many.tom).at(-1)).toMatch(/^Tom You are not an approver\./);
    expect(many.rig.firewall.writes).toEqual([]);
    const few = await proposed({ approvers: [`teams:${home.lea}`, ...others.slice(1)] });
    await few.tom.looks(among(few));
    expect(few.buttonsFor(few.tom)).not.toContain('Approve');
  });

  it('approved by two at once: one wins, and the other hears who', async () => {
    const it = await proposed(both);
    for (const person of [it.lea, it.tom]) await person.looks(among(it));
    const pressed = await Promise.all([it.lea, it.tom].map((one) => one.executes('Approve', {}, among(it))));
    expect(pressed.map(({ status }) => status)).toEqual([200, 200]);
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([ip]);
    const told = [...pressed.map(({ toast = '' }) => toast), ...it.words()].filter((one) =>
      /Decided already/.test(one),
    );
    expect(told).toEqual([
      expect.stringMatching(
        /Decided already: Approved by (?:Lea|Tom) \((?:Lea|Tom), \d\d:\d\d UTC\)\. Nothing was done/,
      ),
    ]);
    const [, loser, winner] = /^(Lea|Tom) Decided already: Approved by (Lea|Tom)/.exec(told[0] ?? '') ?? [];
    expect(loser).not.toBe(winner);
  });

  it('pressed by whoever may not, or needs a second person, do nothing and say so', async () => {
    const it = await proposed({ approvers: [`teams:${home.lea}`, `teams:${home.sam}`] });
    await approves(it, it.sam);
    expect(it.callsOf(it.sam).at(-1)).toBe(
      'Sam You asked for this yourself, so it needs a second person. Please ask Lea.',
    );
    const own = it.rig.fake.requests.at(-1)?.activity ?? {};
    const { from } = (await it.tom.mentions('list', among(it))).request.activity;
    await it.rig.fake.deliver({ ...own, from, id: it.rig.fake.state.nextId() });
    await it.rig.settled();
    expect(it.callsOf(it.tom).at(-1)).toMatch(/^Tom You are not an approver\. Please ask /);
    expect(it.rig.firewall.writes).toEqual([]);
  });
});

describe('old clients, and what is sent twice', () => {
  it('a submit is as good as an execute, and sent again does nothing twice', async () => {
    const it = await story();
    it.rig.firewall.blocked.add(ip);
    const { request, status } = await it.sam.submits('Send', { Address: ip }, among(it));
    expect(status).toBe(200);
    await it.rig.settled();
    expect((await it.incident()).visits[0]?.brought).toMatchObject({ ip: { value: ip } });
    const { seq } = await it.incident();
    const before = said(it.rig).length;
    const again = {
      ...request.activity,
      id: it.rig.fake.state.nextId(),
      timestamp: new Date().toISOString(),
    };
    expect((await it.rig.fake.redeliver(request)).status).toBe(200);
    expect((await it.rig.fake.deliver(again)).status).toBe(200);
    await it.rig.settled();
    expect((await it.incident()).seq).toBe(seq);
    expect(said(it.rig)).toHaveLength(before);
    await it.lea.looks(among(it));
    await it.lea.submits('Approve', {}, among(it));
    await it.rig.settled();
    expect(it.rig.firewall.writes).toEqual([ip]);
  });

  it('a note that is sent again is one note; a wrong answer is told in the thread', async () => {
    const it = await story();
    const { request } = await it.sam.submits('Add as a note', { menuText: 'they call back' }, among(it));
    await it.rig.fake.redeliver(request);
    await it.rig.fake.deliver({ ...request.activity, id: it.rig.fake.state.nextId() });
    await it.rig.settled();
    expect((await it.incident()).notes).toMatchObject([{ text: 'they call back' }]);
    await it.sam.submits('Send', { Address: 'x' }, among(it));
    await it.rig.settled();
    expect(it.words().at(-1)).toMatch(/^Sam That is no address\..* You typed: x$/);
  });

  it('a note that is sent again later, under another id or after a restart, is one note; a new form makes a new one', async () => {
    let ahead = 0;
    const it = await story({ ports: { clock: { ...realClock, now: () => Date.now() + ahead } } });
    const note = { menuText: 'they call back' };
    const { request } = await it.sam.executes('Add as a note', note, among(it));
    const again = () =>
      it.rig.fake.deliver({
        ...request.activity,
        id: it.rig.fake.state.nextId(),
        timestamp: new Date(Date.now() + ahead).toISOString(),
      });
    await it.rig.settled();
    const notes = async () => (await it.incident()).notes.map(({ text, by }) => `${by}: ${text}`);
    ahead = 60_000;
    expect((await again()).json['value']).toBe('Taken.');
    await it.rig.restart();
    expect((await again()).json['value']).toBe('Taken.');
    await it.rig.settled();
    expect(await notes()).toEqual(['Sam: they call back']);

    // A number that mailfix never gave makes no key that it could not store.
    const forged = JSON.stringify(request.activity).replaceAll(
      /"n":"[^"]*"/g,
      `"n":"☃ '; ${'x'.repeat(150)}"`,
    );
    expect(forged).toContain('☃');
    const { status } = await it.rig.fake.deliver({ ...JSON.parse(forged), id: it.rig.fake.state.nextId() });
    expect(status).toBe(200);
    expect(await notes()).toHaveLength(2);

    // Somebody else from the very same form, and Sam from the one that is there now.
    const { from } = (await it.tom.mentions('list', among(it))).request.activity;
    await it.rig.fake.deliver({ ...request.activity, id: it.rig.fake.state.nextId(), from });
    await it.sam.executes('Add as a note', note, among(it));
    await it.rig.settled();
    expect(await notes()).toEqual(['Sam', 'Sam', 'Tom', 'Sam'].map((name) => `${name}: they call back`));
  });

  it('a form is drawn anew though Teams takes nothing for a moment', async () => {
    const it = await story();
    const note = { menuText: 'they call back' };
    const fault = { kind: 'status', status: 429, retryAfterSeconds: 1 } as const;
    it.rig.fake.next('updateActivity', fault);
    await it.sam.executes('Add as a note', note, among(it));
    await it.rig.settled();
    await it.sam.executes('Add as a note', note, among(it));
    expect((await it.incident()).notes).toHaveLength(2);
  });

  it('taking over is repeated by a hand that trembled, and counts again after somebody else did', async () => {
    const it = await story();
    const { seq } = await it.incident();
    for (let n = 0; n < 2; n += 1) await it.lea.executes('Take over', {}, among(it));
    expect((await it.incident()).seq).toBe(seq + 1);
    await it.rig.settled();
    for (const one of [it.tom, it.lea]) {
      await one.executes('Take over', {}, among(it));
      await it.rig.settled();
    }
    expect((await it.incident()).owner.name).toBe('Lea');
  });

  it('what could not be stored is not taken for done when Teams sends it again', async () => {
    const it = await story();
    const { dispatcher } = it.rig.now;
    const press = dispatcher.press.bind(dispatcher);
    dispatcher.press = () => Promise.reject(new Error('The disk is full.'));
    const { request, status } = await it.sam.submits(
      'Add as a note',
      { menuText: 'they call back' },
      among(it),
    );
    expect(status).toBe(500);
    dispatcher.press = press;
    await it.rig.fake.redeliver(request);
    expect((await it.incident()).notes).toMatchObject([{ text: 'they call back' }]);
  });

  it.each([
    null,
    'x',
    [],
    {},
    { mailfix: {} },
    { mailfix: { verb: 'press' } },
    { mailfix: { verb: 'open', n: 'x' } },
  ])('data that no card holds changes nothing and is told so: %j', async (value) => {
    const it = await story();
    const { request } = await it.sam.submits('Send', { Address: 'x' }, among(it));
    await it.rig.settled();
    await it.rig.fake.deliver({ ...request.activity, id: it.rig.fake.state.nextId(), value });
    await it.rig.settled();
    expect(it.words().at(-1)).toContain('That press cannot be read.');
    expect((await it.incident()).seq).toBe(1);
    expect(await incidents(it.rig)).toBe(1);
  });
});
