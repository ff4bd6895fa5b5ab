import type { Actor, InboundEvent } from '../../src/engine/event.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Reply } from '../../src/engine/reply.ts';
import type { Verb } from '../../src/engine/verbs.ts';
import type { Store } from '../../src/store/store.ts';

/** What the console asks of the runtime. Both answer only after the event is committed. */
export interface ConsoleDispatch {
  open(request: {
    readonly dialog: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly actor: Actor;
    readonly eventId: string;
    readonly unlessOpen: boolean;
  }): Promise<Reply>;
  /** `event` comes from outside and is whatever the form said: to be parsed, never trusted. */
  press(event: unknown, actor: Actor, incident: string, eventId: string): Promise<Reply>;
  steer(verb: Verb, actor: Actor, incident: string, eventId: string): Promise<Reply>;
}

/** A runbook that can be opened from the list; its first open field is the one the page shows. */
export interface ConsoleDialog {
  readonly id: string;
  readonly title: string;
  /** Words in an opening that ask for it. */
  readonly words?: readonly string[];
  /** The fact that names the client. */
  readonly client: string;
  readonly openFields: readonly {
    readonly name: string;
    readonly label: string;
    readonly placeholder?: string;
  }[];
}

/** A simulator's client to try. */
export interface Example {
  readonly label: string;
  readonly client: string;
  readonly note: string;
}

/** One event of an incident's log, decoded, with its place in the hash chain. */
export interface LoggedEvent {
  readonly seq: number;
  readonly hash: string;
  readonly event: InboundEvent;
  /** Names of the fields whose values were deleted. */
  readonly redacted: readonly string[];
}

/** What a look at an incident's whole chain found, and who would sign an export of it. */
export interface Proof {
  readonly count: number;
  /** The last hash. */
  readonly head: string;
  /** What is wrong with the chain, and where; undefined when it is unbroken. */
  readonly fault: string | undefined;
  readonly keyFingerprint: string;
}

/** Keys derived from MAILFIX_KEY, one for each purpose. */
export interface Keys {
  mac(purpose: string): Buffer;
}

/** The parts of the store that the console uses. */
export type ConsoleStore = Pick<
  Store,
  'read' | 'list' | 'places' | 'shown' | 'putOnce' | 'put' | 'get' | 'remove'
>;

/** Everything the console needs from outside; `main` hands it over. */
export interface ConsolePorts {
  readonly store: ConsoleStore;
  readonly dispatch: ConsoleDispatch;
  /** A message as it is now, or the card of all that is known. */
  readonly card: (incident: string, message: string) => Promise<Card | undefined>;
  readonly dialogs: readonly ConsoleDialog[];
  readonly examples?: readonly Example[];
  /** The incident's log in order, oldest first. */
  readonly log: (incident: string) => Promise<readonly LoggedEvent[]>;
  /** The hash-chained export that `mailfix verify` reads. */
  readonly exportJsonl: (incident: string) => Promise<string>;
  /** About the log up to entry `count`. */
  readonly proof: (incident: string, count: number) => Promise<Proof>;
  /** Calls the listener with an incident's id after each of its turns; returns how to stop. */
  readonly onTurn: (listener: (incident: string) => void) => () => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
  readonly keys: Keys;
  readonly world: 'simulated' | 'real';
  /** The address people use when it is not the one listened on, e.g. `https://mailfix.example`. */
  readonly publicUrl?: string;
  /** The host name or address listened on. */
  readonly host: string;
  /** Actor ids that may approve, e.g. `web:lea`; only used to show buttons to the right people. */
  readonly approvers: readonly string[];
  /** Told of every defect; pages show nothing of it. */
  readonly defect?: (error: Error, path: string) => void;
  /** IANA name; the server's own zone when absent. */
  readonly timeZone?: string;
}
