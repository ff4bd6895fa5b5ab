import type { Json } from '../slack/json.ts';

/** Somebody with an account. */
export interface Account {
  /** As this bot knows them: `29:…`. */
  readonly id: string;
  readonly name: string;
  /** Absent for people without an account in any organisation. */
  readonly aadObjectId?: string;
  readonly tenant: string;
  readonly guest: boolean;
}

/** A team of an organisation. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  /** Whether the app is added to it. */
  withApp: boolean;
  /** Ids of accounts. */
  readonly members: Set<string>;
}

/** A channel of a team. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly team: string;
}

/** The personal conversation of somebody with the app. */
export interface Chat {
  readonly id: string;
  readonly person: string;
  withApp: boolean;
}

/** A message as Teams keeps it. */
export interface Post {
  readonly id: string;
  /** The channel or chat, without a thread. */
  readonly place: string;
  /** The id of the thread's first post; in a chat there are no threads. */
  readonly root: string | undefined;
  /** The full id of its conversation: `19:…;messageid=…`, or the chat's. */
  readonly conversation: string;
  /** The id of an account, or of the app. */
  readonly from: string;
  /** As it was sent, or put in its place. */
  activity: Json;
  updates: number;
  deleted: boolean;
  /** What single people see in the place of the card, by account. */
  readonly views: Map<string, Json>;
}

/** The conversation id of a thread. */
export function threadId(channel: string, root: string): string {
  return `${channel};messageid=${root}`;
}

/** A conversation id, cut into its place and thread. */
export function placeIn(conversation: string): { readonly place: string; readonly root?: string } {
  const [place = '', root] = conversation.split(';messageid=');
  return root === undefined ? { place } : { place, root };
}

/** A store of everything that this Teams knows; all of it may be looked into. */
export function createState(now: () => number) {
  const posts: Post[] = [];
  let last = 0;

  const nextId = (): string => {
    last = Math.max(last + 1, now());
    return String(last);
  };

  return {
    now,
    accounts: new Map<string, Account>(),
    teams: new Map<string, Team>(),
    channels: new Map<string, Channel>(),
    /** By id. */
    chats: new Map<string, Chat>(),
    /** Tokens that the app may call with. */
    tokens: new Set<string>(),
    /** An id of a message: milliseconds, later than every one before, even when the clock stands still. */
    nextId,
    /** All messages, oldest first, deleted ones too. */
    posts: posts as readonly Post[],
    post: (place: string, id: string): Post | undefined =>
      posts.find((one) => one.place === place && one.id === id && !one.deleted),
    addPost(place: string, root: string | undefined, from: string, activity: Json): Post {
      const id = nextId();
      const inChannel = this.channels.has(place);
      const of = inChannel ? (root ?? id) : undefined;
      const post: Post = {
        id,
        place,
        root: of,
        conversation: of === undefined ? place : threadId(place, of),
        from,
        activity,
        updates: 0,
        deleted: false,
        views: new Map(),
      };
      posts.push(post);
      return post;
    },
  };
}

/** What this Teams knows. */
export type TeamsState = ReturnType<typeof createState>;
