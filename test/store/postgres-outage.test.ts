import { afterEach, beforeEach, expect, test } from 'vitest';
import { EffectError } from '../../src/errors.ts';
import { verifyRows } from '../../src/store/chain.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Committed, Store, Turn } from '../../src/store/store.ts';
import { withPostgres } from '../postgres.ts';
import { endOf, row, turn } from './fixtures.ts';

withPostgres('a PostgreSQL that goes away', (postgres) => {
  let a: Store;
  let b: Store;
  beforeEach(async () => {
    const url = (await postgres().empty()).replace('postgres@', 'postgres:CANARY@');
    a = await openPostgres({ url, world: 'simulated' });
    b = await openPostgres({ url, world: 'simulated' });
  });
  afterEach(() => Promise.all([a.close(), b.close()]));

  /** Sends a turn as chat products do: again, as long as it is not taken. */
  async function delivered(one: Turn): Promise<Committed['state']> {
    for (;;) {
      try {
        return (await a.commit(one)).state;
      } catch (error) {
        if (!(error instanceof EffectError) || error.code !== 'store.unreachable') throw error;
      }
    }
  }

  test('crashes and comes back: turns under way wait for it or say so, and nothing acknowledged is lost', async () => {
    const names = Array.from({ length: 6 }, (_, n) => `INC-${n + 1}`);
    let committed = 0;
    let crashes = 0;
    // Whoever brings it about waits for it; the other five are under way.
    async function crash(): Promise<void> {
      await postgres().down('SIGQUIT');
      await postgres().up();
      crashes += 1;
    }
    await Promise.all(
      names.map(async (id) => {
        let last = turn(id, undefined, { outbox: [row(`${id}.1`, { incident: id })] });
        for (let seq = 1; seq <= 20; seq++) {
          expect(['committed', 'duplicate']).toContain(await delivered(last));
          committed += 1;
          if (committed === 40) await crash();
          if (seq < 20) last = turn(id, endOf(last), { outbox: [row(`${id}.${seq + 1}`, { incident: id })] });
        }
      }),
    );
    expect(crashes).toBe(1);
    for (const id of names) {
      const rows = await b.log(id);
      expect(verifyRows(rows, (await b.read(id))?.head)).toEqual({ ok: true, count: 20 });
    }
    const rows = await b.claim({ owner: 'b', now: Date.now(), leaseMs: 60_000, limit: 1000 });
    expect(rows).toHaveLength(120);
  });

  test('stays away: that is said, without the password, and all goes on when it is back', async () => {
    const heard: string[] = [];
    b.onElsewhere((incident) => heard.push(incident));
    await postgres().down();
    const failure: unknown = await a.commit(turn('INC-1')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'store.unreachable', retry: 'later' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('CANARY');
    await postgres().up();
    expect(await delivered(turn('INC-1'))).toBe('committed');
    await expect.poll(() => heard).toContain('*');
    await a.commit(turn('INC-2'));
    await expect.poll(() => heard).toContain('INC-2');
  });
});
