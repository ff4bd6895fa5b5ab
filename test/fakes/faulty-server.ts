import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** A self-signed key and certificate for `localhost`, for tests only. */
export const localhostPem = readFileSync(new URL('localhost.pem', import.meta.url), 'utf8');

/** A real server on a free port of 127.0.0.1 that does whatever the test says, and remembers who came. */
export async function faultyServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { tls = false } = {},
) {
  const requests: { url: string; authorization: string | undefined }[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  };
  const server = tls
    ? createTlsServer({ key: localhostPem, cert: localhostPem }, listener)
    : createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    port: address.port,
    url: `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${address.port}`,
    requests,
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
