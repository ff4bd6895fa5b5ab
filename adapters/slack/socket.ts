import type { App, SocketModeReceiverOptions } from '@slack/bolt';
import { SocketModeReceiver, webApi } from '@slack/bolt';
import type { Clock } from '../../src/runtime/clock.ts';
import { durably, type Durable } from './durable.ts';
import type { ChatLog } from '../../src/chat/ports.ts';

/** Bolt's Socket Mode receiver, answering only what was handled. */
export class DurableSocketReceiver extends SocketModeReceiver {
  readonly #durable: Durable;
  readonly #underWay = new Set<Promise<void>>();
  #takes = true;

  constructor(options: SocketModeReceiverOptions, durable: Durable) {
    super({
      // Its own way to connect again ends the process when Slack refuses it.
      autoReconnectEnabled: false,
      // Bolt answers what it has no token for; it may be that Slack only did not say whose token it is.
      processEventErrorHandler: () => Promise.resolve(false),
      ...options,
    });
    this.#durable = durable;
    this.#readCarefully();
  }

  override init(app: App): void {
    const durable = durably(app, this.#durable);
    const processEvent: App['processEvent'] = async (event) => {
      // Not answered, it is delivered to whoever connects next.
      if (!this.#takes) return;
      const handling = durable.processEvent(event);
      this.#underWay.add(handling);
      await handling.finally(() => this.#underWay.delete(handling));
    };
    super.init({ processEvent } as unknown as App);
  }

  /** Takes no more; resolves when what is under way is answered. */
  async drain(): Promise<void> {
    this.#takes = false;
    await Promise.allSettled(this.#underWay);
  }

  /** Bolt's client takes every frame for what it should be; one that is not would end the process. */
  #readCarefully(): void {
    const read = this.client.listeners('ws_message');
    this.client.removeAllListeners('ws_message');
    this.client.on('ws_message', (data: unknown) => {
      const frame = parsed(data);
      if (frame === undefined) return this.#durable.log.warn({}, 'Slack sent a frame that cannot be read');
      // The word that too many events come looks like an event, and is none.
      const isOdd = frame['type'] === 'events_api' && !isRecord(fieldOf(frame['payload'], 'event'));
      const text = isOdd ? JSON.stringify({ ...frame, type: 'no event' }) : data;
      for (const listener of read) listener(text, false);
    });
  }
}

/** The connection to Slack, kept up. */
export interface Socket {
  readonly isUp: () => boolean;
  close(): Promise<void>;
}

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** A connection that ends sooner was as good as refused: connecting at once would go on and on. */
const steadyMs = 10_000;
/** From the question where to connect to Slack's hello. */
const connectLimitMs = 20_000;
const goodbyeLimitMs = 2000;

/** Connects, and connects again whenever the connection ends: at once after Slack recycles one, else after a growing wait. */
export function keepConnected(
  receiver: DurableSocketReceiver,
  { clock, log, random }: { readonly clock: Clock; readonly log: ChatLog; readonly random: () => number },
): Socket {
  const { client } = receiver;
  let upSince: number | undefined;
  let closing = false;
  let failures = 0;
  let cancel = (): void => {};
  let stopWaiting = (): void => {};

  client.on('connected', () => {
    upSince = clock.now();
    log.info({}, 'connected to Slack by Socket Mode');
  });
  client.on('disconnected', () => {
    if (upSince === undefined) return;
    failures = clock.now() - upSince < steadyMs ? failures + 1 : 0;
    upSince = undefined;
    if (!closing) again('Slack ended the connection');
  });
  client.on('connecting', () => {
    // Slack said where to connect when nobody wanted to know any more.
    if (closing) throw new Error('closed meanwhile');
  });

  function again(why: string, leastMs = 0): void {
    const grown = failures === 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));
    const ms = Math.max(leastMs, Math.round(grown * (0.5 + random() / 2)));
    log.warn({ ms, why }, 'connecting to Slack again');
    cancel = clock.setTimer(clock.now() + ms, () => void connect());
  }

  async function connect(): Promise<void> {
    stopWaiting = clock.setTimer(clock.now() + connectLimitMs, breakOff);
    try {
      await receiver.start();
    } catch (error) {
      if (closing) return;
      failures += 1;
      const [why, leastMs] = reasonOf(error);
      log.error({ why }, 'Slack could not be reached by Socket Mode');
      again(why, leastMs);
    } finally {
      stopWaiting();
    }
  }

  /** Ends the connection, whether or not the other side says goodbye. */
  function breakOff(): void {
    void client.disconnect();
    void client.disconnect();
  }

  void connect();
  return {
    isUp: () => upSince !== undefined,
    async close() {
      closing = true;
      cancel();
      stopWaiting();
      await receiver.drain();
      stopWaiting = clock.setTimer(clock.now() + goodbyeLimitMs, breakOff);
      await client.disconnect();
      stopWaiting();
    },
  };
}

/** Why there is no connection, in words, and how long Slack asks to wait at least. */
function reasonOf(error: unknown): readonly [why: string, leastMs: number] {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return [`Slack asks to wait for ${error.retryAfter} s.`, error.retryAfter * 1000];
  if (error instanceof webApi.WebAPIPlatformError)
    return [`Slack refused "apps.connections.open" (${error.data.error}): check SLACK_APP_TOKEN.`, 0];
  if (error instanceof webApi.WebAPIHTTPError) return [`Slack failed inside (${error.statusCode}).`, 0];
  if (error instanceof webApi.WebAPIRequestError) return ['Slack gave no answer.', 0];
  return ['The connection ended before Slack said hello.', 0];
}

function parsed(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    return isRecord(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
