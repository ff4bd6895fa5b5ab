import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { fieldClasses } from '../engine/event.ts';
import type { Dispatcher } from './dispatch.ts';

/** Where the server takes orders from its own command line. */
export const ordersPath = '/orders';

const why = z.string().trim().min(1).max(500);
const order = z.strictObject({
  /** Once only: the dedupe key. */
  id: z.string().regex(/^[\w-]{16,64}$/),
  at: z.int(),
  incident: z.string().regex(/^INC-\d{1,12}$/),
  by: z.string().min(1).max(100),
  event: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('incident.held'), why }),
    z.strictObject({ type: z.literal('incident.released'), why }),
    z.strictObject({
      type: z.literal('incident.redacted'),
      why,
      classes: z.array(z.enum(fieldClasses)).min(1),
    }),
  ]),
});

/** What somebody at the server's own command line wants of an incident. */
export type Order = z.output<typeof order>;

/** What the server made of an order: done, or why not. */
export interface Ordered {
  readonly done: boolean;
  readonly message: string;
}

const longest = 10_000;
const goodForMs = 300_000;

/** Proves that an order comes from somebody who can read the server's key. */
export function signOrder(key: Buffer, body: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** Answers orders over HTTP; without the right signature it says nothing but 404, as if it were not there. */
export function orderHandler(options: {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly key: Buffer;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly defect: (error: unknown) => void;
}): (request: IncomingMessage, response: ServerResponse) => void {
  const { dispatcher, key, now, defect } = options;

  async function answer(request: IncomingMessage): Promise<Ordered | undefined> {
    const body = await read(request);
    if (body === undefined || request.method !== 'POST') return undefined;
    const given = Buffer.from(String(request.headers['x-mailfix-signature'] ?? ''));
    const right = Buffer.from(signOrder(key, body));
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    const parsed = order.safeParse(jsonOf(body));
    if (!parsed.success)
      return { done: false, message: 'The order cannot be read: is this another version?' };
    const { id, at, incident, by, event } = parsed.data;
    if (Math.abs(now() - at) > goodForMs)
      return { done: false, message: 'The order is too old. Give it again.' };
    const actor = { id: `cli:${by}`, person: `cli:${by}`, name: by };
    const reply = await dispatcher.dispatch(event, { id, source: 'cli', incident, actor });
    return reply.ok
      ? { done: true, message: 'Done, and noted in the log.' }
      : { done: false, message: reply.refusal.message };
  }

  return (request, response) => {
    answer(request).then(
      (ordered) => {
        response.writeHead(ordered === undefined ? 404 : 200, { 'cache-control': 'no-store' });
        response.end(ordered === undefined ? '' : JSON.stringify(ordered));
      },
      (error: unknown) => {
        defect(error);
        response.writeHead(500).end();
      },
    );
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length > longest) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
