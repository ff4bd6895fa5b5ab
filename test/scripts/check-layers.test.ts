import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkLayers } from '../../scripts/check-layers.mjs';
import { packageRoot } from '../../src/root.ts';

/** One legal file for each row of the table, with a legal import where the row allows any. */
const LEGAL: Record<string, string> = {
  'src/engine/step.ts': "import { z } from 'zod';\nexport const step = z.string();\n",
  'src/errors.ts':
    "import type { step } from './engine/step.ts';\nimport './error-codes/whm.ts';\nexport type Step = typeof step;\n",
  'src/error-codes/whm.ts': 'export const whmErrors = {};\n',
  'src/input/ip.ts': "import type { Step } from '../errors.ts';\nexport type Ip = Step;\n",
  'src/store/store.ts': "import { step } from '../engine/step.ts';\nexport const store = step;\n",
  'src/store/sqlite.ts': "import sqlite from '@photostructure/sqlite';\nexport const db = sqlite;\n",
  'src/clients/whm.ts': "import axios from 'axios';\nimport '../errors.ts';\nexport const whm = axios;\n",
  'src/actions/contracts.ts':
    "import type { store } from '../store/store.ts';\nexport type C = typeof store;\n",
  'src/runtime/worker.ts': "import { store } from '../store/store.ts';\nexport const worker = store;\n",
  'adapters/web/page.ts':
    "import { Hono } from 'hono';\nimport '../../src/runtime/worker.ts';\nexport const page = Hono;\n",
  'src/render/words.ts': "import '../engine/step.ts';\n",
  'src/rehearsal/stage.ts': "import '../engine/step.ts';\n",
  'src/chat/memory.ts': "import '../render/words.ts';\nimport '../store/store.ts';\n",
  'adapters/chat/post.ts': "import '../../src/engine/step.ts';\nimport '../../src/chat/memory.ts';\n",
  'dialogs/one.ts': "import { step } from '../src/engine/step.ts';\nexport const one = step;\n",
  'simulators/whm.ts': "import { createServer } from 'node:http';\nexport const whm = createServer;\n",
  'src/doctor/whm.ts': "import '../clients/whm.ts';\n",
  'src/metrics/registry.ts': "import 'prom-client';\nimport type { worker } from '../runtime/worker.ts';\n",
  'src/main.ts':
    "import './store/sqlite.ts';\nimport '../adapters/web/page.ts';\nawait import(`./${process.argv[2]}.ts`);\n",
};

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function write(files: Record<string, string | undefined>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailfix-plant-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The faults of a planted tree, and the line that sums up. */
const look = (files: Record<string, string | undefined>) => checkLayers(write(files));

describe('layers', () => {
  test('accept a tree that keeps to the table, and say how much they looked at', () => {
    const summary = 'layers: 19 files, 26 imports, 17 rows: all as the tables say';
    expect(look(LEGAL)).toEqual({ faults: [], summary });
  });

  // What is planted: the file, its content, and the words of the refusal.
  const PLANTED: [what: string, file: string, content: string, words: string][] = [
    [
      'engine → store',
      'src/engine/a.ts',
      "import '../store/store.ts';",
      'a.ts:1: src/engine may not import src/store/store.ts',
    ],
    [
      'engine → errors, as a type',
      'src/engine/a.ts',
      "import type { E } from '../errors.ts';",
      'src/engine may not import src/errors.ts:',
    ],
    ['engine → Node', 'src/engine/a.ts', "import 'node:fs';", 'may not import "node:fs": allowed are zod'],
    ['engine → another package', 'src/engine/a.ts', "import yaml from 'yaml';", 'may not import "yaml"'],
    ['store → runtime', 'src/store/a.ts', "import '../runtime/worker.ts';", 'src/store may not import'],
    ['clients → log', 'src/clients/a.ts', "import '../log.ts';", 'src/clients may not import src/log.ts'],
    [
      'actions → a value of runtime',
      'src/actions/a.ts',
      "import { w } from '../runtime/worker.ts';",
      'worker.ts (a value)',
    ],
    [
      'actions → runtime, a value among types',
      'src/actions/a.ts',
      "import { type A } from '../runtime/worker.ts';",
      '(a value)',
    ],
    [
      'runtime → clients',
      'src/runtime/a.ts',
      "export * from '../clients/whm.ts';",
      'src/runtime may not import',
    ],
    [
      'runtime → inside of the store',
      'src/runtime/a.ts',
      "import '../store/sqlite.ts';",
      'may not import src/store/sqlite.ts',
    ],
    [
      'adapter → another adapter',
      'adapters/web/a.ts',
      "import '../chat/post.ts';",
      'adapters/web may not import adapters/chat/post.ts',
    ],
    [
      'adapter → clients',
      'adapters/web/a.ts',
      "import '../../src/clients/whm.ts';",
      'may not import src/clients/whm.ts',
    ],
    ['metrics → runtime', 'src/metrics/a.ts', "import '../runtime/worker.ts';", 'src/metrics may not import'],
    ['prom-client elsewhere', 'src/metrics/a.ts', "import 'prom-client';", 'prom-client'],
    ['doctor → runtime', 'src/doctor/a.ts', "import '../runtime/worker.ts';", 'src/doctor may not import'],
    ['dialog → runtime', 'dialogs/a.ts', "import '../src/runtime/worker.ts';", 'dialogs may not import'],
    [
      'simulator → clients',
      'simulators/a.ts',
      "import '../src/clients/whm.ts';",
      'simulators may not import',
    ],
    [
      'anybody → the wiring',
      'src/server.ts',
      "import './main.ts';",
      'src/server.ts may not import src/main.ts',
    ],
    [
      'axios outside clients',
      'src/runtime/a.ts',
      "import axios from 'axios';",
      '"axios" is for src/clients only',
    ],
    [
      'a part of axios',
      'src/runtime/a.ts',
      "import x from 'axios/lib/x.js';",
      '"axios" is for src/clients only',
    ],
    [
      'SQLite outside the store',
      'src/runtime/a.ts',
      "import 'node:sqlite';",
      '"node:sqlite" is for src/store only',
    ],
    [
      'hono in another adapter',
      'adapters/chat/a.ts',
      "import { Hono } from 'hono';",
      '"hono" is for adapters/web',
    ],
    [
      'an import over several lines',
      'src/runtime/a.ts',
      "import {\n  whm,\n} from '../clients/whm.ts';",
      'may not import',
    ],
    [
      'a dynamic import',
      'src/runtime/a.ts',
      "\nconst x = await import(\n'../clients/whm.ts');",
      'a.ts:2: src/runtime may not',
    ],
    [
      'an import as a type expression',
      'src/runtime/a.ts',
      "type W = import('../clients/whm.ts').W;",
      'may not import',
    ],
    ['a template', 'src/runtime/a.ts', 'await import(`../clients/whm.ts`);', 'may not import'],
    [
      'a computed import',
      'src/runtime/a.ts',
      "await import('../clients/' + name);",
      'import(…) of an expression',
    ],
    [
      'an import behind a regular expression',
      'src/runtime/a.ts',
      "/[/*'\"`]/.test(x); import '../clients/whm.ts';",
      'may not',
    ],
    [
      'an import in a hole of a template',
      'src/runtime/a.ts',
      "`${await import('../clients/whm.ts')}`",
      'may not import',
    ],
    ['require', 'src/runtime/a.ts', "const w = require('../clients/whm.ts');", 'may not import'],
    ['an import without an ending', 'src/runtime/a.ts', "import './worker';", '"./worker" must end in .ts'],
    [
      'an import that ends in .js',
      'src/runtime/a.ts',
      "import './worker.js';",
      '"./worker.js" must end in .ts',
    ],
    ['an import of nothing', 'src/runtime/a.ts', "import './gone.ts';", '"./gone.ts" is no file'],
    [
      'an import of itself by name',
      'src/runtime/a.ts',
      "import 'mailfix/src/errors.ts';",
      'write a relative path',
    ],
    ['a built-in without node:', 'src/runtime/a.ts', "import 'fs';", 'write "node:fs"'],
    [
      'a cycle',
      'src/store/a.ts',
      "import './b.ts';",
      'import cycle: src/store/a.ts → src/store/b.ts → src/store/a.ts',
    ],
    ['a file of 301 lines', 'src/runtime/a.ts', '//\n'.repeat(301), 'a.ts: 301 lines, at most 300'],
    ['a nameless file', 'src/runtime/utils.ts', '', 'not "utils"'],
    ['a barrel', 'src/runtime/index.ts', '', 'not "index"'],
    ['code that the check cannot read', 'src/runtime/a.js', '', 'this check reads .ts only'],
    ['a folder without a row', 'src/new/a.ts', '', 'no row of LAYERS fits'],
  ];
  test.each(PLANTED)('refuse %s', (_what, file, content, words) => {
    const beside = { 'src/store/b.ts': "import './a.ts';", 'src/store/a.ts': '', 'src/log.ts': '' };
    const { faults } = look({ ...LEGAL, ...beside, [file]: content });
    expect(faults).toEqual([expect.stringContaining(words)]);
    expect(faults[0]).toMatch(/^(?:import cycle: )?(?:src|adapters|dialogs|simulators)\//);
  });

  test('read past imports that are only words', () => {
    const words = [
      "// import '../clients/whm.ts';",
      "/* import '../clients/whm.ts';\n */ import './worker.ts';",
      "const a = \"import '../clients/whm.ts'\"; const b = `import('../clients/whm.ts') ${1 / 2} import('../clients/whm.ts')`;",
      "const c = /import '..\\/clients\\/whm.ts'/g; chai.import('../clients/whm.ts');",
    ];
    const { faults, summary } = look({ ...LEGAL, 'src/runtime/a.ts': words.join('\n') });
    expect(faults).toEqual([]);
    expect(summary).toContain('20 files, 27 imports');
  });

  test('let types go in a circle, which is gone at run time', () => {
    const circle = {
      'src/store/a.ts': "import type { B } from './b.ts';",
      'src/store/b.ts': "import './a.ts';",
    };
    expect(look({ ...LEGAL, ...circle }).faults).toEqual([]);
  });

  test('300 lines are a file, and browser code in public is only counted', () => {
    const files = {
      'src/runtime/a.ts': '//\n'.repeat(300),
      'adapters/web/public/page.js': "import './x.js';\n",
    };
    expect(look({ ...LEGAL, ...files }).faults).toEqual([]);
    const long = { 'adapters/web/public/page.js': '//\n'.repeat(301) };
    expect(look({ ...LEGAL, ...long }).faults).toEqual([expect.stringContaining('page.js: 301 lines')]);
  });

  test('fail when there was nothing to look at', () => {
    const { faults } = look({ 'README.md': 'nothing' });
    expect(faults).toContainEqual(expect.stringContaining('no code in src, adapters, dialogs, simulators'));
  });

  test('fail when a row of the table fits no file', () => {
    const { faults } = look({ ...LEGAL, 'dialogs/one.ts': undefined });
    expect(faults).toEqual([expect.stringContaining('LAYERS: no file in dialogs')]);
  });

  test('fail when not one import was found', () => {
    const emptied = Object.fromEntries(Object.keys(LEGAL).map((file) => [file, 'export const x = 1;\n']));
    expect(look(emptied).faults).toEqual([expect.stringContaining('not one import found in 19 files')]);
  });

  test.each([
    ['0, in a legal tree', LEGAL, 0, 'all as the tables say'],
    ['1, with the faults', { ...LEGAL, 'src/engine/a.ts': "import 'node:fs';" }, 1, 'src/engine/a.ts:1: '],
    ['1, in an empty folder', {}, 1, 'is this the right folder?'],
  ])('exit with %s', (_what, files, code, words) => {
    const script = join(packageRoot, 'scripts/check-layers.mjs');
    const run = spawnSync(process.execPath, [script, write(files)], { encoding: 'utf8' });
    expect(run.stdout + run.stderr).toContain(words);
    expect(run.status).toBe(code);
  });
});
