import type { Card } from '../engine/card.ts';
import type { Incident } from '../engine/incident.ts';
import { say } from '../render/language.ts';
import { toLine } from '../render/markup.ts';
import type { Place, Store } from '../store/store.ts';

/** What a chat product reads of the store to tell people about incidents. */
export type IncidentStore = Pick<Store, 'read' | 'list' | 'places' | 'shown'>;

/** Whether a place is of this product and of the part of it (workspace, tenant) that somebody sees. */
export type IsHere = (place: Place) => boolean;

/** One incident in a line. */
export interface IncidentLine {
  readonly id: string;
  readonly heading: string;
  readonly state: string;
  /** The person whose it is. */
  readonly owner: string;
  readonly awaitsApproval: boolean;
  /** Where its first message stands here, if it does. */
  readonly at?: { readonly place: Place; readonly root: string };
}

const mostRead = 200;

/** Whether people of one part of a product have to do with an incident: it is shown there, or nowhere in this product. */
export async function isWithinReach(
  store: Pick<Store, 'places'>,
  channel: string,
  isHere: IsHere,
  incident: string,
): Promise<boolean> {
  const mine = (await store.places(incident)).filter((place) => place.channel === channel);
  return mine.length === 0 || mine.some(isHere);
}

/** What a message shows now where somebody sees it, or elsewhere if it is not shown there. */
export async function cardOf(
  store: Pick<Store, 'places' | 'shown'>,
  isHere: IsHere,
  incident: string,
  message: string,
): Promise<Card | undefined> {
  const [places, rows] = await Promise.all([store.places(incident), store.shown(incident)]);
  const here = places.find(isHere);
  const shown = rows.filter((row) => row.message === message);
  return (shown.find((row) => row.place === here?.id) ?? shown[0])?.card;
}

async function lineOf(
  store: IncidentStore,
  isHere: IsHere,
  { id, owner, open }: Incident,
): Promise<IncidentLine> {
  const [places, rows] = await Promise.all([store.places(id), store.shown(id)]);
  const place = places.find(isHere);
  const roots = rows.filter((row) => row.message === 'root');
  const own = roots.find((row) => row.place === place?.id);
  const card = (own ?? roots[0])?.card;
  const state = card?.sections[0]?.text;
  return {
    id,
    heading: card?.heading === undefined ? id : toLine(card.heading),
    state: state === undefined ? say('is being opened') : toLine(state),
    owner: owner.person,
    awaitsApproval: Object.values(open).some(({ kind }) => kind === 'approval'),
    ...(place === undefined || own === undefined ? {} : { at: { place, root: own.ref } }),
  };
}

/** The open incidents that people of one part of a product have to do with, newest first. */
export async function openIncidents(
  store: IncidentStore,
  channel: string,
  isHere: IsHere,
): Promise<readonly IncidentLine[]> {
  const lines: IncidentLine[] = [];
  for (const { id, incident } of await store.list({ open: true, limit: mostRead })) {
    if (await isWithinReach(store, channel, isHere, id)) lines.push(await lineOf(store, isHere, incident));
  }
  return lines;
}

/** One incident that somebody asked for, if it is there and they have to do with it. */
export async function incidentLine(
  store: IncidentStore,
  channel: string,
  isHere: IsHere,
  id: string,
): Promise<IncidentLine | undefined> {
  const snapshot = await store.read(id);
  if (snapshot === undefined || !(await isWithinReach(store, channel, isHere, id))) return undefined;
  return lineOf(store, isHere, snapshot.incident);
}

/** An incident by what somebody typed: `INC-142`, `inc142` or `142`. */
export function incidentNamed(typed: string): string | undefined {
  const number = /^(?:inc-?)?(\d{1,12})$/i.exec(typed.trim())?.[1];
  return number === undefined ? undefined : `INC-${Number(number)}`;
}
