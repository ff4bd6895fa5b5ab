import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../slack/json.ts';
import { answerConnector, meet } from './connector.ts';
import type { Connector, ConnectorCall } from './connector.ts';
import { createDeliveries } from './deliveries.ts';
import { createFaults } from './faults.ts';
import type { Fault, Operation } from './faults.ts';
import { createIdentity } from './identity.ts';
import { createPerson } from './person.ts';
import type { Person } from './person.ts';
import { createRateLimits } from './rate-limits.ts';
import { buttonsOf, seenBy, textOf } from './reading.ts';
import { home, settle } from './settle.ts';
import type { Who } from './settle.ts';
import { isSignIn, signIn } from './sign-in.ts';
import type { Stage } from './stage.ts';
import { createState } from './state.ts';
import type { Post } from './state.ts';

/** How a fake of Teams is set up; everything has a default. */
export interface TeamsOptions {
  /** The clock of messages and tokens. */
  readonly now?: () => number;
  /** Where the app listens, once that is known; see `deliverTo`. */
  readonly appUrl?: string;
  readonly appId?: string;
  readonly appName?: string;
  readonly tenant?: string;
  /** What the app has to call with. */
  readonly botToken?: string;
  /** What the app has to sign in with, where it asks for its token. */
  readonly appSecret?: string;
  /** Addresses are Microsoft's own, for an app whose calls to them are led here; otherwise those of this machine. */
  readonly asMicrosoft?: boolean;
  /** Teams' limits on how often is written and read are kept; they are off, for tests are faster than people. */
  readonly rateLimits?: boolean;
  /** The largest card, in bytes. */
  readonly largestCard?: number;
  /** The app hears everything that is said in its teams (RSC), mentioned or not. */
  readonly hearsAll?: boolean;
  /** How long an answer of the app is waited for; long enough to see what an app does that is too late. */
  readonly patienceMs?: number;
}

/** A thread: its conversation, and its posts, the first one before the others. */
export interface Thread {
  readonly id: string;
  readonly channel: string;
  readonly posts: readonly Post[];
}

/** A Microsoft cloud of its own on a port of 127.0.0.1: keys, the connector, and people who use the app in Teams. */
export async function startTeams(options: TeamsOptions = {}) {
  const { tenant = home.tenant, appName = 'mailfix', botToken = 'fake-bot-token' } = options;
  const { appId = 'c0000000-0000-4000-8000-000000000001', largestCard = 28 * 1024 } = options;
  const { appSecret = 'the secret', asMicrosoft = false } = options;
  const now = options.now ?? Date.now;
  const state = createState(now);
  const add = settle(state, tenant);
  state.tokens.add(botToken);
  const faults = createFaults();
  const identity = createIdentity(appId, now);
  const calls: ConnectorCall[] = [];
  const place = { url: '', appUrl: options.appUrl ?? '' };
  const limits = options.rateLimits === true ? createRateLimits(now) : undefined;
  const connector: Connector = { state, appId, largestCard, limits, faults, calls };

  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => answer(request, response, body))
      // An app that was stopped takes no answer any more.
      .catch(() => response.destroy());
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { url = '/' } = request;
    switch (url) {
      case '/v1/.well-known/openidconfiguration': {
        const document: Json = {
          issuer: 'https://api.botframework.com',
          jwks_uri: `${asMicrosoft ? 'https://login.botframework.com' : place.url}/v1/.well-known/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
        };
        return meet(faults.take('metadata'), () => [200, document], response);
      }
      case '/v1/.well-known/keys':
        return meet(faults.take('keys'), () => [200, identity.jwks()], response);
      default:
        return isSignIn(url)
          ? signedIn(url, body, response)
          : answerConnector(connector, request, response, body);
    }
  }

  function signedIn(url: string, body: string, response: ServerResponse): Promise<void> {
    const app = { appId, tenant, secret: appSecret };
    return meet(faults.take('token'), () => signIn(app, url, body, botToken), response);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  place.url = `http://127.0.0.1:${address.port}`;

  const deliveries = createDeliveries({
    appUrl: () => place.appUrl,
    identity,
    patienceMs: options.patienceMs ?? 10_000,
  });
  const origin = asMicrosoft ? 'https://smba.trafficmanager.net' : place.url;
  const serviceUrl = (of: string): string => `${origin}/emea/${of}/`;
  const stage: Stage = {
    state,
    appId,
    appName,
    serviceUrl,
    homeChannel: home.channel,
    hearsAll: options.hearsAll === true,
    deliver: deliveries.deliver,
  };

  const threads = (channel: string = home.channel): readonly Thread[] => {
    const posts = state.posts.filter((one) => one.place === channel && !one.deleted);
    return [...new Set(posts.map((one) => one.conversation))].map((id) => ({
      id,
      channel,
      posts: posts.filter((one) => one.conversation === id),
    }));
  };

  return {
    url: place.url,
    /** What a gate in front of the app is told. */
    gate: {
      appId,
      tenants: [],
      ownTenant: tenant,
      hosts: ['127.0.0.1'],
      openIdUrl: `${place.url}/v1/.well-known/openidconfiguration`,
      auth: true,
    },
    appId,
    tenant,
    channel: home.channel,
    team: home.team,
    botToken,
    /** The address that the app answers to. */
    serviceUrl: serviceUrl(tenant),
    /** Everything that this Teams knows, to look into and to change. */
    state,
    ...add,
    rotateKeys: identity.rotate,
    endorse: identity.endorse,
    /** A token for a service address, as Microsoft would give it or not. */
    token: identity.token,
    /** Tells where the app listens. */
    deliverTo(appUrl: string): void {
      place.appUrl = appUrl.replace(/\/$/, '');
    },
    /** The next call of this operation meets this fault; `*` is any. */
    next: (operation: Operation, fault: Fault): void => faults.next(operation, fault),
    /** Every call of this operation meets this fault, until the function that comes back is called. */
    every: (operation: Operation, fault: Fault): (() => void) => faults.every(operation, fault),
    /** Somebody of that name, who is made if there is nobody yet. */
    person(who: Who): Person {
      const known = [...state.accounts.values()].find((one) => one.name === who.name);
      return createPerson(stage, known ?? add.addPerson(who));
    },
    /** Delivers any activity, with a good token unless told otherwise. */
    deliver: deliveries.deliver,
    hold: deliveries.hold,
    /** The requests that went to the app, in order. */
    requests: deliveries.requests,
    redeliver: deliveries.redeliver,
    replay: deliveries.replay,

    threads,
    /** A thread by its conversation, or a personal chat. */
    thread: (id: string): readonly Post[] =>
      state.posts.filter((one) => one.conversation === id && !one.deleted),
    textOf,
    buttonsOf,
    seenBy,
    calls: (operation?: Operation): readonly ConnectorCall[] =>
      calls.filter((call) => operation === undefined || call.operation === operation),

    close: async (): Promise<void> => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A running fake of Teams. */
export type FakeTeams = Awaited<ReturnType<typeof startTeams>>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}
