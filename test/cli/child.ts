import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const cli = join(root, 'dist', 'src', 'cli.js');

/** What a command that ended said. `signal` is set when it was killed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  /** Resolves with the first line of standard output that has these words; rejects when it ends without. */
  line(words: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Builds dist/ if a source is newer than it; `npm test` has done so already. */
export function build(): void {
  const folders = ['src', 'adapters', 'dialogs', 'simulators'];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(root, folder, file)),
  );
  const changed = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const built = Math.min(changed(join(root, 'dist', 'app.tsbuildinfo')), changed(cli) === 0 ? 0 : Infinity);
  if (sources.every((file) => changed(file) <= built)) return;
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  spawnSync(process.execPath, [compiler, '-b'], { cwd: root });
}

/** A folder of its own for a test; `remove` when done. */
export function folder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mailfix-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts `mailfix` as a person would, with these settings and no others. */
export function mailfix(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of listeners) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    line: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
          const line = whole.split('\n').find((one) => one.includes(words));
          if (line === undefined) return;
          listeners.delete(look);
          resolve(line);
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying "${words}": ${stdout}${stderr}`)));
      }),
  };
}

/** Runs `mailfix` to its end. */
export function ran(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return mailfix(args, cwd, env).ended;
}
