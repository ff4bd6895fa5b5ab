import type { Reply } from '../../src/engine/reply.ts';
import type { Desk } from './desk.ts';
import { threadIn, threadKey, type Spot } from './ids.ts';
import type { Visitor } from './ports.ts';

/** Opens an incident in a channel, or in a thread of it. Answers after it is committed. */
export async function openIncident(
  { ports }: Desk,
  { actor }: Visitor,
  {
    spot,
    dialog,
    facts,
    eventId,
    anew = false,
  }: {
    readonly spot: Spot;
    readonly dialog: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly eventId: string;
    /** Though there is an open one for that client. */
    readonly anew?: boolean;
  },
): Promise<Reply> {
  const { thread, ...channel } = spot;
  const taken =
    thread !== undefined &&
    (await ports.store.get(
      'teams-thread',
      threadKey(spot.tenant, threadIn(spot.channel, thread)),
      ports.clock.now(),
    )) !== undefined;
  // What is typed into a thread belongs to one incident; another begins a thread of its own.
  const place = { channel: 'teams', ref: JSON.stringify(taken ? channel : spot) };
  return ports.dispatch.open({ dialog, facts, actor, eventId, place, unlessOpen: !anew });
}

/** The words for whoever opens one where others do not see it. */
export const onlyInChannels =
  'Incidents are worked on in a channel, where the others see them. Please mention me in the support channel.';
