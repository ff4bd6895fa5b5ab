import { expect, it } from 'vitest';
import { realClock } from '../../../src/runtime/clock.ts';
import { home } from '../../fakes/teams/settle.ts';
import { incidents, said, story } from './story.ts';

const minute = 60_000;
const slow = { kind: 'slow', ms: 1500 } as const;
const notInTime = 'Teams did not say in time who you are. Nothing was done; please try again.';

/** A story whose clock can be put forward. */
async function storyInTime() {
  const ahead = { ms: 0 };
  const now = () => Date.now() + ahead.ms;
  const setTimer: typeof realClock.setTimer = (at, run) => realClock.setTimer(at - ahead.ms, run);
  return { it: await story({ ports: { clock: { ...realClock, now, setTimer } }, teams: { now } }), ahead };
}

it('a press of somebody new waits a quarter of a second, keeps what they typed, and is taken the next time', async () => {
  const it = await story();
  it.rig.fake.next('getConversationMember', slow);
  const note = { menuText: 'they call back' };
  const pressed = await it.tom.executes('Add as a note', note, { thread: it.thread });
  expect(pressed.toast).toBe(`${notInTime} You typed: they call back`);
  expect(pressed.ms).toBeLessThan(slow.ms);
  expect(it.rig.fake.calls('getConversationMember').at(-1)?.answeredAt).toBeUndefined();
  expect((await it.incident()).notes).toEqual([]);
  const asked = it.rig.fake.calls('getConversationMember').length;
  await expect.poll(() => it.rig.store.get('teams-person', home.tom, Date.now())).toContain('Tom');
  await it.tom.executes('Add as a note', note, { thread: it.thread });
  expect((await it.incident()).notes).toMatchObject([{ text: 'they call back', by: 'Tom' }]);
  // What Teams said late was good enough; nobody was asked again.
  expect(it.rig.fake.calls('getConversationMember')).toHaveLength(asked);
});

it('a form of somebody new comes back with what they typed', async () => {
  const it = await story();
  await it.tom.opensForm('open');
  await it.rig.restart();
  await it.rig.store.remove('teams-person', home.tom);
  it.rig.fake.next('getConversationMember', slow);
  const sent = await it.tom.submitsForm({ client: 'b.example', ip: '198.51.100.4' });
  expect(sent.ms).toBeLessThan(slow.ms);
  expect(it.rig.fake.calls('getConversationMember').at(-1)?.answeredAt).toBeUndefined();
  expect(it.rig.fake.textOf(sent.form ?? {})).toContain(notInTime);
  expect(JSON.stringify(sent.form)).toMatch(/"b\.example"[\s\S]*"198\.51\.100\.4"/);
  expect(await incidents(it.rig)).toBe(1);
  await expect.poll(() => it.rig.store.get('teams-person', home.tom, Date.now())).toContain('Tom');
  await it.tom.submitsForm();
  expect(await incidents(it.rig)).toBe(2);
});

it('a press of an old client says what was typed too', async () => {
  const it = await story();
  it.rig.fake.next('getConversationMember', { kind: 'status', status: 500 });
  await it.tom.submits('Add as a note', { menuText: 'they call back' }, { thread: it.thread });
  await it.rig.settled();
  expect(said(it.rig).at(-1)).toMatch(/Nothing was done; please try again\. You typed: they call back$/);
});

it('whoever Teams knew stands in over a restart, for a day and no longer', async () => {
  const { it, ahead } = await storyInTime();
  await it.rig.restart();
  it.rig.fake.every('getConversationMember', { kind: 'hang' });
  const takes = async () => (await it.sam.executes('Take over', {}, { thread: it.thread })).toast;
  expect(await takes()).toBe('Taken.');
  ahead.ms = 23 * 60 * minute;
  await it.rig.restart();
  expect(await takes()).toBe('Taken.');
  ahead.ms = 24 * 60 * minute;
  await it.rig.restart();
  expect(await takes()).toBe(notInTime);
});

it('a guest stays one while Teams says nothing', async () => {
  const it = await story();
  const guest = it.rig.fake.person({ name: 'Guest', guest: true });
  const takes = async () => (await guest.executes('Take over', {}, { thread: it.thread })).toast;
  expect(await takes()).toContain('Guests cannot');
  await it.rig.restart();
  it.rig.fake.every('getConversationMember', { kind: 'hang' });
  expect(await takes()).toContain('Guests cannot');
});

it('nobody stands in whom Teams said to be no member any more', async () => {
  const { it, ahead } = await storyInTime();
  const takes = async () => (await it.sam.executes('Take over', {}, { thread: it.thread })).toast;
  const members = it.rig.fake.state.teams.get(home.team)?.members;
  members?.delete(it.sam.id);
  expect(await takes()).toBe('Taken.');
  ahead.ms = 31 * minute;
  expect(await takes()).toContain('does not know you as a member');
  it.rig.fake.every('getConversationMember', { kind: 'status', status: 500 });
  expect(await takes()).toContain('Nothing was done');
});

it('somebody known in one organisation does not stand in for one of another', async () => {
  const it = await story();
  const kept = await it.rig.store.get('teams-person', home.sam, Date.now());
  const value = JSON.stringify({ ...JSON.parse(kept ?? '{}'), tenant: 'another' });
  await it.rig.store.put({ kind: 'teams-person', key: home.sam, value, expires: Date.now() + minute });
  await it.rig.restart();
  it.rig.fake.every('getConversationMember', { kind: 'status', status: 500 });
  const { toast } = await it.sam.executes('Take over', {}, { thread: it.thread });
  expect(toast).toContain('Nothing was done');
});
