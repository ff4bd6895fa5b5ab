import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Activity, InvokeAnswer } from '../../../adapters/teams/activity.ts';
import { createGate } from '../../../adapters/teams/gate.ts';
import type { GateOptions } from '../../../adapters/teams/gate.ts';
import { messagesHandler } from '../../../adapters/teams/http.ts';
import type { Delivered, Overrides } from '../../fakes/teams/deliveries.ts';
import type { FakeTeams } from '../../fakes/teams/server.ts';

/** What is different in an activity, and in how it is sent, from what Teams would send. */
export type Change = Readonly<Record<string, unknown>> & { readonly with?: Overrides };

/** A gate with nothing behind it but a list of what came through. */
export interface GatedApp {
  readonly url: string;
  readonly handled: Activity[];
  readonly logged: { readonly fields: object; readonly message: string }[];
  /** What the activities are answered. */
  handle: (activity: Activity) => Promise<InvokeAnswer>;
}

/** The clock of the gates. */
export const at = { now: 1_764_057_600_000 };

/** The clock in seconds, as tokens count. */
export const seconds = (): number => Math.floor(at.now / 1000);

const servers: Server[] = [];

/** A gate in front of an app that says yes to everything. */
export async function startGated(options: Omit<GateOptions, 'now' | 'log'>): Promise<GatedApp> {
  const handled: Activity[] = [];
  const logged: { readonly fields: object; readonly message: string }[] = [];
  const note = (fields: object, message: string) => void logged.push({ fields, message });
  const log = { warn: note, error: note };
  const app = { handled, logged, handle: () => Promise.resolve<InvokeAnswer>({ status: 200 }) };
  const handle = (activity: Activity) => {
    handled.push(activity);
    return gated.handle(activity);
  };
  const gate = createGate({ ...options, now: () => at.now, log });
  const server = createServer(messagesHandler({ gate, handle, log }));
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const gated: GatedApp = { ...app, url: `http://127.0.0.1:${address.port}` };
  return gated;
}

/** Stops all gates. */
export function stopGated(): void {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
}

/** A message to the app, and what is different about it. */
export function message(teams: FakeTeams, change: Change = {}): Record<string, unknown> {
  const { with: _, ...rest } = change;
  return {
    type: 'message',
    id: '1764057600000',
    channelId: 'msteams',
    serviceUrl: teams.serviceUrl,
    from: { id: '29:1sam', name: 'Sam' },
    recipient: { id: `28:${teams.appId}`, name: 'mailfix' },
    conversation: { id: `${teams.channel};messageid=1764057600000`, tenantId: teams.tenant },
    channelData: { tenant: { id: teams.tenant } },
    text: 'hello',
    ...rest,
  };
}

/** Sends a message to a gate, whose lists then hold what came of this one. */
export function knock(teams: FakeTeams, app: GatedApp, change: Change = {}): Promise<Delivered> {
  teams.deliverTo(app.url);
  app.handled.length = 0;
  app.logged.length = 0;
  return teams.deliver(message(teams, change), change.with);
}

/** A body with so many bytes of text. */
export function big(teams: FakeTeams, size: number): string {
  return JSON.stringify(message(teams, { text: 'x'.repeat(size) }));
}
