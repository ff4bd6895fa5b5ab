#!/usr/bin/env node
// `npm run teams:package`: the Teams app as two zip files, the same bytes each time. What is in them: docs/teams.md
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const usage =
  'npm run teams:package -- [--bot-id GUID] [--read-threads] [--url URL] [--app-id GUID] [--app-version X.Y.Z] [--out FOLDER]';

const { out, ...given } = options();
const args = Object.entries(given).map(([name, value]) =>
  value === true ? `--${name}` : `--${name}=${value}`,
);
const folder = resolve(out ?? join(root, 'dist'));
const packages = /** @type {const} */ ([
  ['mailfix-teams.zip', [], 'for every Teams'],
  ['mailfix-teams-slash.zip', ['--slash'], 'with commands after a slash, where Teams has them'],
]).map(([name, more, what]) => ({ name, what, ...packed(manifest([...args, ...more])) }));

mkdirSync(folder, { recursive: true });
for (const { name, what, app, zip } of packages) {
  const file = join(folder, name);
  writeFileSync(file, zip);
  console.log(`${relative(process.cwd(), file)}: manifest ${app.manifestVersion}, ${what}`);
}
const { id, version } = packages[0]?.app ?? {};
console.log(`Teams app ${id}, version ${version}. Teams takes a changed package only with a higher version.`);

function options() {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    return parseArgs({
      options: {
        'bot-id': text,
        'app-id': text,
        'app-version': text,
        url: text,
        'read-threads': { type: 'boolean' },
        out: text,
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * What `mailfix manifest teams` prints; it reads MicrosoftAppId and PUBLIC_URL, and checks them.
 *
 * @param {string[]} options
 */
function manifest(options) {
  const cli = join(root, 'dist', 'src', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'manifest', 'teams', ...options], {
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  return refuse(stderr.replace(/^mailfix: /, '').replace(/\nUsage: .*\n$/, ''), status ?? 1);
}

/** @param {string} text the manifest */
function packed(text) {
  const app = JSON.parse(text);
  const icons = Object.values(/** @type {Record<string, string>} */ (app.icons));
  const files = Object.fromEntries(
    icons.map((name) => [name, readFileSync(join(root, 'adapters', 'teams', 'package', name))]),
  );
  // A zip has local times without a zone: this one reads the same wherever it is packed.
  const mtime = new Date(1980, 0, 1);
  return { app, zip: zipSync({ 'manifest.json': Buffer.from(text), ...files }, { level: 9, mtime }) };
}

/**
 * @param {string} why
 * @returns {never}
 */
function refuse(why, code = 2) {
  console.error(`teams:package: ${why}\nUsage: ${usage}`);
  process.exit(code);
}
