import { isJson, parsed, scalarIn, textIn } from './json.ts';
import type { Json } from './json.ts';
import { Refusal } from './refusal.ts';
import type { Message, SlackState } from './state.ts';
import type { Channel, Grant, Team } from './team.ts';

/** What is told to the app's own event stream when `echo` is on. */
export type Change =
  | { readonly kind: 'posted'; readonly message: Message }
  | { readonly kind: 'changed'; readonly message: Message; readonly before: Json }
  | { readonly kind: 'deleted'; readonly message: Message; readonly before: Json };

/** One call that is allowed in. */
export interface Call {
  readonly state: SlackState;
  readonly appId: string;
  readonly params: Json;
  readonly grant: Grant;
  /** Adds a warning to the answer. */
  readonly warn: (warning: string) => void;
  readonly tell: (change: Change) => void;
}

/** A method of the Web API. */
export interface Method {
  readonly token: 'bot' | 'app';
  /** What the token must be allowed to do; any one of them is enough. */
  readonly scopes?: (call: Call) => readonly string[];
  readonly run: (call: Call) => Json;
}

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;

/** A parameter as text; undefined when it was not sent. */
export function param({ params }: Call, name: string): string | undefined {
  return scalarIn(params[name]);
}

/** A parameter that is true or false. */
export function isSet(call: Call, name: string): boolean {
  return ['true', '1'].includes(param(call, name) ?? '');
}

/** A parameter that is JSON, whether it came as JSON or as text of it; undefined when it was not sent. */
export function jsonParam({ params }: Call, name: string): unknown {
  const value = params[name];
  return typeof value === 'string' ? (parsed(value) ?? null) : value;
}

/** The team that a call is about: the token's, or for a whole organisation the one that is named. */
export function teamOf(call: Call, channel?: Channel): Team {
  const { state, grant } = call;
  const id = grant.team ?? channel?.team ?? param(call, 'team_id');
  const team = id === undefined ? undefined : state.teams.get(id);
  if (team === undefined) throw new Refusal('missing_argument', { needed: 'team_id' });
  if (grant.team === undefined && team.enterprise !== grant.enterprise)
    throw new Refusal('team_access_not_granted');
  return team;
}

/** The channel that a call names, as far as the bot can see it. A name instead of an ID finds nothing. */
export function channelOf(call: Call): {
  readonly channel: Channel;
  readonly team: Team;
  readonly isIn: boolean;
} {
  const { state, grant } = call;
  const id = param(call, 'channel') ?? '';
  const channel = state.channels.get(id) ?? directChannel(call, id);
  if (channel === undefined) throw new Refusal('channel_not_found');
  const team = grant.team === undefined ? teamOf(call, channel) : teamOf(call);
  const isIn = channel.members.has(team.botUser);
  const isSeen = isIn || (channel.team === team.id && !channel.isPrivate);
  if (!isSeen) throw new Refusal('channel_not_found');
  return { channel, team, isIn };
}

/** The kind of a channel as scopes and events name it. */
export function kindOf({ isDirect, isPrivate }: Channel): 'im' | 'groups' | 'channels' {
  if (isDirect) return 'im';
  return isPrivate ? 'groups' : 'channels';
}

/** The scope for a channel of the kind that the call names; for a channel that is not there, that of a public one. */
export function channelScope(what: 'history' | 'read') {
  return ({ state, params }: Call): readonly string[] => {
    const channel = state.channels.get(textIn(params['channel']));
    return [`${channel === undefined ? 'channels' : kindOf(channel)}:${what}`];
  };
}

/** A message to a person goes into the app's direct conversation with them. */
function directChannel(call: Call, userId: string): Channel | undefined {
  const user = call.state.users.get(userId);
  return user === undefined ? undefined : openDirect(call.state, userId, teamOf(call).botUser);
}

/** The app's direct conversation with a person. */
export function openDirect(state: SlackState, userId: string, botUser: string): Channel {
  const id = `D${userId.slice(1)}`;
  const there = state.channels.get(id);
  if (there !== undefined) return there;
  const team = state.users.get(userId)?.team ?? '';
  const channel: Channel = {
    id,
    team,
    name: '',
    isPrivate: true,
    isArchived: false,
    isExtShared: false,
    isDirect: true,
    members: new Set([userId, botUser]),
  };
  state.channels.set(id, channel);
  return channel;
}

/** A view parameter as an object; Slack refuses anything else. */
export function objectParam(call: Call, name: string): Json {
  const value = jsonParam(call, name);
  if (isJson(value)) return value;
  throw new Refusal('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
}
