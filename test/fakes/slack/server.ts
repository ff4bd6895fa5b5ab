import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createDeliveries } from './deliveries.ts';
import { createFaults } from './faults.ts';
import type { Fault } from './faults.ts';
import { createHttpTransport } from './http-transport.ts';
import type { Json } from './json.ts';
import { createOauth } from './oauth.ts';
import type { Consent } from './oauth.ts';
import { eventEnvelope } from './payloads.ts';
import { createPerson } from './person.ts';
import type { Person } from './person.ts';
import { buttonsOf, textOf } from './reading.ts';
import { createSocketTransport } from './socket-transport.ts';
import { changeEvent, placeOf, teamWith, tellEvent } from './stage.ts';
import type { Stage } from './stage.ts';
import { createState } from './state.ts';
import type { Message } from './state.ts';
import { answerApi } from './web-api.ts';
import type { ApiCall } from './web-api.ts';
import { settle } from './world.ts';
import type { WorldOptions } from './world.ts';

/** How a fake Slack is set up; everything has a default. */
export interface SlackOptions extends WorldOptions {
  /** The clock of messages, triggers and tokens. */
  readonly now?: () => number;
  /** The clock of signatures; the app compares it with its own. */
  readonly signingNow?: () => number;
  /** Where the app listens, once that is known; see `deliverTo`. */
  readonly appUrl?: string;
  readonly transport?: 'http' | 'socket';
  readonly signingSecret?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly appId?: string;
  /** The app hears of its own posts and edits, as in Slack. */
  readonly echo?: boolean;
  /** How long an answer of the app is waited for; long enough to see what an app does that is too late. */
  readonly patienceMs?: number;
}

/** A Slack of its own on a port of 127.0.0.1: the Web API for the app, and people who use the app. */
export async function startSlack(options: SlackOptions = {}) {
  const { signingSecret = 'fake-signing-secret', patienceMs = 10_000 } = options;
  const app = {
    appId: options.appId ?? 'A0MAILFIX',
    clientId: options.clientId ?? '1000.2000',
    clientSecret: options.clientSecret ?? 'fake-client-secret',
  };
  const state = createState(options.now ?? Date.now);
  const world = settle(state, options);
  const faults = createFaults();
  const calls: ApiCall[] = [];
  const place = { url: '', appUrl: options.appUrl ?? '' };
  const url = (): string => place.url;
  const oauth = createOauth(state, app, world.home.team);

  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => {
        const { pathname } = new URL(request.url ?? '/', place.url);
        if (pathname !== '/oauth/v2/authorize') return answerApi(api, request, response, body);
        const location = oauth.authorize(new URL(request.url ?? '/', place.url).href);
        response.writeHead(302, { location }).end();
        return undefined;
      })
      // An app that was stopped takes no answer any more.
      .catch(() => response.destroy());
  });
  const socket = createSocketTransport(server, { url, appId: app.appId, patienceMs });
  const http = createHttpTransport({
    appUrl: () => place.appUrl,
    signingSecret,
    now: options.signingNow ?? Date.now,
    patienceMs,
  });
  const deliveries = createDeliveries(options.transport === 'socket' ? socket : http);

  const stage: Stage = {
    state,
    app,
    url,
    homeChannel: world.home.channel,
    deliver: deliveries.deliver,
    tell(change) {
      if (options.echo !== true) return;
      const at = placeOf(stage, change.message.channel);
      deliveries.track(tellEvent(stage, changeEvent(stage, change, at.channel), at));
    },
  };
  const api = { state, app, oauth, faults, calls, tell: stage.tell, openSocket: () => socket.open() };

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  place.url = `http://127.0.0.1:${address.port}`;

  const sendEvent = (event: Json, team = world.home.team) =>
    deliveries.deliver('events', eventEnvelope(stage, event, teamWith(stage, team)));

  return {
    url: place.url,
    apiUrl: `${place.url}/api/`,
    authorizationUrl: `${place.url}/oauth/v2/authorize`,
    signingSecret,
    ...app,
    /** Everything that this Slack knows, to look into and to change. */
    state,
    ...world.add,
    /** Tells where the app listens. */
    deliverTo(appUrl: string): void {
      place.appUrl = appUrl.replace(/\/$/, '');
    },
    socket,
    /** The next call of this method meets this fault; `*` is any method. */
    next: (method: string, fault: Fault): void => faults.next(method, fault),
    /** Every call of this method meets this fault, until the function that comes back is called. */
    every: (method: string, fault: Fault): (() => void) => faults.every(method, fault),
    /** Somebody of that id, who is made if there is nobody yet. */
    person(who: Parameters<typeof world.add.addUser>[0]): Person {
      return createPerson(stage, state.users.get(who.id) ?? world.add.addUser(who));
    },
    /** Delivers any event, in its envelope. */
    event: sendEvent,
    /** The app is removed from a workspace: its tokens end, and it is told with two events. */
    async uninstall(team = world.home.team) {
      for (const grant of state.grants.values()) {
        if (grant.team === team) grant.refusal = 'account_inactive';
      }
      const tokens = { oauth: [], bot: [teamWith(stage, team).botUser] };
      return [
        await sendEvent({ type: 'tokens_revoked', tokens }, team),
        await sendEvent({ type: 'app_uninstalled' }, team),
      ] as const;
    },
    /** Any signed request to the app. */
    deliver: deliveries.deliver,
    hold: deliveries.hold,
    /** The requests that went to the app, in order. */
    requests: deliveries.requests,
    redeliver: deliveries.redeliver,
    replay: deliveries.replay,
    /** Waits until the app has answered all that it was told on the side. */
    settled: deliveries.settled,
    /** Plays the consent page; where Slack sends the browser. */
    authorize: (authorizeUrl: string, consent?: Consent): string => oauth.authorize(authorizeUrl, consent),

    /** A thread: its first message, and the replies. */
    thread: (channel: string, ts: string): readonly Message[] =>
      state.messagesIn(channel).filter((one) => !one.deleted && (one.ts === ts || one.threadTs === ts)),
    /** What stands in a channel itself, broadcast replies too. */
    roots: (channel: string = world.home.channel): readonly Message[] =>
      state
        .messagesIn(channel)
        .filter((one) => !one.deleted && (one.threadTs === undefined || one.broadcast)),
    textOf,
    buttonsOf,
    ephemerals: (user?: string) => state.ephemerals.filter((one) => user === undefined || one.user === user),
    calls: (method?: string): readonly ApiCall[] =>
      calls.filter((call) => method === undefined || call.method === method),
    homeOf: (user: string) => state.homes.get(user),
    openView: (user: string) => state.stacks.get(user)?.at(-1),

    close: async (): Promise<void> => {
      socket.close();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A running fake of Slack. */
export type FakeSlack = Awaited<ReturnType<typeof startSlack>>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}
