import type { Claimed, Fence } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { traced, traceOfRow } from '../trace.ts';
import { payloadOf } from './outbox.ts';
import type { Payload } from './outbox.ts';

/** The try is no longer ours: its lease was lost, or the server drains. Whatever comes of it is thrown away. */
export class Over extends Error {
  override readonly name = 'Over';
}

/** Something outside that gave no answer in its time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** What a handler that heard of its time limit may still take to say so. */
const graceMs = 1000;

/** One try of one outbox row, for as long as we hold its lease. */
export class Job {
  readonly row: Claimed;
  readonly payload: Payload;
  readonly fence: Fence;
  /** The event that the row came from; the signal carries it to whatever is called. */
  readonly trace: string;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #ended: Promise<never>;
  #end: (error: Over) => void = () => {};
  #over = false;

  constructor(row: Claimed, clock: Clock) {
    this.row = row;
    this.payload = payloadOf(row);
    this.fence = { id: row.id, owner: row.owner, attempt: row.attempt };
    this.trace = traceOfRow(row.id);
    traced(this.#controller.signal, this.trace);
    this.#clock = clock;
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    // Nobody may be waiting when it ends.
    this.#ended.catch(() => undefined);
  }

  /** Aborted at the time limit and at the end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The lease is lost or given back: stops whoever listens, and waits for nobody. */
  end(why: string): void {
    const error = new Over(why);
    this.#over = true;
    this.#controller.abort(error);
    this.#end(error);
  }

  /** Throws if the row is no longer ours. */
  held(still: boolean): void {
    if (!still) this.end('the lease was lost');
    if (this.#over) throw new Over('the lease was lost');
  }

  /** The work's result; `TimedOut` when it takes longer, also when it does not listen to the signal; `Over` at the end. */
  async within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const error = new TimedOut(`no answer within ${ms} ms`);
    const from = this.#clock.now();
    let cancel = this.#clock.setTimer(from + ms, () => {
      this.#controller.abort(error);
      cancel = this.#clock.setTimer(from + ms + graceMs, () => giveUp(error));
    });
    let giveUp: (error: TimedOut) => void = () => {};
    const tooLong = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    try {
      return await Promise.race([work(this.signal), tooLong, this.#ended]);
    } finally {
      cancel();
    }
  }
}
