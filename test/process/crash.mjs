#!/usr/bin/env node
// `npm run crash -- [--kills 500] [--seed N]`: the kill tests of both stores with many more kills each, and another seed each time.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, seed: { type: 'string' } },
});
const { kills, seed = String(Date.now() % 1_000_000) } = values;
for (const [name, value] of Object.entries({ kills, seed })) {
  if (!/^\d{1,6}$/.test(value)) {
    console.error(`crash: --${name} cannot be "${value}": it is a whole number.`);
    process.exit(2);
  }
}
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const env = { ...process.env, MAILFIX_KILLS: kills, MAILFIX_SEED: seed };
/** @param {string[]} args */
const run = (...args) =>
  spawnSync(process.execPath, [vitest, 'run', ...args], { cwd: root, stdio: 'inherit', env }).status ?? 1;
const codes = [
  run(
    ...['kill', 'slack-kill', 'teams-kill'].map((name) => `test/process/${name}.test.ts`),
    'test/runtime/crash.test.ts',
    'test/runtime/lease.test.ts',
  ),
  run(
    '--config',
    'test/ci/vitest.config.ts',
    'test/ci/postgres-kill.test.ts',
    'test/ci/postgres-two.test.ts',
  ),
];
process.exit(Math.max(...codes));
