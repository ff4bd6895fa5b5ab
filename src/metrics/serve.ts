import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { isLoopback } from '../clients/transport.ts';
import type { Page } from './registry.ts';

/** Where the figures are. */
export const metricsPath = '/metrics';

/** What `metricsHandler` needs. */
export interface ServeOptions {
  /** METRICS_TOKEN: with it, anybody who has it is served. */
  readonly token: string | undefined;
  /** PUBLIC_URL: a proxy stands in front then, and whoever comes through one seems to sit on its machine. */
  readonly publicUrl: string | undefined;
  readonly scrape: () => Promise<Page>;
  readonly defect: (error: unknown) => void;
}

/**
 * Serves the figures to this machine, and to others by token. Without a token there is nothing to be found here for
 * them: 404. Whoever has been forwarded counts as another machine, whatever their address says.
 */
export function metricsHandler({ token, publicUrl, scrape, defect }: ServeOptions) {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);

  function refusal(request: IncomingMessage): number | undefined {
    const given = request.headers.authorization;
    if (expected !== undefined && given !== undefined)
      return timingSafeEqual(digest(given), expected) ? undefined : 401;
    if (publicUrl === undefined && comesFromHere(request)) return undefined;
    return expected === undefined ? 404 : 401;
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const refused = refusal(request);
    if (refused === 401) return say(response, 401, 'Send METRICS_TOKEN as a bearer token.\n', asks);
    if (refused === 404) return say(response, 404, 'Not found.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response, 405, 'This can only be read.\n', { allow: 'GET, HEAD' });
    scrape().then(
      ({ type, text }) => say(response, 200, text, { 'content-type': type }),
      (error: unknown) => {
        defect(error);
        say(response, 500, 'The figures could not be read; the log says why.\n');
      },
    );
  };
}

const asks = { 'www-authenticate': 'Bearer' };
const here = new BlockList();
here.addSubnet('127.0.0.0', 8, 'ipv4');
here.addAddress('::1', 'ipv6');

/**
 * The connection is of this machine, nobody says that they pass on what others ask, and the name asked for is this
 * machine's own: a page of somebody else that made its name point here would send that name.
 */
function comesFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? '';
  if (address === '' || !here.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return false;
  if (Object.keys(headers).some((name) => /^(?:x-real-ip|via|(?:x-)?forwarded(?:-.*)?)$/.test(name)))
    return false;
  const host = `http://${headers.host ?? ''}`;
  return URL.canParse(host) && isLoopback(new URL(host).hostname);
}

/** Of one length, as the comparison in constant time needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function say(response: ServerResponse, status: number, text: string, more: Record<string, string> = {}) {
  const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...plain, ...more });
  response.end(text);
}
