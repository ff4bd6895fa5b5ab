import { clock, inWords } from '../engine/fill.ts';
import { durationInWords } from '../engine/duration.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { Incident } from '../engine/incident.ts';
import type { Related } from '../engine/related.ts';
import type { Refusal } from '../engine/reply.ts';
import { stateOf } from '../engine/root.ts';
import { factsOf } from '../engine/work.ts';
import type { Place, Store } from '../store/store.ts';

/** Whether whoever works in one place may hear of what is shown in another one of the same product. */
export type IsTogether = (one: Place, other: Place) => boolean;

const dayMs = 86_400_000;
/** How far back is looked, and how many are named: a server has many incidents that have nothing to do with another. */
const lately = {
  client: { withinMs: 90 * dayMs, most: 3 },
  ip: { withinMs: 30 * dayMs, most: 3 },
  server: { withinMs: dayMs, most: 2 },
} as const;

/** The names that an incident is found by: `client:acme.example`, `ip:203.0.113.7`, `server:host2`. */
export function namesOf({ client, clientId }: Dialog, it: Incident): readonly string[] {
  const facts = factsOf(it);
  const valueOf = (name: string | undefined) => {
    const value = name !== undefined && Object.hasOwn(facts, name) ? facts[name]?.value : undefined;
    return value === undefined || value === '' || value === '[redacted]'
      ? undefined
      : inWords(value).toLowerCase();
  };
  const typed = valueOf(client)?.replace(/^.*@/, '');
  const names = [...new Set([typed, valueOf(clientId)]).values()].flatMap((value) =>
    value === undefined ? [] : [`client:${value}`],
  );
  const [ip, server] = [valueOf('ip'), valueOf('server')];
  return [
    ...names,
    ...(ip === undefined ? [] : [`ip:${ip}`]),
    ...(server === undefined ? [] : [`server:${server}`]),
  ];
}

/** Names that an incident got with an event. */
export function newNames(
  dialog: Dialog,
  before: Incident | undefined,
  after: Incident | undefined,
): readonly string[] {
  if (after === undefined || after.visits === before?.visits) return [];
  const known = new Set(before === undefined ? [] : namesOf(dialog, before));
  return namesOf(dialog, after).filter((name) => !known.has(name));
}

/** Looks for incidents about the same. */
export function createRelated(store: Pick<Store, 'about' | 'places'>, isTogether: IsTogether) {
  /** Whether people at a place have to do with an incident: it is shown there, or nowhere in that product. */
  async function reaches(home: Place, incident: string): Promise<boolean> {
    const same = (await store.places(incident)).filter(({ channel }) => channel === home.channel);
    return same.length === 0 || same.some((place) => isTogether(home, place));
  }

  return {
    /** What came lately about names that an incident has just got. */
    async lately(
      it: Incident,
      names: readonly string[],
      home: Place | undefined,
    ): Promise<readonly Related[]> {
      const found = new Map<string, Related>();
      const known = new Set([it.id, ...(it.related ?? []).map(({ id }) => id)]);
      for (const name of names) {
        const same = kindOf(name);
        const { withinMs, most } = lately[same];
        const rows = await store.about(name, { open: false, limit: most + 1 });
        for (const { id, incident } of rows) {
          if (known.has(id) || found.has(id) || incident.ended?.outcome === 'cancelled') continue;
          if (it.lastAt - incident.openedAt > withinMs) continue;
          if (home === undefined || !(await reaches(home, id))) continue;
          const done = incident.deeds.at(-1)?.title;
          const state = stateOf(incident);
          const one = { id, at: incident.openedAt, same, state };
          found.set(id, done === undefined ? one : { ...one, done });
        }
      }
      return [...found.values()];
    },

    /** Somebody opens an incident for a client who has an open one: what they are told; undefined when there is none. */
    async openAlready(
      dialog: Dialog,
      it: Incident,
      home: Place,
    ): Promise<(Refusal & { readonly incident: string }) | undefined> {
      const names = namesOf(dialog, it).filter((name) => kindOf(name) === 'client');
      for (const name of names) {
        for (const { id, incident } of await store.about(name, { open: true, limit: 5 })) {
          if (!(await reaches(home, id))) continue;
          const { owner, openedAt } = incident;
          const ago = durationInWords(Math.max(0, it.openedAt - openedAt));
          const message = `${id} is open for ${name.slice('client:'.length)} (${owner.name}, ${clock(openedAt)}, ${ago} ago). Go there, or start anew: type "anew" before the client.`;
          return { code: 'open-already', message, field: dialog.client, incident: id };
        }
      }
      return undefined;
    },
  };
}

function kindOf(name: string): Related['same'] {
  return name.startsWith('client:') ? 'client' : name.startsWith('ip:') ? 'ip' : 'server';
}
