import type { Actor } from '../../src/engine/event.ts';
import { EffectError } from '../../src/errors.ts';
import { asked } from './api.ts';
import { Memory } from '../../src/chat/memory.ts';
import type { SlackPorts, Visitor, Workspace } from './ports.ts';
import { accountOf, actorOf } from './ids.ts';
import type { Workspaces } from './workspaces.ts';
import { workspaceOf } from './workspaces.ts';

/** Somebody who did something in Slack, as the request says. `name` is what is shown until Slack told the real one. */
export interface Caller {
  readonly workspace: Workspace;
  readonly user: string;
  /** The workspace that the account is of, where the request says so. */
  readonly home?: string | undefined;
  readonly name?: string | undefined;
}

/** The caller as somebody who may ask, or why not, in words for them. */
export type Admitted =
  | { readonly ok: true; readonly visitor: Visitor }
  /** `unsure`: Slack did not say who they are; what they did may be kept, and is not acted upon. */
  | { readonly ok: false; readonly why: string; readonly unsure?: Visitor };

/** Who people are, and what groups they are in. */
export interface People {
  admit(caller: Caller): Promise<Admitted>;
  nameOf(id: string): Promise<string>;
  /** Groups of APPROVERS and TECHNICIANS that somebody is in now, at most 60 s old; throws when that cannot be told. */
  rolesOf(actor: Actor): Promise<readonly string[]>;
  /** Whether somebody is among those who may approve, for what is shown to them; the policy decides at the press. */
  isApprover(visitor: Visitor): Promise<boolean>;
}

interface User {
  readonly name: string;
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
  /** Why this account may not ask; empty when it may. */
  readonly barred: string;
}

const minute = 60_000;
/** How long a group is asked for when somebody approves: nobody waits for the answer to a press. */
const atThePressMs = 5000;
/**
 * Slack waits three seconds for an answer to a request. Who somebody is, which groups they are in and what the channel is
 * may have to be asked in that time, and what was said has still to be stored.
 */
export const aboutSlack = { freshMs: 10 * minute, staleMs: 24 * 60 * minute, limitMs: 800 };
const aboutGroups = { freshMs: minute, staleMs: 0, limitMs: 800 };

/** Makes the people of the workspaces. */
export function createPeople(ports: SlackPorts, workspaces: Workspaces): People {
  const { clock, approvers, technicians, settings } = ports;
  const users = new Memory<User>(clock, aboutSlack);
  const groups = new Memory<readonly string[]>(clock, aboutGroups);
  const groupNames = new Memory<string>(clock, aboutSlack);

  function userOf(workspace: Workspace, user: string): Promise<User> {
    return users.get(`${workspace.team}/${user}`, async () => {
      const { client } = await workspaces.access(workspace);
      const said = await asked('users.info', '', () => client.users.info({ user }));
      const {
        profile,
        real_name: real,
        name,
        deleted,
        team_id: team,
        enterprise_user: org,
        ...is
      } = said.user ?? {};
      const barred =
        deleted === true
          ? 'Your Slack account is deactivated.'
          : is.is_restricted === true || is.is_ultra_restricted === true
            ? 'Guests cannot work on mail incidents. Please ask a colleague.'
            : is.is_stranger === true
              ? 'Only people of this workspace can work on its mail incidents.'
              : is.is_bot === true || is.is_workflow_bot === true
                ? 'mailfix takes orders from people only.'
                : '';
      const shown = [profile?.display_name, real, name, user].find((one) => one !== undefined && one !== '');
      return { name: shown ?? user, team, enterprise: org?.enterprise_id, barred };
    });
  }

  async function groupsOf(
    workspace: Workspace,
    user: string,
    entries: readonly string[],
    limitMs?: number,
  ): Promise<readonly string[]> {
    const wanted = entries.flatMap((entry) => {
      const [, home, group] = /^slack:(?:([^/]+)\/)?(S[^/]+)$/.exec(entry) ?? [];
      const here = home === undefined || home === workspace.team || home === workspace.enterprise;
      return group === undefined || !here
        ? []
        : [{ group, role: `slack:${home ?? workspace.team}/${group}` }];
    });
    const found = await Promise.all(
      wanted.map(async ({ group, role }) => {
        const ask = async () => {
          const { client } = await workspaces.access(workspace);
          const list = () => client.usergroups.users.list({ usergroup: group });
          return (await asked('usergroups.users.list', '', list)).users ?? [];
        };
        const members = await groups.get(`${workspace.team}/${group}`, ask, limitMs);
        return members.includes(user) ? [role] : [];
      }),
    );
    return found.flat();
  }

  async function isListed({ actor, workspace, user }: Visitor, entries: readonly string[]): Promise<boolean> {
    const { team, enterprise } = workspace;
    const names = new Set([
      actor.id,
      actor.person,
      `slack:${user}`,
      `slack:${team}/${user}`,
      `slack:${enterprise}/${user}`,
    ]);
    if (entries.some((entry) => names.has(entry))) return true;
    return (await groupsOf(workspace, user, entries)).length > 0;
  }

  return {
    async admit({ workspace, user, home, name }) {
      const { team, enterprise } = workspace;
      const { teams } = settings;
      if (
        teams.length > 0 &&
        !teams.includes(team) &&
        (enterprise === undefined || !teams.includes(enterprise))
      )
        return {
          ok: false,
          why: `mailfix does not serve the workspace ${team}. Its administrator can add it to SLACK_TEAMS.`,
        };
      try {
        const known = await userOf(workspace, user);
        if (known.barred !== '') return { ok: false, why: known.barred };
        const foreign = [home, known.team].some((one) => one !== undefined && one !== team);
        const sameOrg = enterprise !== undefined && (known.enterprise === enterprise || home === enterprise);
        if (foreign && !sameOrg)
          return { ok: false, why: 'Only people of this workspace can work on its mail incidents.' };
        const actor = actorOf(workspace, user, known.name);
        const visitor = { actor, workspace, user };
        const named = technicians.length === 0 || (await isListed(visitor, [...technicians, ...approvers]));
        if (!named)
          return {
            ok: false,
            why: 'You are not among the technicians. The setting TECHNICIANS says who is.',
          };
        return { ok: true, visitor };
      } catch (error) {
        ports.log.warn({ err: error, user: name }, 'Slack did not say who somebody is');
        const why = error instanceof EffectError ? error.message : 'Slack did not say in time who you are.';
        const unsure = { actor: actorOf(workspace, user, name ?? user), workspace, user };
        return { ok: false, why: `${why} Nothing was done; please try again.`, unsure };
      }
    },

    async nameOf(id) {
      const [, home, local = ''] = /^slack:(?:([^/]+)\/)?([^/]+)$/.exec(id) ?? [];
      const workspace = home === undefined ? await workspaces.own() : workspaceOf(home);
      if (!local.startsWith('S')) return (await userOf(workspace, local)).name;
      return groupNames.get(`${workspace.team}/${local}`, async () => {
        const { client } = await workspaces.access(workspace);
        const said = await asked('usergroups.list', '', () => client.usergroups.list());
        const group = said.usergroups?.find((one) => one.id === local);
        return group?.name ?? group?.handle ?? id;
      });
    },

    async rolesOf(actor) {
      const account = accountOf(actor);
      if (account === undefined) return [];
      return groupsOf(account.workspace, account.user, [...approvers, ...technicians], atThePressMs);
    },

    isApprover: (visitor) => isListed(visitor, approvers).catch(() => false),
  };
}
