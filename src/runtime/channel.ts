import type { Card } from '../engine/card.ts';
import type { Notify } from '../engine/effect.ts';
import type { Actor } from '../engine/event.ts';
import type { Text } from '../engine/card.ts';
import type { Place } from '../store/store.ts';

/** What a chat product must be able to do for us. Every method may throw an `EffectError`; the outbox tries again. */
export interface Channel {
  readonly name: string;
  /**
   * Makes the thread of an incident; returns the place's `ref`. Called before the first show; a second time, with
   * `again`, only when an earlier try may have made it: look for it first.
   */
  openThread(place: Place, root: Card, again?: boolean): Promise<string>;
  /** Posts a message, or updates it when `ref` says that it was shown; returns its `ref`. */
  show(post: ShowRequest): Promise<string>;
  /** Tells one person alone. */
  whisper(place: Place, to: Actor, text: Text): Promise<void>;
  nameOf(actorId: string): Promise<string>;
  /** Groups that this person is in now, e.g. `slack:S0123`; at most 60 s old. */
  rolesOf(actor: Actor): Promise<readonly string[]>;
}

/** One show. `key` is the outbox row's id, to be kept with the post where the product can. */
export interface ShowRequest {
  readonly key: string;
  readonly place: Place;
  readonly message: string;
  readonly ref: string | undefined;
  readonly card: Card;
  readonly notify: Notify;
  /** An earlier try may have posted it: look for `key` before posting again. */
  readonly again?: true;
}
