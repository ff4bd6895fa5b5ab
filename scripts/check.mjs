#!/usr/bin/env node
// `npm run check`: everything but the tests. Runs all of it, then fails if any of it failed.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** @type {[heading: string, command: string][]} In this order; the names in node_modules/.bin are on the path. */
const STEPS = [
  ['Format (mend with: npm run format)', 'oxfmt --check'],
  ['Lint', 'oxlint'],
  ['Types and build', 'node scripts/build.mjs . test'],
  ['Layers', 'node scripts/check-layers.mjs'],
  ['Dialogs', 'node dist/src/cli.js check'],
  ['Languages', 'node scripts/check-languages.mjs'],
  ['Dead code', 'knip'],
];

const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(
  process.platform === 'win32' ? ';' : ':',
);
/** @type {string[]} */
const failed = [];

for (const [heading, command] of STEPS) {
  console.log(`\n== ${heading}\n`);
  const { status } = spawnSync(command, {
    cwd: root,
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) failed.push(heading);
}

console.log(`\n== ${STEPS.length - failed.length} of ${STEPS.length} checks passed`);
for (const heading of failed) console.error(`   failed: ${heading}`);
process.exitCode = failed.length > 0 ? 1 : 0;
