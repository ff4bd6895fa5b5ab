import { z } from 'zod';
import { describe, expect, it as test } from 'vitest';
import type { RunContext } from '../../src/actions/handler.ts';
import { words } from '../../src/engine/card.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { foldLog } from '../../src/runtime/fold.ts';
import { serverTrouble } from '../../src/runtime/server-trouble.ts';
import { openRow } from '../../src/store/chain.ts';
import type { Store, Turn } from '../../src/store/store.ts';
import { incident } from '../store/fixtures.ts';
import { contracts, dialog, eventOf, idOf, ip, lea, opening, press, rig, sam } from './rig.ts';
import type { Life, Rig } from './rig.ts';

/** The rig's runbook, whose check has time to be killed and tried again. */
const onServers: Dialog = {
  ...dialog,
  facts: dialog.facts.extend({ server: z.string(), account: z.string() }),
  steps: Object.fromEntries(
    Object.entries(dialog.steps).map(([id, step]) => [
      id,
      'deadline' in step ? { ...step, deadline: '2m' as const } : step,
    ]),
  ),
};
const minute = 60_000;
const imapDown = 'IMAP is down on host2: it may be the server, not the client.';

/** Opens an incident about a server. */
async function openOn(life: Life, server: string, account: string): Promise<string> {
  const { facts, ...rest } = opening(`open ${server} ${account}`);
  return idOf(await life.dispatcher.open({ ...rest, facts: { ...facts, server, account } }));
}

/** Lets this incident's next check do something with its context. */
async function looks(
  it: Rig,
  life: Life,
  id: string,
  inside: (context: RunContext) => unknown,
): Promise<void> {
  it.firewall.onLook = async (context) => {
    if (context.incident === id) await inside(context);
  };
  await it.clock.settle();
  idOf(await press(life, it, id, sam, 'Send', ip));
  await it.clock.settle();
}

const suspect = (context: RunContext) => context.suspect('host2', 'imap down', words(imapDown));

/** How often an incident was told, by its log, by its state and by its thread. */
async function told(it: Rig, id: string): Promise<readonly number[]> {
  const events = (await it.store.log(id)).map(openRow);
  const { alarms = [] } = await it.read(id);
  return [
    events.filter(({ type }) => type === 'server.suspected').length,
    alarms.length,
    it.chat.text(id).split(imapDown).length - 1,
  ];
}

describe('an alarm about a server', () => {
  test('is said once in every open thread about it, and nowhere else', async () => {
    const it = rig();
    const life = it.boot({ dialog: onServers });
    const [own, open, other, ended] = [
      await openOn(life, 'host2', 'a'),
      await openOn(life, 'host2', 'b'),
      await openOn(life, 'host1', 'c'),
      await openOn(life, 'host2', 'd'),
    ];
    const cancelled = { type: 'incident.cancelled', why: 'called twice' };
    idOf(await life.dispatcher.press(cancelled, { id: 'c', source: 'web', incident: ended, actor: sam }));
    await it.clock.settle();
    const untouched = await Promise.all([other, ended].map((id) => it.store.log(id)));
    await looks(it, life, own, async (context) => {
      await suspect(context);
      await suspect(context);
    });
    expect(await told(it, own)).toEqual([1, 1, 1]);
    expect(await told(it, open)).toEqual([1, 1, 1]);
    expect(await Promise.all([other, ended].map((id) => it.store.log(id)))).toEqual(untouched);
    expect((await it.store.log(open)).at(-1)).toMatchObject({
      source: 'alarm',
      eventId: `host2:imap down:${open}`,
    });
    // A second one that sees it tells nobody again.
    await looks(it, life, open, suspect);
    expect(await told(it, own)).toEqual([1, 1, 1]);
    expect(await told(it, open)).toEqual([1, 1, 1]);
    for (const id of [own, open]) {
      const events = (await it.store.log(id)).map(openRow);
      expect(foldLog(() => onServers, contracts, events)).toEqual(await it.read(id));
    }
    expect(life.errors).toEqual([]);
  });

  test('is said beside an approval that waits, which stays as it was', async () => {
    const it = rig();
    const life = it.boot({ dialog: onServers });
    const waiting = await openOn(life, 'host2', 'a');
    it.firewall.blocked.add(ip);
    await looks(it, life, waiting, () => {});
    const before = eventOf(it.chat, waiting, 'Approve');
    await looks(it, life, await openOn(life, 'host2', 'b'), suspect);
    const post = it.chat.posts.findLast(({ thread }) => thread === `thread of ${waiting}`);
    expect(post?.cards.at(-1)?.sections.at(-1)).toMatchObject({
      notices: [words(imapDown)],
      approval: { approvedBy: [] },
    });
    expect(post?.told.at(-1)).toBe('approvers');
    expect(eventOf(it.chat, waiting, 'Approve')).toEqual(before);
    idOf(await press(life, it, waiting, lea, 'Approve'));
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([ip]);
  });

  test('that one incident cannot be told of is told to the others', async () => {
    let broken = '';
    const it = rig((store) =>
      guarded(store, async (perform, turn) => {
        if (turn?.log.source === 'alarm' && turn.incident.id === broken) throw new Error('disk trouble');
        return perform();
      }),
    );
    const life = it.boot({ dialog: onServers });
    const ids = [];
    for (const account of ['a', 'b', 'c']) ids.push(await openOn(life, 'host2', account));
    const [first = '', second = '', third = ''] = ids;
    broken = second;
    await looks(it, life, third, suspect);
    expect(await Promise.all(ids.map((id) => told(it, id)))).toEqual([
      [1, 1, 1],
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect(life.errors).toEqual(['an incident could not be told of an alarm: disk trouble']);
    broken = '';
    await looks(it, life, first, suspect);
    expect(await told(it, second)).toEqual([1, 1, 1]);
  });

  test.each(
    [1, 2, 3].flatMap((n) => [
      ['before', n],
      ['after', n],
    ]) as ['before' | 'after', number][],
  )('cut short by a kill %s its commit number %i, reaches every thread once', async (when, n) => {
    let alarms = 0;
    let dead = false;
    const it = rig();
    const dying = guarded(it.store, async (perform, turn) => {
      if (dead) throw new Error('killed');
      if (turn?.log.source !== 'alarm' || (alarms += 1) !== n) return perform();
      if (when === 'after') await perform();
      dead = true;
      throw new Error('killed');
    });
    const first = it.boot({ dialog: onServers, store: dying });
    const ids = [];
    for (const account of ['a', 'b', 'c']) ids.push(await openOn(first, 'host2', account));
    await looks(it, first, ids[1] ?? '', suspect);
    expect(dead).toBe(true);
    const reached = (await Promise.all(ids.map((id) => it.read(id)))).filter(
      (one) => one.alarms !== undefined,
    );
    expect(reached).toHaveLength(when === 'before' ? n - 1 : n);
    it.boot({ dialog: onServers });
    await it.clock.advance(31_000);
    expect(it.firewall.looks).toBe(2);
    expect(await Promise.all(ids.map((id) => told(it, id)))).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect((await it.read(ids[1] ?? '')).visits.map(({ step }) => step)).toEqual(['ip', 'look', 'mail']);
  });
});

describe('what a run sees of a server', () => {
  test('are the incidents of the last minutes with their accounts, but none that was cancelled', async () => {
    const it = rig();
    const life = it.boot({ dialog: onServers });
    const old = await openOn(life, 'host2', 'a');
    await it.clock.advance(10 * minute);
    const recent = await openOn(life, 'host2', 'b');
    const openedAt = it.clock.now();
    const cancelled = await openOn(life, 'host2', 'c');
    const why = { type: 'incident.cancelled', why: 'called twice' };
    idOf(await life.dispatcher.press(why, { id: 'c', source: 'web', incident: cancelled, actor: sam }));
    await openOn(life, 'host1', 'd');
    await it.clock.advance(21 * minute);
    const own = await openOn(life, 'host2', 'e');
    const seen: unknown[] = [];
    await looks(it, life, own, async ({ onServer }) => {
      seen.push(
        await onServer('host2', 30 * minute),
        (await onServer('host2', 32 * minute)).map(({ id }) => id),
      );
    });
    expect(seen).toEqual([
      [
        { id: recent, openedAt, account: 'b' },
        { id: own, openedAt: openedAt + 21 * minute, account: 'e' },
      ],
      [old, recent, own],
    ]);
  });

  test('are the alarms of the last half hour, each once, also those that only others were told', async () => {
    const it = rig();
    const life = it.boot({ dialog: onServers });
    const [first, second] = [await openOn(life, 'host2', 'a'), await openOn(life, 'host2', 'b')];
    await looks(it, life, first, async (context) => {
      await suspect(context);
      await context.suspect('host1', 'exim down', words('Not of this server.'));
    });
    const at = it.clock.now();
    expect([await told(it, first), await told(it, second)]).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    const seen: unknown[] = [];
    const ask = async ({ suspicions }: RunContext) => void seen.push(await suspicions('host2'));
    await it.clock.advance(29 * minute);
    await looks(it, life, await openOn(life, 'host2', 'c'), ask);
    await it.clock.advance(2 * minute);
    await looks(it, life, await openOn(life, 'host2', 'd'), ask);
    expect(seen).toEqual([[{ server: 'host2', sign: 'imap down', text: words(imapDown), at }], []]);
  });

  test('are of one sign the latest words, and nothing of a server that an incident was about before', async () => {
    const alarm = (server: string, sign: string, text: string, at: number) => ({
      server,
      sign,
      text: words(text),
      at,
    });
    const corrected = incident('INC-1', 9, {
      alarms: [
        alarm('host1', 'exim down', 'Of its wrong server.', 1000),
        alarm('host2', 'incidents', '4 clients', 3000),
      ],
    });
    const other = incident('INC-2', 9, {
      alarms: [
        alarm('host2', 'pop down', 'POP3 is down', 1000),
        alarm('host2', 'incidents', '3 clients', 2000),
      ],
    });
    const { suspicions } = serverTrouble(
      {
        store: {
          onServer: async () => [corrected, other].map((it, seq) => ({ id: it.id, seq, incident: it })),
        },
        dispatcher: { dispatch: () => Promise.reject(new Error('nothing is to be told')) },
        now: () => 4000,
      },
      'INC-1',
      () => {},
    );
    expect((await suspicions('host2')).map(({ text }) => text.template)).toEqual([
      'POP3 is down',
      '4 clients',
    ]);
  });
});

/** A store of which somebody else decides whether a call reaches it; of a commit, they are told the turn. */
function guarded(
  store: Store,
  decide: (perform: () => Promise<unknown>, turn: Turn | undefined) => Promise<unknown>,
): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        decide(
          async () => (await value.apply(target, args)) as unknown,
          name === 'commit' ? (args[0] as Turn) : undefined,
        );
    },
  });
}
