import type { Mirror } from '../../src/runtime/mirrors.ts';
import type { Activity, Conversation } from './activity.ts';

/** Where an incident is shown in Teams: the `ref` of its place. */
export interface Spot {
  readonly tenant: string;
  readonly serviceUrl: string;
  /** `19:…@thread.tacv2`, without a thread. */
  readonly channel: string;
  /** The number of the post whose thread it lives in, when that was there before. */
  readonly thread?: string;
}

/** A post: the `ref` of a message. */
export interface Posted {
  readonly id: string;
  /** The conversation that it stands in, and the others of its incident with it: `19:…;messageid=…`. */
  readonly conversation: string;
}

const threadMark = ';messageid=';

/** A thread's posts keep their order. */
export function laneOf({ tenant, channel, thread = '' }: Omit<Spot, 'serviceUrl'>): string {
  return `${tenant}/${channel}/${thread}`;
}

/** All threads of a channel: Teams counts what is sent to them together. */
export function channelOfLane(lane: string): string {
  return lane.slice(0, lane.lastIndexOf('/') + 1);
}

/** A conversation's channel and thread. */
export function partsOf(conversation: string): { readonly channel: string; readonly thread?: string } {
  const [channel = '', thread] = conversation.split(threadMark);
  return thread === undefined ? { channel } : { channel, thread };
}

/** The conversation of a thread in a channel. */
export function threadIn(channel: string, thread: string): string {
  return `${channel}${threadMark}${thread}`;
}

/** The `ref` of a place in Teams, read back. */
export function spotOf(ref: string): Spot {
  return JSON.parse(ref) as Spot;
}

/** Where Teams can be reached before an organisation was heard of. */
const anyService = 'https://smba.trafficmanager.net/teams/';

/** A channel of the settings as a place to mirror approvals in. */
export function mirrorIn(tenant: string, channel: string): Mirror {
  return {
    channel: 'teams',
    ref: JSON.stringify({ tenant, serviceUrl: anyService, channel } satisfies Spot),
    isAt(ref) {
      const spot = spotOf(ref);
      return spot.tenant === tenant && spot.channel === channel;
    },
  };
}

/** The `ref` of a message, read back. */
export function postedOf(ref: string): Posted {
  return JSON.parse(ref) as Posted;
}

/** The conversation that an incident's posts go into; undefined until its root was posted. */
export function conversationOf(spot: Spot, root: string | undefined): string | undefined {
  if (spot.thread !== undefined) return threadIn(spot.channel, spot.thread);
  return root === undefined ? undefined : postedOf(root).conversation;
}

/** What finds the incident that lives in a thread. */
export function threadKey(tenant: string, conversation: string): string {
  return `${tenant}/${conversation}`;
}

/** The dedupe key of what was written, and the id of the note that it may become: signs that a key may have. */
export function noteId(conversation: string, activity: string): string {
  return `msg.${conversation.replace(threadMark, '.')}.${activity}`;
}

/** The dedupe key of a press. */
export function pressId(conversation: string, activity: string): string {
  return `act.${conversation.replace(threadMark, '.')}.${activity}`;
}

/** Whether an activity comes from a channel of a team, where alone there are threads. */
export function isInChannel({ conversation }: Activity): boolean {
  return (
    conversation.conversationType === 'channel' || partsOf(conversation.id).channel.endsWith('@thread.tacv2')
  );
}

/** Where an activity came from, to be answered there. */
export function placeOf({ conversation, serviceUrl }: Activity, tenant: string): Conversation {
  return { id: conversation.id, serviceUrl, tenant };
}

/** An approver by the ids of APPROVERS: the object id, and the tenant where it is named. The playground's are a digit longer. */
export function teamsIdOf(id: string): { readonly tenant?: string; readonly oid: string } | undefined {
  const [, tenant, oid] = /^teams:(?:([0-9a-f-]{36,37})\/)?([0-9a-f-]{36,37})$/i.exec(id) ?? [];
  if (oid === undefined) return undefined;
  return tenant === undefined
    ? { oid: oid.toLowerCase() }
    : { tenant: tenant.toLowerCase(), oid: oid.toLowerCase() };
}

/** A link that opens a post in Teams. */
export function linkTo({ tenant, channel }: Spot, { id }: Posted): string {
  return `https://teams.microsoft.com/l/message/${encodeURIComponent(channel)}/${id}?tenantId=${tenant}`;
}

/** Whether two places are of one organisation. */
export function isSameHome(ref: string, other: string): boolean {
  return spotOf(ref).tenant === spotOf(other).tenant;
}
