/** Lets at most `width` pieces of work run at a time, first come first served; gives up waiting when the signal fires. */
export function lane(width: number) {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < width) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('gave up waiting for a turn'));
      };
      waiting.push(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  return async function <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await enter(signal);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place passes straight to the next one, so nobody can slip in between.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** One lane of width 1 for each key; a lane is forgotten when nobody is in it. */
export function lanesByKey() {
  const lanes = new Map<string, { run: ReturnType<typeof lane>; users: number }>();

  return async function <T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const entry = lanes.get(key) ?? { run: lane(1), users: 0 };
    lanes.set(key, entry);
    entry.users += 1;
    try {
      return await entry.run(work, signal);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) lanes.delete(key);
    }
  };
}
