import { jsonOf, jsonsOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import type { RateLimits } from './rate-limits.ts';
import { Refusal } from './refusal.ts';
import { refuseBad } from './sent-activity.ts';
import { placeIn } from './state.ts';
import type { Account, TeamsState } from './state.ts';

/** What the calls to conversations stand on. */
export interface Office {
  readonly state: TeamsState;
  readonly appId: string;
  readonly largestCard: number;
  readonly limits: RateLimits | undefined;
}

/** What a call did: the HTTP status and body of its answer. */
export type Done = readonly [status: number, body: unknown];

/** Begins a conversation: a thread in a channel, or the personal one with somebody. */
export function createConversation(office: Office, body: Json): Done {
  const { state } = office;
  const activity = body['activity'] === undefined ? undefined : jsonOf(body['activity']);
  if (body['isGroup'] === true) {
    const channel = textIn(jsonOf(jsonOf(body['channelData'])['channel'])['id']);
    if (channel === '') throw new Refusal(400, 'BadSyntax', 'Bad format of conversation parameters.');
    enter(office, channel);
    limit(office, 'create', channel);
    if (activity === undefined) throw new Refusal(400, 'BadSyntax', 'A thread begins with an activity.');
    refuseBad(activity, office.largestCard);
    const post = state.addPost(channel, undefined, `28:${office.appId}`, activity);
    return [201, { id: post.conversation, activityId: post.id }];
  }
  const id = textIn(jsonsOf(body['members'])[0]?.['id']);
  const person = accountOf(state, [...state.accounts.keys()], id);
  const chat = [...state.chats.values()].find((one) => one.person === person?.id);
  if (person === undefined || chat === undefined)
    throw new Refusal(400, 'BadSyntax', 'Bad format of conversation ID.');
  enter(office, chat.id);
  limit(office, 'create', chat.id);
  if (activity === undefined) return [201, { id: chat.id }];
  refuseBad(activity, office.largestCard);
  const post = state.addPost(chat.id, undefined, `28:${office.appId}`, activity);
  return [201, { id: chat.id, activityId: post.id }];
}

/** Posts into a conversation. */
export function sendToConversation(office: Office, conversation: string, activity: Json): Done {
  const { state, appId, largestCard } = office;
  const { place, root } = enter(office, conversation);
  limit(office, 'send', place);
  // A thread whose first post was deleted is still a thread.
  if (root !== undefined && !state.posts.some((one) => one.place === place && one.id === root))
    throw new Refusal(404, 'ActivityNotFoundInConversation', 'Conversation not found.');
  refuseBad(activity, largestCard);
  if (activity['type'] === 'typing') return [202, {}];
  const post = state.addPost(place, root, `28:${appId}`, activity);
  return [201, { id: post.id }];
}

/** Puts another activity in the place of one of the app's own. */
export function updateActivity(office: Office, conversation: string, id: string, activity: Json): Done {
  const { place } = enter(office, conversation);
  limit(office, 'send', place);
  const post = ownPost(office, place, id);
  refuseBad(activity, office.largestCard);
  post.activity = activity;
  post.updates += 1;
  // Everybody sees the new card, and asks for a view of their own again.
  post.views.clear();
  return [200, { id }];
}

/** Deletes one of the app's own activities. */
export function deleteActivity(office: Office, conversation: string, id: string): Done {
  const { place } = enter(office, conversation);
  limit(office, 'send', place);
  ownPost(office, place, id).deleted = true;
  return [200, {}];
}

/** Somebody in a conversation, by either id. */
export function getConversationMember(office: Office, conversation: string, id: string): Done {
  const { place } = enter(office, conversation);
  limit(office, 'read', place);
  const account = accountOf(office.state, rosterOf(office.state, place), id);
  if (account === undefined)
    throw new Refusal(404, 'MemberNotFoundInConversation', 'The member is not in the conversation.');
  return [200, memberJson(account)];
}

/** Everybody in a conversation. */
export function getConversationMembers(office: Office, conversation: string): Done {
  const { place } = enter(office, conversation);
  limit(office, 'read', place);
  const members = rosterOf(office.state, place).flatMap((id) => office.state.accounts.get(id) ?? []);
  return [200, members.map(memberJson)];
}

/** The ids of everybody in a channel, team or chat. */
export function rosterOf(state: TeamsState, place: string): readonly string[] {
  const team = state.teams.get(state.channels.get(place)?.team ?? place);
  const chat = state.chats.get(place);
  return team === undefined ? (chat === undefined ? [] : [chat.person]) : [...team.members];
}

function enter({ state }: Office, conversation: string) {
  const where = placeIn(conversation);
  const team = state.teams.get(state.channels.get(where.place)?.team ?? where.place);
  const chat = state.chats.get(where.place);
  const withApp = team?.withApp ?? chat?.withApp;
  if (withApp === undefined) throw new Refusal(404, 'ConversationNotFound', 'Conversation not found.');
  if (!withApp && chat !== undefined)
    throw new Refusal(
      403,
      'Forbidden',
      '{"subCode": "MessageWritesBlocked", "details": "Thread roster blocks it."}',
    );
  if (!withApp)
    throw new Refusal(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
  return where;
}

function limit({ limits }: Office, kind: 'send' | 'create' | 'read', place: string): void {
  const seconds = limits?.take(kind, place);
  if (seconds === undefined) return;
  const headers = { 'retry-after': String(seconds) };
  throw new Refusal(429, 'TooManyRequests', 'API calls quota exceeded.', headers);
}

function ownPost({ state, appId }: Office, place: string, id: string) {
  const post = state.post(place, id);
  if (post === undefined) throw new Refusal(404, 'ActivityNotFoundInConversation', 'Conversation not found.');
  if (post.from !== `28:${appId}`)
    throw new Refusal(403, 'NotEnoughPermissions', 'The activity is not the bot’s.');
  return post;
}

function accountOf(state: TeamsState, among: readonly string[], id: string): Account | undefined {
  const same = (account: Account): boolean =>
    account.id === id || account.aadObjectId?.toLowerCase() === id.toLowerCase();
  return among.flatMap((one) => state.accounts.get(one) ?? []).find(same);
}

function memberJson({ id, name, aadObjectId, tenant, guest }: Account): Json {
  const mail = `${name.toLowerCase().replaceAll(/\W+/g, '.')}@support.example`;
  const upn = guest ? `${mail.replace('@', '_')}#EXT#@host.example` : mail;
  const of = aadObjectId === undefined ? {} : { objectId: aadObjectId, aadObjectId };
  const role = aadObjectId === undefined ? 'anonymous' : guest ? 'guest' : 'user';
  return { id, name, ...of, email: mail, userPrincipalName: upn, tenantId: tenant, userRole: role };
}
