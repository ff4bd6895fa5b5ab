import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { getRequestListener } from '@hono/node-server';

/** Handles a request by itself, down to the bytes: for products that sign their bodies. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What `startServer` serves. */
export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Everything that nobody else answers. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** By path; asked before `fetch`. */
  readonly raw?: ReadonlyMap<string, RawHandler>;
  /** What is not ready for work, in words; empty when all is. */
  readonly notReady: () => Promise<readonly string[]>;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Takes no more requests and resolves when those under way are answered, or after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** mailfix cannot listen; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Listens for HTTP. `/healthz` says that the process lives, `/readyz` that it can work. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, fetch, raw, notReady } = options;
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  let closing = false;

  const server = createServer((request, response) => {
    if (closing) response.setHeader('connection', 'close');
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const own = raw?.get(path);
    if (path === '/healthz') return say(response, 200, { alive: true });
    if (path === '/readyz') return void sayReady(response);
    if (own !== undefined) return own(request, response);
    void listener(request, response);
  });

  async function sayReady(response: ServerResponse): Promise<void> {
    const reasons = closing
      ? ['The server stops.']
      : await notReady().catch(() => ['The database cannot be read.']);
    say(response, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${actual}`,
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // A connection whose answer just ended would be kept for the next request.
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function listenError(error: Error, host: string, port: number): Error {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} on ${host} is in use. Stop the other program (another mailfix?), or set PORT to a free one.`,
      );
    case 'EACCES':
      return new ListenError(`This user may not listen on port ${port}. Set PORT to 1024 or more.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(
        `HOST is "${host}", which is no address of this machine. Use 127.0.0.1 or 0.0.0.0.`,
      );
    default:
      return new ListenError(`mailfix cannot listen on ${host} port ${port} (${code}). Check HOST and PORT.`);
  }
}
