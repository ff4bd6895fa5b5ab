import { afterEach, beforeAll, beforeEach } from 'vitest';
import type { Conversation } from '../../../adapters/teams/activity.ts';
import { createSdk } from '../../../adapters/teams/sdk.ts';
import type { SdkOptions, TeamsApi } from '../../../adapters/teams/sdk.ts';
import { EffectError } from '../../../src/errors.ts';
import { startTeams } from '../../fakes/teams/server.ts';
import type { FakeTeams } from '../../fakes/teams/server.ts';

/** Words as a message. */
export const words = { type: 'message', text: 'hello' } as const;
/** A card as a message. */
export const card = {
  type: 'message',
  summary: 'INC-1',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Blocked' }] },
    },
  ],
} as const;

/** What a test of the calls to Teams has at hand, new for each. */
export interface SdkRig {
  teams: FakeTeams;
  api: TeamsApi;
  channel: Conversation;
}

/** Starts a Teams before each test, and stops it after. */
export function sdkRig(): SdkRig {
  const rig = {} as SdkRig;
  // The SDK takes long to load; no test waits for it alone.
  beforeAll(async () => {
    await import('botbuilder');
  }, 60_000);
  beforeEach(async () => {
    const teams = await startTeams();
    const channel = { serviceUrl: teams.serviceUrl, tenant: teams.tenant, id: teams.channel };
    Object.assign(rig, { teams, channel, api: sdkFor(teams) });
  });
  afterEach(() => rig.teams.close());
  return rig;
}

/** The calls to a Teams, with a token that it takes. */
export function sdkFor(teams: FakeTeams, options: Partial<SdkOptions> = {}): TeamsApi {
  return createSdk({
    appId: teams.appId,
    password: 'the secret',
    appType: 'SingleTenant',
    tenantId: teams.tenant,
    token: () => Promise.resolve(teams.botToken),
    ...options,
  });
}

/** What came of a call that cannot go well. */
export async function failure(call: Promise<unknown>): Promise<EffectError> {
  const error: unknown = await call.then(
    () => new Error('it went well'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EffectError)) throw error;
  return error;
}

/** What a failure means for what comes next. */
export type Outcome = Partial<Pick<EffectError, 'code' | 'retry' | 'outcome' | 'afterMs'>>;
/** It may be tried again. */
export function later(outcome: 'unknown' | 'not-applied', more: Outcome = {}): Outcome {
  return { retry: 'later', outcome, afterMs: undefined, ...more };
}
/** It was not done, and will not be. */
export const never: Outcome = { retry: 'never', outcome: 'not-applied', afterMs: undefined };
