import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { httpTransport, redactor } from '../../src/clients/transport.ts';
import { createLog } from '../../src/log.ts';
import { meteredChannel, meteredDispatcher } from '../../src/metrics/metered.ts';
import { createMeter } from '../../src/metrics/meter.ts';
import { createRegistry } from '../../src/metrics/registry.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { rig } from '../runtime/rig.ts';
import type { Life } from '../runtime/rig.ts';

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>>;

/** The runtime as `main` wires it: real dispatcher, worker, store, log and HTTP client, all of them counted. */
export async function metered() {
  const it = rig();
  const lines: Line[] = [];
  const to = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const log = createLog({ level: 'debug', redact: redactor([]), to });
  const meter = createMeter();
  const stopwatch = () => performance.now();
  const { chat } = it;
  const slack: Channel = {
    name: 'slack',
    show: (post) => chat.show(post),
    whisper: (place, who, text) => chat.whisper(place, who, text),
    nameOf: (actor) => chat.nameOf(actor),
    rolesOf: (actor) => chat.rolesOf(actor),
  };
  const { dispatcher: plain } = it.boot({ asleep: true, log });
  const dispatcher = meteredDispatcher(plain, meter, stopwatch);
  const channels = new Map([['web', meteredChannel(slack, { meter, stopwatch, log })]]);
  const { worker, errors } = it.boot({ dispatcher, channels, log });
  const life: Life = { dispatcher, worker, errors };

  const answers: number[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(answers.shift() ?? 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // The first call of a process loads it, and takes longer than a settled clock waits for.
  await import('axios');
  const http = httpTransport({ system: 'whm', secrets: [], totalMs: 5000, log, onCall: meter.call });
  const { registry, scrape } = createRegistry({
    meter,
    figures: (now) => it.store.figures(now),
    now: () => it.clock.now(),
  });
  return {
    ...it,
    life,
    lines,
    meter,
    registry,
    answers,
    url: new URL(`http://127.0.0.1:${port}/`),
    http,
    scrape: async () => (await scrape()).text,
  };
}

/** The value of one line of the page; undefined when there is none. Labels in the order that they are printed in. */
export function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
