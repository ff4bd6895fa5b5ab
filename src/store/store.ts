import type { Card } from '../engine/card.ts';
import type { FieldClass } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import type { Reply } from '../engine/reply.ts';

/**
 * The store port. A turn commits whole or not at all; every write of the worker is fenced by lease owner and attempt.
 * JSON is kept as text, times as integer milliseconds since 1970. One conformance suite is the contract (test/store).
 * `now` is the caller's clock. What is due goes by it; leases go by a clock that all servers on the database share.
 */
export interface Store {
  /** Reserves the next incident id, `INC-<n>`; a crash may leave a gap. */
  nextIncident(): Promise<string>;
  read(incident: string): Promise<Snapshot | undefined>;
  /** The reply that an event got when it was handled, if it was. */
  seen(source: string, eventId: string): Promise<Reply | undefined>;
  /** One event's whole effect. Concurrent turns share a commit. `conflict`: the incident moved, read and compute again. */
  commit(turn: Turn): Promise<Committed>;

  /** Due rows of a pool that nobody holds, heads of their lanes only, oldest first; each gets a lease and one more attempt. */
  claim(request: ClaimRequest): Promise<readonly Claimed[]>;
  /** Prolongs leases, from now; returns the ids that are still ours. */
  renew(
    ids: readonly string[],
    owner: string,
    lease: { now: number; leaseMs: number },
  ): Promise<readonly string[]>;
  /** The row is done without an event; `shown` is what a channel now shows. False: the lease was lost. */
  finish(fence: Fence, shown?: Shown): Promise<boolean>;
  /** Give the row back for a later try. `counts: false` for rate limits and shutdown: they eat no attempt. */
  retry(fence: Fence, again: { due: number; error: string; counts: boolean }): Promise<boolean>;
  /** To the dead letters; it no longer blocks its lane. */
  bury(fence: Fence, error: string): Promise<boolean>;
  /**
   * Durable mark, committed just before a write leaves for outside: after a crash, look before writing again. `marks` is
   * a bit for each write of the row, the first one's unless said; bits stay once set.
   */
  markSent(fence: Fence, marks?: number): Promise<boolean>;
  /**
   * Each pool that has something to be claimed now or later, the longest due first. Costs as much as there are pools,
   * however many rows wait in them or behind the heads of their lanes.
   */
  pools(now: number): Promise<readonly DuePool[]>;
  /** The soonest of them. */
  nextDue(now: number): Promise<number | undefined>;

  /** Newest first; `before` is the `seq` of the last line of the page before. */
  list(filter: { open?: boolean; limit: number; before?: number }): Promise<readonly Listed[]>;
  /** Incidents about a server, newest first: the open ones, or all. Costs what it returns, however many there are. */
  onServer(server: string, filter: { open: boolean; limit: number }): Promise<readonly Listed[]>;
  /** Incidents about a client, an address or a server (`Turn.about`), newest first: the open ones, or all. */
  about(name: string, filter: { open: boolean; limit: number }): Promise<readonly Listed[]>;
  log(incident: string): Promise<readonly LogRow[]>;
  places(incident: string): Promise<readonly Place[]>;
  shown(incident: string): Promise<readonly Shown[]>;
  /** Acts on a subject by any incident, newest first, since a time. */
  deeds(subject: string, since: number): Promise<readonly DeedRow[]>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** What there is, in numbers, for whoever watches; cheap with many incidents. */
  figures(now: number): Promise<Figures>;

  /** Small records that adapters need (sessions, spent links, installations). False: the key exists already. */
  putOnce(entry: Entry): Promise<boolean>;
  put(entry: Entry): Promise<void>;
  get(kind: string, key: string, now: number): Promise<string | undefined>;
  remove(kind: string, key: string): Promise<void>;

  /** Moves the log of writes into the file, outside any turn, and drops finished rows and expired entries. */
  tidy(now: number): Promise<void>;
  /** Called after another server on this database committed a turn, `*` when it may have been any; returns how to stop. */
  onElsewhere(listener: (incident: string) => void): () => void;
  close(): Promise<void>;
}

/** Whether the systems behind the incidents are real; never mixed in one database. */
export type World = 'simulated' | 'real';

/** An incident with what the next turn must build on. */
export interface Snapshot {
  readonly incident: Incident;
  readonly head: string;
}

/** Everything one event changes. `expected` is the sequence number that the incident had before (0: it is new). */
export interface Turn {
  readonly incident: Incident;
  readonly expected: number;
  /** The server that the incident is about after this event: `onServer` finds it by that. */
  readonly server?: string | undefined;
  /** What the incident turned out to be about with this event: `client:acme.example`, `ip:203.0.113.7`. */
  readonly about?: readonly string[];
  readonly log: LogRow;
  readonly outbox: readonly OutboxRow[];
  /**
   * Makes the payload of a row that takes the place of a waiting one; the newer one's when absent. Of three in a row it
   * may be asked in either grouping.
   */
  readonly merge?: (waiting: string, newer: string) => string;
  /** The outbox row whose result this event is: finished in the same transaction. */
  readonly finishes?: Fence;
  readonly places?: readonly Place[];
  readonly deeds?: readonly DeedRow[];
  /** Deletes these classes from the incident's whole log, from what is kept as shown (`cards`, by message), and what lies dead. */
  readonly redacts?: { readonly classes: readonly FieldClass[]; readonly cards: ReadonlyMap<string, Card> };
  /** How the act that this turn begins is counted; with a limit that is reached nothing of the turn is written. */
  readonly counts?: readonly Counted[];
  /** Acts that changed nothing after all: they no longer count. */
  readonly uncounts?: readonly string[];
}

/**
 * An act under one of the names that it is counted by. `limit`: how many there may be since a time, this one included.
 * The count holds against turns that commit at the same time: a store with several writers locks the names, in order.
 */
export interface Counted {
  readonly act: string;
  readonly name: string;
  readonly at: number;
  readonly limit?: { readonly most: number; readonly since: number };
}

/**
 * What became of a turn. `fenced`: the row that it finishes is no longer ours. `busy`: it redacts, and something of the
 * incident is on its way out. `limited`: under this name there are as many acts as there may be. Nothing was written then.
 */
export type Committed =
  | { readonly state: 'committed' }
  | { readonly state: 'conflict' }
  | { readonly state: 'fenced' }
  | { readonly state: 'busy' }
  | { readonly state: 'limited'; readonly name: string }
  | { readonly state: 'duplicate'; readonly reply: Reply };

/** One row of an incident's hash chain: `hash` covers `prev` and `body`; `secrets` holds what `body` only commits to. */
export interface LogRow {
  readonly incident: string;
  readonly seq: number;
  readonly source: string;
  readonly eventId: string;
  readonly at: number;
  readonly body: string;
  readonly secrets: string;
  readonly prev: string;
  readonly hash: string;
  readonly reply: Reply;
}

/** What to claim; rows of all pools when none is named. */
export interface ClaimRequest {
  readonly owner: string;
  readonly pool?: string;
  readonly now: number;
  readonly leaseMs: number;
  readonly limit: number;
}

/** `due`: when its next unheld row is due, or a lease ends; by the caller's clock, whichever the leases go by. */
export interface DuePool {
  readonly pool: string;
  readonly due: number;
}

/**
 * Something to be done outside. Rows of one lane run one after the other; rows of one `pool` wait for the same system
 * outside, and are claimed apart from the others; `message` (with place) coalesces shows.
 */
export interface OutboxRow {
  readonly id: string;
  readonly incident: string;
  readonly kind: 'show' | 'whisper' | 'run' | 'authorize' | 'wake';
  readonly pool: string;
  readonly lane: string | null;
  /** `message@place` of a show: an unclaimed row for the same one gets this payload instead of a second row. */
  readonly message: string | null;
  readonly due: number;
  readonly payload: string;
}

/** A row under our lease. `sent`: which of its writes earlier attempts got as far as sending, a bit each; 0: none. */
export interface Claimed extends OutboxRow {
  readonly attempt: number;
  readonly sent: number;
  readonly owner: string;
}

/** Proves that a row is still held by the attempt that writes. */
export interface Fence {
  readonly id: string;
  readonly owner: string;
  readonly attempt: number;
}

/** Where an incident is shown: `ref` is the channel's own address of it (JSON), empty where there is but one. */
export interface Place {
  readonly id: string;
  readonly incident: string;
  readonly channel: string;
  readonly role: 'home' | 'mirror' | 'dm';
  readonly ref: string;
}

/** What a place shows for a message now; `ref` is the channel's own id of the post (JSON). */
export interface Shown {
  readonly incident: string;
  readonly place: string;
  readonly message: string;
  readonly ref: string;
  readonly card: Card;
  readonly at: number;
}

/** An act on a subject, for all incidents to see. */
export interface DeedRow {
  readonly subject: string;
  readonly incident: string;
  readonly hash: string;
  readonly action: string;
  readonly outcome: string;
  readonly at: number;
}

/** A row that was given up. */
export interface DeadLetter {
  readonly id: string;
  readonly incident: string;
  readonly kind: string;
  readonly error: string;
  readonly at: number;
}

/** What there is at one moment. */
export interface Figures {
  /** Incidents that have not ended. */
  readonly open: number;
  /** Incidents with a proposal that waits for an approval; one has one at a time. */
  readonly approvals: number;
  readonly dead: number;
  /** By kind, and only kinds that have rows. */
  readonly outbox: readonly Backlog[];
}

/** Rows of one kind that are to be done: due, held, or waiting for another try. A `wake` counts once it is due. */
export interface Backlog {
  readonly kind: string;
  readonly rows: number;
  /** Of these, rows that were tried, failed and are held by nobody. */
  readonly retrying: number;
  /** When the longest due row that nobody holds came due. */
  readonly oldestDue: number | undefined;
}

/** One line of the list of incidents; `seq` is its place in the order of opening. */
export interface Listed {
  readonly id: string;
  readonly seq: number;
  readonly incident: Incident;
}

/** A small record of an adapter; gone after `expires` (epoch ms). */
export interface Entry {
  readonly kind: string;
  readonly key: string;
  readonly value: string;
  readonly expires: number;
}
