import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const patienceMs = 120_000;

/** A process that is measured: it has said that it is ready, and can be asked. */
export interface Side {
  /** Where it listens, if it does. */
  readonly port: number;
  ask<T>(question: unknown): Promise<T>;
  close(): Promise<void>;
}

/** Settings of a side. */
export interface SideOptions {
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
}

/** Starts `sides/<name>.js` in a process of its own; one that ends by itself fails whoever waits for it. */
export function startSide(name: string, options: SideOptions = {}): Promise<Side> {
  return startFile(join(root, 'dist', 'bench', 'sides', `${name}.js`), options);
}

/** Starts `peers/<name>.mjs`, among the packages that are installed there. */
export function startPeer(name: string, options: SideOptions = {}): Promise<Side> {
  return startFile(join(root, 'bench', 'peers', `${name}.mjs`), options);
}

async function startFile(file: string, { args = [], execArgv = [] }: SideOptions): Promise<Side> {
  const child = fork(file, [...args], {
    execArgv: [...execArgv],
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' },
  });
  const { port } = await told<{ port: number }>(child, file);
  return {
    port,
    ask(question) {
      const answer = told(child, file);
      child.send({ question });
      return answer as Promise<never>;
    },
    close: () => ended(child),
  };
}

/** The next thing that it says. */
function told<T>(child: ChildProcess, file: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
    };
    const onMessage = (message: unknown): void => {
      done();
      const { answer, failed } = message as { answer: T; failed?: string };
      if (failed === undefined) resolve(answer);
      else reject(new Error(`${file}: ${failed}`));
    };
    const onExit = (): void => {
      done();
      reject(new Error(`${file} ended before it answered`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      done();
      reject(new Error(`${file} did not answer within ${patienceMs} ms`));
    }, patienceMs);
    child.on('message', onMessage).on('exit', onExit);
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** Does something with sides and a folder on the project's own disk; all of them are gone afterwards. */
export async function withSides<T>(
  work: (
    open: <C extends { close(): unknown }>(opening: Promise<C>) => Promise<C>,
    folder: string,
  ) => Promise<T>,
): Promise<T> {
  // Not in the folder for temporary files, which may lie in memory.
  const folder = mkdtempSync(join(root, 'dist', 'bench-'));
  const closing: { close(): unknown }[] = [];
  const leave = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', leave);
  try {
    return await work(async (opening) => {
      const opened = await opening;
      closing.push(opened);
      return opened;
    }, folder);
  } finally {
    for (const one of closing.toReversed()) await one.close();
    leave();
    process.off('exit', leave);
  }
}
