import type { Channel } from '../runtime/channel.ts';
import type { Dispatcher, RuntimeLog } from '../runtime/dispatch.ts';
import type { Store } from '../store/store.ts';
import { meteredChannel, meteredDispatcher, meteredSmtp } from './metered.ts';
import { createMeter } from './meter.ts';
import type { Page } from './registry.ts';
import { metricsHandler, metricsPath } from './serve.ts';
import type { ServeOptions } from './serve.ts';

/** What `createMetrics` needs. */
export interface MetricsOptions extends Omit<ServeOptions, 'scrape' | 'defect'> {
  readonly store: Pick<Store, 'figures'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: RuntimeLog;
}

/** Counts from now on, and shows at `/metrics`; what prints the figures is loaded when they are first asked for. */
export function createMetrics({ store, now, log, ...serve }: MetricsOptions) {
  const meter = createMeter();
  let loaded: Promise<{ scrape: () => Promise<Page> }> | undefined;
  const load = async () => {
    const { createRegistry } = await import('./registry.ts');
    return createRegistry({ meter, figures: (at) => store.figures(at), now });
  };
  const scrape = async () => {
    loaded ??= load();
    return (await loaded).scrape();
  };
  const defect = (error: unknown) => log.error({ err: error }, 'the figures could not be shown');
  const metering = { meter, stopwatch: () => performance.now(), log };
  return {
    meter,
    ofTurns: (dispatcher: Dispatcher) => meteredDispatcher(dispatcher, meter, metering.stopwatch),
    ofChannel: (channel: Channel) => meteredChannel(channel, metering),
    ofSmtp: <M, S>(smtp: Parameters<typeof meteredSmtp<M, S>>[0]) => meteredSmtp(smtp, metering),
    raw: [metricsPath, metricsHandler({ ...serve, scrape, defect })] as const,
  };
}
