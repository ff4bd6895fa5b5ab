import type { RuntimeLog } from './dispatch.ts';

/** Makes a list of listeners. What they are told of is over: whatever one does, the others hear of it, and the teller goes on. */
export function listenersOf<T>(log: RuntimeLog | undefined) {
  const all = new Set<(value: T) => void>();
  return {
    /** Returns how to stop listening. */
    add(listener: (value: T) => void): () => void {
      all.add(listener);
      return () => all.delete(listener);
    },
    /** `about` goes into the log where a listener fails. */
    tell(value: T, about: object = {}): void {
      for (const listener of all) {
        try {
          listener(value);
        } catch (error) {
          log?.error({ ...about, err: error }, 'a listener of the dispatcher failed');
        }
      }
    },
  };
}
