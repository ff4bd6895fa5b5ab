import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs the packages of a folder as its lock file says, unless they are there; says what is missing where that is
 * not possible. Without their scripts: one of them would fetch programs to run.
 *
 * @param {string} folder
 * @returns {boolean} whether they are there
 */
export function installPeers(folder) {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true;
  console.error('bench: installing the peers that mailfix does not depend on (once, about 150 MB) …');
  rmSync(stamp, { force: true });
  const how = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', how, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(
      `bench: "npm ci" in bench/peers failed: without chat, @chat-adapter/slack and botbuilder-dialogs the figures ` +
        `against them cannot be taken and are reported as failed. Connect this machine to a package registry and ` +
        `run it again; the other figures need nothing more.`,
    );
    return false;
  }
  writeFileSync(stamp, lock);
  return true;
}
