import type { Config } from './config.ts';
import type { CpaSystem, WhmSystem } from './config-systems.ts';

/** What mailfix acts on, and clients to try where it is not real. */
export interface Systems {
  readonly whms: ReadonlyMap<string, WhmSystem>;
  readonly cpa: CpaSystem | undefined;
  readonly examples: readonly { label: string; client: string; note: string }[];
}

/** The systems of the settings, or the built-in simulators, which are started here and ended with the server. */
export async function systemsOf(
  { whms, cpa }: Config,
  world: 'simulated' | 'real',
  onClose: (step: () => unknown) => void,
): Promise<Systems> {
  if (world === 'real') return { whms, cpa, examples: [] };
  const [{ startSimulators }, { examples }] = await Promise.all([
    import('../simulators/server.ts'),
    import('./examples.ts'),
  ]);
  const running = await startSimulators({ now: () => Date.now() });
  onClose(() => running.close());
  const { systems } = running;
  return { whms: new Map([['simulator', systems.whm]]), cpa: systems.cpa, examples };
}
