import { parseArgs } from 'node:util';
import { examine } from '../doctor/doctor.ts';
import { asJsonLines, asText } from '../doctor/report.ts';
import { result, settings } from './usage.ts';

/** `mailfix doctor [--json]`: exit code 1 when something failed. */
export async function doctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const config = settings();
  const now = () => Date.now();
  const simulators =
    config.world === 'simulated'
      ? await (await import('../../simulators/server.ts')).startSimulators({ now })
      : undefined;
  try {
    const systems =
      simulators === undefined
        ? { whms: config.whms, cpa: config.cpa }
        : { whms: new Map([['simulator', simulators.systems.whm]]), cpa: simulators.systems.cpa };
    const lines = await examine(config, { ...systems, now });
    result(values.json ? asJsonLines(lines) : asText(lines));
    return lines.some(({ status }) => status === 'fail') ? 1 : 0;
  } finally {
    await simulators?.close();
  }
}
