import { isIP } from 'node:net';
import type { SimReply, SimSystem } from './http.ts';
import type { cpaSite } from './cpa-site.ts';
import { isBlocked, settle } from './world.ts';
import type { World } from './world.ts';

/** The simulated CPA System: `POST /unblock` and `GET /status`, with a bearer token, and its admin site. */
export function cpaSystem(options: {
  world: World;
  token: string;
  site: ReturnType<typeof cpaSite>;
  unblockDelayMs: number;
  now: () => number;
}): SimSystem {
  const { world, now, site } = options;
  let lastReference = 1000;

  function unblock(ip: string): SimReply {
    lastReference += 1;
    world.pendingUnblocks.set(ip, now() + options.unblockDelayMs);
    const message = 'Un-block requested. It takes 5-10 minutes.';
    return reply(202, { state: 'queued', reference: `UB-${lastReference}`, message });
  }

  function status(ip: string): SimReply {
    settle(world, now());
    if (world.pendingUnblocks.has(ip)) return reply(200, { status: 'queued', ip });
    return reply(200, { status: isBlocked(world, ip, now()) ? 'blocked' : 'clear', ip });
  }

  return {
    system: 'cpa',
    nameOf: (path, params) => (path.startsWith('/admin/') ? site.nameOf(path, params) : path.slice(1)),
    answer(call, authorization, path, cookie) {
      if (path.startsWith('/admin/')) return site.answer(call, path, cookie);
      if (authorization !== `Bearer ${options.token}`) return reply(401, { error: 'Sign in first.' });
      const { ip = '' } = call.params;
      if (path !== '/unblock' && path !== '/status') return reply(404, { error: `There is no ${path}.` });
      if (isIP(ip) === 0) return reply(400, { ok: false, error: `"${ip}" is no IP address.` });
      if (path === '/status') return status(ip);
      return call.method === 'POST' ? unblock(ip) : reply(405, { error: 'Use POST.' });
    },
  };
}

function reply(status: number, body: object): SimReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}
