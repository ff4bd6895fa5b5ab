/**
 * A server of its own process for tests that kill it: `child.js hold|work FILE`.
 * `work` runs eight conversations at once and writes `INC-<n> <seq>` for each turn after it was acknowledged.
 */
import { writeSync } from 'node:fs';
import { genesis } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { endOf, row, turn } from './fixtures.ts';

const [mode, file = ''] = process.argv.slice(2);
const store = openSqlite({ file, world: 'simulated' });
writeSync(1, 'open\n');
if (mode === 'work') await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => work(store, `INC-${n}`)));
else setInterval(() => undefined, 60_000);

async function work(on: Store, id: string): Promise<void> {
  const found = await on.read(id);
  let end = found === undefined ? genesis(id) : { seq: found.incident.seq, head: found.head };
  for (;;) {
    const next = turn(id, end, { outbox: [row(`${id}.${end.seq + 1}`), row(`${id}.${end.seq + 1}.wake`)] });
    const { state } = await on.commit(next);
    if (state !== 'committed') throw new Error(`${id}: ${state}`);
    end = endOf(next);
    writeSync(1, `${id} ${end.seq}\n`);
    if (end.seq % 50 === 0) await on.tidy(0);
  }
}
