import { words } from './card.ts';
import { endIncident } from './end.ts';
import type { InboundEvent, PressableEvent } from './event.ts';
import { settle } from './leave.ts';
import type { Refusal } from './reply.ts';
import { touch, visitOf, type Work } from './work.ts';

/** What people do about an incident as a whole, beside answering and approving. */
type AboutIncident = Extract<PressableEvent, { type: `note.${string}` | `incident.${string}` }>;

/** Notes, ownership, parking and cancelling; returns a refusal, or nothing. */
export function aboutIncident(work: Work, event: InboundEvent & AboutIncident): Refusal | undefined {
  const { actor, at } = event;
  if (event.type === 'note.added') return addNote(work, event.id, event.text);
  if (event.type === 'note.edited') return editNote(work, event.note, event.text);
  if (work.it.ended !== undefined) return ended(work);
  switch (event.type) {
    case 'incident.taken-over':
      work.it = { ...work.it, owner: actor };
      return undefined;
    case 'incident.handed-over':
      work.it = { ...work.it, owner: event.to };
      work.rootNotify = 'owner';
      return undefined;
    case 'incident.parked':
      work.it = { ...work.it, parked: { at, ...(event.why === undefined ? {} : { why: event.why }) } };
      return undefined;
    case 'incident.resumed':
      work.it = resumed(work);
      return undefined;
    case 'incident.cancelled':
      return cancel(work, event.why.trim());
  }
}

/** The words for whoever comes after the end. */
export function ended(work: Work): Refusal {
  return { code: 'ended', message: `${work.it.id} has ended. Start a new incident if there is more to do.` };
}

/** The incident, no longer parked. */
export function resumed(work: Work): Work['it'] {
  const { parked: _, ...it } = work.it;
  return it;
}

function addNote(work: Work, id: string, text: string): undefined {
  const note = { id, turn: work.it.turn, text, by: work.event.actor.name, at: work.event.at };
  work.it = { ...work.it, notes: [...work.it.notes, note] };
  touch(work, note.turn);
}

function editNote(work: Work, id: string, text: string): Refusal | undefined {
  const index = work.it.notes.findIndex((note) => note.id === id);
  const note = work.it.notes[index];
  if (note === undefined) return { code: 'late', message: 'There is no such note.' };
  const notes = work.it.notes.with(index, { ...note, text, editedAt: work.event.at });
  work.it = { ...work.it, notes };
  touch(work, note.turn);
  return undefined;
}

function cancel(work: Work, why: string): Refusal | undefined {
  if (why === '') return { code: 'bad-text', message: 'Please say why it is cancelled.', field: 'why' };
  for (const n of new Set(Object.values(work.it.open).map((open) => open.visit))) {
    if (visitOf(work.it, n).detached === undefined)
      settle(work, n, words('Cancelled.'), work.event.actor.name);
  }
  endIncident(work, 'cancelled', words('Cancelled: {why}', { why }));
  return undefined;
}
