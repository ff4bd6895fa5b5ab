import { messageJson } from './answers.ts';
import { isJson } from './json.ts';
import type { Json } from './json.ts';
import { admit } from './message-parts.ts';
import type { Change } from './method.ts';
import { Refusal } from './refusal.ts';
import type { Ephemeral, Message, ResponseUrl, SlackState } from './state.ts';
import { storedBlocks } from './stored-blocks.ts';

/** How often and how long a `response_url` may be used. */
const maxUses = 5;
const lifeMs = 30 * 60_000;

/** What a `response_url` was given out for. */
export type ResponseUrlTarget = Omit<ResponseUrl, 'at' | 'uses'>;

/** Gives out the tail of a new `response_url`. */
export function newResponseUrl(state: SlackState, target: ResponseUrlTarget): string {
  const id = state.nextId();
  state.responseUrls.set(id, { ...target, at: state.now(), uses: 0 });
  return id;
}

/** Does what an app asks of a `response_url`; the refusal says why not. */
export function respondTo(
  state: SlackState,
  appId: string,
  id: string,
  body: unknown,
  tell: (change: Change) => void,
) {
  const url = state.responseUrls.get(id);
  if (url === undefined || state.now() - url.at > lifeMs) throw new Refusal('expired_url');
  if (url.uses >= maxUses) throw new Refusal('used_url');
  if (!isJson(body)) throw new Refusal('invalid_payload');
  place(state, appId, url, body, tell);
  url.uses += 1;
}

/** Shows what an app answers to a command or on a `response_url`: to that person alone, unless it says otherwise. */
export function place(
  state: SlackState,
  appId: string,
  to: ResponseUrlTarget,
  body: Json,
  tell: (change: Change) => void,
): void {
  const { source } = to;
  if (body['delete_original'] === true && source !== undefined) return take(state, source, tell);
  const { text, blocks } = admit(body);
  const stored = storedBlocks(blocks, state.nextId);
  if (body['replace_original'] === true && source !== undefined) {
    const before = isMessage(source) ? messageJson(state, source) : {};
    source.text = text;
    source.blocks = stored;
    if (!isMessage(source)) return;
    source.updates += 1;
    return tell({ kind: 'changed', message: source, before });
  }
  const { thread_ts: threadTs } = body;
  const at = {
    channel: to.channel,
    ...(typeof threadTs === 'string' ? { threadTs } : {}),
    text,
    blocks: stored,
  };
  if (body['response_type'] !== 'in_channel') {
    state.ephemerals.push({ ts: state.nextTs(), user: to.user, ...at });
    return;
  }
  const team = state.teams.get(to.team);
  if (team === undefined) return;
  const bot = { team: team.id, user: team.botUser, botId: team.botId, appId };
  tell({ kind: 'posted', message: state.addMessage({ ...bot, ...at }) });
}

function take(state: SlackState, source: Message | Ephemeral, tell: (change: Change) => void): void {
  if (!isMessage(source)) {
    state.ephemerals.splice(state.ephemerals.indexOf(source), 1);
    return;
  }
  const before = messageJson(state, source);
  state.removeMessage(source);
  tell({ kind: 'deleted', message: source, before });
}

function isMessage(source: Message | Ephemeral): source is Message {
  return 'team' in source;
}
