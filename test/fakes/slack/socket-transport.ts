import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Delivered, RequestKind, Retry, SentRequest, Transport } from './delivery.ts';
import { jsonOf, parsed, textIn } from './json.ts';
import type { Json } from './json.ts';
import { Refusal } from './refusal.ts';

/** Slack allows an app this many connections at a time. */
const maxConnections = 10;
/** Slack pings every so often; a client that hears nothing for half a minute gives the connection up. */
const pingMs = 10_000;

const frameTypes = { events: 'events_api', interactivity: 'interactive', command: 'slash_commands' } as const;

/** Socket Mode: envelopes over a web socket, each to one connection only, and their acknowledgements. */
export interface SocketTransport extends Transport {
  /** `apps.connections.open`. */
  open(): Json;
  /** How many connections the app holds. */
  connections(): number;
  /** Waits until the app holds so many connections. */
  connected(count?: number): Promise<void>;
  /** Says that the connections will be recycled, as Slack does; the app reconnects. */
  disconnect(reason?: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Sends an envelope of any kind. */
  sendFrame(frame: Json): Promise<Delivered>;
  /** Sends any text, and expects nothing. */
  sendText(text: string): void;
  /** Breaks all connections without a word. */
  drop(): void;
  /** Falls silent on all connections: nothing is read any more, so not even a goodbye is answered. */
  freeze(): void;
  /** What the next try to connect meets: a closed door, no answer, or an answer without a hello. */
  next(welcome: 'refused' | 'unanswered' | 'without hello'): void;
  /** Slack waits no longer for acknowledgements that have not come. */
  losePatience(): void;
  close(): void;
}

/** Plays Slack's end of Socket Mode on the HTTP server of the fake. */
export function createSocketTransport(
  server: Server,
  options: { readonly url: () => string; readonly appId: string; readonly patienceMs: number },
): SocketTransport {
  const sockets = new WebSocketServer({ noServer: true });
  const open: WebSocket[] = [];
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: Json) => void>();
  const watchers = new Set<() => void>();
  const impatient = new Set<() => void>();
  const unanswered = new Set<Duplex>();
  const welcomes: ('refused' | 'unanswered' | 'without hello')[] = [];
  const counters = { envelope: 0, turn: 0, ticket: 0 };

  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? '';
    // A URL is good for one connection.
    if (!tickets.delete(ticket)) return void socket.destroy();
    const how = welcomes.shift();
    if (how === 'refused') return void socket.destroy();
    if (how === 'unanswered') return void unanswered.add(socket);
    sockets.handleUpgrade(request, socket, head, (made) => welcome(made, how !== 'without hello'));
  });

  function welcome(socket: WebSocket, says: boolean): void {
    open.push(socket);
    const pings = setInterval(() => socket.ping('Ping from applink-fake'), pingMs);
    pings.unref();
    socket.on('message', (data: Buffer) => {
      const frame = jsonOf(parsed(data.toString()));
      waiting.get(textIn(frame['envelope_id']))?.(jsonOf(frame['payload']));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(pings);
      open.splice(open.indexOf(socket), 1);
    });
    socket.ping('Ping from applink-fake');
    const about = { host: 'applink-fake', build_number: 1, approximate_connection_time: 18_060 };
    const hello = { type: 'hello', num_connections: open.length, debug_info: about };
    if (says) send(socket, { ...hello, connection_info: { app_id: options.appId } });
    watchers.forEach((look) => look());
  }

  function send(socket: WebSocket, frame: Json): void {
    socket.send(JSON.stringify(frame));
  }

  function nextId(): Json {
    counters.envelope += 1;
    return { envelope_id: `00000000-0000-4000-8000-${String(counters.envelope).padStart(12, '0')}` };
  }

  function transmit(request: SentRequest): Promise<Delivered> {
    const began = performance.now();
    const answer = (status: number, json: Json, error?: string): Delivered => ({
      request,
      status,
      headers: {},
      body: Object.keys(json).length === 0 ? '' : JSON.stringify(json),
      json,
      ms: performance.now() - began,
      ...(error === undefined ? {} : { error }),
    });
    const socket = open[counters.turn % Math.max(open.length, 1)];
    counters.turn += 1;
    if (socket === undefined) return Promise.resolve(answer(0, {}, 'The app holds no connection.'));
    const id = textIn(jsonOf(parsed(request.body))['envelope_id']);
    return new Promise((resolve) => {
      const finish = (result: Delivered): void => {
        clearTimeout(timer);
        waiting.delete(id);
        impatient.delete(late);
        socket.off('close', gone);
        resolve(result);
      };
      const gone = (): void => finish(answer(0, {}, 'The connection closed.'));
      const late = (): void => finish(answer(0, {}, 'No acknowledgement came.'));
      const timer = setTimeout(late, options.patienceMs);
      timer.unref();
      impatient.add(late);
      waiting.set(id, (payload) => finish(answer(200, payload)));
      socket.on('close', gone);
      socket.send(request.body);
    });
  }

  return {
    prepare(kind, payload, _overrides, retry) {
      return {
        kind,
        payload,
        headers: {},
        body: JSON.stringify({ ...nextId(), ...frameOf(kind, payload, retry) }),
      };
    },
    send: transmit,
    open() {
      if (open.length >= maxConnections) throw new Refusal('too_many_websockets');
      counters.ticket += 1;
      const ticket = `ticket-${counters.ticket}`;
      tickets.add(ticket);
      return {
        url: `${options.url().replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${options.appId}`,
      };
    },
    connections: () => open.length,
    connected(count = 1) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (open.length < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
    },
    disconnect(reason = 'refresh_requested') {
      for (const socket of open)
        send(socket, { type: 'disconnect', reason, debug_info: { host: 'applink-fake' } });
    },
    sendFrame(frame) {
      const body = JSON.stringify({ ...nextId(), ...frame });
      return transmit({ kind: 'interactivity', payload: frame, headers: {}, body });
    },
    sendText(text) {
      open.forEach((socket) => socket.send(text));
    },
    drop() {
      open.forEach((socket) => socket.terminate());
    },
    freeze() {
      open.forEach((socket) => socket.pause());
    },
    next(welcome) {
      welcomes.push(welcome);
    },
    losePatience() {
      impatient.forEach((late) => late());
    },
    close() {
      unanswered.forEach((socket) => socket.destroy());
      open.forEach((socket) => socket.terminate());
      sockets.close();
    },
  };
}

function frameOf(kind: RequestKind, payload: Json, retry: Retry | undefined): Json {
  return {
    type: frameTypes[kind],
    payload,
    accepts_response_payload: kind !== 'events',
    ...(kind === 'events' ? { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' } : {}),
  };
}
