import type { ChatDialog, ChatDispatch, ChatLog, Connection } from '../../src/chat/ports.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Store } from '../../src/store/store.ts';
import type { GateOptions } from './gate.ts';
import type { SdkOptions } from './sdk.ts';

/** Teams' settings, as they were given. */
export interface TeamsSettings {
  readonly appId: string | undefined;
  readonly appPassword: string | undefined;
  readonly appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  readonly appTenantId: string | undefined;
  /** TEAMS_AUTH: off for the playground on this machine only. */
  readonly auth: boolean;
  /** TEAMS_TENANTS: the organisations that may use it; none named means the app's own. */
  readonly tenants: readonly string[];
}

/** The parts of the store that the adapter uses. */
export type TeamsStore = Pick<
  Store,
  'read' | 'list' | 'places' | 'shown' | 'put' | 'putOnce' | 'get' | 'remove'
>;

/** Everything that the adapter needs from outside; `main` hands it over. */
export interface TeamsPorts {
  readonly settings: TeamsSettings;
  readonly store: TeamsStore;
  readonly dispatch: ChatDispatch;
  /** A message of an incident as it is now, whatever is shown yet. */
  readonly card: (incident: string, message: string) => Promise<Card | undefined>;
  readonly dialogs: readonly ChatDialog[];
  readonly approvers: readonly string[];
  /** Who may ask; nobody named means everybody in the team but guests. */
  readonly technicians: readonly string[];
  readonly connections: () => Promise<readonly Connection[]>;
  readonly clock: Clock;
  readonly timeZone: string | undefined;
  /** A number that nobody can guess, for forms that are sent once. */
  readonly nonce: () => string;
  readonly log: ChatLog;
  /** Where Microsoft is, when it is not where it usually is. */
  readonly gate?: Pick<GateOptions, 'openIdUrl' | 'hosts' | 'keyCooldownMs'>;
  readonly outside?: Pick<SdkOptions, 'token' | 'limitMs'>;
}

/** Who did something in Teams. */
export interface Visitor {
  readonly actor: Actor;
  readonly tenant: string;
  /** The person's object id in Entra, lower case. */
  readonly oid: string;
  /** How Teams addresses this person to this bot: `29:…`. */
  readonly mri: string;
}
