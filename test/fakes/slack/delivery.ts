import type { Json } from './json.ts';

/** What kind of request Slack makes to an app. */
export type RequestKind = 'events' | 'interactivity' | 'command';

/** Why an event is delivered once more. */
export interface Retry {
  readonly num: number;
  readonly reason:
    | 'http_timeout'
    | 'http_error'
    | 'connection_failed'
    | 'ssl_error'
    | 'too_many_redirects'
    | 'unknown_error';
}

/** What is different from what Slack would do; only HTTP knows of it. */
export interface Overrides {
  readonly signature?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly contentType?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out instead of the body that was signed. */
  readonly body?: string;
}

/** One request to the app, as it went out. */
export interface SentRequest {
  readonly kind: RequestKind;
  readonly payload: Json;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the HTTP request, or the frame of the socket. */
  readonly body: string;
}

/** What came back from the app. */
export interface Delivered {
  readonly request: SentRequest;
  /** 0 when nothing came: no connection, or no answer in time. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON; an empty object when it is none. */
  readonly json: Json;
  readonly ms: number;
  /** Why nothing came. */
  readonly error?: string;
}

/** A way from Slack to the app. */
export interface Transport {
  /** Makes a request of a payload. */
  prepare(kind: RequestKind, payload: Json, overrides?: Overrides, retry?: Retry): SentRequest;
  /** Sends a request; never rejects, whatever the app does. */
  send(request: SentRequest): Promise<Delivered>;
}
