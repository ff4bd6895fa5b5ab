import { jsonOf, parsed } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import type { Identity, TokenOverrides } from './identity.ts';

/** What is different from what Teams would send. */
export interface Overrides extends TokenOverrides {
  /** The header as it goes out, instead of a token; `none` leaves it out. */
  readonly authorization?: string;
  readonly method?: string;
  /** Goes out instead of the activity. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One request to the app, as it went out. */
export interface SentRequest {
  readonly activity: Json;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** What came back from the app. */
export interface Delivered {
  readonly request: SentRequest;
  /** 0 when nothing came: no connection, no answer in time, or nothing was sent. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON; an empty object when it is none. */
  readonly json: Json;
  readonly ms: number;
  /** Why nothing came. */
  readonly error?: string;
}

/** Where the app is, and how requests to it are signed. */
export interface DeliveryOptions {
  readonly appUrl: () => string;
  readonly identity: Identity;
  readonly patienceMs: number;
}

/** Everything that goes to the app at `<appUrl>/api/messages`, and what went. */
export function createDeliveries({ appUrl, identity, patienceMs }: DeliveryOptions) {
  const requests: SentRequest[] = [];
  let held: Promise<void> | undefined;

  function prepare(activity: Json, overrides: Overrides = {}): SentRequest {
    const token = identity.token(activity['serviceUrl'], overrides);
    const authorization = overrides.authorization ?? `Bearer ${token}`;
    const method = overrides.method ?? 'POST';
    return {
      activity,
      method,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
        ...(authorization === 'none' ? {} : { authorization }),
      },
      body: overrides.body ?? JSON.stringify(activity),
    };
  }

  async function send(request: SentRequest): Promise<Delivered> {
    requests.push(request);
    const { method, headers, body } = request;
    const began = performance.now();
    const ms = (): number => performance.now() - began;
    try {
      const response = await fetch(`${appUrl()}/api/messages`, {
        method,
        headers,
        ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await response.text();
      return {
        request,
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: text,
        json: jsonOf(parsed(text)),
        ms: ms(),
      };
    } catch (error) {
      return { request, status: 0, headers: {}, body: '', json: {}, ms: ms(), error: String(error) };
    }
  }

  return {
    requests,
    deliver: async (activity: Json, overrides?: Overrides): Promise<Delivered> => {
      const until = held;
      held = undefined;
      await until;
      return send(prepare(activity, overrides));
    },
    /** The next request is made now and goes out later, when what comes back is called: somebody was slow. */
    hold: (): (() => void) => {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    /** Sends an activity once more, as Teams does when it was not answered: with a new token. */
    redeliver: ({ activity }: SentRequest): Promise<Delivered> => send(prepare(activity)),
    /** Sends the same bytes and headers once more, as somebody does who recorded them. */
    replay: send,
  };
}
