import { createHmac } from 'node:crypto';
import type { Delivered, RequestKind, Retry, SentRequest, Transport } from './delivery.ts';
import { jsonOf, parsed, scalarIn } from './json.ts';
import type { Json } from './json.ts';

/** Where the app is, and how requests to it are signed. */
export interface HttpTransportOptions {
  readonly appUrl: () => string;
  readonly signingSecret: string;
  /** The clock of the signature: the app compares it with its own. */
  readonly now: () => number;
  readonly patienceMs: number;
}

/** Slack's signature of a body: `v0=` and an HMAC over version, time and the raw bytes. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Signed HTTP requests to `<appUrl>/slack/events`. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  async function send(request: SentRequest): Promise<Delivered> {
    const began = performance.now();
    const ms = (): number => performance.now() - began;
    try {
      const response = await fetch(`${options.appUrl()}/slack/events`, {
        method: 'POST',
        headers: request.headers,
        body: Buffer.from(request.body),
        redirect: 'manual',
        signal: AbortSignal.timeout(options.patienceMs),
      });
      const body = await response.text();
      return {
        request,
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body,
        json: jsonOf(parsed(body)),
        ms: ms(),
      };
    } catch (error) {
      return { request, status: 0, headers: {}, body: '', json: {}, ms: ms(), error: String(error) };
    }
  }

  return {
    prepare(kind, payload, overrides = {}, retry) {
      const body = bodyOf(kind, payload);
      const timestamp = String(overrides.timestamp ?? Math.floor(options.now() / 1000));
      const headers = {
        'content-type':
          overrides.contentType ??
          (kind === 'events' ? 'application/json' : 'application/x-www-form-urlencoded'),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature':
          overrides.signature ?? signatureOf(overrides.secret ?? options.signingSecret, timestamp, body),
        ...retryHeaders(retry),
        ...overrides.headers,
      };
      return { kind, payload, headers, body: overrides.body ?? body };
    },
    send,
  };
}

function retryHeaders(retry: Retry | undefined): Readonly<Record<string, string>> {
  return retry === undefined
    ? {}
    : { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason };
}

function bodyOf(kind: RequestKind, payload: Json): string {
  if (kind === 'events') return JSON.stringify(payload);
  if (kind === 'interactivity') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.entries(payload).map(([name, value]) => [name, scalarIn(value) ?? '']);
  return new URLSearchParams(fields).toString();
}
