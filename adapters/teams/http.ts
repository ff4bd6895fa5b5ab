import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity, InvokeAnswer } from './activity.ts';
import { largestActivity } from './gate.ts';
import type { Gate } from './gate.ts';

/** Handles a request by itself, down to the bytes. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What `/api/messages` is made of. */
export interface MessagesOptions {
  readonly gate: Gate;
  /** Answers only after what the activity says is committed. */
  readonly handle: (activity: Activity) => Promise<InvokeAnswer>;
  readonly log: { error(fields: object, message: string): void };
}

/** A body that is too large is read so far, and thrown away: who still sends would not read the answer. */
const mostRead = 4 * 1024 * 1024;

/** The handler of `/api/messages`: through the gate, handled, answered; what fails is a 500, so that Teams sends it again. */
export function messagesHandler({ gate, handle, log }: MessagesOptions): RawHandler {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    // Nobody is there any more to be answered.
    if (body === undefined) return;
    const { method = '', headers } = request;
    const verdict = await gate.check({ method, headers, body });
    if (!verdict.ok) {
      const allow = verdict.status === 405 ? { allow: 'POST' } : {};
      return end(response, verdict.status, { ...allow, 'x-correlation-id': verdict.id, connection: 'close' });
    }
    const { status, body: said } = await handle(verdict.activity);
    if (verdict.activity.type !== 'invoke') return end(response, 200);
    if (said === undefined) return end(response, status);
    const json = JSON.stringify(said);
    return end(response, status, { 'content-type': 'application/json; charset=utf-8' }, json);
  }

  return (request, response) => {
    // A connection that breaks off is the other side's affair.
    response.on('error', () => undefined);
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'What Teams sent could not be handled; it will send it again');
      if (response.headersSent) response.destroy();
      else end(response, 500);
    });
  };
}

function end(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The body, or its beginning when it is too large; undefined when the connection broke off. */
function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let read = 0;
    const done = (): void => resolve(Buffer.concat(chunks));
    request.on('data', (chunk: Buffer) => {
      if (read <= largestActivity) chunks.push(chunk);
      read += chunk.length;
      if (read > mostRead) {
        request.pause();
        done();
      }
    });
    request.on('end', done);
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}
