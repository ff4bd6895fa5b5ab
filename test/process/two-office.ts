import { startSlack } from '../fakes/slack/server.ts';
import { startTeams } from '../fakes/teams/server.ts';
import { openDesk } from './chat-office.ts';
import type { DeskOptions } from './chat-office.ts';
import { redirectedTo } from './teams-office.ts';

/** How many conversations there are in each product, and how long each call to it takes. */
export interface TwoOptions extends DeskOptions {
  readonly conversations: number;
  readonly chatMs: number;
}

/** So many that nobody presses the same button twice before it is drawn anew: in Teams that would count once. */
const names = ['Sam', 'Lea', 'Tom', 'Ann', 'Ben', 'Eve', 'Joe', 'Kim', 'Max', 'Pat', 'Ray', 'Zoe'];

/** A support desk in Slack and in Teams at the same time, with one server, one WHM and one CPA System. */
export async function openTwoOffice({ conversations, chatMs, ...options }: TwoOptions) {
  const slack = await startSlack({ echo: true });
  const teams = await startTeams({ asMicrosoft: true });
  const desk = await openDesk(options, {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: 'xoxb-fake',
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ...redirectedTo(teams.url),
    MicrosoftAppId: teams.appId,
    MicrosoftAppPassword: 'the secret',
    MicrosoftAppTenantId: teams.tenant,
    APPROVERS: 'slack:T0SUPPORT/U0LEA',
  });
  const rooms = Array.from({ length: conversations }, (_, n) => ({
    slack: `C0DESK${n}`,
    teams: `19:desk${n}@thread.tacv2`,
  }));
  for (const room of rooms) {
    slack.addChannel({ id: room.slack });
    teams.addChannel({ id: room.teams });
  }
  const slow = { kind: 'slow', ms: chatMs } as const;
  let slackIs = slack.every('*', slow);
  teams.every('*', slow);
  return {
    ...desk,
    slack,
    teams,
    rooms,
    /** The same people in both. */
    people: names.map((name) => ({
      name,
      slack: slack.person({ id: `U0${name.toUpperCase()}`, name: name.toLowerCase(), realName: name }),
      teams: teams.person({ name }),
    })),
    /** From now on no call to Slack is answered, or all are again. */
    slackHangs(hangs: boolean): void {
      slackIs();
      slackIs = slack.every('*', hangs ? { kind: 'hang' } : slow);
    },
    async start(): Promise<void> {
      await desk.server.start();
      slack.deliverTo(desk.server.url);
      teams.deliverTo(desk.server.url);
    },
    async close(): Promise<void> {
      await desk.close();
      await slack.close();
      await teams.close();
    },
  };
}

/** An open office. */
export type TwoOffice = Awaited<ReturnType<typeof openTwoOffice>>;
