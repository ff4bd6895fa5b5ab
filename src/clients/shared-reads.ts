import { traced, traceUnder } from '../trace.ts';

interface Running<V> {
  readonly result: Promise<V>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Identical reads that run at the same time share one call. Each waiter keeps its own signal: whoever gives up leaves
 * the others alone, and the call is given up when nobody waits for it any more.
 */
export function sharedReads<V>() {
  const running = new Map<string, Running<V>>();

  function forget(key: string, entry: Running<V>): void {
    if (running.get(key) === entry) running.delete(key);
  }

  function begin(
    key: string,
    work: (signal: AbortSignal) => Promise<V>,
    first: AbortSignal | undefined,
  ): Running<V> {
    const stop = new AbortController();
    // A call that others join is logged as of whoever began it.
    traced(stop.signal, traceUnder(first).trace);
    const entry: Running<V> = { result: work(stop.signal), stop, waiting: 0 };
    running.set(key, entry);
    // Whoever waits is told of a failure; here it must only not count as unhandled.
    entry.result.catch(() => {}).finally(() => forget(key, entry));
    return entry;
  }

  return {
    /** Joins the read of this key, or begins it. Rejects with the signal's reason when the signal fires. */
    async join(
      key: string,
      work: (signal: AbortSignal) => Promise<V>,
      signal: AbortSignal | undefined,
    ): Promise<V> {
      signal?.throwIfAborted();
      const entry = running.get(key) ?? begin(key, work, signal);
      entry.waiting += 1;
      let leave: (() => void) | undefined;
      try {
        return await new Promise<V>((resolve, reject) => {
          leave = () =>
            reject(signal?.reason instanceof Error ? signal.reason : new Error('gave up waiting'));
          signal?.addEventListener('abort', leave, { once: true });
          entry.result.then(resolve, reject);
        });
      } finally {
        if (leave !== undefined) signal?.removeEventListener('abort', leave);
        entry.waiting -= 1;
        if (entry.waiting === 0) {
          forget(key, entry);
          entry.stop.abort();
        }
      }
    },

    /** Whoever asks from now on is not told what was read before: something was changed in between. */
    renew(): void {
      running.clear();
    },
  };
}
