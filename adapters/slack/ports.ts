import type { ChatDialog, ChatDispatch, ChatLog, Connection } from '../../src/chat/ports.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Store } from '../../src/store/store.ts';

/** Slack's settings, as they were given. */
export interface SlackSettings {
  readonly botToken: string | undefined;
  readonly signingSecret: string | undefined;
  /** With it, Slack is reached by Socket Mode. */
  readonly appToken: string | undefined;
  readonly apiUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly stateSecret: string | undefined;
  /** SLACK_TEAMS: the workspaces that may use it; without OAuth, none means the token's own. */
  readonly teams: readonly string[];
}

/** The parts of the store that the adapter uses. */
export type SlackStore = Pick<
  Store,
  'read' | 'list' | 'places' | 'shown' | 'putOnce' | 'put' | 'get' | 'remove'
>;

/** Encrypts what is kept, bound to what it is about; `open` throws when it was changed, moved or made with another key. */
export interface Seal {
  seal(about: string, text: string): string;
  open(about: string, sealed: string): string;
}

/** Everything that the adapter needs from outside; `main` hands it over. */
export interface SlackPorts {
  readonly settings: SlackSettings;
  readonly store: SlackStore;
  readonly dispatch: ChatDispatch;
  /** A message as it is now, or the card of all that is known: what is shown may lag behind. */
  readonly card: (incident: string, message: string) => Promise<Card | undefined>;
  readonly dialogs: readonly ChatDialog[];
  readonly approvers: readonly string[];
  /** Who may ask; nobody named means everybody in the channel who is neither a guest nor of another company. */
  readonly technicians: readonly string[];
  readonly connections: () => Promise<readonly Connection[]>;
  readonly onTurn: (listener: (incident: string) => void) => () => void;
  readonly clock: Clock;
  readonly seal: Seal;
  readonly publicUrl: string | undefined;
  readonly timeZone: string | undefined;
  readonly log: ChatLog;
}

/** Who did something in Slack, and where. */
export interface Visitor {
  readonly actor: Actor;
  readonly workspace: Workspace;
  readonly user: string;
}

/** A workspace, and the organisation that it is part of. */
export interface Workspace {
  readonly team: string;
  readonly enterprise?: string;
}
