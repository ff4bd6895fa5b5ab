import type { Logger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { ChatLog } from '../../src/chat/ports.ts';

/** Bolt's log, as lines of ours. What it says may hold parts of a request, so all but failures is for debugging only. */
export function boltLogger(log: ChatLog): Logger {
  const words = (said: readonly unknown[]) =>
    said
      .map((one) => (one instanceof Error ? one.message : String(one)))
      .join(' ')
      .slice(0, 500);
  return {
    debug: () => undefined,
    info: (...said: unknown[]) => log.debug({}, `bolt: ${words(said)}`),
    warn: (...said: unknown[]) => log.warn({}, `bolt: ${words(said)}`),
    error: (...said: unknown[]) => log.warn({}, `bolt: ${words(said)}`),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
