import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What somebody meets who clones the repository as it was committed, with Node and nothing else.

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'mailfix-clone-'));
const clone = join(folder, 'mailfix');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The environment without what npm and vitest put into it, and on a free port. */
const env = Object.fromEntries([
  ...Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_(?!config_)|npm_config_loglevel|VITEST|NODE_ENV|NODE_OPTIONS|TEST$)/.test(name),
  ),
  ['PORT', '0'],
]);

/** Runs a command in the clone to its end. */
function runs(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: clone,
    env,
    encoding: 'utf8',
    timeout: 85_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit', timeout: 20_000 });
});

test('npm ci and npm start: one “listening” line, in under 90 s', { timeout: 100_000 }, async () => {
  const began = performance.now();
  expect(runs('npm', 'ci', '--no-audit', '--no-fund')).toMatchObject({ status: 0 });
  const installed = performance.now();

  // A process group of its own, since npm starts a shell that starts the server.
  const npm = spawn('npm', ['start'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => {
    npm.on('close', resolve);
  });
  let said = '';
  const listens = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no “listening” line in 30 s: ${said}`)), 30_000);
    const look = (text: string) => {
      said += text;
      const [url] = /(?<="url":")http:[^"]+(?=".*listening.*\n)/.exec(said) ?? [];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    };
    npm.stdout.setEncoding('utf8').on('data', look);
    npm.stderr.setEncoding('utf8').on('data', look);
  });
  let listening = Infinity;
  try {
    const url = await listens;
    listening = performance.now();
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('SIMULATORS');
  } finally {
    stop('SIGTERM');
    const kill = setTimeout(() => stop('SIGKILL'), 15_000);
    await ended;
    clearTimeout(kill);
  }
  expect(said.split('\n').filter((line) => line.includes('listening'))).toHaveLength(1);

  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  console.log(
    `npm ci ${seconds(installed - began)} s, npm start ${seconds(listening - installed)} s, ` +
      `together ${seconds(listening - began)} s of 90`,
  );
  expect(listening - began).toBeLessThan(90_000);

  function stop(signal: NodeJS.Signals): void {
    if (npm.pid === undefined) return;
    try {
      process.kill(-npm.pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
});

test('the commands that need no server work there', () => {
  expect(runs('npx', 'mailfix', '--version')).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  const check = runs('npx', 'mailfix', 'check');
  expect(check).toMatchObject({ status: 0, stdout: expect.stringContaining('cannot-receive') });
  const flowchart = runs('npx', 'mailfix', 'flowchart', 'cannot-receive');
  expect(flowchart).toMatchObject({ status: 0, stdout: expect.stringMatching(/^(?:%%.*\n)?flowchart /) });
  expect(runs('git', 'status', '--porcelain')).toMatchObject({ status: 0, stdout: '' });
});
