import { valuesOf } from './controls.ts';
import { jsonsOf } from './json.ts';
import type { Json } from './json.ts';
import type { Message, ShownView, SlackState } from './state.ts';
import type { Channel, Group, User } from './team.ts';

/** A message as the Web API and the payloads give it. */
export function messageJson(state: SlackState, message: Message, { metadata = false } = {}): Json {
  if (message.deleted)
    return {
      type: 'message',
      subtype: 'tombstone',
      user: 'USLACKBOT',
      ts: message.ts,
      thread_ts: message.ts,
      text: 'This message was deleted.',
    };
  const { ts, channel, threadTs } = message;
  const replies = state.repliesTo(channel, ts);
  const parent = threadTs === undefined ? undefined : state.message(channel, threadTs);
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ts,
    ...(message.clientMsgId === undefined ? {} : { client_msg_id: message.clientMsgId }),
    ...(message.botId === undefined ? {} : { bot_id: message.botId, app_id: message.appId }),
    text: message.text,
    team: message.team,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...(parent === undefined ? {} : { parent_user_id: parent.user }),
    ...(replies.length > 0
      ? {
          thread_ts: ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map(({ user }) => user))],
          latest_reply: replies.at(-1)?.ts,
        }
      : {}),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(metadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  };
}

/** A view as the Web API and the payloads give it. */
export function viewJson(state: SlackState, appId: string, shown: ShownView): Json {
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    ...(shown.view['type'] === 'modal'
      ? { clear_on_close: false, notify_on_close: false, close: null, submit: null }
      : {}),
    ...shown.view,
    id: shown.id,
    team_id: shown.team,
    state: { values: valuesOf(jsonsOf(shown.view['blocks']), shown.typed, shown.channel) },
    hash: shown.hash,
    root_view_id: shown.rootId,
    previous_view_id: shown.previousId ?? null,
    app_id: appId,
    app_installed_team_id: shown.team,
    bot_id: state.teams.get(shown.team)?.botId,
  };
}

/** A user as `users.info` gives one. */
export function userJson(user: User): Json {
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    deleted: user.deleted,
    real_name: user.realName,
    profile: { real_name: user.realName, display_name: user.displayName, team: user.team },
    is_admin: false,
    is_owner: false,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.isBot,
    is_app_user: false,
    ...(user.isStranger ? { is_stranger: true } : {}),
  };
}

/** A channel as `conversations.info` gives one. */
export function channelJson(channel: Channel, botUser: string): Json {
  return {
    id: channel.id,
    ...(channel.isDirect ? {} : { name: channel.name, name_normalized: channel.name }),
    is_channel: !channel.isDirect && !channel.isPrivate,
    is_group: !channel.isDirect && channel.isPrivate,
    is_im: channel.isDirect,
    is_mpim: false,
    is_private: channel.isPrivate || channel.isDirect,
    is_archived: channel.isArchived,
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_org_shared: false,
    is_member: channel.members.has(botUser),
    context_team_id: channel.team,
  };
}

/** A user group as `usergroups.list` gives one. */
export function groupJson(group: Group, withUsers: boolean): Json {
  return {
    id: group.id,
    team_id: group.team,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    date_delete: 0,
    user_count: group.users.length,
    ...(withUsers ? { users: group.users } : {}),
  };
}
