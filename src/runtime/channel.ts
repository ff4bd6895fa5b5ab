import type { Card } from '../engine/card.ts';
import type { Notify } from '../engine/effect.ts';
import type { Actor } from '../engine/event.ts';
import type { Text } from '../engine/card.ts';
import type { Place } from '../store/store.ts';

/** What a chat product must be able to do for us. Every method may throw an `EffectError`; the outbox tries again. */
export interface Channel {
  readonly name: string;
  /**
   * Posts a message, or updates it when `ref` says that it was shown; returns its `ref`. The incident's first message is
   * `root`: its post makes the thread that the others go into.
   */
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
  /** The `ref` of the root message in this place, once it was shown there. */
  readonly root: string | undefined;
  readonly card: Card;
  readonly notify: Notify;
  /** An earlier try may have posted something: look for `key` before posting again. */
  readonly again?: true;
}
