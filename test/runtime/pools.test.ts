import { expect, it as test } from 'vitest';
import { effectError } from '../../src/errors.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { createPlaces, poolOf } from '../../src/runtime/pools.ts';
import { FakeChat } from './fakes.ts';
import { idOf, ip, lea, open, opening, press, rig, sam } from './rig.ts';
import type { Life, Rig } from './rig.ts';

const second = 1000;
const many = 30;

/** Never answers, and does not listen either. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function limited(afterMs: number) {
  const values = { call: 'chat.postMessage', seconds: afterMs / second };
  return effectError('slack.limited', values, { retry: 'later', outcome: 'not-applied', afterMs });
}

/** Opens in the console's fake, or in a conversation of Slack. */
async function openIn(life: Life, eventId: string, ref: string): Promise<string> {
  return idOf(await life.dispatcher.open({ ...opening(eventId), place: { channel: 'slack', ref } }));
}

/** A rig with a second product, whose conversations are told apart. */
function withSlack() {
  const it = rig();
  const slack = new FakeChat();
  const under = new Map<string, number>();
  const most = new Map<string, number>();
  const channel: Channel = {
    name: 'slack',
    async show(post) {
      const { ref } = post.place;
      under.set(ref, (under.get(ref) ?? 0) + 1);
      most.set(ref, Math.max(most.get(ref) ?? 0, under.get(ref) ?? 0));
      try {
        return await slack.show(post);
      } finally {
        under.set(ref, (under.get(ref) ?? 0) - 1);
      }
    },
    whisper: (...told) => slack.whisper(...told),
    nameOf: (id) => slack.nameOf(id),
    rolesOf: (actor) => slack.rolesOf(actor),
  };
  const channels = new Map<string, Channel>([
    ['web', it.chat],
    ['slack', channel],
  ]);
  return { it, slack, most, life: it.boot({ channels }) };
}

/** From the opening to the un-block, in the console. */
async function wholeWay(it: Rig, life: Life): Promise<void> {
  it.firewall.blocked.add(ip);
  const id = await open(life, 'in the console');
  await it.clock.settle();
  idOf(await press(life, it, id, sam, 'Send', ip));
  await it.clock.settle();
  idOf(await press(life, it, id, lea, 'Approve'));
  await it.clock.settle();
  expect(it.firewall.writes).toEqual([ip]);
  expect(it.chat.text(id)).toContain('Approved by Lea');
}

test('a product that hangs holds up neither another, nor checks, approvals and acts', async () => {
  const { it, slack, most, life } = withSlack();
  slack.onShow = never;
  for (let n = 0; n < many; n += 1) await openIn(life, `hangs ${n}`, 'C1');
  await it.clock.settle();
  await wholeWay(it, life);
  expect(slack.posts).toEqual([]);
  // It was being tried all the time, by two and no more.
  expect(most.get('C1')).toBe(2);
  slack.onShow = () => {};
  await it.clock.advance(600 * second);
  expect(slack.threads).toHaveLength(many);
  expect(life.errors).toEqual([]);
});

test('a conversation that hangs holds up no other of its product', async () => {
  const { it, slack, life } = withSlack();
  slack.onShow = ({ place }) => (place.ref === 'C1' ? never() : undefined);
  for (let n = 0; n < many; n += 1) await openIn(life, `hangs ${n}`, 'C1');
  await it.clock.settle();
  for (let n = 0; n < many; n += 1) await openIn(life, `goes on ${n}`, 'C2');
  await it.clock.settle();
  expect(slack.posts.filter(({ message }) => message === 'root')).toHaveLength(many);
});

test('a product that asks to wait is left alone by the whole conversation, and by nothing else', async () => {
  const { it, slack, life } = withSlack();
  let tries = 0;
  slack.onShow = ({ place }) => {
    if (place.ref !== 'C1') return;
    tries += 1;
    throw limited(20 * second);
  };
  for (let n = 0; n < many; n += 1) await openIn(life, `waits ${n}`, 'C1');
  await openIn(life, 'goes on', 'C2');
  await it.clock.settle();
  await wholeWay(it, life);
  expect(slack.threads).toHaveLength(1);
  await it.clock.advance(19 * second);
  // Two were under way when the first was told; everybody else was not even begun.
  expect(tries).toBe(2);
  await it.clock.advance(10 * second);
  expect(tries).toBe(4);
  slack.onShow = () => {};
  await it.clock.advance(60 * second);
  expect(slack.threads).toHaveLength(many + 1);
  expect(life.errors).toEqual([]);
});

test('looks at one server leave those at another their places, and acts and presses theirs', () => {
  const places = createPlaces();
  const run = { type: 'run', key: 'k', input: {}, deadlineMs: 1 } as const;
  const look = (contract: string, server?: string) =>
    poolOf({ ...run, contract, mode: 'check' }, undefined, server);
  for (const contract of ['a', 'b', 'c'])
    places.take(look(contract, 'host 1'), places.left(look(contract, 'host 1')));
  expect(places.left(look('a', 'host 1'))).toBe(0);
  expect(places.left(look('d', 'host 1'))).toBe(0);
  expect(places.left(look('a', 'host 2'))).toBe(6);
  expect(places.left(look('a'))).toBe(6);
  const act = poolOf({ ...run, contract: 'a', mode: 'act' }, undefined, 'host 1');
  expect(places.left(act)).toBe(8);
  expect(places.left('')).toBe(16);
  places.take(look('c', 'host 1'), -1);
  expect(places.left(look('d', 'host 1'))).toBe(1);
});
