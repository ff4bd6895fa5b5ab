import type { Json } from '../slack/json.ts';
import type { Delivered, Overrides } from './deliveries.ts';
import type { Account, Chat, TeamsState } from './state.ts';
import { placeIn, threadId } from './state.ts';

/** What people act on. */
export interface Stage {
  readonly state: TeamsState;
  readonly appId: string;
  readonly appName: string;
  readonly serviceUrl: (tenant: string) => string;
  readonly homeChannel: string;
  /** Whether the app hears what is said in its teams without a mention of it. */
  readonly hearsAll: boolean;
  readonly deliver: (activity: Json, overrides?: Overrides) => Promise<Delivered>;
}

/** A place to speak in: a channel, and a thread by its conversation id or by the id of its first post. */
export interface Where {
  readonly channel?: string;
  readonly thread?: string;
}

/** A channel, and the root of a thread in it. */
export function spotOf(stage: Stage, { channel, thread = '' }: Where) {
  const { place, root } = placeIn(thread);
  const found = root === undefined ? { place: channel ?? stage.homeChannel, root: place } : { place, root };
  return { channel: found.place, ...(found.root === '' ? {} : { root: found.root }) };
}

/** The fields that every activity has. */
export function activityOf(stage: Stage, person: Account, conversation: Json, channelData: Json): Json {
  const { state, appId, appName } = stage;
  const id = state.nextId();
  return {
    id,
    timestamp: new Date(Number(id)).toISOString(),
    localTimestamp: new Date(Number(id)).toISOString().replace('Z', '+00:00'),
    localTimezone: 'Europe/London',
    channelId: 'msteams',
    serviceUrl: stage.serviceUrl(person.tenant),
    from: {
      id: person.id,
      name: person.name,
      ...(person.aadObjectId === undefined ? {} : { aadObjectId: person.aadObjectId }),
    },
    recipient: { id: `28:${appId}`, name: appName },
    conversation,
    channelData,
    entities: [
      { type: 'clientInfo', locale: 'en-GB', country: 'GB', platform: 'Web', timezone: 'Europe/London' },
    ],
    locale: 'en-GB',
  };
}

/** The conversation and channel data of a channel or of a thread in it. */
export function channelFields({ state }: Stage, channelId: string, root: string | undefined) {
  const channel = state.channels.get(channelId);
  const team = state.teams.get(channel?.team ?? '');
  if (channel === undefined || team === undefined) throw new Error(`There is no channel ${channelId}.`);
  const id = root === undefined ? channel.id : threadId(channel.id, root);
  return {
    team,
    conversation: { isGroup: true, conversationType: 'channel', tenantId: team.tenant, id },
    channelData: {
      teamsChannelId: channel.id,
      teamsTeamId: team.id,
      channel: { id: channel.id },
      team: { id: team.id },
      tenant: { id: team.tenant },
    },
  };
}

/** The conversation and channel data of somebody's personal chat with the app. */
export function chatFields(stage: Stage, person: Account) {
  const chat = chatOf(stage, person);
  return {
    chat,
    conversation: { conversationType: 'personal', tenantId: person.tenant, id: chat.id },
    channelData: { tenant: { id: person.tenant } },
  };
}

/** The fields of the conversation that a post stands in. */
export function fieldsAt(stage: Stage, person: Account, place: string, root: string | undefined) {
  return stage.state.channels.has(place) ? channelFields(stage, place, root) : chatFields(stage, person);
}

function chatOf({ state }: Stage, person: Account): Chat {
  const found = [...state.chats.values()].find((one) => one.person === person.id);
  if (found === undefined) throw new Error(`${person.name} has no chat with the app.`);
  return found;
}
