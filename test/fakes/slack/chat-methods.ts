import { messageJson } from './answers.ts';
import type { Json } from './json.ts';
import { admit } from './message-parts.ts';
import { channelOf, isSet, param } from './method.ts';
import type { Call, Methods } from './method.ts';
import { Refusal } from './refusal.ts';
import type { Message } from './state.ts';
import { storedBlocks } from './stored-blocks.ts';

/** `chat.*`. */
export const chatMethods: Methods = {
  'chat.postMessage': { token: 'bot', scopes: () => ['chat:write'], run: post },
  'chat.update': { token: 'bot', scopes: () => ['chat:write'], run: update },
  'chat.delete': { token: 'bot', scopes: () => ['chat:write'], run: remove },
  'chat.postEphemeral': { token: 'bot', scopes: () => ['chat:write'], run: whisper },
};

/** The channel, when the bot may write into it. */
function writable(call: Call) {
  const found = channelOf(call);
  if (found.channel.isArchived) throw new Refusal('is_archived');
  if (!found.isIn && !call.grant.scopes.has('chat:write.public')) throw new Refusal('not_in_channel');
  return found;
}

/** The thread that is named; a reply's own `ts` is no thread. */
function threadOf(call: Call, channel: string): string | undefined {
  const ts = param(call, 'thread_ts');
  if (ts === undefined) return undefined;
  const parent = call.state.messagesIn(channel).find((message) => message.ts === ts);
  if (parent === undefined || parent.threadTs !== undefined) throw new Refusal('thread_not_found');
  return ts;
}

function post(call: Call): Json {
  const { state } = call;
  const { channel, team } = writable(call);
  const parts = admit(call.params);
  const threadTs = threadOf(call, channel.id);
  const broadcast = isSet(call, 'reply_broadcast');
  if (broadcast && threadTs === undefined) throw new Refusal('cant_broadcast_message');
  parts.warnings.forEach(call.warn);
  const message = state.addMessage({
    channel: channel.id,
    team: team.id,
    user: team.botUser,
    botId: team.botId,
    appId: call.appId,
    text: parts.text,
    blocks: storedBlocks(parts.blocks, state.nextId),
    ...(parts.metadata === undefined ? {} : { metadata: parts.metadata }),
    ...(threadTs === undefined ? {} : { threadTs }),
    broadcast,
  });
  call.tell({ kind: 'posted', message });
  return { channel: channel.id, ts: message.ts, message: messageJson(state, message, { metadata: true }) };
}

/** The app's own message that is named. Ephemerals are not among them. */
function ownMessage(call: Call, notOwn: string): Message {
  const { channel, team } = channelOf(call);
  const message = call.state.message(channel.id, param(call, 'ts') ?? '');
  if (message === undefined) throw new Refusal('message_not_found');
  if (message.user !== team.botUser) throw new Refusal(notOwn);
  if (channel.isArchived) throw new Refusal('is_archived');
  return message;
}

function update(call: Call): Json {
  const { state } = call;
  const message = ownMessage(call, 'cant_update_message');
  const parts = admit(call.params, { update: true });
  const broadcast = isSet(call, 'reply_broadcast');
  if (broadcast && (message.threadTs === undefined || message.broadcast))
    throw new Refusal('cant_broadcast_message');
  parts.warnings.forEach(call.warn);
  const before = messageJson(state, message);
  message.text = parts.text;
  // Text without blocks takes the blocks away.
  message.blocks = storedBlocks(parts.blocks, state.nextId);
  if (parts.metadata !== undefined) message.metadata = parts.metadata;
  if (broadcast) message.broadcast = true;
  message.updates += 1;
  // Only a message of mere text is marked "(edited)".
  if (parts.blocks === undefined) message.edited = { user: message.user, ts: state.nextTs() };
  call.tell({ kind: 'changed', message, before });
  return {
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageJson(state, message, { metadata: true }),
  };
}

function remove(call: Call): Json {
  const message = ownMessage(call, 'cant_delete_message');
  const before = messageJson(call.state, message);
  call.state.removeMessage(message);
  call.tell({ kind: 'deleted', message, before });
  return { channel: message.channel, ts: message.ts };
}

function whisper(call: Call): Json {
  const { state } = call;
  const { channel } = writable(call);
  const parts = admit(call.params);
  const threadTs = threadOf(call, channel.id);
  const user = state.users.get(param(call, 'user') ?? '');
  if (user === undefined || user.deleted || !channel.members.has(user.id))
    throw new Refusal('user_not_in_channel');
  parts.warnings.forEach(call.warn);
  const ts = state.nextTs();
  state.ephemerals.push({
    ts,
    channel: channel.id,
    user: user.id,
    ...(threadTs === undefined ? {} : { threadTs }),
    text: parts.text,
    blocks: storedBlocks(parts.blocks, state.nextId),
  });
  return { message_ts: ts };
}
