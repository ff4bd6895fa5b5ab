import { join } from 'node:path';
import { folder } from '../cli/child.ts';
import { startOutside } from './outside.ts';
import type { OutsideTokens } from './outside.ts';
import { Server } from './server.ts';
import type { Settings } from './server.ts';

/** What of a support desk may be different, whichever chat product it uses. */
export interface DeskOptions {
  readonly settings?: Settings;
  readonly tokens?: OutsideTokens;
  readonly unblockDelayMs?: number;
}

/** A WHM, a CPA System and the real server of a support desk; `settings` are those of its chat product. */
export async function openDesk(options: DeskOptions, settings: Settings) {
  const { tokens = { whm: 'a-token-for-whm', cpa: 'a-token-for-the-cpa-system' } } = options;
  const here = folder();
  const database = join(here.path, 'm.db');
  const outside = await startOutside(tokens, options.unblockDelayMs ?? 20);
  const server = new Server(here.path, {
    ...outside.settings,
    ...settings,
    DATABASE_URL: `sqlite:${database}`,
    MAILFIX_KEY: 'the key that outlives every kill',
    UNBLOCK_CHECKS: '100ms,250ms,500ms',
    ...options.settings,
  });
  return {
    outside,
    server,
    database,
    folder: here.path,
    async close(): Promise<void> {
      await server.end();
      await outside.close();
      here.remove();
    },
  };
}

/** The part of a support desk that is the same for all chat products. */
export type ChatDesk = Awaited<ReturnType<typeof openDesk>>;
