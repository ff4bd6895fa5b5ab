import { describe, expect, test } from 'vitest';
import { openRow } from '../../src/store/chain.ts';
import { foldLog } from '../../src/runtime/fold.ts';
import { approved, contracts, dialog, idOf, ip, lea, open, opening, press, rig, sam } from './rig.ts';

const day = 24 * 60 * 60_000;

describe('incidents about the same', () => {
  test('are told at the start with what they came to and what was done', async () => {
    const it = rig();
    const life = it.boot();
    const first = await approved(it, life);
    it.firewall.blocked.clear();
    await it.clock.advance(10 * 60_000);
    idOf(await press(life, it, first, sam, 'Yes'));
    await it.clock.settle();
    await it.clock.advance(2 * day);
    const second = await open(life, 'open-2');
    await it.clock.settle();
    const told = it.chat.text(second);
    expect(told).toContain('Lately');
    expect(told).toMatch(
      /INC-1, 2 days ago \(2025-06-02 10:00 UTC\), the same client\. Resolved: Mail comes in\./,
    );
    expect(told).toMatch(/Done: .*203\.0\.113\.7/);
    // Named once, though it is the same address too.
    idOf(await press(life, it, second, sam, 'Send', ip));
    await it.clock.settle();
    expect((await it.read(second)).related).toHaveLength(1);
    const log = (await it.store.log(second)).map(openRow);
    expect(foldLog(() => dialog, contracts, log)).toEqual(await it.read(second));
  });

  test('are told when an address turns out to be the same, in the message of then', async () => {
    const it = rig();
    const life = it.boot();
    const first = await open(life);
    await it.clock.settle();
    idOf(await press(life, it, first, sam, 'Send', ip));
    await it.clock.settle();
    const facts = { client: 'other.example' };
    const second = idOf(await life.dispatcher.open({ ...opening('open-2'), facts }));
    await it.clock.settle();
    expect(it.chat.text(second)).not.toContain('Lately');
    idOf(await press(life, it, second, sam, 'Send', ip));
    await it.clock.settle();
    expect(it.chat.text(second)).toMatch(/INC-1, .* the same address\./);
    expect((await it.read(second)).related).toMatchObject([{ id: 'INC-1', same: 'ip', turn: 1 }]);
  });

  test('are not told after their time, of a cancelled one, or where people may not hear of it', async () => {
    const it = rig();
    const life = it.boot();
    await open(life);
    await it.clock.settle();
    await it.clock.advance(91 * day);
    const late = await open(life, 'open-2');
    expect((await it.read(late)).related).toBeUndefined();
    const sender = { id: 'c', source: 'web', incident: late, actor: lea };
    idOf(await life.dispatcher.press({ type: 'incident.cancelled', why: 'twice' }, sender));
    const third = await open(life, 'open-3');
    expect((await it.read(third)).related).toBeUndefined();
    const apart = it.boot({ isTogether: () => false });
    const fourth = await open(apart, 'open-4');
    expect((await it.read(fourth)).related).toBeUndefined();
    const fifth = await open(it.boot(), 'open-5');
    expect((await it.read(fifth)).related).toMatchObject([{ id: fourth }, { id: third }]);
  });
});

describe('a second opening for a client', () => {
  const again = (eventId: string, more: object = {}) => ({ ...opening(eventId), unlessOpen: true, ...more });

  test('is told who has the first, and opens one only when that is asked for', async () => {
    const it = rig();
    const life = it.boot();
    const first = idOf(await life.dispatcher.open(again('open-1')));
    await it.clock.advance(5 * 60_000);
    const reply = await life.dispatcher.open(again('open-2'));
    expect(reply).toEqual({
      ok: false,
      refusal: {
        code: 'open-already',
        field: 'client',
        incident: first,
        message:
          'INC-1 is open for acme.example (Sam, 10:00 UTC, 5 min ago). Go there, or start anew: type "anew" before the client.',
      },
    });
    // No number was lost, and the first opening sent once more is still the first.
    expect(idOf(await life.dispatcher.open(again('open-1')))).toBe(first);
    expect(idOf(await life.dispatcher.open(again('open-2', { unlessOpen: false })))).toBe('INC-2');
    expect(await life.dispatcher.open(again('open-3'))).toMatchObject({ refusal: { incident: 'INC-2' } });
    const facts = { client: 'info@acme.example' };
    expect(await life.dispatcher.open(again('open-4', { facts }))).toMatchObject({
      refusal: { code: 'open-already' },
    });
    const other = { client: 'other.example' };
    expect(idOf(await life.dispatcher.open(again('open-5', { facts: other })))).toBe('INC-3');
  });

  test('is not held up by one that ended, or that people may not hear of', async () => {
    const it = rig();
    const life = it.boot({ isTogether: () => false });
    const first = idOf(await life.dispatcher.open(again('open-1')));
    expect(idOf(await life.dispatcher.open(again('open-2')))).toBe('INC-2');
    const together = it.boot();
    for (const [n, incident] of [first, 'INC-2'].entries()) {
      const sender = { id: `c${n}`, source: 'web', incident, actor: lea };
      idOf(await together.dispatcher.press({ type: 'incident.cancelled', why: 'twice' }, sender));
    }
    expect(idOf(await together.dispatcher.open(again('open-3')))).toBe('INC-3');
  });
});
