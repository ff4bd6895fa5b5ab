import { describe, expect, test } from 'vitest';
import type { FieldClass } from '../../src/engine/event.ts';
import { createRetention, dueClasses } from '../../src/runtime/retention.ts';
import { loggedEvent, verifyRows } from '../../src/store/chain.ts';
import { exportJsonl } from '../../src/store/export.ts';
import { deriveKeys } from '../../src/store/key.ts';
import { verifyExport } from '../../src/store/verify-export.ts';
import { idOf, ip, lea, open, press, proposed, rig, sam, type Life, type Rig } from './rig.ts';

const keys = deriveKeys('a key for tests that is long enough');
const minute = 60_000;
const day = 86_400_000;
const words = 'CANARYwords of the client';
const all = ['texts', 'facts', 'findings', 'plans'] as const;

/** An incident that ended, with a note; it was un-blocked under approval. */
async function over(it: Rig, life: Life, eventId?: string): Promise<string> {
  const id = await proposed(it, life, eventId);
  idOf(await press(life, it, id, lea, 'Approve'));
  await it.clock.settle();
  const note = { type: 'note.added', text: words };
  idOf(await life.dispatcher.press(note, { id: `note-${id}`, source: 'web', incident: id, actor: sam }));
  await it.clock.advance(5 * minute);
  idOf(await press(life, it, id, sam, 'Yes'));
  await it.clock.settle();
  return id;
}

let orders = 0;

function order(
  life: Life,
  incident: string,
  event:
    | { type: 'incident.held' | 'incident.released' }
    | { type: 'incident.redacted'; classes: readonly FieldClass[] },
  why = 'a client asked',
) {
  const sender = { id: `order-${(orders += 1)}`, source: 'cli', incident, actor: lea };
  return life.dispatcher.dispatch({ ...event, why }, sender);
}

const redact = (life: Life, id: string, ...classes: readonly FieldClass[]) =>
  order(life, id, { type: 'incident.redacted', classes });

/** Everything that is stored of an incident, and everything that its thread shows now. */
async function everything(it: Rig, id: string): Promise<string> {
  const rows = await it.store.log(id);
  const state = await it.store.read(id);
  const shown = await it.store.shown(id);
  const deeds = await it.store.deeds(`ip:${ip}`, 0);
  expect([rows.length > 5, shown.length > 2]).toEqual([true, true]);
  return JSON.stringify([rows, state, shown, deeds, exportJsonl(id, rows, keys, 0)]) + it.chat.text(id);
}

describe('redaction', () => {
  test('takes people’s words out of everything that is kept and shown, and the chain still verifies', async () => {
    const it = rig();
    const life = it.boot();
    const id = await over(it, life);
    expect(await everything(it, id)).toContain('CANARY');
    idOf(await redact(life, id, 'texts'));
    await it.clock.settle();
    expect(await everything(it, id)).not.toContain('CANARY');
    expect(it.chat.text(id)).toContain('[redacted]');
    // What was asked, found and done is still there.
    expect(await everything(it, id)).toContain(ip);

    const rows = await it.store.log(id);
    expect(verifyRows(rows, (await it.store.read(id))?.head)).toEqual({ ok: true, count: rows.length });
    expect(verifyExport(exportJsonl(id, rows, keys, 0), keys.publicKey)).toMatchObject({
      ok: true,
      trusted: true,
    });
    const logged = rows.map(loggedEvent);
    expect(logged.filter(({ redacted }) => redacted.length > 0).map(({ event }) => event.type)).toEqual([
      'answer.given',
      'note.added',
    ]);
    expect(logged.at(-1)?.event).toMatchObject({
      type: 'incident.redacted',
      classes: ['texts'],
      why: 'a client asked',
      actor: lea,
    });
    expect(life.errors).toEqual([]);
  });

  test('of all classes leaves who did what when, and nothing of the client', async () => {
    const it = rig();
    const life = it.boot();
    const id = await over(it, life);
    await it.clock.advance(day);
    idOf(await redact(life, id, ...all));
    await it.clock.settle();
    const left = await everything(it, id);
    for (const secret of ['CANARY', ip, 'acme.example']) expect(left).not.toContain(secret);
    const { deeds, visits } = await it.read(id);
    expect(deeds).toMatchObject([{ outcome: 'done', action: 'unblock', subject: '[redacted]' }]);
    expect(deeds[0]?.approvedBy).toEqual([lea]);
    expect(it.chat.text(id)).toContain('Approved by Lea');
    expect(visits.length).toBeGreaterThan(3);
    const rows = await it.store.log(id);
    expect(verifyRows(rows, (await it.store.read(id))?.head)).toMatchObject({ ok: true });
    // Why it was redacted is for the auditor, and outlives a second time.
    idOf(await redact(life, id, 'texts'));
    const whys = (await it.store.log(id))
      .map(loggedEvent)
      .filter(({ event }) => event.type === 'incident.redacted');
    expect(whys.map(({ event }) => 'why' in event && event.why)).toEqual([
      'a client asked',
      'a client asked',
    ]);
    expect(life.errors).toEqual([]);
  });

  test('waits until nobody needs the words any more', async () => {
    const it = rig();
    const life = it.boot();
    const refusal = async (id: string, ...classes: FieldClass[]) => {
      const before = await it.store.read(id);
      const reply = await redact(life, id, ...classes);
      if (reply.ok) return 'done';
      expect(await it.store.read(id)).toEqual(before);
      return reply.refusal.message;
    };
    const still = await open(life, 'open-9');
    await it.clock.settle();
    expect(await refusal(still, 'texts')).toContain('INC-1 has not ended');
    const id = await over(it, life, 'open-10');
    expect(await refusal(id)).toContain('no class was named');
    expect(await refusal(id, 'plans')).toContain('looked at by other incidents for a day');
    expect(await refusal(id, 'texts')).toBe('done');
  });

  test('waits while messages are on their way: they would bring back what was redacted', async () => {
    const it = rig();
    const life = it.boot();
    const id = await over(it, life);
    await life.worker.drain(0);
    const note = { type: 'note.added', text: 'CANARY2' };
    idOf(await life.dispatcher.press(note, { id: 'n2', source: 'web', incident: id, actor: sam }));
    const reply = await redact(life, id, 'texts');
    expect(reply).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('are on their way') },
    });
    expect(JSON.stringify(await it.store.read(id))).toContain('CANARY2');
    const next = it.boot();
    await it.clock.settle();
    idOf(await redact(next, id, 'texts'));
    expect(JSON.stringify([await it.store.read(id), await it.store.shown(id)])).not.toContain('CANARY');
  });
});

describe('a legal hold', () => {
  test('keeps everything until it is released, and both are in the log', async () => {
    const it = rig();
    const life = it.boot();
    const id = await over(it, life);
    idOf(await order(life, id, { type: 'incident.held' }, 'court order 7'));
    expect((await it.read(id)).hold).toMatchObject({ by: 'Lea', why: 'court order 7' });
    const again = await order(life, id, { type: 'incident.held' });
    expect(again).toMatchObject({
      refusal: { message: 'INC-1 is under legal hold already, by Lea: court order 7' },
    });
    const refused = await redact(life, id, 'texts');
    expect(refused).toMatchObject({
      refusal: { message: 'Nothing was redacted: INC-1 is under legal hold, by Lea: court order 7' },
    });
    expect(await everything(it, id)).toContain('CANARY');
    idOf(await order(life, id, { type: 'incident.released' }, 'case closed'));
    expect(await order(life, id, { type: 'incident.released' })).toMatchObject({
      refusal: { message: 'INC-1 is not under legal hold.' },
    });
    expect(await order(life, id, { type: 'incident.held' }, ' ')).toMatchObject({
      refusal: { code: 'bad-text' },
    });
    idOf(await redact(life, id, 'texts'));
    const types = (await it.store.log(id)).slice(-3).map((row) => loggedEvent(row).event);
    expect(types).toMatchObject([
      { type: 'incident.held', why: 'court order 7' },
      { type: 'incident.released', why: 'case closed' },
      { type: 'incident.redacted' },
    ]);
  });

  test('can be put on an incident that is still open', async () => {
    const it = rig();
    const life = it.boot();
    const id = await open(life);
    idOf(await order(life, id, { type: 'incident.held' }));
    expect((await it.read(id)).hold?.by).toBe('Lea');
  });
});

describe('retention', () => {
  test('redacts each class when its time is over, once, and never what is held', async () => {
    const it = rig();
    const life = it.boot();
    const [one, held] = [await over(it, life, 'open-1'), await over(it, life, 'open-2')];
    idOf(await order(life, held, { type: 'incident.held' }));
    const warnings: object[] = [];
    const run = createRetention({
      store: it.store,
      dispatcher: life.dispatcher,
      retention: { texts: 90 * day, facts: 365 * day },
      now: () => it.clock.now(),
      log: { debug: () => {}, error: () => {}, warn: (fields) => warnings.push(fields) },
    });
    const redactedOf = async (id: string) => Object.keys((await it.read(id)).redacted ?? {});
    await it.clock.advance(90 * day - minute * 10);
    expect(await run()).toBe(0);
    await it.clock.advance(20 * minute);
    expect(await run()).toBe(1);
    await it.clock.settle();
    expect(await redactedOf(one)).toEqual(['texts']);
    expect((await it.store.log(one)).map(loggedEvent).at(-1)?.event).toMatchObject({
      actor: { id: 'mailfix' },
      why: 'Retention: texts after 90 days',
    });
    expect(await run()).toBe(0);

    // What is noted afterwards goes with the next run.
    const note = { type: 'note.added', text: 'CANARY late' };
    idOf(await life.dispatcher.press(note, { id: 'late', source: 'web', incident: one, actor: sam }));
    await it.clock.settle();
    expect(await run()).toBe(1);
    await it.clock.settle();
    expect(await everything(it, one)).not.toContain('CANARY');

    await it.clock.advance(275 * day);
    expect(await run()).toBe(1);
    await it.clock.settle();
    expect(await run()).toBe(0);
    expect((await redactedOf(one)).toSorted()).toEqual(['facts', 'texts']);
    expect(await redactedOf(held)).toEqual([]);
    expect(await everything(it, held)).toContain('CANARY');
    idOf(await order(life, held, { type: 'incident.released' }));
    await it.clock.settle();
    expect(await run()).toBe(1);
    expect(warnings).toEqual([]);
  });

  test('goes through all pages of the list', async () => {
    const it = rig();
    const life = it.boot();
    const id = await over(it, life);
    const ended = await it.read(id);
    const asked: (number | undefined)[] = [];
    const redactedIds: string[] = [];
    const run = createRetention({
      store: {
        list: async ({ before, limit }) => {
          asked.push(before);
          const top = (before ?? 251) - 1;
          return Array.from({ length: Math.min(limit, top) }, (_, n) => ({
            id: `INC-${top - n}`,
            seq: top - n,
            incident: ended,
          }));
        },
      },
      dispatcher: {
        dispatch: async (_body, { incident }) => {
          redactedIds.push(incident);
          if (incident === 'INC-200') throw new Error('it moved');
          return { ok: true, incident };
        },
      },
      retention: { texts: day },
      now: () => it.clock.now() + day,
    });
    expect(await run()).toBe(249);
    expect(asked).toEqual([undefined, 151, 51]);
    expect(new Set(redactedIds).size).toBe(250);
  });

  test('leaves what is open, or watches still, and everything without a setting', async () => {
    const it = rig();
    const life = it.boot();
    const incident = await it.read(await over(it, life));
    const now = it.clock.now() + 400 * day;
    expect(dueClasses(incident, { plans: day, texts: day }, now)).toEqual(['texts', 'plans']);
    expect(dueClasses(incident, {}, now)).toEqual([]);
    const { ended: _, ...still } = incident;
    expect(dueClasses(still, { texts: day }, now)).toEqual([]);
    const look = { kind: 'time', visit: 1, purpose: 'look', at: now } as const;
    expect(dueClasses({ ...incident, open: { '1.look.1': look } }, { texts: day }, now)).toEqual([]);
  });
});
