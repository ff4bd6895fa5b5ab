import type { Notify } from '../engine/effect.ts';

const loudness: Record<Notify, number> = { none: 0, owner: 1, approvers: 2, channel: 3 };

/**
 * Who is still to be told by shows that wait in the outbox. A newer show of a message replaces a waiting one; without
 * this, an edit that tells nobody would swallow the mention of the approvers. Kept in memory: after a restart such a
 * mention can be lost, never the message.
 */
export class Pings {
  readonly #waiting = new Map<string, Notify>();

  /** The louder of this show's and the waiting one's. */
  merged(message: string, notify: Notify): Notify {
    const waiting = this.#waiting.get(message) ?? 'none';
    return loudness[waiting] > loudness[notify] ? waiting : notify;
  }

  /** A show waits in the outbox. */
  waits(message: string, notify: Notify): void {
    if (notify !== 'none') this.#waiting.set(message, this.merged(message, notify));
  }

  /** The waiting show is being performed, so a newer one no longer replaces it. */
  taken(message: string): void {
    this.#waiting.delete(message);
  }
}
