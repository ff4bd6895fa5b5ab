import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Figures } from '../store/store.ts';
import type { Meter } from './meter.ts';
import type { Tally } from './tally.ts';

/** What `createRegistry` needs. `figures` asks the store; it may fail. */
export interface Sources {
  readonly meter: Pick<Meter, 'tallies'>;
  readonly figures: (now: number) => Promise<Figures>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The page that Prometheus reads. */
export interface Page {
  readonly type: string;
  readonly text: string;
}

/** A registry of our own, and how to read it: what the store knows is asked for at each scrape. */
export function createRegistry({ meter, figures, now }: Sources): {
  registry: Registry;
  scrape: () => Promise<Page>;
} {
  const registry = new Registry();
  for (const tally of meter.tallies) registry.registerMetric(printed(tally));
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const readable = gauge('mailfix_store_readable', '1 when the database answered this scrape, else 0.');
  const open = gauge('mailfix_open_incidents', 'Incidents that have not ended.');
  const approvals = gauge('mailfix_approvals_waiting', 'Proposals that wait for somebody to approve.');
  const dead = gauge('mailfix_dead_letters', 'Outbox rows that were given up and are kept to be looked at.');
  const depth = gauge(
    'mailfix_outbox_rows',
    'Outbox rows to be done, by kind: due, held or waiting for another try. A timer counts once it is due.',
    ['kind'],
  );
  const failed = gauge('mailfix_outbox_retrying', 'Of these, rows that failed and wait for another try.', [
    'kind',
  ]);
  const age = gauge('mailfix_outbox_oldest_seconds', 'How long the oldest due row has been due, by kind.', [
    'kind',
  ]);
  collectDefaultMetrics({ register: registry });

  async function readStore(): Promise<void> {
    const at = now();
    const read = await figures(at).catch(() => undefined);
    readable.set(read === undefined ? 0 : 1);
    // Old figures would look like a database that answers.
    for (const one of [open, approvals, dead]) one.remove();
    depth.reset();
    failed.reset();
    age.reset();
    if (read === undefined) return;
    open.set(read.open);
    approvals.set(read.approvals);
    dead.set(read.dead);
    for (const { kind, rows, retrying, oldestDue } of read.outbox) {
      depth.set({ kind }, rows);
      failed.set({ kind }, retrying);
      age.set({ kind }, oldestDue === undefined ? 0 : Math.max(0, at - oldestDue) / 1000);
    }
  }

  return {
    registry,
    async scrape() {
      await readStore();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** The library's own metric, reading from a tally instead of counting by itself. */
function printed(tally: Tally): Counter | Histogram {
  const { name, help, labels, buckets } = tally.of;
  const options = { name, help, labelNames: [...labels], registers: [] };
  if (buckets === undefined) {
    return new Counter({
      ...options,
      collect() {
        this.reset();
        for (const { labels: of, value } of tally.samples()) this.inc(of, value);
      },
    });
  }
  const histogram = new Histogram({ ...options, buckets: [...buckets] });
  // What the library makes both its text and its JSON of.
  const getForPromString = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: tally.samples(),
  });
  return Object.assign(histogram, { getForPromString });
}
