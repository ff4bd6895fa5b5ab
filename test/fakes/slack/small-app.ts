import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { jsonOf, parsed } from './json.ts';
import type { Json } from './json.ts';

/** One request of Slack's as the app got it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  /** The event envelope, the interactive payload, or the fields of a command. */
  readonly payload: Json;
}

/** What the app answers: a status, JSON, or nothing but a 200. */
export type AppAnswer = Json | number | undefined;

/** An app that remembers what Slack sends, and answers as it is told. */
export async function startSmallApp() {
  const received: Received[] = [];
  const app = { answer: (_payload: Json): AppAnswer | Promise<AppAnswer> => undefined };
  const server = createServer((request, response) => {
    let raw = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (raw += String(chunk)));
    request.on('end', () => {
      const payload = payloadOf(request.headers['content-type'] ?? '', raw);
      received.push({ headers: request.headers, raw, payload });
      void Promise.resolve(app.answer(payload)).then((answer) => {
        response.writeHead(typeof answer === 'number' ? answer : 200);
        response.end(typeof answer === 'object' ? JSON.stringify(answer) : '');
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    /** The payload of the last request. */
    last: (): Json => received.at(-1)?.payload ?? {},
    answers(answer: (payload: Json) => AppAnswer | Promise<AppAnswer>): void {
      app.answer = answer;
    },
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A running small app. */
export type SmallApp = Awaited<ReturnType<typeof startSmallApp>>;

function payloadOf(contentType: string, raw: string): Json {
  if (contentType === 'application/json') return jsonOf(parsed(raw));
  const form = new URLSearchParams(raw);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : jsonOf(parsed(payload));
}
