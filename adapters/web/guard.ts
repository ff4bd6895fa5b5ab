import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ConsolePorts } from './ports.ts';
import type { HostCheck } from './host.ts';
import { plainPage } from './layout.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'x-frame-options': 'DENY',
};

const largestBody = 64 * 1024;

/** What every request must pass before anything of it is read. */
export function guards(ports: Pick<ConsolePorts, 'world'>, hosts: HostCheck): readonly MiddlewareHandler[] {
  return [
    async (c, next) => {
      await next();
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'no-store');
    },
    async (c, next) => {
      const host = c.req.header('host') ?? '';
      if (hosts.isOurs(host)) return next();
      const what = `This server does not answer to the name “${host.slice(0, 100)}”. Open it under the address that it printed at its start, or set PUBLIC_URL to the address that people use.`;
      return c.html(plainPage('Unknown address', what), 421);
    },
    async (c, next) => {
      const forwarded = [...c.req.raw.headers.keys()].find((name) => /^(?:x-)?forwarded(?:-|$)/.test(name));
      if (ports.world === 'real' || forwarded === undefined) return next();
      const what = `The simulators let anybody in, so they are not to be reached through a proxy (the request had the header “${forwarded}”). Open the console on the machine that it runs on.`;
      return c.html(plainPage('Not through a proxy', what), 403);
    },
    async (c, next) => {
      if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
      if (c.req.method !== 'POST')
        return c.html(plainPage('Not understood', 'This address can be read and posted to, no more.'), 405, {
          allow: 'GET, HEAD, POST',
        });
      if (comesFromHere(c.req.header(), hosts)) return next();
      const what =
        'This was sent by another page than the console’s own, so nothing was done. Open the console and press there.';
      return c.html(plainPage('Sent from elsewhere', what), 403);
    },
    bodyLimit({
      maxSize: largestBody,
      onError: (c) =>
        c.html(
          plainPage(
            'Too long',
            'At most 64 kB can be sent at once. Nothing was taken; go back and shorten the text.',
          ),
          413,
        ),
    }),
  ];
}

/**
 * Browsers say where a post comes from: Sec-Fetch-Site, Origin or both. Under `no-referrer` a plain form's Origin is
 * `null`; that counts only together with Sec-Fetch-Site.
 */
function comesFromHere(sent: Readonly<Record<string, string | undefined>>, hosts: HostCheck): boolean {
  const site = sent['sec-fetch-site'];
  const origin = sent['origin'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined || origin === 'null') return site === 'same-origin';
  return hosts.isOurOrigin(origin, sent['host'] ?? '');
}
