import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultList } from './faults.ts';

/** A call as the simulator understood it. */
export interface SimCall {
  system: 'whm' | 'cpa';
  method: string;
  /** `editquota`, `Email::edit_pop_quota`, `unblock`, `status`; of the admin site `un-block page`, `site un-block`. */
  function: string;
  params: Record<string, string>;
  at: number;
  /** How many calls to this system were under way when it came, itself included. */
  inFlight: number;
  /** The size of the answer's body; 0 until it is sent. */
  bytes: number;
}

/** What a simulator answers. */
export interface SimReply {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** One simulated system: how it names a call and what it answers. */
export interface SimSystem {
  system: 'whm' | 'cpa';
  nameOf(path: string, params: Record<string, string>): string;
  answer(call: SimCall, authorization: string, path: string, cookie: string): SimReply;
}

const maxBodyBytes = 1024 * 1024;

/** Serves a simulated system over HTTP on `host`; port 0 takes a free one. */
export async function serveSimulator(
  system: SimSystem,
  options: {
    host: string;
    port: number;
    now: () => number;
    calls: SimCall[];
    faults: FaultList;
    delayMs: number;
  },
): Promise<{ url: string; close(): Promise<void> }> {
  let inFlight = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
    const url = new URL(request.url ?? '/', 'http://simulator');
    const params = paramsOf(url, request.headers['content-type'] ?? '', await bodyOf(request));
    const call: SimCall = {
      system: system.system,
      method: request.method ?? 'GET',
      function: system.nameOf(url.pathname, params),
      params,
      at: options.now(),
      inFlight,
      bytes: 0,
    };
    options.calls.push(call);
    if (options.delayMs > 0) await later(options.delayMs);
    const answer = () => {
      const { authorization = '', cookie = '' } = request.headers;
      const reply = system.answer(call, authorization, url.pathname, cookie);
      call.bytes = Buffer.byteLength(reply.body);
      return reply;
    };
    await respond(response, answer, options.faults.take(call.function));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  response: ServerResponse,
  answer: () => SimReply,
  fault: Fault | undefined,
): Promise<void> {
  if (fault === undefined) return write(response, answer());
  switch (fault.kind) {
    case 'reply':
      if (fault.applied === true) answer();
      return write(response, fault);
    case 'spoil': {
      const truth = answer();
      return write(response, {
        ...truth,
        headers: fault.headers ?? truth.headers ?? {},
        body: fault.spoil(truth.body),
      });
    }
    case 'reset':
      if (fault.when === 'after') answer();
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      if (fault.when !== 'before') answer();
      return;
    case 'delay': {
      const late = answer();
      await later(fault.ms);
      return write(response, late);
    }
    case 'drip': {
      const slow = answer();
      response.writeHead(slow.status ?? 200, slow.headers);
      for (const character of slow.body) {
        if (response.destroyed) return;
        response.write(character);
        await later(fault.everyMs);
      }
      response.end();
    }
  }
}

function write(response: ServerResponse, reply: SimReply): void {
  response.writeHead(reply.status ?? 200, reply.headers);
  response.end(reply.body);
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: unknown = chunk;
    if (!Buffer.isBuffer(bytes)) throw new Error('not bytes');
    size += bytes.length;
    if (size > maxBodyBytes) throw new Error('too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function paramsOf(url: URL, contentType: string, body: string): Record<string, string> {
  const entries: [string, string][] = [...url.searchParams];
  if (contentType.startsWith('application/json')) {
    const parsed: unknown = body === '' ? {} : JSON.parse(body);
    for (const [key, value] of Object.entries(parsed ?? {})) entries.push([key, String(value)]);
  } else {
    entries.push(...new URLSearchParams(body));
  }
  return Object.fromEntries(entries);
}
