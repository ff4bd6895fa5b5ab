import { expect, test } from 'vitest';
import { verifyRows } from '../../src/store/chain.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { withPostgres } from '../postgres.ts';
import { endOf, row, turn } from './fixtures.ts';
import { filled, redaction } from './redacted.ts';

withPostgres('redaction on PostgreSQL', (postgres) => {
  test('waits for what is on its way, then leaves no row with it, and the chain still verifies', async () => {
    const url = await postgres().empty();
    const store = await openPostgres({ url, world: 'simulated', leasesBy: 'caller' });
    const other = await filled(store, 'INC-2');
    const end = await filled(store);
    const waiting = { ...turn('INC-1', end), outbox: [row('later', { kind: 'whisper', due: 900 })] };
    await store.commit(waiting);
    expect(await store.commit(redaction(endOf(waiting), ['texts', 'plans']))).toEqual({ state: 'busy' });
    const [held] = await store.claim({ owner: 'w', now: 900, leaseMs: 9, limit: 9 });
    if (held !== undefined) await store.finish(held);
    const stale = redaction(end, ['texts', 'plans']);
    const late = { ...stale, log: { ...stale.log, eventId: 'another' } };
    // What it had deleted by then comes back with its transaction.
    expect(await store.commit(late)).toEqual({ state: 'conflict' });
    expect(JSON.stringify(await store.log('INC-1'))).toContain('CANARY');

    const redacting = redaction(endOf(waiting), ['texts', 'plans']);
    expect(await store.commit(redacting)).toEqual({ state: 'committed' });
    expect(await store.commit(redacting)).toMatchObject({ state: 'duplicate' });
    const rows = await store.log('INC-1');
    expect(verifyRows(rows, (await store.read('INC-1'))?.head)).toMatchObject({ ok: true });
    expect(JSON.stringify([rows, await store.shown('INC-1'), await store.read('INC-1')])).not.toContain(
      'CANARY',
    );
    expect(await store.deeds('[redacted]', 0)).toHaveLength(10);
    // The other incident keeps its own.
    expect((await store.read('INC-2'))?.head).toBe(other.head);
    expect(JSON.stringify(await store.log('INC-2'))).toContain('CANARY');
    await store.close();
  });
});
