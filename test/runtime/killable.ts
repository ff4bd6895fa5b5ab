import type { Store } from '../../src/store/store.ts';

const reads = [
  'onElsewhere',
  'read',
  'seen',
  'nextDue',
  'pools',
  'places',
  'shown',
  'deeds',
  'log',
  'list',
  'onServer',
  'about',
  'deadLetters',
];

/** A server that is killed at its n-th write: from then on nothing of it reaches anything. */
export class Killable {
  dead = false;
  calls = 0;
  readonly store: Store;
  readonly #n: number;
  readonly #when: 'before' | 'after';

  constructor(store: Store, n: number, when: 'before' | 'after') {
    this.#n = n;
    this.#when = when;
    this.store = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.#call(String(name), async () => (await value.apply(target, args)) as unknown);
      },
    });
  }

  async #call(name: string, perform: () => Promise<unknown>): Promise<unknown> {
    this.alive();
    // A kill around a read leaves what the kill after the write before it leaves.
    if (reads.includes(name)) return perform();
    this.calls += 1;
    if (this.calls !== this.#n) {
      const result = await perform();
      this.alive();
      return result;
    }
    if (this.#when === 'after') await perform();
    this.dead = true;
    throw new Error('killed');
  }

  alive(): void {
    if (this.dead) throw new Error('killed');
  }
}
