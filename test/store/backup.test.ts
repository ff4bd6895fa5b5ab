import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyRows } from '../../src/store/chain.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { endOf, row, turn } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a backup that another connection takes while the server writes is whole, and a server goes on from it', async () => {
  const file = join(folder, 'm.db');
  const copy = join(folder, 'copy.db');
  const store = openSqlite({ file, world: 'real' });
  let last = turn('INC-1', undefined, { outbox: [row('INC-1.1')] });
  await store.commit(last);
  const writing = async (until: number): Promise<void> => {
    while (last.incident.seq < until) {
      last = turn('INC-1', endOf(last), { outbox: [row(`INC-1.${last.incident.seq + 1}`)] });
      expect((await store.commit(last)).state).toBe('committed');
    }
  };
  await writing(20);
  const under = writing(60);
  // What `sqlite3 data/mailfix.db ".backup copy.db"` and `vacuum into` do: they read, and hold up nobody.
  const other = openDatabase(file, { readOnly: true });
  other.exec(`vacuum into '${copy}'`);
  other.close();
  await under;
  await store.close();

  const restored = openSqlite({ file: copy, world: 'real' });
  const rows = await restored.log('INC-1');
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(verifyRows(rows, (await restored.read('INC-1'))?.head)).toEqual({ ok: true, count: rows.length });
  const due = await restored.claim({ owner: 'w', now: Date.now(), leaseMs: 1000, limit: 100 });
  expect(due).toHaveLength(rows.length);
  await restored.close();
});
