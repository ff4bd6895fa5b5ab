import type { Json } from './json.ts';

/** What goes wrong with a call to the Web API; `applied` when Slack has done it all the same. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly applied?: boolean }
  | { readonly kind: 'rate'; readonly retryAfterSeconds: number }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'drop' }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: 'lost-reply' }
  /** It is done at once and answered late. */
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'error'; readonly error: string; readonly more?: Json; readonly applied?: boolean }
  /** No answer ever comes. */
  | { readonly kind: 'hang'; readonly applied?: boolean };

/** Faults that are still to happen: the next ones in turn, then those that last. `*` is any method. */
export function createFaults() {
  const next: { method: string; fault: Fault }[] = [];
  const lasting = new Set<{ method: string; fault: Fault }>();
  const meant = (method: string) => (entry: { method: string }) =>
    entry.method === method || entry.method === '*';
  return {
    next(method: string, fault: Fault): void {
      next.push({ method, fault });
    },
    every(method: string, fault: Fault): () => void {
      const entry = { method, fault };
      lasting.add(entry);
      return () => void lasting.delete(entry);
    },
    /** The fault of a call that has just come in. */
    take(method: string): Fault | undefined {
      const index = next.findIndex(meant(method));
      if (index >= 0) return next.splice(index, 1)[0]?.fault;
      return [...lasting].find(meant(method))?.fault;
    },
  };
}

/** The faults that are still to happen. */
export type Faults = ReturnType<typeof createFaults>;
