import { serverOf } from '../engine/alarm.ts';
import type { Effect } from '../engine/effect.ts';
import type { Incident } from '../engine/incident.ts';
import type { OutboxRow, Place } from '../store/store.ts';
import { traceOf } from '../trace.ts';
import { shownAt } from './mirrors.ts';
import { louder } from './notify.ts';
import { poolOf } from './pools.ts';

/** What an outbox row holds: the effect, when it was decided (epoch ms), and where it goes, for shows and whispers. */
export interface Payload<E extends Effect = Effect> {
  readonly effect: E;
  readonly at: number;
  readonly place?: string;
}

/** The outbox rows of one turn: a show goes to every place that it concerns, a whisper to the one where that person is. */
export function outboxRows(
  incident: Incident,
  effects: readonly Effect[],
  places: readonly Place[],
  now: number,
): readonly OutboxRow[] {
  const { id, seq, lastAt: at } = incident;
  const turn = { id, seq, at, now, server: serverOf(incident) };
  return effects.flatMap((effect) => rowsOf(turn, effect, places));
}

/** Reads a row's payload back; only our own turns wrote it. */
export function payloadOf(row: OutboxRow): Payload {
  return JSON.parse(row.payload) as Payload;
}

/** What a show becomes that takes the place of one that waited: nobody whom that would have told is left out. */
export function mergedShow(waiting: string, newer: string): string {
  const [before, after] = [JSON.parse(waiting) as Payload, JSON.parse(newer) as Payload];
  if (before.effect.type !== 'show' || after.effect.type !== 'show') return newer;
  const notify = louder(before.effect.notify, after.effect.notify);
  return JSON.stringify({ ...after, effect: { ...after.effect, notify } } satisfies Payload);
}

/** What coalesces shows: the place's message. */
export function messageKey(incident: string, message: string, place: string): string {
  return `${incident}.${message}@${place}`;
}

interface TurnOf {
  readonly id: string;
  readonly seq: number;
  readonly at: number;
  readonly now: number;
  readonly server: string | undefined;
}

function rowsOf(turn: TurnOf, effect: Effect, places: readonly Place[]): readonly OutboxRow[] {
  const { id: incident, seq, at, now, server } = turn;
  const row: OutboxRow = {
    id: `${incident}.${seq}.${effect.key}`,
    incident,
    kind: effect.type,
    pool: poolOf(effect, undefined, server),
    lane: null,
    message: null,
    // Not `at`: the clock may have stepped back since, and nothing should wait for it to catch up.
    due: now,
    payload: JSON.stringify({ effect, at } satisfies Payload),
  };
  switch (effect.type) {
    case 'show':
      return places.flatMap((place) => {
        const shown = shownAt(place, effect);
        if (shown === undefined) return [];
        const message = messageKey(incident, effect.message, place.id);
        const card = { ...shown.card, trace: traceOf(turn) };
        const payload: Payload = { effect: { ...shown, card }, at, place: place.id };
        // One lane for each place: the posts of a thread keep their order.
        const lane = `${incident}@${place.id}`;
        const pool = poolOf(effect, place, server);
        return { ...row, id: `${row.id}@${place.id}`, pool, lane, message, payload: JSON.stringify(payload) };
      });
    case 'whisper': {
      const place = placeOf(effect.to.id, places);
      if (place === undefined) return [];
      const payload: Payload = { effect, at, place: place.id };
      const pool = poolOf(effect, place, server);
      return [{ ...row, id: `${row.id}@${place.id}`, pool, payload: JSON.stringify(payload) }];
    }
    case 'run':
      // One act at a time for each subject, over all incidents.
      return [effect.mode === 'act' ? { ...row, lane: `act ${effect.plan?.subject ?? incident}` } : row];
    case 'authorize':
      // One after the other, so that each knows who approved before.
      return [{ ...row, lane: `presses ${incident}` }];
    case 'wake':
      return [{ ...row, due: effect.at }];
  }
}

function placeOf(actorId: string, places: readonly Place[]): Place | undefined {
  const channel = actorId.split(':', 1)[0];
  return (
    places.find((place) => place.channel === channel) ??
    places.find((place) => place.role === 'home') ??
    places[0]
  );
}
