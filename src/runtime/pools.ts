import type { Effect } from '../engine/effect.ts';
import type { Place } from '../store/store.ts';

/**
 * The pool that an effect waits in, `<group> <rest>`: whatever waits for the same conversation, or for the same look at
 * the same server. Each has places of its own in the worker, so that what is slow or dead keeps nobody else waiting.
 */
export function poolOf(effect: Effect, place: Place | undefined, server: string | undefined): string {
  switch (effect.type) {
    case 'show':
    case 'whisper':
      return `${place?.channel} ${place?.ref}`;
    case 'run':
      return `${effect.mode === 'act' ? 'act' : 'look'}@${word(server ?? '')} ${effect.contract}`;
    case 'authorize':
      // May have to ask the presser's product for groups.
      return `press@${word(effect.presser.id.split(':', 1)[0] ?? '')} `;
    case 'wake':
      return 'wake ';
  }
}

/** How many rows are performed at once: of one pool, and of all pools of its group. */
interface Room {
  readonly each: number;
  readonly all: number;
}

/**
 * `look`: WHM takes four calls at a time, and those that would only wait for their turn there have their time limit
 * running. So they wait in the outbox, and no single look (one whose system hangs) takes all places of its server.
 */
const rooms: Readonly<Record<string, Room>> = {
  look: { each: 6, all: 16 },
  act: { each: 8, all: 16 },
  press: { each: 16, all: 16 },
  wake: { each: 16, all: 16 },
  // Of before there were pools.
  '': { each: 16, all: 16 },
};

/** A conversation is written to one after the other; the second is there to follow at once. */
const conversations: Room = { each: 2, all: 16 };

/** Which pools have places left, counted from what runs and what is about to. */
export function createPlaces() {
  const taken = new Map<string, number>();
  const count = (key: string) => taken.get(key) ?? 0;
  const add = (key: string, n: number) => {
    const now = count(key) + n;
    if (now > 0) taken.set(key, now);
    else taken.delete(key);
  };
  return {
    left(pool: string): number {
      const group = groupOf(pool);
      const { each, all } = rooms[group.split('@', 1)[0] ?? ''] ?? conversations;
      return Math.max(0, Math.min(each - count(pool), all - count(`${group} *`)));
    },
    /** Takes `n` places, or gives them back when it is negative. */
    take(pool: string, n: number): void {
      add(pool, n);
      add(`${groupOf(pool)} *`, n);
    },
  };
}

function groupOf(pool: string): string {
  return pool.slice(0, Math.max(0, pool.indexOf(' ')));
}

/** Groups end at the first space. */
function word(text: string): string {
  return text.replaceAll(/\s/g, '_');
}
