import type { Json } from './json.ts';
import { kindOf } from './method.ts';
import type { AppIdentity } from './oauth.ts';
import { newResponseUrl } from './response-urls.ts';
import type { Ephemeral, Message, SlackState } from './state.ts';
import type { Channel, Team, User } from './team.ts';

/** Slack's old token of an app; it proves nothing. */
const legacyToken = 'legacy-token-of-the-fake';

/** What payloads are made from. */
export interface PayloadSource {
  readonly state: SlackState;
  readonly app: AppIdentity;
  readonly url: () => string;
}

/** Gives out a fresh `trigger_id`. */
export function newTrigger({ state }: PayloadSource, user: User, team: Team, channel?: string): string {
  const id = `${state.nextId()}.${state.nextId()}.${state.nextId().toLowerCase()}`;
  state.triggers.set(id, { at: state.now(), user: user.id, team: team.id, channel, used: false });
  return id;
}

/** Gives out a fresh `response_url`. */
export function responseUrlFor(
  source: PayloadSource,
  user: User,
  team: Team,
  channel: string,
  original?: Message | Ephemeral,
): string {
  const target = { user: user.id, team: team.id, channel, source: original };
  return `${source.url()}/response/${newResponseUrl(source.state, target)}`;
}

/** The fields of a slash command, as they stand in its form. */
export function commandFields(
  source: PayloadSource,
  user: User,
  team: Team,
  channel: Channel,
  command: string,
  text: string,
): Json {
  const enterprise = source.state.enterprises.get(team.enterprise ?? '');
  return {
    token: legacyToken,
    team_id: team.id,
    team_domain: team.domain,
    ...(enterprise === undefined ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    channel_id: channel.id,
    channel_name: channel.isDirect ? 'directmessage' : channel.isPrivate ? 'privategroup' : channel.name,
    user_id: user.id,
    // Slack sends a name here that it does not promise to be right.
    user_name: user.name,
    command,
    text,
    api_app_id: source.app.appId,
    is_enterprise_install: String(isOrgWide(source.state, team)),
    response_url: responseUrlFor(source, user, team, channel.id),
    trigger_id: newTrigger(source, user, team, channel.id),
  };
}

/** What all interactive payloads have in common. */
export function interaction(
  source: PayloadSource,
  type: string,
  user: User,
  team: Team,
  channel?: string,
): Json {
  const enterprise = source.state.enterprises.get(team.enterprise ?? '');
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
    api_app_id: source.app.appId,
    token: legacyToken,
    trigger_id: newTrigger(source, user, team, channel),
    team: {
      id: team.id,
      domain: team.domain,
      ...(enterprise === undefined ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    },
    enterprise: enterprise === undefined ? null : { id: enterprise.id, name: enterprise.name },
    is_enterprise_install: isOrgWide(source.state, team),
  };
}

/** An event in its envelope. In a channel shared with another company `team_id` is the sender's. */
export function eventEnvelope(source: PayloadSource, event: Json, team: Team, channel?: Channel): Json {
  const { state } = source;
  const sender = state.users.get(typeof event['user'] === 'string' ? event['user'] : '');
  const shared = channel?.isExtShared === true;
  return {
    token: legacyToken,
    team_id: shared ? (sender?.team ?? team.id) : team.id,
    context_team_id: team.id,
    context_enterprise_id: team.enterprise ?? null,
    api_app_id: source.app.appId,
    event,
    type: 'event_callback',
    event_id: `Ev${state.nextId()}`,
    event_time: Math.floor(state.now() / 1000),
    authorizations: [
      {
        enterprise_id: team.enterprise ?? null,
        team_id: team.id,
        user_id: team.botUser,
        is_bot: true,
        is_enterprise_install: isOrgWide(state, team),
      },
    ],
    is_ext_shared_channel: shared,
    event_context: `4-${state.nextId()}`,
  };
}

/** Whether the app is in this workspace because its whole organisation has it. */
function isOrgWide(state: SlackState, team: Team): boolean {
  const bots = [...state.grants.values()].filter(
    ({ kind, refusal }) => kind === 'bot' && refusal === undefined,
  );
  return (
    team.enterprise !== undefined &&
    !bots.some((grant) => grant.team === team.id) &&
    bots.some((grant) => grant.team === undefined && grant.enterprise === team.enterprise)
  );
}

const channelTypes = { channels: 'channel', groups: 'group', im: 'im' } as const;

/** The kind of a channel in a `message` event. */
export function channelType(channel: Channel): string {
  return channelTypes[kindOf(channel)];
}
