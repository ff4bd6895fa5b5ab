import type { ConnectorCall } from '../fakes/teams/connector.ts';
import { startTeams } from '../fakes/teams/server.ts';
import type { TeamsOptions } from '../fakes/teams/server.ts';
import { home } from '../fakes/teams/settle.ts';
import { openDesk } from './chat-office.ts';
import type { DeskOptions } from './chat-office.ts';

/** What of an office may be different. */
export interface OfficeOptions extends DeskOptions {
  readonly teams?: TeamsOptions;
}

/**
 * A connector's answer that went out so shortly before a kill may not have been stored: mostly it takes milliseconds, on
 * two cores that run four processes the most of a second.
 */
const storingMs = 900;

/** Leads what a child process sends to Microsoft to a fake of it, and lets nothing else leave this machine. */
export function redirectedTo(fakeUrl: string): Readonly<Record<string, string>> {
  const preload = new URL('teams-redirect.mjs', import.meta.url).href;
  return { NODE_OPTIONS: `--import=${preload}`, FAKE_MICROSOFT: fakeUrl };
}

/** A support desk with a Microsoft, a WHM and a CPA System of its own, and the real server between them; Lea approves. */
export async function openOffice(options: OfficeOptions = {}) {
  const teams = await startTeams({ asMicrosoft: true, ...options.teams });
  const desk = await openDesk(options, {
    ...redirectedTo(teams.url),
    MicrosoftAppId: teams.appId,
    MicrosoftAppPassword: options.teams?.appSecret ?? 'the secret',
    MicrosoftAppTenantId: teams.tenant,
    APPROVERS: `teams:${home.lea}`,
  });
  const forgotten = new Set<ConnectorCall>();
  const deaths: number[] = [];
  function forgetSince(death: number | undefined): void {
    if (death === undefined) return;
    for (const call of teams.calls())
      if (call.status === undefined || (call.answeredAt ?? 0) > death - storingMs) forgotten.add(call);
  }

  return {
    ...desk,
    teams,
    sam: teams.person({ name: 'Sam' }),
    lea: teams.person({ name: 'Lea' }),
    tom: teams.person({ name: 'Tom' }),
    /** Starts the server, and tells Teams where it listens. */
    async start(): Promise<void> {
      // What it sent while it died came after that; nobody was there any more to be answered.
      forgetSince(deaths.at(-1));
      await desk.server.start();
      teams.deliverTo(desk.server.url);
    },
    /** The server is about to die: what it is being told by the connector now, it will not know. */
    dies(): void {
      deaths.push(Date.now());
      forgetSince(deaths.at(-1));
    },
    /** Whether the server may not know that the connector did it: it gave no answer, or the server died over it. */
    isUnheard: (call: ConnectorCall): boolean => call.status === undefined || forgotten.has(call),
    /** How long the server lived after it was answered, in milliseconds; for what a double is about. */
    livedAfter: ({ answeredAt = 0 }: ConnectorCall): number =>
      Math.min(...deaths.filter((at) => at >= answeredAt).map((at) => at - answeredAt)),
    async close(): Promise<void> {
      await desk.close();
      await teams.close();
    },
  };
}

/** An open office. */
export type Office = Awaited<ReturnType<typeof openOffice>>;
