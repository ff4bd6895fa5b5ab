#!/usr/bin/env node
// Who may import whom. Edit the tables, not the code below them. Run: node scripts/check-layers.mjs [FOLDER]

/** Everything that is checked. Browser code (adapters/*\/public) imports nothing and is only counted. */
const FOLDERS = ['src', 'adapters', 'dialogs', 'simulators'];

const EVERYTHING = '*';

/**
 * The first row whose `in` fits a file holds for it, and each row must fit a file. A file may always import its own
 * unit: the folder or file that `in` matched (so adapters/web may not import adapters/slack). `type X` allows
 * `import type` only. Without `packages` any package is allowed that RESERVED does not keep; `node:` is all of Node.
 *
 * @type {{ in: string[], may: string[], packages?: string[], computed?: boolean }[]}
 */
const LAYERS = [
  { in: ['src/engine'], may: [], packages: ['zod'] },
  { in: ['src/input'], may: ['src/engine', 'src/errors.ts'] },
  { in: ['src/store'], may: ['src/engine', 'src/errors.ts'] },
  {
    in: ['src/metrics'],
    may: [
      'src/clients/transport.ts',
      'src/runtime/job.ts',
      'src/errors.ts',
      'src/trace.ts',
      'type src/engine/reply.ts',
      'type src/runtime',
      'type src/store/store.ts',
    ],
    packages: ['prom-client', 'node:'],
  },
  {
    in: ['src/clients'],
    may: ['src/errors.ts', 'src/input', 'src/trace.ts', 'src/engine/duration.ts'],
    packages: ['axios', 'nodemailer', 'parse5', 'zod', 'ipaddr.js', 'node:'],
  },
  {
    in: ['src/actions'],
    may: [
      'src/engine',
      'src/clients',
      'src/input',
      'src/errors.ts',
      'type src/runtime',
      'type src/store/store.ts',
    ],
  },
  {
    in: ['src/runtime'],
    may: [
      'src/engine',
      'src/input',
      'src/store/store.ts',
      'src/store/chain.ts',
      'src/actions/contracts.ts',
      'src/actions/handler.ts',
      'src/errors.ts',
      'src/log.ts',
      'src/trace.ts',
    ],
  },
  { in: ['src/render'], may: ['src/engine'], packages: [] },
  { in: ['src/rehearsal'], may: ['src/engine'], packages: ['zod'] },
  {
    in: ['src/chat'],
    may: ['src/engine', 'src/runtime', 'src/store/store.ts', 'src/errors.ts', 'src/render'],
    packages: ['node:crypto'],
  },
  {
    in: ['adapters/*'],
    may: [
      'src/engine',
      'src/chat',
      'src/render',
      'src/runtime',
      'src/store/store.ts',
      'src/input',
      'src/errors.ts',
      'src/root.ts',
    ],
  },
  {
    in: ['dialogs'],
    may: ['src/engine', 'src/actions/contracts.ts', 'src/dialog-settings.ts', 'src/input', 'src/texts.ts'],
    packages: ['zod', 'node:'],
  },
  { in: ['simulators'], may: ['src/errors.ts', 'src/input', 'src/root.ts'] },
  // It asks every system, each by the means of those who know it.
  {
    in: ['src/doctor'],
    may: [
      'src/clients',
      'src/store',
      'src/errors.ts',
      'type src/config.ts',
      'type src/config-systems.ts',
      'adapters/slack',
      'adapters/teams',
    ],
    packages: ['nodemailer', 'zod', 'node:'],
  },
  // The wiring knows everybody, and nobody imports the wiring.
  {
    in: [
      'src/main.ts',
      'src/mailing.ts',
      'src/dialogs.ts',
      'src/languages.ts',
      'src/systems.ts',
      'src/cli*.ts',
      'src/cli',
    ],
    may: [EVERYTHING],
    computed: true,
  },
  { in: ['src/error-codes'], may: [] },
  { in: ['src/*.ts'], may: ['src/*.ts', 'src/error-codes', 'src/engine', 'src/input'] },
];

/** Packages with a border around them, and the only places inside it. */
const RESERVED = {
  axios: ['src/clients'],
  '@photostructure/sqlite': ['src/store'],
  'node:sqlite': ['src/store'],
  pg: ['src/store'],
  hono: ['adapters/web', 'src/main.ts', 'src/server.ts'],
  '@hono/node-server': ['adapters/web', 'src/main.ts', 'src/server.ts'],
  '@slack/bolt': ['adapters/slack'],
  botbuilder: ['adapters/teams/sdk.ts'],
  jose: ['adapters/teams'],
  nodemailer: ['src/clients', 'src/doctor'],
  'prom-client': ['src/metrics/registry.ts'],
};

const MAX_LINES = 300;

/** A runbook is read in one piece, by people who are no programmers; its texts are in files of their own. */
const MAX_LINES_OF_A_DIALOG = 700;

/** File names that say nothing about what is inside. */
const NAMELESS = ['index', 'utils', 'util', 'helpers', 'helper', 'types', 'common', 'misc'];

import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPUTED, importsOf } from './imports.mjs';

const itself = fileURLToPath(import.meta.url);
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(itself)) {
  const { faults, summary } = checkLayers(resolve(process.argv[2] ?? join(dirname(itself), '..')));
  if (faults.length > 0) console.error(faults.join('\n'));
  console[faults.length > 0 ? 'error' : 'log'](summary);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/**
 * What the code below a folder does against the tables.
 *
 * @param {string} root
 * @returns {{ faults: string[], summary: string }}
 */
export function checkLayers(root) {
  /** @type {string[]} */
  const faults = [];
  const files = FOLDERS.flatMap((folder) => codeIn(root, folder));
  /** @type {Map<string, string[]>} The imports that stay at run time: what `import type` brings cannot make a cycle. */
  const graph = new Map();
  let imports = 0;

  for (const file of files) checkFile(file);
  checkCycles();
  checkLookedAtSomething();
  const summary =
    faults.length > 0
      ? `layers: ${faults.length} fault(s) in ${files.length} files. The tables are in scripts/check-layers.mjs`
      : `layers: ${files.length} files, ${imports} imports, ${LAYERS.length} rows: all as the tables say`;
  return { faults, summary };

  /** @param {string} file */
  function checkFile(file) {
    const source = readFileSync(join(root, file), 'utf8');
    const lines = source.replace(/\n$/, '').split('\n').length;
    const most = file.startsWith('dialogs/') ? MAX_LINES_OF_A_DIALOG : MAX_LINES;
    if (lines > most) faults.push(`${file}: ${lines} lines, at most ${most}: make two files of it`);
    const name = posix.basename(file).replace(/\..*$/, '');
    if (NAMELESS.includes(name)) faults.push(`${file}: name the file after what it holds, not "${name}"`);
    if (/^adapters\/[^/]+\/public\//.test(file)) return;
    if (!file.endsWith('.ts') || file.endsWith('.d.ts')) {
      faults.push(
        `${file}: this check reads .ts only: write it in TypeScript, or serve it from adapters/*/public`,
      );
      return;
    }
    const layer = layerOf(file);
    if (layer === undefined) {
      faults.push(`${file}: no row of LAYERS fits this file: give its folder one`);
      return;
    }
    for (const found of importsOf(source)) {
      imports += 1;
      const why = whyNot(file, layer, found);
      if (why !== undefined) faults.push(`${file}:${found.line}: ${why}`);
    }
  }

  /**
   * @param {string} file
   * @param {{ row: (typeof LAYERS)[number], unit: string }} layer
   * @param {import('./imports.mjs').Import} found
   * @returns {string | undefined}
   */
  function whyNot(file, { row, unit }, { to, typeOnly }) {
    if (to === COMPUTED)
      return row.computed ? undefined : 'import(…) of an expression: nobody can check what it imports';
    if (!to.startsWith('.')) return whyNotPackage(file, row, to);

    const target = posix.join(posix.dirname(file), to);
    if (!to.endsWith('.ts')) return `"${to}" must end in .ts`;
    if (!existsSync(join(root, target))) return `"${to}" is no file`;
    if (!typeOnly) graph.set(file, [...(graph.get(file) ?? []), target]);

    if (row.may.includes(EVERYTHING) || matched(unit, target) !== undefined) return undefined;
    const wiring = layerOf(target)?.row.may.includes(EVERYTHING);
    const allowed = row.may.some((entry) => {
      const [, type, pattern = ''] = /^(type )?(.*)$/.exec(entry) ?? [];
      return matched(pattern, target) !== undefined && (type === undefined || typeOnly);
    });
    if (allowed && !wiring) return undefined;
    return `${unit} may not import ${target}${typeOnly ? '' : ' (a value)'}: allowed are ${row.may.join(', ') || 'only its own files'}`;
  }

  /**
   * @param {string} file
   * @param {(typeof LAYERS)[number]} row
   * @param {string} to
   */
  function whyNotPackage(file, row, to) {
    if (/^(?:[/#]|file:|data:|https?:)/.test(to) || to === 'mailfix' || to.startsWith('mailfix/')) {
      return `"${to}": write a relative path that ends in .ts`;
    }
    if (builtinModules.includes(to)) return `"${to}": write "node:${to}"`;
    const name = to.startsWith('node:') ? to : to.split('/', to.startsWith('@') ? 2 : 1).join('/');
    const places = Object.entries(RESERVED).find(([reserved]) => reserved === name)?.[1];
    if (places !== undefined && !places.some((place) => matched(place, file) !== undefined)) {
      return `"${name}" is for ${places.join(', ')} only`;
    }
    if (row.packages === undefined || row.packages.includes(name)) return undefined;
    if (name.startsWith('node:') && row.packages.includes('node:')) return undefined;
    return `${row.in.join(', ')} may not import "${name}": allowed are ${row.packages.join(', ')}`;
  }

  /** Names one cycle for each group of files that import each other. */
  function checkCycles() {
    /** @type {Set<string>} */
    const done = new Set();
    /** @param {string} file @param {string[]} path */
    const visit = (file, path) => {
      const start = path.indexOf(file);
      if (start !== -1) {
        faults.push(`import cycle: ${[...path.slice(start), file].join(' → ')}`);
        return;
      }
      if (done.has(file)) return;
      for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
  }

  /** A check that has looked at nothing has found nothing either way. */
  function checkLookedAtSomething() {
    if (files.length === 0)
      faults.push(`no code in ${FOLDERS.join(', ')} of ${root}: is this the right folder?`);
    if (imports === 0) faults.push(`not one import found in ${files.length} files: the scan is broken`);
    for (const row of LAYERS) {
      if (!files.some((file) => layerOf(file)?.row === row)) {
        faults.push(`LAYERS: no file in ${row.in.join(', ')}: mend the row, or remove it`);
      }
    }
  }
}

/** @param {string} file */
function layerOf(file) {
  for (const row of LAYERS) {
    for (const pattern of row.in) {
      const unit = matched(pattern, file);
      if (unit !== undefined) return { row, unit };
    }
  }
  return undefined;
}

/**
 * The part of the path that the pattern names (a folder or a whole file; `*` is anything but a slash).
 *
 * @param {string} pattern
 * @param {string} path
 * @returns {string | undefined}
 */
function matched(pattern, path) {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^(${source})(?:/|$)`).exec(path)?.[1];
}

/**
 * @param {string} root
 * @param {string} folder one of FOLDERS
 * @returns {string[]} paths from the root, with slashes
 */
function codeIn(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
