import { parseArgs } from 'node:util';
import { redactor } from '../clients/transport.ts';
import { createLog } from '../log.ts';
import { startMailfix } from '../main.ts';
import { settings } from './usage.ts';

/** `mailfix start`: runs until SIGTERM or SIGINT, then drains; a second signal ends it at once. */
export async function start(args: readonly string[]): Promise<number> {
  parseArgs({ args: [...args] });
  const config = settings();
  const log = createLog({ level: config.logLevel, redact: redactor(config.secrets) });
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal(
        { err: error },
        'a defect in mailfix: it ends, and goes on where it was when it is started again',
      );
      process.exit(1);
    });
  }

  let stop = (_signal: string): void => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(1);
      stop(signal);
    });
  }

  const mailfix = await startMailfix(config, { log });
  log.info({ signal: await stopped }, 'stopping: waiting for what is under way');
  await mailfix.close();
  log.info('stopped');
  return 0;
}
