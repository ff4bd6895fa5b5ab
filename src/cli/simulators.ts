import { parseArgs } from 'node:util';
import { remark, result, UsageError } from './usage.ts';

/** `mailfix simulators [--port N]`: the WHM on N, the CPA System on N+1; runs until it is told to stop. */
export async function simulators(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string', default: '4087' } } });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : -1;
  if (port < 0 || port > 65_534)
    throw new UsageError(`--port cannot be "${values.port}": it is 0, or 1 to 65534.`);
  const { startSimulators } = await import('../../simulators/server.ts');
  const stop = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const running = await startSimulators({
    whmPort: port,
    cpaPort: port === 0 ? 0 : port + 1,
    now: () => Date.now(),
  });
  remark('The simulators run; nothing behind them is real. Point mailfix at them with these settings:');
  result(
    [
      `WHM_URL=${running.whmUrl}`,
      `WHM_USER=${running.whmUser}`,
      `WHM_TOKEN=${running.whmToken}`,
      `WHM_WRITE_TOKEN=${running.whmWriteToken}`,
      `CPA_UNBLOCK_URL=${running.cpaUrl}`,
      `CPA_STATUS_URL=${running.cpaStatusUrl}`,
      `CPA_TOKEN=${running.cpaToken}`,
      'APPROVERS=web:lea',
    ].join('\n'),
  );
  const { cpaSite: site } = running;
  remark(
    [
      'Or, in place of the three CPA settings, its old admin site:',
      `CPA_LOGIN_URL=${site.loginUrl}`,
      `CPA_UNBLOCK_URL=${site.unblockUrl}`,
      `CPA_STATUS_URL=${site.statusUrl}`,
      `CPA_USER=${site.user}`,
      `CPA_PASSWORD=${site.password}`,
    ].join('\n'),
  );
  remark('Ctrl+C ends them.');
  await stop;
  await running.close();
  return 0;
}
