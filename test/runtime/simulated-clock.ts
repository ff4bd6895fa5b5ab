import type { Clock } from '../../src/runtime/clock.ts';

/** A clock that stands still until a test moves it. */
export class SimulatedClock implements Clock {
  #now: number;
  #timers: { at: number; fn: () => void }[] = [];
  readonly #activity: () => number;

  /** `activity` counts what the system under test does; it has settled when the count stays. */
  constructor(start: number, activity: () => number = () => 0) {
    this.#now = start;
    this.#activity = activity;
  }

  now(): number {
    return this.#now;
  }

  /** Puts the clock to another time without firing anything, as an administrator would. */
  set(now: number): void {
    this.#now = now;
  }

  setTimer(at: number, fn: () => void): () => void {
    if (at <= this.#now) {
      const soon = setImmediate(fn);
      return () => clearImmediate(soon);
    }
    const timer = { at, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass: everything due on the way happens at its time, in order, and is done before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (;;) {
      const next = this.#timers
        .filter((timer) => timer.at <= end)
        .reduce<{ at: number; fn: () => void } | undefined>(
          (a, b) => (a !== undefined && a.at <= b.at ? a : b),
          undefined,
        );
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await this.settle();
    }
    this.#now = end;
    await this.settle();
  }

  /** Waits until what is under way has come to rest, without letting time pass. */
  async settle(): Promise<void> {
    let before = this.#activity();
    for (let quiet = 0; quiet < 6; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = this.#activity();
      if (now !== before) quiet = 0;
      before = now;
    }
  }
}
