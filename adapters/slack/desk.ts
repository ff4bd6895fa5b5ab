import type { Countdown } from '../../src/chat/countdown.ts';
import type { People } from './people.ts';
import type { SlackPorts } from './ports.ts';
import type { Rooms } from './rooms.ts';
import type { SendQueue } from '../../src/chat/send-queue.ts';
import type { Workspaces } from './workspaces.ts';

/** Everything that the adapter's parts work with. */
export interface Desk {
  readonly ports: SlackPorts;
  readonly workspaces: Workspaces;
  readonly people: People;
  readonly rooms: Rooms;
  readonly queue: SendQueue;
  readonly countdown: Countdown;
  /**
   * Does something in Slack after the request was answered: forms, private words, the Home tab. A failure is logged and
   * loses nothing that was committed. `done` waits for all of it.
   */
  later(what: string, work: () => Promise<void>): void;
}
