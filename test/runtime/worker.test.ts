import { describe, expect, it as test } from 'vitest';
import type { Dialog } from '../../src/engine/dialog.ts';
import { showPatience } from '../../src/runtime/retry.ts';
import { openRow } from '../../src/store/chain.ts';
import { dialog, approved, eventOf, idOf, ip, lea, open, policy, press, rig, sam } from './rig.ts';
import type { Rig } from './rig.ts';

const second = 1000;
const minute = 60_000;

async function logOf(it: Rig, id: string) {
  return (await it.store.log(id)).map(openRow);
}

/** The same runbook, with a check that may take longer than any lease. */
const slow: Dialog = {
  ...dialog,
  steps: {
    ...dialog.steps,
    look: { kind: 'check', title: 'Looking', run: ['blocked'], deadline: '10m', next: 'byHand' },
  },
};

/** Never answers, and does not listen either. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

describe('a lease', () => {
  test('is prolonged for as long as its work takes', async () => {
    const it = rig();
    const life = it.boot({ dialog: slow });
    const other = it.boot({ dialog: slow, pollMs: second });
    let finish = (): void => {};
    it.firewall.onLook = () => new Promise<void>((resolve) => (finish = resolve));
    it.firewall.blocked.add(ip);
    const id = await open(life);
    await it.clock.settle();
    await press(life, it, id, sam, 'Send', ip);
    await it.clock.advance(5 * minute);
    finish();
    await it.clock.settle();
    expect(it.firewall.looks).toBe(1);
    expect(it.chat.text(id)).toContain('203.0.113.7 is blocked.');
    expect(other.errors).toEqual([]);
  });

  test('that ran out while the machine stood still, or when its clock stepped, is not taken for another server’s', async () => {
    const it = rig();
    const life = it.boot({ dialog: slow });
    let finish = (): void => {};
    it.firewall.onLook = () => new Promise<void>((resolve) => (finish = resolve));
    it.firewall.blocked.add(ip);
    const id = await open(life);
    await it.clock.settle();
    await press(life, it, id, sam, 'Send', ip);
    await it.clock.settle();
    it.clock.set(it.clock.now() + 5 * minute);
    // Whatever happens next has the worker look at the outbox before it came to prolong anything.
    const note = { type: 'note.added', text: 'they wait' };
    await life.dispatcher.press(note, { id: 'note', source: 'web', incident: id, actor: sam });
    await it.clock.settle();
    expect(it.firewall.looks).toBe(1);
    finish();
    await it.clock.settle();
    expect(it.chat.text(id)).toContain('203.0.113.7 is blocked.');
    expect(life.errors).toEqual([]);
  });

  test('that ran out passes the row on, and the late result is thrown away', async () => {
    const it = rig();
    let renewing = true;
    const deaf = new Proxy(it.store, {
      get: (target, name) =>
        name === 'renew' && !renewing ? async (ids: string[]) => ids : Reflect.get(target, name),
    });
    const first = it.boot({ store: deaf, dialog: slow });
    let finish = (): void => {};
    it.firewall.blocked.add(ip);
    const id = await open(first);
    await it.clock.settle();
    // The first server's look hangs, and its leases are no longer prolonged: it was suspended, say.
    renewing = false;
    it.firewall.onLook = () => new Promise<void>((resolve) => (finish = resolve));
    await press(first, it, id, sam, 'Send', ip);
    await it.clock.settle();
    it.firewall.onLook = () => {};
    const next = it.boot({ pollMs: second, dialog: slow });
    await it.clock.advance(14 * second);
    expect(it.firewall.looks).toBe(1);
    await it.clock.advance(17 * second);
    expect(it.firewall.looks).toBe(2);
    const { seq } = await it.read(id);
    it.firewall.blocked.clear();
    finish();
    await it.clock.settle();
    expect((await it.read(id)).seq).toBe(seq);
    expect(
      (await logOf(it, id)).filter((event) => event.type === 'run.finished' && event.key === '2.blocked.0'),
    ).toHaveLength(1);
    expect([...first.errors, ...next.errors]).toEqual([]);
  });
});

describe('a lease that is lost', () => {
  test('stops the work under it', async () => {
    const it = rig();
    let signal: AbortSignal | undefined;
    const robbed = new Proxy(it.store, {
      get: (target, name) => (name === 'renew' ? async () => [] : Reflect.get(target, name)),
    });
    const life = it.boot({ store: robbed, dialog: slow });
    it.firewall.onLook = (context) => {
      ({ signal } = context);
      return never();
    };
    const id = await open(life);
    await it.clock.settle();
    await press(life, it, id, sam, 'Send', ip);
    await it.clock.advance(9 * second);
    expect(signal?.aborted).toBe(false);
    await it.clock.advance(2 * second);
    expect(signal?.aborted).toBe(true);
    await life.worker.idle();
    expect(life.errors).toEqual([]);
  });
});

describe('a runbook that is gone', () => {
  test('leaves its results as dead letters, and the server lives', async () => {
    const it = rig();
    const first = it.boot({ asleep: true });
    const id = await open(first);
    const other: Dialog = { ...dialog, id: 'other' };
    const answer = { type: 'answer.given', key: '1.answer', text: ip };
    await first.dispatcher.press(answer, { id: 'a', source: 'web', incident: id, actor: sam });
    const life = it.boot({ dialog: other });
    await it.clock.settle();
    const letters = await it.store.deadLetters(9);
    expect(letters.map((letter) => letter.kind)).toContain('run');
    expect(life.errors.join()).toContain('There is no runbook "blocked". There is: other.');
  });
});

describe('a policy that breaks', () => {
  test('makes a dead letter; the incident says so, and the button can be pressed again', async () => {
    const it = rig();
    const broken = { ...policy(), mayApprove: () => Promise.reject(new Error('no such group table')) };
    const life = it.boot({ policy: broken });
    const id = await approved(it, life);
    expect((await logOf(it, id)).at(-1)).toMatchObject({
      type: 'effect.died',
      what: 'checking who may approve',
    });
    expect(await it.store.deadLetters(9)).toMatchObject([{ kind: 'authorize' }]);
    expect(it.chat.text(id)).toContain('checking who may approve');
    expect((await press(life, it, id, lea, 'Approve')).ok).toBe(true);
  });
});

describe('draining', () => {
  test('claims no more, waits for what runs, and gives the rest back without an attempt lost', async () => {
    const it = rig();
    const life = it.boot();
    let sending: (() => Promise<void>) | undefined;
    it.firewall.beforeSending = (context) => {
      sending = context.sending;
      return never();
    };
    const id = await approved(it, life);
    const drained = life.worker.drain(10 * second);
    await life.dispatcher.press(
      { type: 'note.added', text: 'x' },
      { id: 'n', source: 'web', incident: id, actor: sam },
    );
    await it.clock.advance(9 * second);
    let done = false;
    void drained.then(() => (done = true));
    await it.clock.settle();
    expect(done).toBe(false);
    await it.clock.advance(2 * second);
    expect(done).toBe(true);
    expect(it.chat.text(id)).not.toContain('x\n');
    // The handler that hangs is still there, and may write no more.
    await expect(sending?.()).rejects.toThrow();
    expect(it.firewall.writes).toEqual([]);

    const claim = { owner: 'x', now: it.clock.now(), leaseMs: 1, limit: 9 };
    const acts = (await it.store.claim(claim)).filter((row) => row.kind === 'run');
    expect(acts).toMatchObject([{ attempt: 1, sent: 0 }]);
    await it.clock.advance(1);
    it.firewall.beforeSending = () => {};
    const next = it.boot();
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([ip]);
    expect(it.firewall.mayHaveSent).toEqual([false, false]);
    expect([...life.errors, ...next.errors]).toEqual([]);
  });

  test('lets what is nearly done finish', async () => {
    const it = rig();
    const life = it.boot();
    it.firewall.beforeSending = () =>
      new Promise<void>((resolve) => it.clock.setTimer(it.clock.now() + 3 * second, resolve));
    const id = await approved(it, life);
    const drained = life.worker.drain(10 * second);
    await it.clock.advance(4 * second);
    await drained;
    expect(it.firewall.writes).toEqual([ip]);
    expect((await it.read(id)).deeds).toHaveLength(1);
  });
});

describe('many at once', () => {
  test('are performed as far as a look has places, and the rest as soon as there is room', async () => {
    const it = rig();
    const life = it.boot();
    let running = 0;
    let most = 0;
    it.firewall.onLook = async () => {
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => it.clock.setTimer(it.clock.now() + second, resolve));
      running -= 1;
    };
    const ids = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => open(life, `open-${n}`)));
    await it.clock.settle();
    const sent = ids.map((id) =>
      life.dispatcher.press(eventOf(it.chat, id, 'Send', ip), {
        id: `a ${id}`,
        source: 'web',
        incident: id,
        actor: sam,
      }),
    );
    (await Promise.all(sent)).forEach(idOf);
    await it.clock.advance(5 * second);
    expect(most).toBe(6);
    expect(it.firewall.looks).toBe(9);
    await life.worker.idle();
    expect(life.errors).toEqual([]);
  });
});

describe('a store that fails for a while', () => {
  test('only delays things', async () => {
    const it = rig();
    let failing = false;
    const flaky = new Proxy(it.store, {
      get: (target, name) =>
        failing && ['claim', 'finish', 'retry', 'pools'].includes(String(name))
          ? async () => {
              throw new Error('disk full');
            }
          : Reflect.get(target, name),
    });
    const life = it.boot({ store: flaky, pollMs: second });
    const id = await open(life);
    failing = true;
    await it.clock.advance(3 * second);
    failing = false;
    await it.clock.advance(40 * second);
    expect(it.chat.posts.map((post) => post.message)).toEqual(['root', 'turn-0']);
    expect(it.chat.threads).toEqual([`thread of ${id}`]);
    expect(life.errors.length).toBeGreaterThan(0);
  });
});

describe('work that brings the server down again and again', () => {
  test('is not begun for ever: a message becomes a dead letter, a check is unknown', async () => {
    const it = rig();
    const life = it.boot({ asleep: true });
    const id = await open(life);
    idOf(
      await life.dispatcher.press(
        { type: 'answer.given', key: '1.answer', text: ip },
        { id: 'a', source: 'web', incident: id, actor: sam },
      ),
    );
    for (let n = 0; n < showPatience.attempts; n += 1) {
      const claimed = await it.store.claim({
        owner: 'a server that dies',
        now: it.clock.now(),
        leaseMs: 1,
        limit: 9,
      });
      expect(claimed.length).toBeGreaterThan(0);
      await it.clock.advance(1);
    }
    it.boot();
    await it.clock.settle();
    expect(it.firewall.looks).toBe(0);
    expect((await logOf(it, id)).filter((event) => event.type === 'run.finished')).toMatchObject([
      { outcome: 'unknown' },
    ]);
    expect((await it.store.deadLetters(9)).map((letter) => letter.kind)).toEqual(['show']);
  });
});
