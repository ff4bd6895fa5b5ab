import { describe, expect, it as test } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { foldLog } from '../../src/runtime/fold.ts';
import { openRow, verifyRows } from '../../src/store/chain.ts';
import type { Store } from '../../src/store/store.ts';
import {
  contracts,
  dialog,
  eventOf,
  idOf,
  ip,
  lea,
  open,
  opening,
  press,
  proposed,
  rig,
  sam,
  start,
} from './rig.ts';
import type { Rig } from './rig.ts';

const minute = 60_000;

async function foldOf(it: Rig, id: string, versions: readonly Dialog[] = [dialog]) {
  const events = (await it.store.log(id)).map(openRow);
  return foldLog(
    (name, n) => versions.find((one) => one.id === name && one.version === n),
    contracts,
    events,
  );
}

describe('one incident', () => {
  test('goes from its opening over approval, act and wait to its end, and its log folds to what the store has', async () => {
    const it = rig();
    const life = it.boot();
    const id = await proposed(it, life);
    expect(it.chat.text(id)).toContain('203.0.113.7 is blocked.');
    expect(it.firewall.writes).toEqual([]);

    idOf(await press(life, it, id, lea, 'Approve'));
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([ip]);
    expect((await it.read(id)).deeds).toHaveLength(1);

    await it.clock.advance(5 * minute);
    expect(it.firewall.looks).toBe(2);
    idOf(await press(life, it, id, sam, 'Yes'));
    await it.clock.settle();
    const incident = await it.read(id);
    expect(incident.ended?.outcome).toBe('resolved');
    expect(plain(it.chat.card(id, 'root')?.sections[0]?.text ?? { template: '' })).toContain('Mail comes in');

    const rows = await it.store.log(id);
    expect(verifyRows(rows, (await it.store.read(id))?.head)).toEqual({ ok: true, count: incident.seq });
    expect(await foldOf(it, id)).toEqual(incident);
    expect(await it.store.deeds(`ip:${ip}`, 0)).toMatchObject([
      { incident: id, outcome: 'done', action: 'unblock' },
    ]);
    expect(it.chat.threads).toEqual([`thread of ${id}`]);
    expect(new Set(it.chat.posts.map((post) => post.message)).size).toBe(it.chat.posts.length);
    await it.clock.advance(60 * minute);
    expect(await it.store.nextDue(0)).toBeUndefined();
    expect(await it.store.deadLetters(9)).toEqual([]);
    expect(life.errors).toEqual([]);
  });

  test('is shown at the address that it was opened with', async () => {
    const it = rig();
    const life = it.boot();
    const place = { channel: 'web', ref: 'thread of elsewhere' };
    const id = idOf(await life.dispatcher.open({ ...opening(), place }));
    await it.clock.settle();
    expect(it.chat.threads).toEqual(['thread of elsewhere']);
    expect(it.chat.posts.map((post) => post.thread)).toEqual(['thread of elsewhere', 'thread of elsewhere']);
    expect(await it.store.places(id)).toMatchObject([{ id: 'home', ref: 'thread of elsewhere' }]);
  });

  test('expires by the clock when nobody approves, and is then handed over', async () => {
    const it = rig();
    const life = it.boot();
    const id = await proposed(it, life);
    await it.clock.advance(31 * minute);
    expect((await it.read(id)).ended?.outcome).toBe('escalated');
    expect(it.firewall.writes).toEqual([]);
  });

  test('never sees time run backwards', async () => {
    const it = rig();
    const life = it.boot();
    const id = await open(life);
    await it.clock.settle();
    it.clock.set(start - 3_600_000);
    await press(life, it, id, sam, 'Send', ip);
    // What is to be done now does not wait for the clock to catch up.
    await it.clock.settle();
    expect(it.firewall.looks).toBe(1);
    const times = (await it.store.log(id)).map((row) => row.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(await foldOf(it, id)).toEqual(await it.read(id));
  });
});

describe('an event', () => {
  test('that is delivered twice is handled once and answered the same', async () => {
    const it = rig();
    const life = it.boot();
    const id = await open(life);
    expect(await open(life)).toBe(id);
    await it.clock.settle();
    const event = eventOf(it.chat, id, 'Send', ip);
    const sender = { id: 'twice', source: 'web', incident: id, actor: sam };
    const first = await life.dispatcher.press(event, sender);
    const { seq } = await it.read(id);
    const again = await Promise.all([
      life.dispatcher.press(event, sender),
      life.dispatcher.press(event, sender),
    ]);
    expect([first, ...again]).toEqual([1, 2, 3].map(() => ({ ok: true, incident: id })));
    expect((await it.read(id)).seq).toBe(seq);
    // The next incident's number shows that the second opening drew none.
    expect(await open(life, 'open-2')).toBe('INC-2');
  });

  test('that two people send at once is taken once; the other gets a plain answer', async () => {
    const it = rig();
    const life = it.boot({ asleep: true });
    const other = it.boot({ asleep: true });
    const id = await open(life);
    const event = { type: 'answer.given', key: '1.answer', text: ip };
    const [one, two] = await Promise.all([
      life.dispatcher.press(event, { id: 'a', source: 'web', incident: id, actor: sam }),
      other.dispatcher.press(event, { id: 'b', source: 'web', incident: id, actor: lea }),
    ]);
    expect(one.ok).not.toBe(two.ok);
    const refused = [one, two].find((reply) => !reply.ok);
    expect(refused).toMatchObject({ refusal: { code: 'late' } });
    expect((await it.read(id)).seq).toBe(2);
    expect(await foldOf(it, id)).toEqual(await it.read(id));
  });

  test('does not get lost among many on one incident, from two servers at once', async () => {
    const it = rig();
    const lives = [it.boot({ asleep: true }), it.boot({ asleep: true })] as const;
    const id = await open(lives[0]);
    const notes = Array.from({ length: 40 }, (_, n) =>
      lives[n % 2 === 0 ? 0 : 1].dispatcher.press(
        { type: 'note.added', text: `note ${n}` },
        { id: `note-${n}`, source: 'web', incident: id, actor: sam },
      ),
    );
    const replies = await Promise.all(notes);
    expect(replies.every((reply) => reply.ok)).toBe(true);
    const incident = await it.read(id);
    expect(incident.notes).toHaveLength(40);
    expect(verifyRows(await it.store.log(id)).ok).toBe(true);
  });

  test('is given up with an error to be sent again when it is overtaken without end', async () => {
    const conflicting = (store: Store): Store =>
      new Proxy(store, {
        get: (target, name) =>
          name === 'commit' && blocked ? async () => ({ state: 'conflict' }) : Reflect.get(target, name),
      });
    let blocked = false;
    const it = rig(conflicting);
    const life = it.boot({ asleep: true });
    const id = await open(life);
    blocked = true;
    const event = { type: 'note.added', text: 'x' };
    const sender = { id: 'n', source: 'web', incident: id, actor: sam };
    await expect(life.dispatcher.press(event, sender)).rejects.toThrow('moved 10 times');
    blocked = false;
    expect(await life.dispatcher.press(event, sender)).toMatchObject({ ok: true });
  });

  test('for what does not exist, or that cannot be read, is refused in words and changes nothing', async () => {
    const it = rig();
    const life = it.boot({ asleep: true });
    const id = await open(life);
    const sender = { id: 'x', source: 'web', incident: id, actor: sam };
    const note = { type: 'note.added', text: 'x' };
    const unknown = await life.dispatcher.press(note, { ...sender, incident: 'INC-99' });
    expect(unknown).toMatchObject({
      refusal: { code: 'unknown-incident', message: expect.stringContaining('INC-99') },
    });
    const forged = await life.dispatcher.press({ type: 'run.finished', key: '1', outcome: 'clear' }, sender);
    expect(forged).toMatchObject({ refusal: { code: 'malformed' } });
    const proto = await life.dispatcher.press(
      { type: 'answer.given', key: '__proto__', choice: 'constructor' },
      sender,
    );
    expect(proto).toMatchObject({ refusal: { code: 'late' } });
    const runbook = await life.dispatcher.open({ ...opening('open-9'), dialog: 'toString' });
    expect(runbook).toMatchObject({
      refusal: { code: 'unknown-dialog', message: expect.stringContaining('blocked') },
    });
    const fact = await life.dispatcher.open({ ...opening('open-8'), facts: { client: 'x', ip: 'nonsense' } });
    expect(fact).toMatchObject({
      refusal: { code: 'bad-text', field: 'ip', message: 'That is no address.' },
    });
    const odd = await life.dispatcher.open({ ...opening('open-7'), facts: JSON.parse('{"__proto__": "x"}') });
    expect(odd.ok).toBe(false);
    expect((await it.read(id)).seq).toBe(1);
    expect(await it.store.list({ limit: 9 })).toHaveLength(1);
  });

  test('reaches the listeners after its commit, and one that fails harms nobody', async () => {
    const it = rig();
    const life = it.boot({ asleep: true });
    const told: string[] = [];
    life.dispatcher.onTurn(() => {
      throw new Error('a broken page');
    });
    const stop = life.dispatcher.onTurn((id) => told.push(id));
    const id = await open(life);
    expect(told).toEqual([id]);
    expect(life.errors).toEqual(['a listener of the dispatcher failed: a broken page']);
    stop();
    await open(life, 'open-2');
    expect(told).toEqual([id]);
  });
});

describe('an edited runbook', () => {
  test('is told to a running incident before anything else happens to it', async () => {
    const it = rig();
    const id = await proposed(it, it.boot());
    const edited: Dialog = { ...dialog, version: 2 };
    const life = it.boot({ dialog: edited });
    idOf(await press(life, it, id, lea, 'Approve'));
    await it.clock.settle();
    const log = (await it.store.log(id)).map(openRow);
    const change = log.findIndex((event) => event.type === 'dialog.version-changed');
    expect(log[change + 1]?.type).toBe('confirm.pressed');
    expect(it.firewall.writes).toEqual([ip]);
    expect(it.chat.text(id)).toContain('runbook was changed');
    expect(await foldOf(it, id, [dialog, edited])).toEqual(await it.read(id));
    await expect(foldOf(it, id)).rejects.toThrow('version 2');
  });
});
