import type { Clock } from './clock.ts';
import { createPerform } from './effects.ts';
import type { Performing } from './effects.ts';
import { Job } from './job.ts';
import { createPlaces } from './pools.ts';

/** What `createWorker` needs. */
export interface WorkerOptions extends Performing {
  /** Unique to this worker's life: leases are held under it. */
  readonly owner: string;
  readonly leaseMs?: number;
  /** How often to look behind every timer and wake-up. */
  readonly pollMs?: number;
}

/** Performs what the outbox holds. */
export interface Worker {
  start(): void;
  /** Claims no more, waits up to `ms` for what runs, and gives the rest back; resolves when nothing of it is ours. */
  drain(ms: number): Promise<void>;
  /** Milliseconds since the outbox was last looked at with success; it is looked at every second or so. */
  quietMs(): number;
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>;
}

/** Makes a worker over the dispatcher's store; after a crash the next one takes its rows over when their leases end. */
export function createWorker(options: WorkerOptions): Worker {
  return new OutboxWorker(options);
}

class OutboxWorker implements Worker {
  readonly #use: WorkerOptions;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #pollMs: number;
  readonly #perform: ReturnType<typeof createPerform>;
  readonly #running = new Map<Job, Promise<void>>();
  readonly #places = createPlaces();
  /** Pools whose product asked to wait, and until when. */
  readonly #waiting = new Map<string, number>();
  #stopListening = (): void => {};
  #cancelWake = (): void => {};
  #cancelRenew: (() => void) | undefined;
  #state: 'new' | 'started' | 'draining' = 'new';
  /** The look at the outbox that is under way; `#again` when somebody called meanwhile. */
  #looking: Promise<void> | undefined;
  #again = false;
  #lookedAt: number;
  /** Since then every lease of ours runs at least. */
  #leasedAt: number;

  constructor(options: WorkerOptions) {
    this.#use = options;
    this.#clock = options.clock;
    this.#leaseMs = options.leaseMs ?? 30_000;
    this.#pollMs = options.pollMs ?? 1000;
    this.#perform = createPerform(options);
    this.#lookedAt = this.#clock.now();
    this.#leasedAt = this.#lookedAt;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#stopListening = this.#use.dispatcher.onOutbox(() => this.#look());
    this.#look();
  }

  quietMs(): number {
    return this.#clock.now() - this.#lookedAt;
  }

  async idle(): Promise<void> {
    while (this.#looking !== undefined || this.#running.size > 0) {
      await (this.#looking ?? Promise.race(this.#running.values()));
    }
  }

  async drain(ms: number): Promise<void> {
    this.#state = 'draining';
    this.#stopListening();
    this.#cancelWake();
    await this.#looking;
    await this.#waitForAll(ms);
    // What is still running sends nothing any more and its result is thrown away: the next worker starts it again.
    const left = [...this.#running.keys()];
    for (const job of left) job.end('the server stops');
    const again = { due: this.#clock.now(), error: 'The server stopped.', counts: false };
    await Promise.all(left.map((job) => this.#use.store.retry(job.fence, again)));
    await Promise.all(this.#running.values());
    this.#cancelRenew?.();
    this.#cancelRenew = undefined;
  }

  async #waitForAll(ms: number): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.setTimer(this.#clock.now() + ms, resolve);
    });
    await Promise.race([Promise.all(this.#running.values()), late]);
    cancel();
  }

  /** Looks at the outbox now, or once more after the look that is under way. */
  #look(): void {
    if (this.#state !== 'started') return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#cancelWake();
    this.#looking = this.#lookOnce();
  }

  async #lookOnce(): Promise<void> {
    const next = await this.#claimAll();
    this.#looking = undefined;
    const again = this.#again;
    this.#again = false;
    if (again) this.#look();
    else this.#wakeAt(next);
  }

  /** Starts everything that is due, as far as its pool has places; returns when to look again. */
  async #claimAll(): Promise<number> {
    const { store, log } = this.#use;
    try {
      for (;;) {
        const pools = await store.pools(this.#clock.now());
        this.#lookedAt = this.#clock.now();
        for (const [pool, until] of this.#waiting) if (until <= this.#lookedAt) this.#waiting.delete(pool);
        if (this.#state !== 'started') return Infinity;
        let next = Infinity;
        // After a pause of the machine, or a step of its clock, what runs here would look as if nobody had it.
        if (this.#running.size > 0 && this.#lookedAt - this.#leasedAt > this.#leaseMs / 2)
          await this.#renew();
        const claims: Promise<number>[] = [];
        for (const { pool, due } of pools) {
          const places = this.#places.left(pool);
          // Whoever leaves the last place looks again.
          if (places === 0) continue;
          const at = Math.max(due, this.#waiting.get(pool) ?? 0);
          if (at > this.#lookedAt) next = Math.min(next, at);
          else claims.push(this.#claim(pool, places));
        }
        // All of them, for what a claim brings after a drain has begun would be begun too.
        const claimed = await Promise.allSettled(claims);
        const failed = claimed.find(({ status }) => status === 'rejected');
        if (failed?.status === 'rejected') throw failed.reason;
        if (claimed.every((one) => one.status === 'fulfilled' && one.value === 0)) return next;
      }
    } catch (error) {
      log?.error({ err: error }, 'the outbox could not be read; trying again');
    }
    return Infinity;
  }

  async #claim(pool: string, limit: number): Promise<number> {
    const { store, owner } = this.#use;
    this.#places.take(pool, limit);
    let claimed = 0;
    try {
      const request = { owner, pool, now: this.#clock.now(), leaseMs: this.#leaseMs, limit };
      const rows = await store.claim(request);
      claimed = rows.length;
      for (const row of rows) this.#begin(new Job(row, this.#clock));
    } finally {
      this.#places.take(pool, claimed - limit);
    }
    return claimed;
  }

  #begin(job: Job): void {
    if (this.#running.size === 0) this.#leasedAt = this.#clock.now();
    const { pool } = job.row;
    const done = this.#perform(job).then((until) => {
      if (until !== undefined) this.#waiting.set(pool, until);
      this.#running.delete(job);
      this.#places.take(pool, -1);
      // It made room, and a place in its lane.
      this.#look();
    });
    this.#running.set(job, done);
    this.#renewLater();
  }

  #wakeAt(due: number): void {
    if (this.#state !== 'started') return;
    this.#cancelWake = this.#clock.setTimer(Math.min(due, this.#clock.now() + this.#pollMs), () =>
      this.#look(),
    );
  }

  #renewLater(): void {
    if (this.#cancelRenew !== undefined) return;
    this.#cancelRenew = this.#clock.setTimer(this.#clock.now() + this.#leaseMs / 3, () => {
      void this.#renew().finally(() => {
        this.#cancelRenew = undefined;
        if (this.#running.size > 0) this.#renewLater();
      });
    });
  }

  async #renew(): Promise<void> {
    const { store, owner, log } = this.#use;
    const jobs = [...this.#running.keys()];
    if (jobs.length === 0) return;
    try {
      const ids = jobs.map((job) => job.row.id);
      const lease = { now: this.#clock.now(), leaseMs: this.#leaseMs };
      const kept = new Set(await store.renew(ids, owner, lease));
      this.#leasedAt = lease.now;
      for (const job of jobs) if (!kept.has(job.row.id)) job.end('the lease was lost');
    } catch (error) {
      log?.error({ err: error }, 'leases could not be prolonged; trying again');
    }
  }
}
