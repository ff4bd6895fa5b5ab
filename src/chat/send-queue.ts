import { EffectError } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { oneAtATime } from '../runtime/one-at-a-time.ts';

/** What goes to one conversation goes one after the other, and nothing while the product asks its sender to wait. */
export interface SendQueue {
  /** Runs `work` in its turn; throws what `limited` makes at once while it has to wait. */
  send<T>(channel: string, work: () => Promise<T>): Promise<T>;
  /** Whether something of this channel waits or is under way: what is not urgent stays away then. */
  isBusy(channel: string): boolean;
}

/** Makes the queues. Edits of a message that nobody has sent yet are made one in the outbox; here nothing piles up. */
export function createSendQueue(
  clock: Clock,
  limited: (seconds: number) => EffectError,
  /** What a product counts together, where that is more than one conversation. */
  countedAs: (channel: string) => string = (channel) => channel,
): SendQueue {
  const inTurn = oneAtATime();
  const waiting = new Map<string, number>();
  const notBefore = new Map<string, number>();

  return {
    async send(channel, work) {
      const counted = countedAs(channel);
      waiting.set(channel, (waiting.get(channel) ?? 0) + 1);
      try {
        return await inTurn(channel, async () => {
          const wait = (notBefore.get(counted) ?? 0) - clock.now();
          if (wait > 0) throw limited(Math.ceil(wait / 1000));
          notBefore.delete(counted);
          return work();
        });
      } catch (error) {
        if (error instanceof EffectError && error.afterMs !== undefined && !notBefore.has(counted))
          notBefore.set(counted, clock.now() + error.afterMs);
        throw error;
      } finally {
        const left = (waiting.get(channel) ?? 1) - 1;
        if (left > 0) waiting.set(channel, left);
        else waiting.delete(channel);
      }
    },
    isBusy: (channel) => waiting.has(channel) || (notBefore.get(countedAs(channel)) ?? 0) > clock.now(),
  };
}
