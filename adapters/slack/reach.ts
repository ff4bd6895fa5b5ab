import type { Card } from '../../src/engine/card.ts';
import { knownMessage } from '../../src/engine/known.ts';
import * as chat from '../../src/chat/incidents.ts';
import type { IncidentLine, IsHere } from '../../src/chat/incidents.ts';
import { linkTo, postedOf, spotOf, threadOf } from './ids.ts';
import type { SlackPorts, SlackStore, Workspace } from './ports.ts';

/** Whether a place is in this workspace, or in its organisation. */
function hereIn({ team, enterprise }: Workspace): IsHere {
  return ({ channel, ref }) => {
    if (channel !== 'slack') return false;
    const spot = spotOf(ref);
    return spot.team === team || (enterprise !== undefined && spot.enterprise === enterprise);
  };
}

/** Whether people of a workspace have to do with an incident: it is shown there, or in no workspace at all. */
export function isWithinReach(store: SlackStore, workspace: Workspace, incident: string): Promise<boolean> {
  return chat.isWithinReach(store, 'slack', hereIn(workspace), incident);
}

/** What a message shows now in this workspace, or elsewhere if it is not shown here; what is known is drawn anew. */
export function cardOf(
  { store, card }: Pick<SlackPorts, 'store' | 'card'>,
  workspace: Workspace,
  incident: string,
  message: string,
): Promise<Card | undefined> {
  if (message === knownMessage) return card(incident, message);
  return chat.cardOf(store, hereIn(workspace), incident, message);
}

/** The open incidents that people of a workspace have to do with, newest first. */
export function openIncidents(store: SlackStore, workspace: Workspace): Promise<readonly IncidentLine[]> {
  return chat.openIncidents(store, 'slack', hereIn(workspace));
}

/** One of them, open or not. */
export function incidentLine(
  store: SlackStore,
  workspace: Workspace,
  id: string,
): Promise<IncidentLine | undefined> {
  return chat.incidentLine(store, 'slack', hereIn(workspace), id);
}

/** A link to an incident's root message; undefined where it has none here, or Slack did not tell its address yet. */
export function linkOf({ at }: IncidentLine, url: string | undefined): string | undefined {
  if (at === undefined || url === undefined) return undefined;
  const spot = spotOf(at.place.ref);
  const { ts } = postedOf(at.root);
  const thread = threadOf(spot, at.root);
  return linkTo(url, spot.channel, ts, thread === ts ? undefined : thread);
}
