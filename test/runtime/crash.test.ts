import { expect, it as test } from 'vitest';
import type { ActContext, RunContext } from '../../src/actions/handler.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { InboundEvent } from '../../src/engine/event.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { step } from '../../src/engine/step.ts';
import { foldLog } from '../../src/runtime/fold.ts';
import { canonical, openRow, verifyRows } from '../../src/store/chain.ts';
import { Killable } from './killable.ts';
import { contracts, dialog, eventOf, lea, opening, rig, sam } from './rig.ts';
import type { Life, Rig } from './rig.ts';

/** The same runbook with time for a lease to run out, so that every kill leads along the same path. */
const patient: Dialog = {
  ...dialog,
  steps: Object.fromEntries(
    Object.entries(dialog.steps).map(([id, step]) => [
      id,
      'deadline' in step ? { ...step, deadline: '2m' as const } : step,
    ]),
  ),
};

function boot(it: Rig, server: Killable): Life {
  const chat = new Proxy(it.chat, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        server.alive();
        const result: unknown = await Reflect.apply(value, target, args);
        server.alive();
        return result;
      };
    },
  });
  const { blocked, unblock } = it.firewall.handlers;
  const living = <T>(work: () => Promise<T>): Promise<T> => {
    server.alive();
    return work();
  };
  return it.boot({
    dialog: patient,
    store: server.store,
    channels: new Map([['web', chat]]),
    handlers: {
      blocked: (input: { ip: string }, context: RunContext) => living(() => blocked(input, context)),
      unblock: {
        plan: (input: { ip: string }, context: RunContext) => living(() => unblock.plan(input, context)),
        act: (plan: Plan, context: ActContext) => living(() => unblock.act(plan, context)),
      },
    },
  });
}

/** People work one incident to its end, pressing again what got no answer, while the server is killed once and restarted. */
async function work(it: Rig, n: number, when: 'before' | 'after'): Promise<boolean> {
  const ip = `203.0.${Math.floor(n / 250)}.${n % 250}`;
  const run = `${when} ${n}`;
  it.firewall.blocked.add(ip);
  const server = new Killable(it.store, n, when);
  const first = boot(it, server);
  let life = first;
  let id: string | undefined;
  for (let rounds = 0; rounds < 60; rounds += 1) {
    if (server.dead && life === first) life = boot(it, new Killable(it.store, Infinity, 'before'));
    try {
      if (id === undefined) {
        const reply = await life.dispatcher.open(opening(run));
        if (reply.ok) id = reply.incident;
      }
      await it.clock.settle();
      if (id === undefined || server.dead !== (life !== first)) continue;
      if ((await it.store.read(id))?.incident.ended !== undefined) break;
      if (!(await pressOne(it, life, id, run, ip))) await it.clock.advance(31_000);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
    }
  }
  await it.clock.advance(32 * 60_000);
  if (server.dead && life === first) life = boot(it, new Killable(it.store, Infinity, 'before'));
  await it.clock.advance(32 * 60_000);
  if (id === undefined) throw new Error(`${run}: never opened`);
  await check(it, id, ip, run);
  await Promise.allSettled([first.worker.drain(0), life.worker.drain(0)]);
  return server.dead;
}

/** The next thing that somebody sees and can press. The event's id is of the question: pressed again, it is the same event. */
async function pressOne(it: Rig, life: Life, id: string, run: string, ip: string): Promise<boolean> {
  const labels = it.chat.buttons(id).map((button) => button.label.template);
  for (const [label, actor, typed] of [
    ['Send', sam, ip],
    ['Approve', lea, undefined],
    ['Yes', sam, undefined],
  ] as const) {
    if (!labels.some((one) => one.startsWith(label))) continue;
    const event = eventOf(it.chat, id, label, typed);
    const before = (await it.store.read(id))?.incident.seq;
    await life.dispatcher.press(event, { id: `${run} ${label}`, source: 'web', incident: id, actor });
    await it.clock.settle();
    return (await it.store.read(id))?.incident.seq !== before;
  }
  return false;
}

/** What the engine promised to show, message by message: its last word on each. */
function promised(events: readonly InboundEvent[]): ReadonlyMap<string, Card> {
  const cards = new Map<string, Card>();
  let incident: Incident | undefined;
  for (const event of events) {
    const stepped = step(patient, contracts, incident, event);
    incident = stepped.incident;
    for (const effect of stepped.effects) if (effect.type === 'show') cards.set(effect.message, effect.card);
  }
  return cards;
}

async function check(it: Rig, id: string, ip: string, run: string): Promise<void> {
  const incident = await it.read(id);
  const posts = it.chat.posts.filter((post) => post.thread === `thread of ${id}`);
  const log = await it.store.log(id);
  const events = log.map(openRow);
  const messages = [...promised(events)];
  expect({
    run,
    outcome: incident.ended?.outcome,
    steps: incident.visits.map((visit) => visit.step),
    writes: it.firewall.writes.filter((one) => one === ip).length,
    deeds: (await it.store.deeds(`ip:${ip}`, 0)).map((deed) => deed.outcome),
    // Each promised message arrived, once, and shows what it should now.
    posts: posts.map((post) => post.message).sort(),
    stale: messages
      .filter(([name, card]) => canonical(untraced(it.chat.card(id, name))) !== canonical(card))
      .map(([name]) => name),
    threads: it.chat.threads.filter((thread) => thread === `thread of ${id}`).length,
    letters: await it.store.deadLetters(9),
    due: await it.store.nextDue(0),
    chain: verifyRows(log, (await it.store.read(id))?.head).ok,
  }).toEqual({
    run,
    outcome: 'resolved',
    steps: ['ip', 'look', 'unblock', 'wait', 'mail', 'resolved'],
    writes: 1,
    deeds: ['done'],
    posts: messages.map(([name]) => name).sort(),
    stale: [],
    threads: 1,
    letters: [],
    due: undefined,
    chain: true,
  });
  expect(foldLog(() => patient, contracts, events)).toEqual(incident);
}

// Every write takes its time: by default every third one, a different third before than after. `npm run crash` takes all.
const stride = process.env['MAILFIX_KILLS'] === undefined ? 3 : 1;

test.each([
  ['before', 1],
  ['after', 2],
] as const)(
  'a server killed %s any one of its writes, and restarted, loses nothing and does nothing twice',
  { timeout: 90_000 },
  async (when, first) => {
    const it = rig();
    let killed = 0;
    for (let n = Math.min(first, stride); await work(it, n, when); n += stride) killed += 1;
    expect(killed).toBeGreaterThan(40 / stride);
  },
);

/** A view knows no trace; it is added when the card is handed out. */
function untraced(card: Card | undefined): Card | undefined {
  if (card === undefined) return undefined;
  const { trace, ...rest } = card;
  expect(trace).toMatch(/^INC-\d+\.\d+$/);
  return rest;
}
