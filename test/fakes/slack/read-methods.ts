import { channelJson, groupJson, messageJson, userJson } from './answers.ts';
import type { Json } from './json.ts';
import { channelOf, channelScope, isSet, param, teamOf } from './method.ts';
import type { Call, Methods } from './method.ts';
import { Refusal } from './refusal.ts';
import type { Message } from './state.ts';

/** Methods that only read. */
export const readMethods: Methods = {
  'auth.test': { token: 'bot', run: authTest },
  'conversations.info': { token: 'bot', scopes: channelScope('read'), run: channelInfo },
  'conversations.history': { token: 'bot', scopes: channelScope('history'), run: history },
  'conversations.replies': { token: 'bot', scopes: channelScope('history'), run: replies },
  'users.info': { token: 'bot', scopes: () => ['users:read'], run: userInfo },
  'usergroups.list': { token: 'bot', scopes: () => ['usergroups:read'], run: groups },
  'usergroups.users.list': { token: 'bot', scopes: () => ['usergroups:read'], run: groupUsers },
};

function authTest(call: Call): Json {
  const { state, grant } = call;
  const enterprise = state.enterprises.get(grant.enterprise ?? '');
  if (grant.team === undefined && enterprise !== undefined)
    return {
      url: `https://${enterprise.name.toLowerCase()}.enterprise.slack.com/`,
      team: enterprise.name,
      team_id: enterprise.id,
      user: 'mailfix',
      user_id: [...state.teams.values()].find((team) => team.enterprise === enterprise.id)?.botUser,
      enterprise_id: enterprise.id,
      is_enterprise_install: true,
    };
  const team = teamOf(call);
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: state.users.get(team.botUser)?.name,
    team_id: team.id,
    user_id: team.botUser,
    bot_id: team.botId,
    ...(team.enterprise === undefined ? {} : { enterprise_id: team.enterprise }),
    is_enterprise_install: false,
  };
}

function channelInfo(call: Call): Json {
  const { channel, team } = channelOf(call);
  return { channel: channelJson(channel, team.botUser) };
}

/** Reading messages needs membership. */
function readable(call: Call): string {
  const { channel, isIn } = channelOf(call);
  if (!isIn) throw new Refusal('not_in_channel');
  return channel.id;
}

function history(call: Call): Json {
  const channel = readable(call);
  const all = call.state
    .messagesIn(channel)
    .filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast)
    .filter(inside(call))
    .toReversed();
  return page(call, all, 100);
}

function replies(call: Call): Json {
  const channel = readable(call);
  const ts = param(call, 'ts') ?? '';
  const named = call.state.messagesIn(channel).find((message) => message.ts === ts);
  if (named === undefined) throw new Refusal('thread_not_found');
  // The first message of a thread comes along whatever times are asked for.
  const rest = named.threadTs === undefined ? call.state.repliesTo(channel, ts) : [];
  return page(call, [named, ...rest.filter(inside(call))], 1000);
}

/** Within `oldest` and `latest`, which themselves only count when `inclusive` is set. */
function inside(call: Call): (message: Message) => boolean {
  const oldest = Number(param(call, 'oldest') ?? 0);
  const latest = Number(param(call, 'latest') ?? Infinity);
  const inclusive = isSet(call, 'inclusive');
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function page(call: Call, all: readonly Message[], byDefault: number): Json {
  const limit = Math.min(Number(param(call, 'limit') ?? byDefault), 1000);
  const cursor = param(call, 'cursor') ?? '';
  const from =
    cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString('utf8').replace('next:', ''));
  if (!Number.isInteger(from)) throw new Refusal('invalid_cursor');
  const metadata = isSet(call, 'include_all_metadata');
  const more = all.length > from + limit;
  return {
    messages: all.slice(from, from + limit).map((message) => messageJson(call.state, message, { metadata })),
    has_more: more,
    ...(more
      ? { response_metadata: { next_cursor: Buffer.from(`next:${from + limit}`).toString('base64') } }
      : {}),
  };
}

function userInfo(call: Call): Json {
  const user = call.state.users.get(param(call, 'user') ?? '');
  if (user === undefined) throw new Refusal('user_not_found');
  return { user: userJson(user) };
}

function groups(call: Call): Json {
  const team = teamOf(call);
  const withUsers = isSet(call, 'include_users');
  return {
    usergroups: [...call.state.groups.values()]
      .filter((group) => group.team === team.id)
      .map((group) => groupJson(group, withUsers)),
  };
}

function groupUsers(call: Call): Json {
  const group = call.state.groups.get(param(call, 'usergroup') ?? '');
  if (group === undefined || group.team !== teamOf(call).id) throw new Refusal('no_such_subteam');
  return { users: group.users };
}
