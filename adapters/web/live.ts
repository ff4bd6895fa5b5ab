import type { Context } from 'hono';

const perSession = 20;
const remembered = 256;
const encoder = new TextEncoder();

interface Stream {
  readonly session: string;
  readonly person: string;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
}

/** Tells open pages that an incident changed. A page that was away learns from its last id what it missed. */
export function createLive(ports: { readonly random: (bytes: number) => Buffer }) {
  // A restart forgets what was told; the new epoch makes every page look again.
  const epoch = ports.random(6).toString('base64url');
  const past: { readonly n: number; readonly incident: string }[] = [];
  const streams = new Set<Stream>();
  let n = 0;
  let closed = false;

  const send = (stream: Stream, frame: string) => {
    // A reader that stopped reading is let go; the browser comes back with its last id.
    if ((stream.controller.desiredSize ?? 0) < -64) return end(stream);
    try {
      stream.controller.enqueue(encoder.encode(frame));
    } catch {
      streams.delete(stream);
    }
  };
  const end = (stream: Stream) => {
    streams.delete(stream);
    try {
      stream.controller.close();
    } catch {
      // The other side was faster.
    }
  };
  const frame = (id: number, event: string, data: string) =>
    `id: ${epoch}-${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

  return {
    /** The point up to which a page rendered now is true. */
    position: (): string => `${epoch}-${n}`,
    changed(incident: string): void {
      n += 1;
      past.push({ n, incident });
      if (past.length > remembered) past.shift();
      for (const stream of streams) send(stream, frame(n, 'changed', incident));
    },
    /** Tells one person's pages to look at their notices. */
    told(person: string): void {
      for (const stream of streams) if (stream.person === person) send(stream, frame(n, 'told', ''));
    },
    /** The stream of one page, or nothing when this session has too many or the server is closing. */
    stream(
      session: string,
      person: string,
      since: string | undefined,
    ): ReadableStream<Uint8Array> | undefined {
      const mine = [...streams].filter((one) => one.session === session);
      if (closed || mine.length >= perSession) return undefined;
      let stream: Stream | undefined;
      return new ReadableStream<Uint8Array>({
        start: (controller) => {
          stream = { session, person, controller };
          streams.add(stream);
          send(stream, 'retry: 2000\n\n');
          for (const missed of missedSince(since, epoch, n, past)) send(stream, frame(n, 'changed', missed));
        },
        cancel: () => {
          if (stream !== undefined) streams.delete(stream);
        },
      });
    },
    /** Keeps proxies from closing quiet streams. */
    beat(): void {
      for (const stream of streams) send(stream, ': still here\n\n');
    },
    sessions: (): ReadonlySet<string> => new Set([...streams].map((one) => one.session)),
    /** Ends the streams of a session that was signed out. */
    drop(session: string): void {
      for (const stream of streams) if (stream.session === session) end(stream);
    },
    close(): void {
      closed = true;
      for (const stream of streams) end(stream);
    },
  };
}

/** The live streams of a running console. */
export type Live = ReturnType<typeof createLive>;

/** Answers `/events`: the id of the last event that the page saw decides what it is told first. */
export function streamResponse(c: Context, live: Live, session: string, person: string): Response {
  const since = c.req.header('last-event-id') ?? c.req.query('since');
  const stream = live.stream(session, person, since);
  if (stream === undefined)
    return c.text(
      'Too many open pages in this session. Close some; this page will try again by itself.',
      429,
    );
  return c.body(stream, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
}

/** Incidents that changed since; `*` for all of them when that cannot be told any more. */
function missedSince(
  since: string | undefined,
  epoch: string,
  n: number,
  past: readonly { readonly n: number; readonly incident: string }[],
): readonly string[] {
  if (since === undefined) return [];
  const seen = since.startsWith(`${epoch}-`) ? Number(since.slice(epoch.length + 1)) : Number.NaN;
  const oldest = past[0]?.n ?? n + 1;
  if (!Number.isInteger(seen) || seen > n || seen < oldest - 1) return ['*'];
  return [...new Set(past.filter((one) => one.n > seen).map((one) => one.incident))];
}
