import type { Delivered, Overrides, RequestKind, Retry, SentRequest, Transport } from './delivery.ts';
import type { Json } from './json.ts';

/** Everything that goes to the app, over whichever transport, and what went. */
export function createDeliveries(transport: Transport) {
  const requests: SentRequest[] = [];
  const aside = new Set<Promise<Delivered>>();
  let held: Promise<void> | undefined;

  function send(request: SentRequest): Promise<Delivered> {
    requests.push(request);
    return transport.send(request);
  }

  return {
    requests,
    deliver: async (kind: RequestKind, payload: Json, overrides?: Overrides): Promise<Delivered> => {
      const until = held;
      held = undefined;
      await until;
      return send(transport.prepare(kind, payload, overrides));
    },
    /** The next request is made now and goes out later, when what comes back is called: somebody was slow. */
    hold: (): (() => void) => {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    /** Delivers a request once more, as Slack does when it was not answered: newly signed, and said to be a retry. */
    redeliver: (
      { kind, payload }: SentRequest,
      retry: Retry = { num: 1, reason: 'http_timeout' },
    ): Promise<Delivered> => send(transport.prepare(kind, payload, {}, retry)),
    /** Sends the same bytes and headers once more, as somebody does who recorded them. */
    replay: send,
    /** Keeps an eye on a delivery that nobody waits for. */
    track(sending: Promise<Delivered>): void {
      aside.add(sending);
      void sending.finally(() => aside.delete(sending));
    },
    settled: async (): Promise<void> => {
      // An answer may lead to more.
      while (aside.size > 0) await Promise.all(aside);
    },
  };
}
