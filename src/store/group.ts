import type { Database, Statement } from './driver.ts';

interface Job {
  readonly work: () => void;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Collects the writes of one tick of the event loop and commits them together: one flush of the disk for all.
 * A write that throws is undone alone; a promise settles only after the commit.
 */
export class Group {
  readonly #db: Database;
  readonly #explain: (error: unknown) => Error;
  #jobs: Job[] = [];
  #mark: Statement | undefined;
  #release: Statement | undefined;

  /** `explain` turns the database's errors into ours. */
  constructor(db: Database, explain: (error: unknown) => Error) {
    this.#db = db;
    this.#explain = explain;
  }

  /** Does `work` (synchronous) in the tick's transaction. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let done: { readonly value: T } | undefined;
      if (this.#jobs.length === 0) setImmediate(() => this.flush());
      this.#jobs.push({
        work: () => {
          done = { value: work() };
        },
        succeed: () => (done === undefined ? reject(new Error('a write was not done')) : resolve(done.value)),
        fail: (error) => reject(this.#explain(error)),
      });
    });
  }

  /** Commits what is queued, now. */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const settle: (() => void)[] = [];
    try {
      this.#db.exec('begin immediate');
      // One alone needs no mark to go back to: all of the transaction is its own.
      const attempt = jobs.length === 1 ? done : this.#attempt.bind(this);
      for (const job of jobs) settle.push(attempt(job));
      this.#db.exec('commit');
    } catch (error) {
      this.#undo();
      for (const job of jobs) job.fail(error);
      return;
    }
    for (const tell of settle) tell();
  }

  /** Throws only when the whole transaction is gone, as after a full disk. */
  #attempt(job: Job): () => void {
    this.#mark ??= this.#db.prepare('savepoint job');
    this.#release ??= this.#db.prepare('release job');
    this.#mark.run();
    try {
      job.work();
    } catch (error) {
      try {
        this.#db.exec('rollback to job; release job');
      } catch {
        throw error;
      }
      return () => job.fail(error);
    }
    this.#release.run();
    return job.succeed;
  }

  #undo(): void {
    try {
      this.#db.exec('rollback');
    } catch {
      // SQLite has rolled back by itself, or nothing was begun.
    }
  }
}

function done(job: Job): () => void {
  job.work();
  return job.succeed;
}
