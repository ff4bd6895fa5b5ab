import type { Clock } from '../runtime/clock.ts';

/** How long an answer is good, and how long it may stand in when nobody answers; in milliseconds. */
export interface Keeping {
  readonly freshMs: number;
  readonly staleMs: number;
  /** How long somebody waits for an answer; the question goes on, for the next one who asks. */
  readonly limitMs: number;
}

/** Answers of a chat product by key, kept for a while. Asking is shared: many who ask at once make one call. */
export class Memory<T> {
  readonly #clock: Clock;
  readonly #keeping: Keeping;
  readonly #known = new Map<string, { readonly value: T; readonly at: number }>();
  readonly #asking = new Map<string, Promise<T>>();

  constructor(clock: Clock, keeping: Keeping) {
    this.#clock = clock;
    this.#keeping = keeping;
  }

  /** The kept answer, or a new one; throws when there is none in time and no kept one may stand in. */
  async get(key: string, ask: () => Promise<T>, limitMs = this.#keeping.limitMs): Promise<T> {
    const known = this.#known.get(key);
    const age = known === undefined ? Infinity : this.#clock.now() - known.at;
    if (known !== undefined && age < this.#keeping.freshMs) return known.value;
    try {
      return await this.#within(this.#asked(key, ask), limitMs);
    } catch (error) {
      if (known !== undefined && age < this.#keeping.staleMs) return known.value;
      throw error;
    }
  }

  /** The next one who asks is answered anew. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  #asked(key: string, ask: () => Promise<T>): Promise<T> {
    const under = this.#asking.get(key);
    if (under !== undefined) return under;
    const asking = ask()
      .then((value) => {
        // Few keys, small values: the cut is for whoever makes up users by the thousand.
        if (this.#known.size >= 5000) this.#known.clear();
        this.#known.set(key, { value, at: this.#clock.now() });
        return value;
      })
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #within(asking: Promise<T>, limitMs: number): Promise<T> {
    let cancel = (): void => {};
    const late = new Promise<never>((_, reject) => {
      const at = this.#clock.now() + limitMs;
      cancel = this.#clock.setTimer(at, () => reject(new Error('There was no answer in time.')));
    });
    try {
      return await Promise.race([asking, late]);
    } finally {
      cancel();
    }
  }
}
