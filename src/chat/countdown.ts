import { createHash } from 'node:crypto';
import type { Card } from '../engine/card.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Place, Store } from '../store/store.ts';
import type { SendQueue } from './send-queue.ts';

/** A message that counts down, as it was shown last. */
export interface Counting {
  readonly place: Place;
  readonly message: string;
  readonly ref: string;
  readonly card: Card;
}

/** A message that waits to be drawn again. Thousands may wait for days: their cards stay in the store. */
interface Waiting extends Omit<Counting, 'card'> {
  readonly print: string;
  readonly times: readonly number[];
  drawAt: number;
}

/** Draws a message again, unless something newer was shown before it came to that. */
export type Redraw = (counting: Counting, isCurrent: () => boolean) => Promise<void>;

/** Edits waiting messages, so that people see the time pass. */
export interface Countdown {
  /** A message was shown: it counts down from now on, or no more. */
  watch(shown: Counting): void;
  /** How a message is drawn again; when its turn comes, it may no longer be `current`. */
  draws(redraw: Redraw): void;
  /** Takes up what counted down before a restart. */
  resume(): Promise<void>;
  stop(): void;
}

/** One message is edited at most so often, and a long wait no oftener than people see it move. */
const everyMs = 30_000;
const stepsOfWait = 60;
/** All together so often: Slack takes about 50 edits a minute of one app, and Teams 60 messages in 30 s. */
const apartMs = 2500;
const mostResumed = 500;

/** Makes the countdown. Only what is still shown is drawn again: the store knows, whichever server showed it. */
export function createCountdown({
  clock,
  store,
  queue,
  channel,
  laneOf,
  log,
}: {
  readonly clock: Clock;
  readonly store: Pick<Store, 'list' | 'places' | 'shown'>;
  readonly queue: SendQueue;
  /** Whose places these are. */
  readonly channel: string;
  /** The queue that a place's posts go through. */
  readonly laneOf: (place: Place) => string;
  readonly log: { debug(fields: object, message: string): void };
}): Countdown {
  const counting = new Map<string, Waiting>();
  let redraw: Redraw = () => Promise.resolve();
  let cancel: (() => void) | undefined;
  let stopped = false;

  function arm(): void {
    if (stopped || cancel !== undefined || counting.size === 0) return;
    const next = soonest()?.[1].drawAt ?? 0;
    cancel = clock.setTimer(Math.max(next, clock.now() + apartMs), () => {
      void tick().finally(() => {
        cancel = undefined;
        arm();
      });
    });
  }

  function soonest(): readonly [string, Waiting] | undefined {
    let first: readonly [string, Waiting] | undefined;
    for (const entry of counting) if (first === undefined || entry[1].drawAt < first[1].drawAt) first = entry;
    return first;
  }

  async function tick(): Promise<void> {
    const now = clock.now();
    const first = soonest();
    if (first === undefined) return;
    const [key, one] = first;
    if (now < one.drawAt) return;
    one.drawAt = now + intervalOf(one.times, now);
    if (!countsDown(one.times, now)) {
      counting.delete(key);
      return;
    }
    if (queue.isBusy(laneOf(one.place))) return;
    try {
      const card = await stillShown(one);
      if (card !== undefined) await redraw({ ...one, card }, () => counting.get(key) === one);
      else if (counting.get(key) === one) counting.delete(key);
    } catch (error) {
      // The next one, or whatever is shown next, will do.
      log.debug({ err: error }, 'a countdown could not be drawn');
    }
  }

  async function stillShown({ place, message, print }: Waiting): Promise<Card | undefined> {
    const rows = await store.shown(place.incident);
    const row = rows.find((shown) => shown.place === place.id && shown.message === message);
    return row !== undefined && printOf(row.card) === print ? row.card : undefined;
  }

  function watch({ place, message, ref, card }: Counting): void {
    const key = JSON.stringify([place.incident, place.id, message]);
    const now = clock.now();
    const times = timesOf(card);
    if (countsDown(times, now))
      counting.set(key, {
        place,
        message,
        ref,
        times,
        print: printOf(card),
        drawAt: now + intervalOf(times, now),
      });
    else counting.delete(key);
    arm();
  }

  return {
    watch,
    draws(how) {
      redraw = how;
    },
    async resume() {
      for (const { id } of await store.list({ open: true, limit: mostResumed })) {
        const [places, rows] = await Promise.all([store.places(id), store.shown(id)]);
        for (const place of places.filter((one) => one.channel === channel)) {
          for (const { message, ref, card } of rows.filter((row) => row.place === place.id))
            watch({ place, message, ref, card });
        }
      }
    },
    stop() {
      stopped = true;
      cancel?.();
      counting.clear();
    },
  };
}

/** Whether one of these is a time that is still to come. */
function countsDown(times: readonly number[], now: number): boolean {
  return times.some((at) => at > now);
}

/** How long a card can stay as it is: a wait of two days is not drawn anew every half minute. */
function intervalOf(times: readonly number[], now: number): number {
  const next = Math.min(...times.filter((at) => at > now));
  return Math.max(everyMs, (Number.isFinite(next) ? next - now : 0) / stepsOfWait);
}

/** Tells a card from any other. */
function printOf(card: Card): string {
  return createHash('sha256').update(JSON.stringify(card)).digest('base64');
}

function timesOf(card: Card): readonly number[] {
  return card.sections.flatMap(({ progress, settled, struck }) =>
    progress === undefined || settled !== undefined || struck === true ? [] : [progress.nextAt],
  );
}
