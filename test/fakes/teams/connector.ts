import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonOf, parsed } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import * as conversations from './conversations.ts';
import type { Done, Office } from './conversations.ts';
import type { Fault, Faults, Operation } from './faults.ts';
import { Refusal } from './refusal.ts';

/** One call that the app made, and what became of it. */
export interface ConnectorCall {
  readonly operation: Operation;
  /** As it was sent, with everything that is encoded in it. */
  readonly path: string;
  readonly token: string;
  /** The conversation that was written to or read; empty for a new one. */
  readonly conversation: string;
  /** The activity or member that it is about. */
  readonly about: string;
  readonly body: Json;
  readonly at: number;
  /** The HTTP status; absent when no answer went out. */
  status?: number;
  answer?: unknown;
  /** When the answer went out, by the clock of the machine. */
  answeredAt?: number;
  /** Teams has done it, whatever the app came to know. */
  applied: boolean;
}

/** An answer as it goes out. */
export type Answered = readonly [...Done, headers?: Readonly<Record<string, string>>];

/** What the connector stands on. */
export interface Connector extends Office {
  readonly faults: Faults;
  readonly calls: ConnectorCall[];
}

/** Answers one HTTP request to `/<region>/<tenant>/v3/conversations…`. */
export async function answerConnector(
  connector: Connector,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
): Promise<void> {
  const path = request.url ?? '/';
  const body = jsonOf(parsed(text));
  const route = routeOf(request.method ?? '', path);
  const call: ConnectorCall = {
    operation: route?.operation ?? '*',
    path,
    token: (request.headers.authorization ?? '').replace(/^Bearer /, ''),
    conversation: route?.conversation ?? '',
    about: route?.about ?? '',
    body,
    at: connector.state.now(),
    applied: false,
  };
  connector.calls.push(call);
  const apply = (): Answered => {
    const done = attempt(connector, call);
    call.applied = done[0] < 300;
    return done;
  };
  await meet(connector.faults.take(call.operation), apply, response, call);
}

/** Lets a fault have its way with a call. */
export async function meet(
  fault: Fault | undefined,
  apply: () => Answered,
  response: ServerResponse,
  call: { status?: number; answer?: unknown; answeredAt?: number } = {},
): Promise<void> {
  const send = (status: number, answer: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    Object.assign(call, { status, answer, answeredAt: Date.now() });
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(answer));
  };
  if (fault === undefined) return send(...apply());
  switch (fault.kind) {
    case 'says':
      return send(fault.status, fault.body, fault.headers);
    case 'drop':
      return void response.socket?.resetAndDestroy();
    case 'lost-reply':
      apply();
      return void response.socket?.resetAndDestroy();
    case 'hang':
      if (fault.applied === true) apply();
      return;
    case 'slow': {
      const done = apply();
      await later(fault.ms);
      return send(...done);
    }
    case 'garbled':
      apply();
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end('<html>Sign in</html>');
    case 'half':
      apply();
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': 1000 });
      return void response.write('{"id":');
    case 'status': {
      if (fault.applied === true) apply();
      const { status, code, message = 'Failed.', retryAfterSeconds: seconds, location } = fault;
      const headers = {
        ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
        ...(location === undefined ? {} : { location }),
      };
      return send(status, code === undefined ? {} : { error: { code, message } }, headers);
    }
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function attempt(connector: Connector, call: ConnectorCall): Answered {
  try {
    if (!connector.state.tokens.has(call.token))
      throw new Refusal(401, 'Unauthorized', 'Authorization has been denied for this request.');
    return run(connector, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.status, { error: { code: error.code, message: error.message } }, error.headers];
  }
}

function run(connector: Connector, { operation, conversation, about, body }: ConnectorCall): Done {
  switch (operation) {
    case 'createConversation':
      return conversations.createConversation(connector, body);
    case 'sendToConversation':
      return conversations.sendToConversation(connector, conversation, body);
    case 'updateActivity':
      return conversations.updateActivity(connector, conversation, about, body);
    case 'deleteActivity':
      return conversations.deleteActivity(connector, conversation, about);
    case 'getConversationMember':
      return conversations.getConversationMember(connector, conversation, about);
    case 'getConversationMembers':
      return conversations.getConversationMembers(connector, conversation);
    default:
      throw new Refusal(404, 'NotFound', 'There is no such call.');
  }
}

const routes: readonly (readonly [method: string, pattern: RegExp, operation: Operation])[] = [
  ['POST', /^$/, 'createConversation'],
  ['POST', /^\/([^/]+)\/activities(?:\/[^/]+)?$/, 'sendToConversation'],
  ['PUT', /^\/([^/]+)\/activities\/([^/]+)$/, 'updateActivity'],
  ['DELETE', /^\/([^/]+)\/activities\/([^/]+)$/, 'deleteActivity'],
  ['GET', /^\/([^/]+)\/members$/, 'getConversationMembers'],
  ['GET', /^\/([^/]+)\/members\/([^/]+)$/, 'getConversationMember'],
];

function routeOf(method: string, path: string) {
  const rest = /^\/[^/]+\/[^/]+\/v3\/conversations(\/[^?]*)?(?:\?|$)/.exec(path);
  if (rest === null) return undefined;
  for (const [of, pattern, operation] of routes) {
    const found = of === method ? pattern.exec(rest[1] ?? '') : null;
    if (found !== null) {
      const [, conversation = '', about = ''] = found.map((part) => decodeURIComponent(part ?? ''));
      return { operation, conversation, about };
    }
  }
  return undefined;
}
