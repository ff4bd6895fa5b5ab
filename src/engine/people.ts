import { words } from './card.ts';
import { chooseLanguage } from './client-language.ts';
import { endIncident } from './end.ts';
import type { InboundEvent, PressableEvent } from './event.ts';
import type { Incident } from './incident.ts';
import { settle } from './leave.ts';
import { park, takeUp } from './patience.ts';
import { recap } from './recap.ts';
import type { Refusal } from './reply.ts';
import { visitOf, type Work } from './work.ts';

/** What people do about an incident as a whole, beside answering and approving. */
type AboutIncident = Exclude<
  Extract<PressableEvent, { type: `note.${string}` | `incident.${string}` }>,
  { type: 'incident.restarted' | 'incident.escalated' }
>;

type Outcome = Refusal | { readonly to: string | undefined };
const stay: Outcome = { to: undefined };
const noSuchNote: Refusal = { code: 'late', message: 'There is no such note.' };
const emptyNote: Refusal = { code: 'bad-text', message: 'Please type the note.', field: 'text' };

/** Notes, ownership, parking and cancelling; returns a refusal, or the step that a watch leads to, if one was waiting for the end. */
export function aboutIncident(work: Work, event: InboundEvent & AboutIncident): Outcome {
  if (event.type === 'note.added') return addNote(work, event.id, event.text);
  if (event.type === 'note.edited') return editNote(work, event.note, event.text);
  if (event.type === 'note.deleted') return takeBack(work, event.note);
  if (work.it.ended !== undefined) return ended(work);
  switch (event.type) {
    case 'incident.client-language-chosen':
      chooseLanguage(work, event);
      return stay;
    case 'incident.taken-over':
      return takeOver(work);
    case 'incident.handed-over':
      return handOver(work, event);
    case 'incident.parked':
      return park(work, event.why, event.wake) ?? stay;
    case 'incident.resumed':
      if (work.it.parked === undefined)
        return { code: 'late', message: `${work.it.id} is not parked: it goes on where it is.` };
      takeUp(work);
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

/** Whoever had it is told, for a take-over may cross their own work. */
function takeOver(work: Work): Outcome {
  const { actor } = work.event;
  const { id, owner: before } = work.it;
  // Twice at once is the same wish; nothing has to be said about it.
  if (before.person === actor.person) return stay;
  work.it = { ...work.it, owner: actor };
  work.effects.push({
    type: 'whisper',
    key: 'whisper.owner',
    to: before,
    text: words('{name} has taken {id} over from you.', { name: actor.name, id }),
  });
  recap(work, words('{name} takes this over from {before}.', { name: actor.name, before: before.name }));
  return stay;
}

function handOver(
  work: Work,
  { to, why = '', id }: InboundEvent & { type: 'incident.handed-over' },
): Outcome {
  const { actor } = work.event;
  if (work.it.owner.person === to.person)
    return { code: 'late', message: `${work.it.id} is with ${to.name} already.`, field: 'to' };
  work.it = { ...work.it, owner: to };
  recap(work, words('{name} hands this over to {to}.', { name: actor.name, to: to.name }));
  return why.trim() === '' ? stay : addNote(work, id, why);
}

function addNote(work: Work, id: string, text: string): Outcome {
  if (text.trim() === '') return emptyNote;
  const { actor, at } = work.event;
  const note = { id, turn: work.it.turn, text, by: actor.name, person: actor.person, at };
  work.it = { ...work.it, notes: [...work.it.notes, note] };
  return stay;
}

/** The words are those of whoever wrote them last: nobody is made to say what another typed. */
function editNote(work: Work, id: string, text: string): Outcome {
  const index = work.it.notes.findIndex((note) => note.id === id);
  const note = work.it.notes[index];
  if (note === undefined || note.deletedAt !== undefined) return noSuchNote;
  if (text.trim() === '') return emptyNote;
  const { actor, at } = work.event;
  const edited = { ...note, text, by: actor.name, person: actor.person, editedAt: at };
  work.it = { ...work.it, notes: work.it.notes.with(index, edited) };
  return stay;
}

/** The card no longer shows its words; the log keeps them. */
function takeBack(work: Work, id: string): Outcome {
  const index = work.it.notes.findIndex((note) => note.id === id);
  const note = work.it.notes[index];
  if (note === undefined || note.deletedAt !== undefined) return noSuchNote;
  const { actor, at } = work.event;
  if (note.person !== undefined && note.person !== actor.person)
    return { code: 'not-allowed', message: `Only ${note.by} can take that note back.` };
  work.it = { ...work.it, notes: work.it.notes.with(index, { ...note, text: '', deletedAt: at }) };
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
