import type { SendQueue } from '../../src/chat/send-queue.ts';
import { EffectError } from '../../src/errors.ts';
import type { Clock } from '../../src/runtime/clock.ts';

/** Sends what is in no outbox: a stop loses what has not arrived. */
export interface Patience {
  /** Sends in its turn, and again when Teams surely did not take it: what it may have taken would stand there twice. */
  send(lane: string, work: () => Promise<unknown>): Promise<void>;
  /** What waits is tried a last time. */
  stop(): void;
}

const mostTries = 5;
const unnamedWaitMs = 2000;

/** Makes it over the queue that everything goes through. */
export function createPatience(queue: SendQueue, clock: Clock): Patience {
  const stopping = new AbortController();

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      // The stop may have come while Teams was asked.
      if (stopping.signal.aborted) return resolve();
      const end = (): void => {
        cancel();
        stopping.signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.setTimer(clock.now() + ms, end);
      stopping.signal.addEventListener('abort', end);
    });
  }

  return {
    async send(lane, work) {
      for (let left = mostTries; ; left -= 1) {
        const isLast = left === 1 || stopping.signal.aborted;
        try {
          await queue.send(lane, work);
          return;
        } catch (error) {
          if (isLast || !isUntaken(error)) throw error;
          await pause(error.afterMs ?? unnamedWaitMs);
        }
      }
    },
    stop: () => stopping.abort(),
  };
}

function isUntaken(error: unknown): error is EffectError {
  return error instanceof EffectError && error.retry === 'later' && error.outcome === 'not-applied';
}
