import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../cli/child.ts';
import { startSlack } from '../fakes/slack/server.ts';
import type { SlackOptions } from '../fakes/slack/server.ts';
import { startOutside } from './outside.ts';
import type { OutsideTokens } from './outside.ts';
import { Server } from './server.ts';
import type { Settings } from './server.ts';

/** The support channel. */
export const channel = 'C0SUPPORT';

/** What of an office may be different. */
export interface OfficeOptions {
  readonly slack?: SlackOptions;
  readonly settings?: Settings;
  readonly tokens?: OutsideTokens;
  readonly unblockDelayMs?: number;
}

/** What the shipped manifest asks for: nothing more is granted. */
const scopes = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../manifest.json'), 'utf8')) as {
    oauth_config: { scopes: { bot: readonly string[] } };
  }
).oauth_config.scopes.bot;

/** A support desk with a Slack, a WHM and a CPA System of its own, and the real server between them; Lea approves. */
export async function openOffice(options: OfficeOptions = {}) {
  const { tokens = { whm: 'a-token-for-whm', cpa: 'a-token-for-the-cpa-system' } } = options;
  const here = folder();
  const database = join(here.path, 'm.db');
  const slack = await startSlack({ scopes, echo: true, ...options.slack });
  const outside = await startOutside(tokens, options.unblockDelayMs ?? 20);
  /** All that Slack needs. */
  const slackSettings: Settings = {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: options.slack?.token ?? 'xoxb-fake',
    SLACK_SIGNING_SECRET: slack.signingSecret,
  };
  const server = new Server(here.path, {
    ...outside.settings,
    ...slackSettings,
    DATABASE_URL: `sqlite:${database}`,
    MAILFIX_KEY: 'the key that outlives every kill',
    APPROVERS: 'slack:U0LEA',
    UNBLOCK_CHECKS: '100ms,250ms,500ms',
    ...options.settings,
  });
  return {
    slack,
    outside,
    server,
    slackSettings,
    database,
    folder: here.path,
    sam: slack.person({ id: 'U0SAM' }),
    lea: slack.person({ id: 'U0LEA' }),
    tom: slack.person({ id: 'U0TOM' }),
    /** Starts the server, and tells Slack where it listens. */
    async start(): Promise<void> {
      await server.start();
      slack.deliverTo(server.url);
    },
    async close(): Promise<void> {
      await server.end();
      await Promise.all([outside.close(), slack.close()]);
      here.remove();
    },
  };
}

/** An open office. */
export type Office = Awaited<ReturnType<typeof openOffice>>;
