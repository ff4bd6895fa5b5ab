import type { SlackState } from './state.ts';
import type { Channel, Enterprise, Grant, Group, Team, User } from './team.ts';

/** What an app of this kind is usually allowed to do; `chat:write.public` is not among it. */
export const usualScopes: readonly string[] = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'usergroups:read',
  'users:read',
];

/** A workspace to make; what is left out is made up. */
export interface NewTeam {
  readonly id: string;
  readonly name?: string;
  readonly domain?: string;
  readonly botUser?: string;
  readonly enterprise?: string;
  /** The bot token; null when the app is not installed. */
  readonly token?: string | null;
  readonly scopes?: readonly string[];
}

/** A person to make. */
export type NewUser = Partial<Omit<User, 'id'>> & {
  readonly id: string;
  /** The channels to be in; by default the home channel. */
  readonly channels?: readonly string[];
};

/** A channel to make; the bot is in it unless it is kept out. */
export type NewChannel = Partial<Omit<Channel, 'id' | 'members'>> & {
  readonly id: string;
  readonly members?: readonly string[];
  readonly withBot?: boolean;
};

/** A user group to make. */
export type NewGroup = Partial<Omit<Group, 'id'>> & {
  readonly id: string;
  readonly users: readonly string[];
};

/** What a Slack begins with. */
export interface WorldOptions {
  readonly token?: string;
  readonly appToken?: string;
  readonly scopes?: readonly string[];
  /** No workspace has the app yet. */
  readonly installed?: boolean;
}

const form = /^[TCUSWEDG][A-Z0-9]{2,}$/;

/** Fills a Slack: one workspace with its channel, three people and a group; and ways to add more. */
export function settle(state: SlackState, options: WorldOptions) {
  const home = { team: 'T0SUPPORT', channel: 'C0SUPPORT' };

  function add<T extends { readonly id: string }>(to: Map<string, T>, item: T): T {
    if (!form.test(item.id)) throw new Error(`${item.id} does not look like an ID of Slack.`);
    to.set(item.id, item);
    return item;
  }

  const adding = {
    addEnterprise: (enterprise: Enterprise): Enterprise => add(state.enterprises, enterprise),
    addGrant(grant: Omit<Grant, 'scopes' | 'kind'> & { readonly scopes?: readonly string[] }): Grant {
      const made: Grant = {
        kind: 'bot',
        ...grant,
        scopes: new Set(grant.scopes ?? options.scopes ?? usualScopes),
      };
      state.grants.set(made.token, made);
      return made;
    },
    addTeam({ id, token, scopes, ...rest }: NewTeam): Team {
      const tail = id.slice(1);
      const { name = tail.toLowerCase(), botUser = `U${tail}BOT`, enterprise } = rest;
      const team = add(state.teams, {
        id,
        name,
        domain: rest.domain ?? name,
        botUser,
        botId: `B${tail}`,
        ...(enterprise === undefined ? {} : { enterprise }),
      });
      add(state.users, newUser({ id: botUser, team: id, name: 'mailfix', isBot: true }));
      if (token !== null)
        adding.addGrant({
          token: token ?? `xoxb-${tail.toLowerCase()}`,
          team: id,
          ...(enterprise === undefined ? {} : { enterprise }),
          ...(scopes === undefined ? {} : { scopes }),
        });
      return team;
    },
    addUser({ channels = [home.channel], ...rest }: NewUser): User {
      const user = add(state.users, newUser({ team: home.team, ...rest }));
      for (const id of channels) state.channels.get(id)?.members.add(user.id);
      return user;
    },
    addChannel({ members = [], withBot = true, ...rest }: NewChannel): Channel {
      const team = rest.team ?? home.team;
      const bot = state.teams.get(team)?.botUser;
      return add(state.channels, {
        name: rest.id.slice(1).toLowerCase(),
        isPrivate: false,
        isArchived: false,
        isExtShared: false,
        isDirect: false,
        ...rest,
        team,
        members: new Set(withBot && bot !== undefined ? [bot, ...members] : members),
      });
    },
    addGroup({
      id,
      users,
      team = home.team,
      name = id.slice(1).toLowerCase(),
      handle = name,
    }: NewGroup): Group {
      return add(state.groups, { id, team, name, handle, users });
    },
  };

  const { token = 'xoxb-fake', appToken = 'xapp-fake', installed = true } = options;
  adding.addTeam({ id: home.team, name: 'Support', domain: 'support', token: installed ? token : null });
  state.grants.set(appToken, { token: appToken, kind: 'app', scopes: new Set(['connections:write']) });
  adding.addChannel({ id: home.channel, name: 'support' });
  for (const name of ['Sam', 'Lea', 'Tom'])
    adding.addUser({ id: `U0${name.toUpperCase()}`, name: name.toLowerCase(), realName: name });
  adding.addGroup({ id: 'S0LEADS', name: 'Leads', handle: 'leads', users: ['U0LEA'] });
  return { home, add: adding };
}

function newUser(user: Partial<User> & { readonly id: string; readonly team: string }): User {
  const name = user.name ?? user.id.toLowerCase();
  return {
    realName: user.name ?? name,
    displayName: user.realName ?? name,
    isRestricted: false,
    isUltraRestricted: false,
    isStranger: false,
    isBot: false,
    deleted: false,
    ...user,
    name,
  };
}
