import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSlack } from '../fakes/slack/server.ts';
import type { SlackOptions } from '../fakes/slack/server.ts';
import { openDesk } from './chat-office.ts';
import type { DeskOptions } from './chat-office.ts';
import type { Settings } from './server.ts';

/** The support channel. */
export const channel = 'C0SUPPORT';

/** What of an office may be different. */
export interface OfficeOptions extends DeskOptions {
  readonly slack?: SlackOptions;
}

/** What the shipped manifest asks for: nothing more is granted. */
const scopes = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../manifest.json'), 'utf8')) as {
    oauth_config: { scopes: { bot: readonly string[] } };
  }
).oauth_config.scopes.bot;

/** A support desk with a Slack, a WHM and a CPA System of its own, and the real server between them; Lea approves. */
export async function openOffice(options: OfficeOptions = {}) {
  const slack = await startSlack({ scopes, echo: true, ...options.slack });
  /** All that Slack needs. */
  const slackSettings: Settings = {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: options.slack?.token ?? 'xoxb-fake',
    SLACK_SIGNING_SECRET: slack.signingSecret,
  };
  const desk = await openDesk(options, { ...slackSettings, APPROVERS: 'slack:U0LEA' });
  return {
    ...desk,
    slack,
    slackSettings,
    sam: slack.person({ id: 'U0SAM' }),
    lea: slack.person({ id: 'U0LEA' }),
    tom: slack.person({ id: 'U0TOM' }),
    /** Starts the server, and tells Slack where it listens. */
    async start(): Promise<void> {
      await desk.server.start();
      slack.deliverTo(desk.server.url);
    },
    async close(): Promise<void> {
      await desk.close();
      await slack.close();
    },
  };
}

/** An open office. */
export type Office = Awaited<ReturnType<typeof openOffice>>;
