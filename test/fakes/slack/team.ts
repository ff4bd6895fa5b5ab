/** A workspace, and what the app is in it. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly botUser: string;
  readonly botId: string;
  readonly enterprise?: string;
}

/** An Enterprise organisation. */
export interface Enterprise {
  readonly id: string;
  readonly name: string;
}

/** A token and what it may do; for a whole organisation `team` is absent. */
export interface Grant {
  readonly token: string;
  readonly kind: 'bot' | 'app';
  readonly team?: string;
  readonly enterprise?: string;
  readonly scopes: Set<string>;
  /** What calls with this token are answered, when it is no longer good. */
  refusal?: 'account_inactive' | 'token_revoked' | 'invalid_auth';
  readonly expiresAt?: number;
}

/** Somebody in Slack. */
export interface User {
  readonly id: string;
  readonly team: string;
  name: string;
  realName: string;
  displayName: string;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  isStranger: boolean;
  readonly isBot: boolean;
  deleted: boolean;
}

/** A user group such as @leads. */
export interface Group {
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly handle: string;
  users: readonly string[];
}

/** A channel; the bot is in it when its user is among the members. */
export interface Channel {
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly isPrivate: boolean;
  isArchived: boolean;
  isExtShared: boolean;
  readonly isDirect: boolean;
  readonly members: Set<string>;
}
