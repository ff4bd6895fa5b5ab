import { messageJson } from './answers.ts';
import type { Delivered, Overrides, RequestKind } from './delivery.ts';
import type { Json } from './json.ts';
import type { Change } from './method.ts';
import { kindOf } from './method.ts';
import { channelType, eventEnvelope } from './payloads.ts';
import type { PayloadSource } from './payloads.ts';
import type { Channel, Team, User } from './team.ts';

/** Where people act and the app is told of it. */
export interface Stage extends PayloadSource {
  /** The channel that is meant when none is named. */
  readonly homeChannel: string;
  readonly deliver: (kind: RequestKind, payload: Json, overrides?: Overrides) => Promise<Delivered>;
  readonly tell: (change: Change) => void;
}

/** A channel that must be there, and the workspace in which the app serves it. */
export function placeOf(
  stage: Stage,
  id = stage.homeChannel,
): { readonly channel: Channel; readonly team: Team } {
  const channel = stage.state.channels.get(id);
  if (channel === undefined) throw new Error(`There is no channel ${id} in this Slack.`);
  return { channel, team: teamWith(stage, channel.team) };
}

/** A workspace that must be there. */
export function teamWith(stage: Stage, id: string): Team {
  const team = stage.state.teams.get(id);
  if (team === undefined) throw new Error(`There is no workspace ${id} in this Slack.`);
  return team;
}

/** The workspace in which somebody meets the app outside of any channel. */
export function teamFor(stage: Stage, user: User): Team {
  return stage.state.teams.get(user.team) ?? placeOf(stage).team;
}

/** Tells the app of an event in a channel, if its membership and scopes let it hear of it. */
export function tellEvent(
  stage: Stage,
  event: Json,
  where: { readonly channel: Channel; readonly team: Team },
) {
  const { channel, team } = where;
  const scope = event['type'] === 'app_mention' ? 'app_mentions:read' : `${kindOf(channel)}:history`;
  if (!channel.members.has(team.botUser)) return untold(event, `the bot is not in ${channel.id}`);
  if (!mayHear(stage, team, scope)) return untold(event, `the app has no ${scope}`);
  return stage.deliver('events', eventEnvelope(stage, event, team, channel));
}

/** A `message` event about a message that was posted, changed or deleted. */
export function changeEvent(stage: Stage, change: Change, channel: Channel): Json {
  const { message } = change;
  const now = messageJson(stage.state, message);
  const at = { channel: channel.id, channel_type: channelType(channel) };
  if (change.kind === 'posted') return { ...now, ...at, event_ts: message.ts };
  const eventTs = stage.state.nextTs();
  const hidden = { type: 'message', hidden: true, ...at, ts: eventTs, event_ts: eventTs };
  return change.kind === 'changed'
    ? { ...hidden, subtype: 'message_changed', message: now, previous_message: change.before }
    : { ...hidden, subtype: 'message_deleted', deleted_ts: message.ts, previous_message: change.before };
}

function mayHear({ state }: Stage, team: Team, scope: string): boolean {
  return [...state.grants.values()].some(
    (grant) =>
      grant.refusal === undefined &&
      grant.scopes.has(scope) &&
      (grant.team === team.id || (grant.team === undefined && grant.enterprise === team.enterprise)),
  );
}

function untold(payload: Json, why: string): Promise<Delivered> {
  return Promise.resolve({
    request: { kind: 'events', payload, headers: {}, body: '' },
    status: 0,
    headers: {},
    body: '',
    json: {},
    ms: 0,
    error: `Slack does not tell the app: ${why}.`,
  });
}
