import type { Json } from './json.ts';
import type { Channel, Enterprise, Grant, Group, Team, User } from './team.ts';

/** A message as Slack keeps it. */
export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly team: string;
  readonly user: string;
  readonly botId?: string;
  readonly appId?: string;
  readonly clientMsgId?: string;
  readonly threadTs?: string;
  text: string;
  blocks: readonly Json[];
  metadata?: Json;
  /** A thread reply that also stands in the channel. */
  broadcast: boolean;
  /** How often it was changed, with or without the mark "(edited)". */
  updates: number;
  edited?: { readonly user: string; readonly ts: string };
  /** Deleted, but its thread is still there. */
  deleted: boolean;
}

/** A message that only one person sees, and only for a while. */
export interface Ephemeral {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string;
  text: string;
  blocks: readonly Json[];
}

/** A value that somebody has put into an element, as Slack reports it in `state.values`. */
export type Typed = Map<string, Json>;

/** A modal or Home tab as one person has it before them. */
export interface ShownView {
  readonly id: string;
  readonly team: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId: string | undefined;
  /** Where the person was when it was opened. */
  readonly channel: string | undefined;
  hash: string;
  view: Json;
  /** What was typed, by `block_id`, a line break and `action_id`. */
  readonly typed: Typed;
}

/** A `trigger_id` that Slack gave out. */
export interface Trigger {
  readonly at: number;
  readonly user: string;
  readonly team: string;
  readonly channel: string | undefined;
  used: boolean;
}

/** A `response_url` that Slack gave out, and what it stands for. */
export interface ResponseUrl {
  readonly at: number;
  readonly team: string;
  readonly user: string;
  readonly channel: string;
  readonly source: Message | Ephemeral | undefined;
  uses: number;
}

/** A store of everything that this Slack knows; all of it may be looked into. */
export function createState(now: () => number) {
  const messages = new Map<string, Message[]>();
  const ids = { last: 0, second: 0, part: 0 };

  const inChannel = (channel: string): Message[] => {
    const list = messages.get(channel) ?? [];
    messages.set(channel, list);
    return list;
  };

  const nextId = (): string => {
    ids.last += 1;
    return ids.last.toString(36).toUpperCase().padStart(6, '0');
  };
  const nextTs = (): string => {
    const second = Math.floor(now() / 1000);
    if (second > ids.second) Object.assign(ids, { second, part: 0 });
    ids.part += 100;
    if (ids.part > 999_999) Object.assign(ids, { second: ids.second + 1, part: 100 });
    return `${ids.second}.${String(ids.part).padStart(6, '0')}`;
  };

  return {
    now,
    enterprises: new Map<string, Enterprise>(),
    teams: new Map<string, Team>(),
    grants: new Map<string, Grant>(),
    users: new Map<string, User>(),
    groups: new Map<string, Group>(),
    channels: new Map<string, Channel>(),
    ephemerals: [] as Ephemeral[],
    triggers: new Map<string, Trigger>(),
    responseUrls: new Map<string, ResponseUrl>(),
    /** Open modals by person, the top one last. */
    stacks: new Map<string, ShownView[]>(),
    /** The Home tab by person. */
    homes: new Map<string, ShownView>(),
    /** Every view that was ever shown, in order. */
    views: [] as ShownView[],
    /** What somebody has typed into a message: `person channel ts`, then as in a view. */
    typed: new Map<string, Typed>(),

    /** A number that was not given before, as the tail of an id. */
    nextId,
    /** A message time that is later than every one before, even when the clock stands still or goes back. */
    nextTs,
    /** All messages of a channel, replies included, oldest first. */
    messagesIn: (channel: string): readonly Message[] => inChannel(channel),
    message: (channel: string, ts: string): Message | undefined =>
      inChannel(channel).find((message) => message.ts === ts && !message.deleted),
    repliesTo: (channel: string, ts: string): readonly Message[] =>
      inChannel(channel).filter(({ threadTs, deleted }) => threadTs === ts && !deleted),
    addMessage(
      message: Omit<Message, 'ts' | 'updates' | 'deleted' | 'broadcast'> & { readonly broadcast?: boolean },
    ): Message {
      const kept: Message = { broadcast: false, ...message, ts: nextTs(), updates: 0, deleted: false };
      inChannel(message.channel).push(kept);
      return kept;
    },
    /** Takes a message away; one with replies leaves a stub behind, as in Slack. */
    removeMessage(message: Message): void {
      const list = inChannel(message.channel);
      if (this.repliesTo(message.channel, message.ts).length > 0) message.deleted = true;
      else list.splice(list.indexOf(message), 1);
    },
  };
}

/** What this Slack knows. */
export type SlackState = ReturnType<typeof createState>;
