import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyRows } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-kill-'));
  file = join(folder, 'mailfix.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(readOnly = false): Store {
  return openSqlite({ file, world: 'simulated', readOnly });
}

// Beneath node_modules, so that the compiled child finds the driver's package.
const dist = join('node_modules', '.cache', `mailfix-store-test-${process.pid}`);

beforeAll(() => {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  const target = '--ignoreConfig --noCheck --target es2023 --module nodenext --types node';
  const how = `${target} --rewriteRelativeImportExtensions --rootDir . --outDir`.split(' ');
  execFileSync(process.execPath, [tsc, ...how, dist, 'test/store/child.ts'], { stdio: 'pipe' });
});
afterAll(() => rmSync(dist, { recursive: true, force: true }));

/** Runs a server, kills it when it has written `lines` lines, and gives back all that it had written. */
async function killed(
  mode: 'hold' | 'work',
  lines: number,
  meanwhile = () => {},
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(dist, 'test', 'store', 'child.js'), mode, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length !== lines) continue;
    meanwhile();
    child.kill('SIGKILL');
  }
  await gone;
  expect(child.signalCode).toBe('SIGKILL');
  return said;
}

test('the lock of a killed server is gone with it', async () => {
  let refusal: unknown;
  const said = await killed('hold', 1, () => {
    try {
      open();
    } catch (error) {
      refusal = error;
    }
  });
  expect(said).toEqual(['open']);
  expect(refusal).toMatchObject({ code: 'store.locked' });
  const store = open();
  expect(await store.nextIncident()).toBe('INC-1');
  await store.close();
});

test('no acknowledged turn is lost, and what is there is whole', async () => {
  const acknowledged = new Map<string, number>();
  for (const lines of [2, 9, 40, 150, 400]) {
    const said = await killed('work', lines);
    for (const line of said.slice(1)) {
      const [id = '', seq] = line.split(' ');
      acknowledged.set(id, Number(seq));
    }
    // A reader first: nobody has recovered the file yet, and it can do without.
    const reader = open(true);
    const store = open();
    const waiting = new Set<string>();
    for (const { id } of await store.claim({ owner: 'w', now: 0, leaseMs: 0, limit: 100_000 }))
      waiting.add(id);
    for (const [id, last] of acknowledged) {
      const rows = await store.log(id);
      expect(rows.length).toBeGreaterThanOrEqual(last);
      expect(await reader.log(id)).toEqual(rows);
      const snapshot = await store.read(id);
      expect(snapshot?.incident.seq).toBe(rows.length);
      expect(verifyRows(rows, snapshot?.head)).toEqual({ ok: true, count: rows.length });
      for (const { seq } of rows) expect(waiting.has(`${id}.${seq}.wake`)).toBe(true);
    }
    await reader.close();
    await store.close();
  }
  expect(acknowledged.size).toBe(8);
  expect([...acknowledged.values()].reduce((sum, seq) => sum + seq, 0)).toBeGreaterThan(590);
});
