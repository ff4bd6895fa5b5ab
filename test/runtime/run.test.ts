import { describe, expect, it as test } from 'vitest';
import { words } from '../../src/engine/card.ts';
import type { Step } from '../../src/engine/dialog.ts';
import { effectError } from '../../src/errors.ts';
import { openRow } from '../../src/store/chain.ts';
import { approved, dialog, idOf, ip, lea, open, press, proposed, rig, sam } from './rig.ts';
import type { Rig } from './rig.ts';

const second = 1000;
const refused = (consequence: {
  retry: 'later' | 'never';
  outcome: 'not-applied' | 'unknown';
  afterMs?: number;
}) => effectError('cpa.server-error', { server: 'cpa.example', status: 503, call: 'unblock' }, consequence);
const passing = () => refused({ retry: 'later', outcome: 'not-applied' });

/** The results of a run, by its mode. */
async function results(it: Rig, id: string, mode: 'blocked' | 'plan' | 'act') {
  const log = (await it.store.log(id)).map(openRow);
  return log.flatMap((event) =>
    event.type === 'run.finished' && event.key.includes(`.${mode}.`) ? [event] : [],
  );
}

/** A check has been made of the address. */
async function looked(it: Rig): Promise<string> {
  const life = it.boot();
  const id = await open(life);
  await it.clock.settle();
  idOf(await press(life, it, id, sam, 'Send', ip));
  await it.clock.settle();
  return id;
}

describe('a check', () => {
  test('that cannot look is unknown, and says why in the words of the failure', async () => {
    const it = rig();
    it.firewall.onLook = () => {
      throw passing();
    };
    const id = await looked(it);
    expect(await results(it, id, 'blocked')).toMatchObject([{ outcome: 'unknown' }]);
    expect(it.chat.text(id)).toContain(
      'Could not look at the firewall. The CPA System at cpa.example failed inside',
    );
    expect(it.chat.text(id)).toContain('Code: cpa.server-error');
    expect(it.chat.text(id)).toContain('Look by hand.');
  });

  test('that breaks is unknown, and what it broke over stays in the server’s log', async () => {
    const it = rig();
    it.firewall.onLook = () => {
      throw new Error('token hunter2 is not a number');
    };
    const id = await looked(it);
    expect(await results(it, id, 'blocked')).toMatchObject([{ outcome: 'unknown' }]);
    expect(it.chat.text(id)).toContain('a defect in mailfix');
    expect(JSON.stringify(await it.store.log(id))).not.toContain('hunter2');
  });

  test('that does not listen to its time limit does not hold the worker', async () => {
    const it = rig();
    let signal: AbortSignal | undefined;
    it.firewall.onLook = (context) => {
      ({ signal } = context);
      return new Promise<never>(() => undefined);
    };
    const id = await looked(it);
    await it.clock.advance(14 * second);
    expect(signal?.aborted).toBe(false);
    await it.clock.advance(2 * second);
    expect(signal?.aborted).toBe(true);
    expect(await results(it, id, 'blocked')).toMatchObject([{ outcome: 'unknown' }]);
    expect(it.chat.text(id)).toContain('No answer within 15 s.');
    expect(await it.store.nextDue(0)).toBeUndefined();
  });

  test('that must slow down looks again within its time limit', async () => {
    const it = rig();
    let tries = 0;
    it.firewall.onLook = () => {
      if ((tries += 1) === 1) throw refused({ retry: 'later', outcome: 'not-applied', afterMs: 4 * second });
    };
    const id = await looked(it);
    await it.clock.advance(5 * second);
    expect(await results(it, id, 'blocked')).toMatchObject([{ outcome: 'clear' }]);
  });

  test('that ends in what its contract does not name is unknown', async () => {
    const it = rig();
    it.firewall.state = () => 'constructor' as 'clear';
    const id = await looked(it);
    expect(await results(it, id, 'blocked')).toMatchObject([
      { outcome: 'unknown', findings: [{ verdict: 'unknown' }] },
    ]);
  });
});

describe('a plan', () => {
  test('that could not look is unknown; one that breaks has failed; both say why', async () => {
    for (const [error, outcome] of [
      [passing(), 'unknown'],
      [new Error('x'), 'failed'],
    ] as const) {
      const it = rig();
      it.firewall.onPlan = () => {
        throw error;
      };
      const id = await proposed(it, it.boot());
      expect(await results(it, id, 'plan')).toMatchObject([{ outcome, findings: [{ check: 'unblock' }] }]);
      expect(it.chat.buttons(id).map((button) => button.label.template)).not.toContain('Approve');
    }
  });

  test('without a plan in it has failed', async () => {
    const it = rig();
    it.firewall.planning = () => ({ outcome: 'planned' });
    const id = await proposed(it, it.boot());
    expect(await results(it, id, 'plan')).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('an act', () => {
  test('that surely changed nothing is tried three times, then has failed', async () => {
    const it = rig();
    let tries = 0;
    it.firewall.beforeSending = () => {
      tries += 1;
      throw passing();
    };
    const id = await approved(it, it.boot());
    expect(tries).toBe(1);
    await it.clock.advance(60 * second);
    expect(tries).toBe(3);
    expect(await results(it, id, 'act')).toMatchObject([
      { outcome: 'failed', findings: [{ verdict: 'fail' }] },
    ]);
    expect((await it.read(id)).deeds).toEqual([]);
    expect(it.firewall.writes).toEqual([]);
  });

  test('that surely changed nothing and then works was done once', async () => {
    const it = rig();
    let tries = 0;
    it.firewall.beforeSending = () => {
      if ((tries += 1) < 3) throw passing();
    };
    const id = await approved(it, it.boot());
    await it.clock.advance(60 * second);
    expect(it.firewall.writes).toEqual([ip]);
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'done' }]);
  });

  test('is not tried again where that cannot help', async () => {
    const it = rig();
    it.firewall.beforeSending = () => {
      throw refused({ retry: 'never', outcome: 'not-applied' });
    };
    const id = await approved(it, it.boot());
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'failed' }]);
  });

  test('that was sent is never tried again: doubtful is unknown, surely refused is failed', async () => {
    for (const [error, outcome] of [
      [refused({ retry: 'later', outcome: 'unknown' }), 'unknown'],
      [refused({ retry: 'later', outcome: 'not-applied' }), 'failed'],
      [new Error('x'), 'unknown'],
    ] as const) {
      const it = rig();
      it.firewall.onWrite = () => {
        throw error;
      };
      const id = await approved(it, it.boot());
      await it.clock.advance(60 * second);
      expect(await results(it, id, 'act')).toMatchObject([{ outcome }]);
      expect(it.firewall.mayHaveSent).toEqual([false]);
    }
  });

  test('that an earlier try may have sent is told so, and stays unknown when it cannot even look', async () => {
    const it = rig();
    const life = it.boot();
    it.firewall.onWrite = () => new Promise<never>(() => undefined);
    const id = await approved(it, life);
    await life.worker.drain(0);
    const told: boolean[] = [];
    const act = async (_: unknown, context: { mayHaveSent: boolean }): Promise<never> => {
      told.push(context.mayHaveSent);
      throw passing();
    };
    const { handlers } = it.firewall;
    it.boot({ handlers: { ...handlers, unblock: { ...handlers.unblock, act } } });
    await it.clock.advance(60 * second);
    expect(told).toEqual([true]);
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('that breaks before it sends is unknown all the same: a broken handler’s word is not taken for it', async () => {
    const it = rig();
    it.firewall.beforeSending = () => {
      throw new Error('x');
    };
    const id = await approved(it, it.boot());
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('that takes too long has failed if it sent nothing, and may send nothing later; else it is unknown', async () => {
    for (const [hook, outcome] of [
      ['beforeSending', 'failed'],
      ['onWrite', 'unknown'],
    ] as const) {
      const it = rig();
      let go = (): void => {};
      it.firewall[hook] = () => new Promise<void>((resolve) => (go = resolve));
      const id = await approved(it, it.boot());
      await it.clock.advance(22 * second);
      expect(await results(it, id, 'act')).toMatchObject([{ outcome }]);
      go();
      await it.clock.settle();
      expect(it.firewall.writes).toEqual(outcome === 'failed' ? [] : [ip]);
    }
  });

  test('may not even send in the moment that it has to say that its time is over', async () => {
    const it = rig();
    let go = (): void => {};
    it.firewall.beforeSending = () => new Promise<void>((resolve) => (go = resolve));
    const id = await approved(it, it.boot());
    await it.clock.advance(20.5 * second);
    go();
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([]);
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'failed' }]);
  });

  test('whose row passed on to another server may not send', async () => {
    const it = rig();
    const deaf = new Proxy(it.store, {
      get: (target, name) => (name === 'renew' ? async (ids: string[]) => ids : Reflect.get(target, name)),
    });
    const unblock = { ...dialog.steps['unblock'], deadline: '10m' } as Step;
    const slow = { ...dialog, steps: { ...dialog.steps, unblock } };
    let go = (): void => {};
    it.firewall.beforeSending = () => new Promise<void>((resolve) => (go = resolve));
    const id = await approved(it, it.boot({ store: deaf, dialog: slow }));
    it.firewall.beforeSending = () => {};
    it.boot({ dialog: slow, pollMs: second });
    await it.clock.advance(35 * second);
    expect(it.firewall.writes).toEqual([ip]);
    go();
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([ip]);
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'done' }]);
  });

  test('that must slow down waits, without an attempt lost, but not for ever', async () => {
    const it = rig();
    let tries = 0;
    it.firewall.beforeSending = () => {
      tries += 1;
      throw refused({ retry: 'later', outcome: 'not-applied', afterMs: 60 * second });
    };
    const life = it.boot();
    const id = await approved(it, life);
    await it.clock.advance(20 * 60 * second);
    expect(tries).toBe(11);
    expect(await results(it, id, 'act')).toMatchObject([{ outcome: 'failed' }]);
  });

  test('whose world changed asks for a new approval', async () => {
    const it = rig();
    const life = it.boot();
    const id = await proposed(it, life);
    const handlers = {
      ...it.firewall.handlers,
      unblock: {
        ...it.firewall.handlers.unblock,
        act: async () => ({
          outcome: 'changed',
          findings: [{ check: 'unblock', verdict: 'warning' as const, text: words('New.') }],
        }),
      },
    };
    await life.worker.drain(0);
    const next = it.boot({ handlers });
    idOf(await press(next, it, id, lea, 'Approve'));
    await it.clock.settle();
    expect(it.chat.text(id)).toContain('Changed since it was approved: New.');
    expect(it.chat.buttons(id).some((button) => button.id.startsWith('3.approval.1'))).toBe(true);
  });
});
