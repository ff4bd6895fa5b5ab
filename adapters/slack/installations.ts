import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt';
import { effectError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';
import type { Seal } from './ports.ts';

/** Somebody wants to install mailfix, or has it, where SLACK_TEAMS does not want it. */
export class NotAllowedToInstall extends Error {
  override readonly name = 'NotAllowedToInstall';

  constructor(id: string) {
    super(
      `mailfix may not be installed in the Slack workspace or organisation ${id}: add it to SLACK_TEAMS.`,
    );
  }
}

/** What `createInstallations` needs. */
export interface InstallationPorts {
  readonly store: Pick<Store, 'put' | 'get' | 'remove'>;
  readonly seal: Seal;
  readonly now: () => number;
  /** SLACK_TEAMS: ids of workspaces, and of organisations with all their workspaces; none listed, none allowed. */
  readonly teams: readonly string[];
}

const kind = 'slack-installation';

/** Keeps the installations in mailfix's own database, sealed; no user's token is kept. */
export function createInstallations({
  store,
  seal,
  now,
  teams,
}: InstallationPorts): Required<InstallationStore> {
  return {
    /** Also called when Slack gave a new token for an old one: the new one replaces it. */
    async storeInstallation<V extends 'v1' | 'v2'>(installation: Installation<V>) {
      allow(installation);
      const key = keyOf(installation);
      const value = seal.seal(about(key), JSON.stringify(withoutUserToken(installation)));
      await store.put({ kind, key, value, expires: Number.MAX_SAFE_INTEGER });
    },

    async fetchInstallation(query) {
      for (const key of keysFor(query)) {
        const sealed = await store.get(kind, key, now());
        if (sealed === undefined) continue;
        const installation = JSON.parse(seal.open(about(key), sealed)) as Installation;
        // It may have been taken off the list since.
        allow(installation);
        return installation;
      }
      const team = query.teamId ?? query.enterpriseId ?? 'that it was asked about';
      throw effectError('slack.not-installed', { team }, { retry: 'never', outcome: 'not-applied' });
    },

    /** Never falls back: a workspace that leaves takes nothing away from its organisation. */
    async deleteInstallation({ isEnterpriseInstall, teamId, enterpriseId }) {
      if (isEnterpriseInstall && enterpriseId !== undefined)
        await store.remove(kind, ofEnterprise(enterpriseId));
      if (!isEnterpriseInstall && teamId !== undefined) await store.remove(kind, ofTeam(teamId));
    },
  };

  function allow({ team, enterprise }: Pick<Installation, 'team' | 'enterprise'>): void {
    const ids = [team?.id, enterprise?.id].filter((id) => id !== undefined);
    if (!ids.some((id) => teams.includes(id))) throw new NotAllowedToInstall(ids[0] ?? 'without an id');
  }
}

/** Where an installation is kept. */
function keyOf({
  isEnterpriseInstall,
  enterprise,
  team,
}: Pick<Installation, 'isEnterpriseInstall' | 'enterprise' | 'team'>): string {
  if (isEnterpriseInstall === true && enterprise !== undefined) return ofEnterprise(enterprise.id);
  if (isEnterpriseInstall !== true && team !== undefined) return ofTeam(team.id);
  throw new Error('Slack told neither a workspace nor an organisation for the installation.');
}

/** Where to look, in this order: a workspace's own installation comes before that of its organisation. */
function keysFor({
  isEnterpriseInstall,
  teamId,
  enterpriseId,
}: InstallationQuery<boolean>): readonly string[] {
  const own = isEnterpriseInstall || teamId === undefined ? [] : [ofTeam(teamId)];
  return enterpriseId === undefined ? own : [...own, ofEnterprise(enterpriseId)];
}

function ofTeam(id: string): string {
  return `team:${id}`;
}

function ofEnterprise(id: string): string {
  return `enterprise:${id}`;
}

function about(key: string): string {
  return `Slack installation ${key}`;
}

function withoutUserToken<T extends Pick<Installation, 'user'>>(installation: T): object {
  return { ...installation, user: { id: installation.user.id } };
}
