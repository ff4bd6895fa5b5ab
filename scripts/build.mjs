#!/usr/bin/env node
// Builds dist/: `npm run build`, and `npm ci` through `prepare`.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const bin = join(dist, 'src', 'cli.js');

// `npx mailfix` links this folder into npx's cache and runs `prepare` for it: what is built already must start at once.
// And `npm ci --omit=dev` brings no compiler to a machine that dist/ was copied to.
const compiler = compilerPath();
if (existsSync(bin) && (process.env.npm_command === 'exec' || compiler === undefined)) process.exit(0);
if (compiler === undefined) {
  console.error(
    'build: no compiler and no dist/: run "npm ci" without --omit=dev, or copy dist/ from where it was built',
  );
  process.exit(1);
}

removeOrphans(dist);
const { status } = spawnSync(process.execPath, [compiler, '-b', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
if (existsSync(bin)) chmodSync(bin, 0o755);
process.exit(status ?? 1);

/** @returns {string | undefined} */
function compilerPath() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

/**
 * tsc leaves the output of a source that was removed or renamed; dialogs are found by looking into their folder.
 *
 * @param {string} folder
 */
function removeOrphans(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const output = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(?:m?js|d\.m?ts)$/.test(entry.name)) continue;
    const source = join(root, relative(dist, output)).replace(/\.(?:d\.)?(m?)[jt]s$/, '.$1');
    if (!existsSync(`${source}ts`) && !existsSync(`${source}js`)) rmSync(output);
  }
}
