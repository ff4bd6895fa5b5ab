// `npm run bench`: builds, installs what mailfix is measured against and does not depend on, and measures. Everything
// that these two say goes to standard error: what is on standard output was measured.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPeers } from './install-peers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const quiet = ['--names', '--help'].some((flag) => args.includes(flag));

const build = [join(root, 'scripts', 'build.mjs'), '.', 'test'];
if (run(build, ['ignore', 2, 2]) !== 0) process.exit(1);
if (!quiet) installPeers(join(root, 'bench', 'peers'));
process.exit(run([join(root, 'dist', 'bench', 'bench.js'), ...args], 'inherit'));

/**
 * @param {readonly string[]} command
 * @param {import('node:child_process').StdioOptions} stdio
 */
function run(command, stdio) {
  return spawnSync(process.execPath, command, { cwd: root, stdio }).status ?? 1;
}
