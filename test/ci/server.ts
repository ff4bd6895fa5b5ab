import { folder, mailfix } from '../cli/child.ts';
import type { Ended } from '../cli/child.ts';

/** A mailfix server that runs as `npm start` runs it, in a folder of its own. */
export interface Server {
  readonly url: string;
  readonly world: string;
  /** Where it runs: its database and key are in `data/` there. */
  readonly cwd: string;
  /** The settings that it runs with, for commands beside it. */
  readonly env: Readonly<Record<string, string>>;
  /** Tells it to stop, and removes its folder. One that does not stop is killed, and its signal says so. */
  stop(): Promise<Ended>;
}

const startWithinMs = 20_000;
const stopWithinMs = 15_000;

/** Starts `mailfix start` with these settings and no others, and waits for its `listening` line. */
export async function serve(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const here = folder();
  const running = mailfix(['start'], here.path, { PORT: '0', ...settings });
  const late = setTimeout(() => running.kill('SIGKILL'), startWithinMs);
  const line = await running.line('listening').finally(() => clearTimeout(late));
  const { url, world } = JSON.parse(line) as { url: string; world: string };
  let stopped: Promise<Ended> | undefined;
  const stop = async () => {
    running.kill('SIGTERM');
    const kill = setTimeout(() => running.kill('SIGKILL'), stopWithinMs);
    const ended = await running.ended;
    clearTimeout(kill);
    here.remove();
    return ended;
  };
  return {
    url,
    world,
    cwd: here.path,
    // A person's server has a port of its own; this one was given one.
    env: { ...settings, PORT: new URL(url).port },
    stop: () => (stopped ??= stop()),
  };
}
