import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App, HTTPReceiverOptions } from '@slack/bolt';
import { HTTPReceiver } from '@slack/bolt';
import { durably, requestProperty, type Durable } from './durable.ts';

/** Handles a request by itself, down to the bytes. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A request whose clock is further off than this was not made now. */
const mostSkewSeconds = 300;
/** Slack's largest payloads, a form with all its blocks, have a quarter of that. */
const largestBody = 1024 * 1024;

/** Bolt's HTTP receiver, answering only what was handled. */
export class DurableHttpReceiver extends HTTPReceiver {
  readonly #durable: Durable;

  constructor(options: HTTPReceiverOptions, durable: Durable) {
    super({
      bodyLimit: largestBody,
      customPropertiesExtractor: (request) => ({
        [requestProperty]: `${String(request.headers['x-slack-request-timestamp'])} ${String(request.headers['x-slack-signature'])}`,
      }),
      ...options,
    });
    this.#durable = durable;
  }

  override init(app: App): void {
    super.init(durably(app, this.#durable));
  }
}

/**
 * The handler of `/slack/events`. Bolt checks the signature over the raw body and refuses old requests; what it lets
 * pass is caught here: a time that is still to come, another method, a content type that it would not recognise.
 */
export function eventsHandler(receiver: HTTPReceiver, nowMs: () => number): RawHandler {
  return (request, response) => {
    if (request.method !== 'POST') return refuse(response, 405, { allow: 'POST' });
    const at = Number(request.headers['x-slack-request-timestamp'] ?? 0);
    if (at > nowMs() / 1000 + mostSkewSeconds) return refuse(response, 401);
    const type = request.headers['content-type'] ?? '';
    request.headers['content-type'] = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    receiver.requestListener(request, response);
  };
}

/** The handler of the installation's two pages. */
export function pagesHandler(receiver: HTTPReceiver): RawHandler {
  return (request, response) => {
    if (request.method !== 'GET') return refuse(response, 405, { allow: 'GET' });
    receiver.requestListener(request, response);
  };
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  // What was sent is not read: the connection is of no more use.
  response.writeHead(status, { ...headers, connection: 'close' });
  response.end();
}
