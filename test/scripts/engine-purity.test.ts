import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/root.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe('the engine has no Node', () => {
  /** Compiles one file with the engine's own settings, where node_modules (so @types/node too) can be found. */
  function compile(content: string): { code: number | null; output: string } {
    const settings = {
      extends: join(packageRoot, 'src/engine/tsconfig.json'),
      compilerOptions: { composite: false, noEmit: true, rootDir: '.', tsBuildInfoFile: null },
      include: [],
      files: ['planted.ts'],
    };
    mkdirSync(join(packageRoot, 'dist'), { recursive: true });
    const folder = mkdtempSync(join(packageRoot, 'dist', 'plant-'));
    folders.push(folder);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    writeFileSync(join(folder, 'planted.ts'), content);
    const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    return { code: status, output: stdout };
  }

  test('compiles what the language and zod bring', () => {
    const { code, output } = compile(
      "import { z } from 'zod';\nexport const now = z.number().parse(Math.max(1, 2));\n",
    );
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  test.each([
    ['process', 'export const home = process.env;', "'process'"],
    ['Buffer', "export const bytes = Buffer.from('x');", "'Buffer'"],
    ['setTimeout', 'setTimeout(() => 1, 1);', "'setTimeout'"],
    ['fetch', "export const page = fetch('http://localhost');", "'fetch'"],
    ['console', "console.log('x');", "'console'"],
    ['node:fs', "import { readFileSync } from 'node:fs';\nreadFileSync('x');", "'node:fs'"],
  ])('does not compile %s, with zod beside it', (_what, content, named) => {
    const { code, output } = compile(`import { z } from 'zod';\nexport const s = z.string();\n${content}\n`);
    expect(output).toMatch(new RegExp(`^.*planted\\.ts.*error TS.*${named}`, 'm'));
    expect(code).not.toBe(0);
  });
});
