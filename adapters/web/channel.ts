import { nameOfWebId } from '../../src/render/approver-names.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import type { Shown } from '../../src/store/store.ts';
import type { Live } from './live.ts';
import type { Notices } from './notices.ts';

const storedWithinMs = 60_000;

/** The console as a channel: showing is telling open pages to look again, since pages are made from what is stored. */
export function createWebChannel(ports: {
  readonly live: Live;
  readonly notices: Notices;
  readonly now: () => number;
}) {
  const { live, notices, now } = ports;
  // The worker stores what is shown only after the show; a page that looks in between must not miss it.
  const recent = new Map<string, Shown>();

  const channel: Channel = {
    name: 'web',
    show({ place, message, card }) {
      const at = now();
      for (const [key, one] of recent) if (at - one.at > storedWithinMs) recent.delete(key);
      const ref = JSON.stringify({ message });
      const key = JSON.stringify([place.incident, place.id, message]);
      recent.set(key, { incident: place.incident, place: place.id, message, ref, card, at });
      live.changed(place.incident);
      return Promise.resolve(ref);
    },
    whisper(place, to, text) {
      notices.add(to.id, place.incident, 'told', text);
      live.told(to.id);
      return Promise.resolve();
    },
    nameOf: (actorId) => Promise.resolve(nameOfWebId(actorId)),
    // Approvers of this channel are named one by one.
    rolesOf: () => Promise.resolve([]),
  };

  return {
    channel,
    /** The stored rows of a place, with what was shown since and is about to be stored. */
    upToDate(rows: readonly Shown[], incident: string, place: string): readonly Shown[] {
      const byMessage = new Map(rows.map((row) => [row.message, row]));
      for (const one of recent.values()) {
        if (one.incident !== incident || one.place !== place) continue;
        const stored = byMessage.get(one.message);
        if (stored === undefined || one.at > stored.at) byMessage.set(one.message, one);
      }
      return [...byMessage.values()];
    },
  };
}

/** The channel of a running console, with its memory. */
export type WebChannel = ReturnType<typeof createWebChannel>;
