/** What goes wrong with a call to Microsoft; `applied` when it is done all the same. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Teams' word, as in `error.code`; none leaves the body empty. */
      readonly code?: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      /** Where it is to be asked instead. */
      readonly location?: string;
      readonly applied?: boolean;
    }
  /** It is not done, and this is what comes back, with these headers. */
  | {
      readonly kind: 'says';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'drop' }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: 'lost-reply' }
  /** It is done at once and answered late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** It is done, and the answer is a web page. */
  | { readonly kind: 'garbled' }
  /** It is done, and the answer breaks off after its head. */
  | { readonly kind: 'half' }
  /** No answer ever comes. */
  | { readonly kind: 'hang'; readonly applied?: boolean };

/** The calls by their names in the Bot Framework, and where keys are read and tokens given; `*` is any. */
export type Operation =
  | 'createConversation'
  | 'sendToConversation'
  | 'updateActivity'
  | 'deleteActivity'
  | 'getConversationMember'
  | 'getConversationMembers'
  | 'metadata'
  | 'keys'
  | 'token'
  | '*';

/** Faults that are still to happen: the next ones in turn, then those that last. */
export function createFaults() {
  const next: { operation: Operation; fault: Fault }[] = [];
  const lasting = new Set<{ operation: Operation; fault: Fault }>();
  const meant = (operation: Operation) => (entry: { operation: Operation }) =>
    entry.operation === operation || entry.operation === '*';
  return {
    next(operation: Operation, fault: Fault): void {
      next.push({ operation, fault });
    },
    every(operation: Operation, fault: Fault): () => void {
      const entry = { operation, fault };
      lasting.add(entry);
      return () => void lasting.delete(entry);
    },
    /** The fault of a call that has just come in. */
    take(operation: Operation): Fault | undefined {
      const index = next.findIndex(meant(operation));
      if (index >= 0) return next.splice(index, 1)[0]?.fault;
      return [...lasting].find(meant(operation))?.fault;
    },
  };
}

/** The faults that are still to happen. */
export type Faults = ReturnType<typeof createFaults>;
