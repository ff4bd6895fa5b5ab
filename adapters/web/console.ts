import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { staffTongue } from '../../src/render/language.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { serveAssets } from './assets.ts';
import { createWebChannel } from './channel.ts';
import { fieldsOf, type ConsoleEnv, type Desk } from './desk.ts';
import { guards } from './guard.ts';
import { html } from './html.ts';
import { createHostCheck } from './host.ts';
import { incidentRoutes } from './incident-routes.ts';
import { listLink, plainPage } from './layout.ts';
import { listRoutes } from './list-routes.ts';
import { createLive, streamResponse } from './live.ts';
import { createNotices } from './notices.ts';
import { peopleRoutes, signInRoutes } from './people-routes.ts';
import type { ConsolePorts } from './ports.ts';
import { createSessions, readyPeople } from './session.ts';

/** The console: an app to be served, and a channel for the runtime. `close` ends its live streams. */
export interface WebConsole {
  readonly app: Hono<ConsoleEnv>;
  readonly channel: Channel;
  /** To be called every 20 s or so: keeps streams alive, and ends those whose sign-in is over. */
  beat(): Promise<void>;
  close(): void;
}

/** Makes the console. It answers every path, so mount it after everything else. */
export function createWebConsole(ports: ConsolePorts): WebConsole {
  const hosts = createHostCheck(ports);
  const live = createLive(ports);
  const notices = createNotices(ports);
  const sessions = createSessions(ports, hosts);
  const web = createWebChannel({ live, notices, now: ports.now });
  const desk: Desk = { ports, live, notices, sessions, web };
  const stopListening = ports.onTurn((incident) => live.changed(incident));

  const app = new Hono<ConsoleEnv>();
  app.use(...guards(ports, hosts));
  serveAssets(app);
  signInRoutes(app, desk);
  app.use(gate(desk), csrf(desk));
  app.get('/events', (c) => {
    const { id, actor } = c.get('session');
    return streamResponse(c, live, id, actor.id);
  });
  peopleRoutes(app, desk);
  listRoutes(app, desk);
  incidentRoutes(app, desk);
  app.all('*', (c) =>
    c.html(
      plainPage('Nothing here', 'This address leads nowhere. The list shows all incidents.', listLink()),
      404,
    ),
  );
  app.onError((error, c) => {
    ports.defect?.(error, c.req.path);
    const what =
      'The console could not do that, and what you sent may not have been taken. Go back and look at the incident before you send it again; if it stays, look into the log of the server.';
    return c.html(plainPage('That did not work', what, listLink()), 500);
  });

  async function beat(): Promise<void> {
    live.beat();
    for (const id of live.sessions()) if (!(await sessions.isCurrent(id))) live.drop(id);
  }
  return {
    app,
    channel: web.channel,
    beat,
    close() {
      stopListening();
      live.close();
    },
  };
}

/** Lets in who is signed in. On simulators everybody is: a newcomer plays the technician. */
function gate({ sessions, ports }: Desk): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const session = await sessions.read(c);
    if (session !== undefined) {
      c.set('session', session);
      return next();
    }
    if (c.req.method === 'GET' && c.req.header('sec-fetch-site') === 'cross-site') return comeAgain(c);
    const [first] = readyPeople;
    if (ports.world === 'simulated' && first !== undefined && c.req.method !== 'POST') {
      c.set('session', sessions.play(c, first));
      return next();
    }
    return c.html(signInFirst(ports.world), 401);
  };
}

/** A link in a chat opens without the cookie, which is strict. A page of our own that leads here brings it along. */
function comeAgain(c: Context): Response | Promise<Response> {
  const path = c.req.path.replace(/^\/+/, '/');
  return c.html(
    html`<!doctype html>
      <html lang="${staffTongue().language}">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="refresh" content="0; url=${path}" />
          <title>mailfix</title>
        </head>
        <body>
          <p><a href="${path}">Open mailfix</a></p>
        </body>
      </html>`,
  );
}

function signInFirst(world: ConsolePorts['world']) {
  if (world === 'simulated')
    return plainPage(
      'Open the page first',
      'This browser has not opened the console yet, or keeps no cookies, so nothing was done. Open the incidents and press there.',
      listLink(),
    );
  return plainPage(
    'Sign in',
    'Incidents are shown to signed-in staff only. Run this on the server and open the link that it prints:',
    html`<pre class="command">mailfix sign-in NAME</pre>
      <p class="hint">The link works once, for 15 minutes. The sign-in lasts 12 hours.</p>`,
  );
}

/** Every form carries a word that only pages of this session know. */
function csrf({ sessions }: Desk): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (c.req.method !== 'POST') return next();
    const fields = await fieldsOf(c);
    const nonce = fields.get('nonce') ?? '';
    if (sessions.csrfFits(c.get('session'), fields.get('csrf') ?? '') && /^[\w-]{16,64}$/.test(nonce))
      return next();
    const what =
      'This page is older than your sign-in, so nothing was done. Load it again and press once more; copy what you typed first.';
    return c.html(plainPage('Load the page again', what, listLink()), 403);
  };
}
