import type { Worker } from './worker.ts';

/** Longer than any wait between two looks at the outbox, with a busy machine's delay. */
const quietTooLongMs = 15_000;
const databaseLimitMs = 5000;

/** What `createReadiness` asks. */
export interface ReadinessOptions {
  /** Reads something small from the database. */
  readonly nextDue: () => Promise<unknown>;
  readonly worker: Pick<Worker, 'quietMs'>;
  /** False from the moment that the server begins to stop. */
  readonly working: () => boolean;
  /** What the channels say of their connections. */
  readonly sockets: () => readonly string[];
  /** Resolves after so many milliseconds; aborted when it is no longer of interest. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** What keeps mailfix from working, in sentences; none when it can. A database that does not answer is one of them. */
export function createReadiness(options: ReadinessOptions): () => Promise<readonly string[]> {
  const { nextDue, worker, working, sockets, wait } = options;
  return async () => {
    const given = new AbortController();
    const silent = wait(databaseLimitMs, given.signal).then(
      () => [`The database did not answer within ${databaseLimitMs / 1000} s.`],
      () => [],
    );
    const read = nextDue().then(
      () => [],
      () => ['The database cannot be read.'],
    );
    const database = await Promise.race([read, silent]);
    given.abort();
    return [...database, ...stopped(), ...sockets()];
  };

  function stopped(): readonly string[] {
    if (!working()) return ['The worker stops.'];
    const quiet = worker.quietMs();
    if (quiet <= quietTooLongMs) return [];
    return [`The worker has not looked at the outbox for ${Math.round(quiet / 1000)} s; the log says why.`];
  }
}
