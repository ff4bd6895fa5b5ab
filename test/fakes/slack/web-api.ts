import type { IncomingMessage, ServerResponse } from 'node:http';
import { chatMethods } from './chat-methods.ts';
import type { Fault, Faults } from './faults.ts';
import { isJson, jsonOf, parsed, textIn } from './json.ts';
import type { Json } from './json.ts';
import type { Change, Method, Methods } from './method.ts';
import type { AppIdentity, Oauth } from './oauth.ts';
import { readMethods } from './read-methods.ts';
import { Refusal } from './refusal.ts';
import { respondTo } from './response-urls.ts';
import type { SlackState } from './state.ts';
import type { Grant } from './team.ts';
import { viewMethods } from './view-methods.ts';

/** One call that an app made, and what became of it. */
export interface ApiCall {
  /** `chat.postMessage`; `response_url` for a post to one of those. */
  readonly method: string;
  readonly token: string;
  readonly params: Json;
  readonly at: number;
  /** The HTTP status; absent when no answer went out. */
  status?: number;
  /** The answer that went out, or would have. */
  answer?: Json;
  /** Slack has done it, whatever the app came to know. */
  applied: boolean;
}

/** What the Web API stands on. */
export interface WebApi {
  readonly state: SlackState;
  readonly app: AppIdentity;
  readonly oauth: Oauth;
  readonly faults: Faults;
  readonly calls: ApiCall[];
  readonly tell: (change: Change) => void;
  /** `apps.connections.open`. */
  readonly openSocket: () => Json;
}

/** Answers one HTTP request to `/api/<method>` or to a `response_url`. */
export async function answerApi(
  api: WebApi,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://slack');
  const responseUrl = /^\/response\/(\w+)$/.exec(pathname)?.[1];
  const params = {
    ...Object.fromEntries(searchParams),
    ...paramsOf(request.headers['content-type'] ?? '', body),
  };
  const authorization = request.headers.authorization ?? '';
  const call: ApiCall = {
    method: responseUrl === undefined ? pathname.replace(/^\/api\//, '') : 'response_url',
    token: authorization.replace(/^Bearer /, '') || textIn(params['token']),
    params,
    at: api.state.now(),
    applied: false,
  };
  api.calls.push(call);
  const apply = (): number => {
    const [status, answer] = attempt(() => {
      if (responseUrl === undefined) return run(api, call, authorization);
      respondTo(api.state, api.app.appId, responseUrl, parsed(body), api.tell);
      return {};
    }, responseUrl !== undefined);
    call.answer = answer;
    call.applied = answer['ok'] === true;
    return status;
  };
  const scopes = api.state.grants.get(call.token)?.scopes;
  if (scopes !== undefined) response.setHeader('x-oauth-scopes', [...scopes].join(','));
  await meet(api.faults.take(call.method), call, apply, response);
}

/** Lets a fault have its way with a call. */
async function meet(
  fault: Fault | undefined,
  call: ApiCall,
  apply: () => number,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, headers: Record<string, string> = {}): void => {
    call.status = status;
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(call.answer));
  };
  if (fault === undefined) return send(apply());
  switch (fault.kind) {
    case 'drop':
      return void response.socket?.resetAndDestroy();
    case 'lost-reply':
      apply();
      return void response.socket?.resetAndDestroy();
    case 'hang':
      if (fault.applied === true) apply();
      return;
    case 'slow': {
      const status = apply();
      await later(fault.ms);
      return send(status);
    }
    case 'rate':
      call.answer = { ok: false, error: 'ratelimited' };
      return send(429, { 'retry-after': String(fault.retryAfterSeconds) });
    case 'status':
      if (fault.applied === true) apply();
      call.answer = {};
      return send(fault.status);
    case 'error':
      if (fault.applied === true) apply();
      call.answer = { ok: false, error: fault.error, ...fault.more };
      return send(200);
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** A refusal is an answer; a `response_url` says it with the HTTP status, too. */
function attempt(run: () => Json, byStatus: boolean): readonly [number, Json] {
  try {
    return [200, { ok: true, ...run() }];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const gone = error.error === 'expired_url' || error.error === 'used_url' ? 404 : 400;
    return [byStatus ? gone : 200, { ok: false, error: error.error, ...error.more }];
  }
}

const methods: Methods = { ...chatMethods, ...readMethods, ...viewMethods };

function run(api: WebApi, call: ApiCall, authorization: string): Json {
  const { state } = api;
  if (call.method === 'oauth.v2.access') return api.oauth.access(call.params, authorization);
  const method: Method | undefined =
    call.method === 'apps.connections.open'
      ? { token: 'app', scopes: () => ['connections:write'], run: () => api.openSocket() }
      : methods[call.method];
  if (method === undefined) throw new Refusal('unknown_method', { req_method: call.method });
  const grant = grantOf(state, call.token);
  if (grant.kind !== method.token) throw new Refusal('not_allowed_token_type');
  const warnings: string[] = [];
  const asked = {
    state,
    appId: api.app.appId,
    params: call.params,
    grant,
    warn: (warning: string) => void warnings.push(warning),
    tell: api.tell,
  };
  const needed = method.scopes?.(asked) ?? [];
  if (needed.length > 0 && !needed.some((scope) => grant.scopes.has(scope)))
    throw new Refusal('missing_scope', { needed: needed.join(','), provided: [...grant.scopes].join(',') });
  const answer = method.run(asked);
  if (warnings.length === 0) return answer;
  return {
    ...answer,
    warning: warnings.join(','),
    response_metadata: { ...jsonOf(answer['response_metadata']), warnings },
  };
}

function grantOf(state: SlackState, token: string): Grant {
  if (token === '') throw new Refusal('not_authed');
  const grant = state.grants.get(token);
  if (grant === undefined) throw new Refusal('invalid_auth');
  if (grant.refusal !== undefined) throw new Refusal(grant.refusal);
  if (grant.expiresAt !== undefined && state.now() > grant.expiresAt) throw new Refusal('token_expired');
  return grant;
}

function paramsOf(contentType: string, body: string): Json {
  if (!contentType.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(body));
  const value = parsed(body);
  return isJson(value) ? value : {};
}
