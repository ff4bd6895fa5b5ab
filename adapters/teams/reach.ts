import * as chat from '../../src/chat/incidents.ts';
import type { IncidentLine, IsHere } from '../../src/chat/incidents.ts';
import type { Card } from '../../src/engine/card.ts';
import { knownMessage } from '../../src/engine/known.ts';
import { linkTo, postedOf, spotOf } from './ids.ts';
import type { TeamsPorts, TeamsStore } from './ports.ts';

function hereIn(tenant: string): IsHere {
  return ({ channel, ref }) => channel === 'teams' && spotOf(ref).tenant === tenant;
}

/** Whether people of an organisation have to do with an incident: it is shown there, or nowhere in Teams. */
export function isWithinReach(store: TeamsStore, tenant: string, incident: string): Promise<boolean> {
  return chat.isWithinReach(store, 'teams', hereIn(tenant), incident);
}

/** What a message shows now; what is known is drawn anew. */
export function cardOf(
  { store, card }: Pick<TeamsPorts, 'store' | 'card'>,
  tenant: string,
  incident: string,
  message: string,
): Promise<Card | undefined> {
  if (message === knownMessage) return card(incident, message);
  return chat.cardOf(store, hereIn(tenant), incident, message);
}

/** The open incidents that people of an organisation have to do with, newest first. */
export function openIncidents(store: TeamsStore, tenant: string): Promise<readonly IncidentLine[]> {
  return chat.openIncidents(store, 'teams', hereIn(tenant));
}

/** One of them, open or not. */
export function incidentLine(
  store: TeamsStore,
  tenant: string,
  id: string,
): Promise<IncidentLine | undefined> {
  return chat.incidentLine(store, 'teams', hereIn(tenant), id);
}

/** A link to an incident's first post; undefined where it has none here. */
export function linkOf({ at }: IncidentLine): string | undefined {
  return at === undefined ? undefined : linkTo(spotOf(at.place.ref), postedOf(at.root));
}
