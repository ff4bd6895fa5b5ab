import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRow, redactedFields, verifyRows } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { endOf, lea, row, turn } from './fixtures.ts';
import { filled, redaction, secret } from './redacted.ts';

function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'mailfix-redaction-'));
  const store = openSqlite({ file: join(folder, 'mailfix.db'), world: 'simulated', now: () => 5000 });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const files = () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('\n');
  return { store, files };
}

test('after a redaction not one byte of it is left in the files, and the chain still verifies', async () => {
  const { store, files } = opened();
  const end = await filled(store);
  await store.tidy(0);
  expect(files()).toContain(secret);
  const turnOf = redaction(end, ['texts', 'plans']);
  expect(await store.commit(turnOf)).toEqual({ state: 'committed' });
  await store.tidy(0);
  expect(files()).not.toContain('CANARY');

  const rows = await store.log('INC-1');
  expect(verifyRows(rows, (await store.read('INC-1'))?.head)).toEqual({ ok: true, count: 15 });
  expect(rows.slice(0, 10).map((one) => redactedFields(one))).toEqual(
    Array.from({ length: 10 }, () => ['text', 'why']),
  );
  expect(openRow(rows.at(-1) ?? turnOf.log)).toMatchObject({
    type: 'incident.redacted',
    why: 'they asked',
    actor: lea,
  });
  const shown = await store.shown('INC-1');
  expect(shown.map(({ message, ref, card: now }) => [message, ref, now.sections.length])).toEqual([
    ['lost', '1', 0],
    ['root', '1', 0],
    ['turn-0', '1', 0],
  ]);
  expect(await store.deeds(`ip:${secret}`, 0)).toEqual([]);
  expect(await store.deeds('[redacted]', 0)).toHaveLength(10);
  expect(await store.deadLetters(9)).toHaveLength(1);
});

test('other incidents keep theirs', async () => {
  const { store } = opened();
  const other = await filled(store, 'INC-2');
  const before = JSON.stringify([await store.log('INC-2'), await store.shown('INC-2')]);
  await store.commit(redaction(await filled(store), ['texts', 'facts', 'findings', 'plans']));
  expect(JSON.stringify([await store.log('INC-2'), await store.shown('INC-2')])).toBe(before);
  expect((await store.read('INC-2'))?.head).toBe(other.head);
  expect(await store.deeds(`ip:${secret}`, 0)).toHaveLength(10);
});

test('nothing is redacted while something of the incident is on its way', async () => {
  const { store } = opened();
  const end = await filled(store);
  const waiting = { ...turn('INC-1', end), outbox: [row('later', { kind: 'whisper', due: 900 })] };
  await store.commit(waiting);
  expect(await store.commit(redaction(endOf(waiting), ['texts']))).toEqual({ state: 'busy' });
  expect(JSON.stringify(await store.log('INC-1'))).toContain('CANARY');
  expect((await store.read('INC-1'))?.incident.seq).toBe(15);
  const [held] = await store.claim({ owner: 'w', now: 900, leaseMs: 9, limit: 9 });
  if (held !== undefined) await store.finish(held);
  // A time that is waited for holds no words.
  const timed = { ...turn('INC-1', endOf(waiting)), outbox: [row('wake', { kind: 'wake', due: 9000 })] };
  await store.commit(timed);
  expect(await store.commit(redaction(endOf(timed), ['texts']))).toEqual({ state: 'committed' });
});
