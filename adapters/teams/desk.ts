import type { Countdown } from '../../src/chat/countdown.ts';
import type { SendQueue } from '../../src/chat/send-queue.ts';
import type { Conversation, OutActivity } from './activity.ts';
import type { Gone } from './gone.ts';
import type { Patience } from './patience.ts';
import type { People } from './people.ts';
import type { TeamsPorts } from './ports.ts';
import type { TeamsApi } from './sdk.ts';

/** Everything that the adapter's parts work with. */
export interface Desk {
  readonly ports: TeamsPorts;
  readonly api: TeamsApi;
  readonly people: People;
  readonly queue: SendQueue;
  readonly patience: Patience;
  readonly gone: Gone;
  readonly countdown: Countdown;
  /** Says something in a conversation after the request was answered; what cannot be said is logged, and lost. */
  say(to: Conversation, activity: OutActivity): void;
  /** Does something in Teams after the request was answered. */
  later(what: string, work: () => Promise<void>): void;
}
