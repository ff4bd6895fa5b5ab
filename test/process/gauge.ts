import { after } from './server.ts';

/** The figures of a running server at one moment, as it shows them itself. */
export interface Moment {
  readonly rssMb: number;
  /** How long the longest due row has been due, by kind, in seconds. */
  readonly oldest: ReadonlyMap<string, number>;
  readonly rows: ReadonlyMap<string, number>;
  readonly open: number;
  readonly dead: number;
}

/** Reads `/metrics`. */
export async function momentOf(url: string): Promise<Moment> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const values = (name: string) => {
    const lines = [...text.matchAll(new RegExp(`^${name}(?:\\{[a-z]+="([^"]*)"\\})? (\\S+)$`, 'gm'))];
    return new Map(lines.map(([, label = '', value]) => [label, Number(value)]));
  };
  const one = (name: string) => values(name).get('') ?? Number.NaN;
  return {
    rssMb: one('process_resident_memory_bytes') / 1024 / 1024,
    oldest: values('mailfix_outbox_oldest_seconds'),
    rows: values('mailfix_outbox_rows'),
    open: one('mailfix_open_incidents'),
    dead: one('mailfix_dead_letters'),
  };
}

/** Looks every second until it is told to stop; returns every moment. */
export function gauge(url: string): () => Promise<readonly Moment[]> {
  const moments: Moment[] = [];
  const stop = new AbortController();
  const look = async () => {
    while (!stop.signal.aborted) {
      moments.push(await momentOf(url));
      await after(1000);
    }
  };
  const looking = look();
  return async () => {
    stop.abort();
    await looking;
    return moments;
  };
}
