import type { Actor } from '../../src/engine/event.ts';
import type { Reply } from '../../src/engine/reply.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Opening, Sender } from '../../src/runtime/dispatch.ts';
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

/** What the adapter asks of the runtime. Each answers only after the event is committed. */
export interface SlackDispatch {
  open(opening: Pick<Opening, 'dialog' | 'facts' | 'actor' | 'eventId' | 'place'>): Promise<Reply>;
  /** `event` comes from outside: to be parsed, never trusted. */
  press(event: unknown, sender: Sender): Promise<Reply>;
  say(text: string, sender: Sender): Promise<Reply>;
}

/** A runbook that can be opened. */
export interface SlackDialog {
  readonly id: string;
  readonly title: string;
  /** The fact that names the client, and how its field is labelled. */
  readonly client: { readonly name: string; readonly label: string; readonly placeholder?: string };
}

/** An outside system and how it answered when it was last asked, for the Home tab. */
export interface Connection {
  readonly name: string;
  readonly state: 'up' | 'down' | 'unknown' | 'not configured';
  readonly why?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
}

/** The parts of the store that the adapter uses. */
export type SlackStore = Pick<
  Store,
  'read' | 'list' | 'places' | 'shown' | 'putOnce' | 'put' | 'get' | 'remove'
>;

/** The part of a pino logger that the adapter uses. */
export interface SlackLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Encrypts what is kept, bound to what it is about; `open` throws when it was changed, moved or made with another key. */
export interface Seal {
  seal(about: string, text: string): string;
  open(about: string, sealed: string): string;
}

/** Everything that the adapter needs from outside; `main` hands it over. */
export interface SlackPorts {
  readonly settings: SlackSettings;
  readonly store: SlackStore;
  readonly dispatch: SlackDispatch;
  readonly dialogs: readonly SlackDialog[];
  readonly approvers: readonly string[];
  /** Who may ask; nobody named means everybody in the channel who is neither a guest nor of another company. */
  readonly technicians: readonly string[];
  readonly connections: () => Promise<readonly Connection[]>;
  readonly onTurn: (listener: (incident: string) => void) => () => void;
  readonly clock: Clock;
  readonly seal: Seal;
  readonly publicUrl: string | undefined;
  readonly timeZone: string | undefined;
  readonly log: SlackLog;
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
