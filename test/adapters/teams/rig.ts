import { createTeams, type Teams } from '../../../adapters/teams/teams.ts';
import type { TeamsPorts, TeamsSettings } from '../../../adapters/teams/ports.ts';
import type { Dialog } from '../../../src/engine/dialog.ts';
import { realClock } from '../../../src/runtime/clock.ts';
import { createCurrentCard } from '../../../src/runtime/current-card.ts';
import { contracts } from '../../runtime/rig.ts';
import { chatRig, type Life, type Parts } from '../../channels/rig.ts';
import { startTeams, type FakeTeams, type TeamsOptions } from '../../fakes/teams/server.ts';
import { home } from '../../fakes/teams/settle.ts';

/** What a rig may be told to be different. */
export interface TeamsRigOptions {
  readonly teams?: TeamsOptions;
  readonly settings?: Partial<TeamsSettings>;
  readonly ports?: Partial<TeamsPorts>;
  readonly approvers?: readonly string[];
  readonly fourEyes?: boolean;
  readonly dialog?: Dialog;
}

/** The real adapter over the real SDK, a real store, dispatcher and worker; a fake Microsoft, and a fake firewall. */
export type TeamsRig = Awaited<ReturnType<typeof chatRig<Teams>>> & {
  readonly fake: FakeTeams;
  readonly now: Life<Teams>;
};

/** Opens a rig; everything of it is closed after the test. */
export async function teamsRig(options: TeamsRigOptions = {}): Promise<TeamsRig> {
  const approvers = options.approvers ?? usualApprovers;
  const fake = await startTeams(options.teams);
  const rig = await chatRig(fake, { ...options, approvers }, teamsOver(fake, options));
  return {
    ...rig,
    fake,
    get now() {
      return rig.life();
    },
  };
}

const usualApprovers = [`teams:${home.lea}`];

/** How the adapter is made over a fake Microsoft. */
export function teamsOver(fake: FakeTeams, options: TeamsRigOptions = {}) {
  const approvers = options.approvers ?? usualApprovers;
  let forms = 0;
  return ({ store, dispatcher, dialog, log }: Parts): Teams => {
    const settings: TeamsSettings = {
      appId: fake.appId,
      appPassword: undefined,
      appType: 'SingleTenant',
      appTenantId: fake.tenant,
      auth: true,
      tenants: [],
      ...options.settings,
    };
    const { hosts, openIdUrl } = fake.gate;
    return createTeams({
      settings,
      store,
      dispatch: {
        open: (opening) => dispatcher.open({ ...opening, source: 'teams', simulated: true }),
        press: (event, sender) => dispatcher.press(event, sender),
        say: (text, sender, addressed) => dispatcher.say(text, sender, addressed),
        steer: (verb, sender) => dispatcher.steer(verb, sender),
      },
      card: createCurrentCard({ store, dialogs: new Map([[dialog.id, dialog]]), contracts }),
      dialogs: [
        { id: dialog.id, title: dialog.title, client: { name: 'client', label: 'Domain or mailbox' } },
      ],
      approvers,
      technicians: [],
      connections: async () => [{ name: 'WHM host2', state: 'up', at: Date.now() }],
      clock: realClock,
      timeZone: 'UTC',
      nonce: () => `form-${(forms += 1)}`,
      log,
      gate: { hosts, openIdUrl },
      outside: { token: async () => fake.botToken },
      ...options.ports,
    });
  };
}
