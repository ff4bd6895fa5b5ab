import { words } from './card.ts';
import { endIncident } from './end.ts';
import type { InboundEvent, PressableEvent } from './event.ts';
import type { Incident } from './incident.ts';
import { settle } from './leave.ts';
import type { Refusal } from './reply.ts';
import { resumed, tell, visitOf, type Work } from './work.ts';

/** What people do about an incident as a whole, beside answering and approving. */
type AboutIncident = Exclude<
  Extract<PressableEvent, { type: `note.${string}` | `incident.${string}` }>,
  { type: 'incident.restarted' | 'incident.escalated' }
>;

type Outcome = Refusal | { readonly to: string | undefined };
const stay: Outcome = { to: undefined };
const emptyNote: Refusal = { code: 'bad-text', message: 'Please type the note.', field: 'text' };

/** Notes, ownership, parking and cancelling; returns a refusal, or the step that a watch leads to, if one was waiting for the end. */
export function aboutIncident(work: Work, event: InboundEvent & AboutIncident): Outcome {
  const { actor, at } = event;
  if (event.type === 'note.added') return addNote(work, event.id, event.text);
  if (event.type === 'note.edited') return editNote(work, event.note, event.text);
  if (work.it.ended !== undefined) return ended(work);
  switch (event.type) {
    case 'incident.taken-over':
      work.it = { ...work.it, owner: actor };
      return stay;
    case 'incident.handed-over':
      work.it = { ...work.it, owner: event.to };
      tell(work, 'root', 'owner');
      return (event.why ?? '').trim() === '' ? stay : addNote(work, event.id, event.why ?? '');
    case 'incident.parked':
      work.it = { ...work.it, parked: { at, ...(event.why === undefined ? {} : { why: event.why }) } };
      return stay;
    case 'incident.resumed':
      work.it = resumed(work);
      return stay;
    case 'incident.cancelled':
      return cancel(work, event.why.trim());
  }
}

/** The words for whoever comes after the end. */
export function ended(work: Work): Refusal {
  return endedWords(work.it);
}

/** The same, without a turn. */
export function endedWords({ id }: Pick<Incident, 'id'>): Refusal {
  return { code: 'ended', message: `${id} has ended. Start a new incident if there is more to do.` };
}

function addNote(work: Work, id: string, text: string): Outcome {
  if (text.trim() === '') return emptyNote;
  const note = { id, turn: work.it.turn, text, by: work.event.actor.name, at: work.event.at };
  work.it = { ...work.it, notes: [...work.it.notes, note] };
  return stay;
}

/** The words are those of whoever wrote them last: nobody is made to say what another typed. */
function editNote(work: Work, id: string, text: string): Outcome {
  const index = work.it.notes.findIndex((note) => note.id === id);
  const note = work.it.notes[index];
  if (note === undefined) return { code: 'late', message: 'There is no such note.' };
  if (text.trim() === '') return emptyNote;
  const { actor, at } = work.event;
  const notes = work.it.notes.with(index, { ...note, text, by: actor.name, editedAt: at });
  work.it = { ...work.it, notes };
  return stay;
}

function cancel(work: Work, why: string): Outcome {
  if (why === '') return { code: 'bad-text', message: 'Please say why it is cancelled.', field: 'why' };
  for (const n of new Set(Object.values(work.it.open).map((open) => open.visit))) {
    const { detached, settled, ledTo } = visitOf(work.it, n);
    // Who approved an act that still runs is not to be forgotten, and where the path went on nothing was cancelled.
    if (detached === undefined && settled === undefined && ledTo === undefined)
      settle(work, n, words('Cancelled.'), work.event.actor.name);
  }
  return { to: endIncident(work, 'cancelled', words('Cancelled: {why}', { why })) };
}
