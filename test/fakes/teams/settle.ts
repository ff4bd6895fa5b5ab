import type { Account, TeamsState } from './state.ts';

/** The organisation, team and channel that are there from the beginning, and the object ids of its people. */
export const home = {
  tenant: '72f988bf-86f1-41af-91ab-2d7cd011db47',
  team: '19:supportteam@thread.tacv2',
  channel: '19:support@thread.tacv2',
  sam: 'a0000000-0000-4000-8000-00000000005a',
  lea: 'a0000000-0000-4000-8000-0000000001ea',
  tom: 'a0000000-0000-4000-8000-0000000007a0',
} as const;

/** Somebody to be: by a name that is there, or new. */
export interface Who {
  readonly name: string;
  /** `null` for people without an account in any organisation. */
  readonly aadObjectId?: string | null;
  readonly tenant?: string;
  readonly guest?: boolean;
  /** The teams that they are in. */
  readonly teams?: readonly string[];
}

/** Fills a new Teams: one organisation, team and channel, and Sam, Lea and Tom; and how more is added. */
export function settle(state: TeamsState, tenant: string) {
  const add = {
    addTeam({ id, name = id, tenant: of = tenant, withApp = true }: TeamSpec): void {
      state.teams.set(id, { id, name, tenant: of, withApp, members: new Set() });
    },
    addChannel({ id, name = id, team = home.team }: ChannelSpec): void {
      state.channels.set(id, { id, name, team });
    },
    addPerson({ name, aadObjectId, tenant: of = tenant, guest = false, teams = [home.team] }: Who): Account {
      const number = state.accounts.size + 1;
      const made = `b0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
      const account: Account = {
        id: `29:1${name.toLowerCase().replaceAll(/\W/g, '')}-${number}`,
        name,
        ...(aadObjectId === null ? {} : { aadObjectId: aadObjectId ?? made }),
        tenant: of,
        guest,
      };
      state.accounts.set(account.id, account);
      for (const team of teams) state.teams.get(team)?.members.add(account.id);
      const chat = `a:1chat-${number}`;
      state.chats.set(chat, { id: chat, person: account.id, withApp: true });
      return account;
    },
  };
  add.addTeam({ id: home.team, name: 'Support' });
  add.addChannel({ id: home.channel, name: 'support' });
  add.addPerson({ name: 'Sam', aadObjectId: home.sam });
  add.addPerson({ name: 'Lea', aadObjectId: home.lea });
  add.addPerson({ name: 'Tom', aadObjectId: home.tom });
  return add;
}

/** A team to be added. */
export interface TeamSpec {
  readonly id: string;
  readonly name?: string;
  readonly tenant?: string;
  readonly withApp?: boolean;
}

/** A channel to be added. */
export interface ChannelSpec {
  readonly id: string;
  readonly name?: string;
  readonly team?: string;
}
