import type { Card } from '../../src/engine/card.ts';
import type { Place } from '../../src/store/store.ts';
import { linkTo, spotOf, threadOf } from './ids.ts';
import type { SlackStore, Workspace } from './ports.ts';

/** Whether people of a workspace have to do with an incident: it is shown there, or in no workspace at all. */
export async function isWithinReach(
  store: Pick<SlackStore, 'places'>,
  workspace: Workspace,
  incident: string,
): Promise<boolean> {
  const here = (await store.places(incident)).filter(({ channel }) => channel === 'slack');
  return here.length === 0 || here.some((place) => isIn(workspace, place));
}

/** What a message shows now in this workspace, or elsewhere if it is not shown here. */
export async function cardOf(
  store: Pick<SlackStore, 'places' | 'shown'>,
  workspace: Workspace,
  incident: string,
  message: string,
): Promise<Card | undefined> {
  const [places, rows] = await Promise.all([store.places(incident), store.shown(incident)]);
  const here = places.find((place) => place.channel === 'slack' && isIn(workspace, place));
  const shown = rows.filter((row) => row.message === message);
  return (shown.find((row) => row.place === here?.id) ?? shown[0])?.card;
}

/** A link to the incident's root message in Slack; undefined where it is not shown. */
export async function linkOf(
  store: Pick<SlackStore, 'places' | 'shown'>,
  url: string | undefined,
  incident: string,
): Promise<string | undefined> {
  const [places, rows] = await Promise.all([store.places(incident), store.shown(incident)]);
  const place = places.find(({ channel }) => channel === 'slack');
  const root = rows.find((row) => row.place === place?.id && row.message === 'root');
  if (place === undefined || root === undefined || url === undefined) return undefined;
  const spot = spotOf(place.ref);
  const { ts } = JSON.parse(root.ref) as { ts: string };
  const thread = threadOf(spot, root.ref);
  return linkTo(url, spot.channel, ts, thread === ts ? undefined : thread);
}

function isIn({ team, enterprise }: Workspace, { ref }: Place): boolean {
  const spot = spotOf(ref);
  return spot.team === team || (enterprise !== undefined && spot.enterprise === enterprise);
}
