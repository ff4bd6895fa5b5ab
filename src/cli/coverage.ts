import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { packageRoot } from '../root.ts';
import { dialogsFor } from './check.ts';
import { CommandError, oneOf, remark, result, settings } from './usage.ts';

const reported = z.object({ dialog: z.string(), line: z.string(), missing: z.array(z.string()) });

/** `mailfix coverage [DIALOG]`: runs the conversations in test/dialogs and prints which steps and edges they take. */
export async function coverageCommand(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const wanted = positionals.length === 0 ? undefined : oneOf(positionals, 'DIALOG');
  const dialogs = await dialogsFor(wanted, settings().dialogs);
  const runner = join(packageRoot, 'node_modules/vitest/vitest.mjs');
  if (!existsSync(runner) || !existsSync(join(packageRoot, 'test/dialogs')))
    throw new CommandError('The tests are not here: run it in a clone of mailfix, after "npm ci".');
  const folder = mkdtempSync(join(tmpdir(), 'mailfix-coverage-'));
  try {
    const file = join(folder, 'coverage.jsonl');
    const code = await ran(
      runner,
      dialogs.map(({ name }) => `test/dialogs/${name}.test.ts`),
      file,
    );
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const found = new Map(
      lines.map((line) => reported.parse(JSON.parse(line))).map((one) => [one.dialog, one] as const),
    );
    let isWhole = code === 0;
    for (const { name, dialog } of dialogs) {
      const one = found.get(dialog?.id ?? name);
      isWhole &&= one !== undefined && one.missing.length === 0;
      result(one?.line ?? `dialog ${name}: no conversation walks it`);
      for (const missing of one?.missing ?? []) result(`not taken: ${missing}`);
    }
    if (code !== 0)
      remark(
        `The conversations themselves failed (exit code ${code}): "npx vitest run test/dialogs" says how.`,
      );
    return isWhole ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ran(runner: string, files: readonly string[], report: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [runner, 'run', '--passWithNoTests', ...files], {
      cwd: packageRoot,
      env: { ...process.env, MAILFIX_COVERAGE: report },
      stdio: 'ignore',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
