import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readReport } from '../../scripts/ci-report.mjs';
import { packageRoot } from '../../src/root.ts';

const planted: Record<string, string> = {
  'good.test.ts': `it('holds', () => expect(1).toBe(1));`,
  'bad.test.ts': `
    describe('a suite', () => it('does not hold', () => expect({ a: 1 }).toEqual({ a: 2 })));
    it('says much', () => { throw new RangeError('first\\n\\nsecond\\nthird ' + 'x'.repeat(999)); });`,
  'unloaded.test.ts': `import './nowhere.ts'; it('is never run', () => {});`,
  'before.test.ts': `
    describe('a suite', () => { beforeAll(() => { throw new Error('no server'); }); it('is left out', () => {}); });`,
  'uncaught.test.ts': `it('leaves an error', () => { void Promise.reject(new Error('57P03')); });`,
  'endless.test.ts': `it('never ends', () => new Promise(() => { setInterval(() => {}, 1000); }), 600_000);`,
};

/** Runs vitest over these files until it ends, or `stopWhen` is written. */
async function reported(names: readonly string[], stopWhen?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mailfix-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  for (const name of names)
    writeFileSync(
      join(folder, name),
      `import { beforeAll, describe, expect, it } from 'vitest';${planted[name]}`,
    );
  const report = join(folder, 'report');
  const args = ['run', '--root', folder, '--pool=threads', '--maxWorkers=2'];
  const reporter = `--reporter=${join(packageRoot, 'scripts', 'ci-report.mjs')}`;
  const vitest = join(packageRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, ...args, reporter], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', MAILFIX_CI_REPORT: report },
  });
  const ended = once(child, 'exit');
  const written = () => (existsSync(report) ? readFileSync(report, 'utf8') : '');
  if (stopWhen !== undefined) {
    await expect.poll(written, { timeout: 60_000 }).toContain(stopWhen);
    child.kill('SIGKILL');
  }
  const [code]: unknown[] = await ended;
  return { ...readReport(written()), code };
}

test('tells of each thing that failed, in a few lines without colours, and counts the rest', async () => {
  const names = Object.keys(planted).filter((name) => name !== 'endless.test.ts');
  const { code, passed, failed, lines } = await reported(names);
  expect(code).toBe(1);
  // What was left out is not among those that passed.
  expect(passed).toBe(2);
  expect(failed).toBe(5);
  const all = lines.join('\n');
  expect(all).toMatch(
    /^FAILED {2}bad\.test\.ts > a suite > does not hold\n {10}AssertionError: expected \{ a: 1 \} to deeply equal \{ a: 2 \}$/m,
  );
  expect(all).toMatch(/^FAILED {2}bad\.test\.ts > says much\n {10}RangeError: first\n {10}second$/m);
  expect(all).toMatch(/^FAILED {2}unloaded\.test\.ts\n {10}.*nowhere\.ts/m);
  expect(all).toMatch(/^FAILED {2}before\.test\.ts\n {10}Error: no server$/m);
  expect(all).toMatch(/^FAILED {2}an error that nobody caught\n {10}Error: 57P03$/m);
  expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(5);
  expect(lines.filter((line) => line.length > 220)).toEqual([]);
});

test('names what was under way when a run is killed', async () => {
  const name = 'endless.test.ts > never ends';
  const { passed, lines } = await reported(
    ['good.test.ts', 'endless.test.ts'],
    `"name":"${name}","state":"begun"`,
  );
  expect(passed).toBeLessThanOrEqual(1);
  expect(lines).toContain(`FAILED  ${name}`);
  expect(lines).toContain('          was still under way when the run ended');
});

test('a run that wrote nothing has shown nothing', () => {
  expect(readReport('')).toEqual({ passed: 0, failed: 0, lines: [] });
});
