import type { Authorize } from '@slack/bolt';
import { webApi } from '@slack/bolt';
import { ConfigError, configError, effectError, EffectError } from '../../src/errors.ts';
import { oneAtATime } from '../../src/runtime/one-at-a-time.ts';
import { asked, clientOptions, refusalOf, silent } from './api.ts';
import type { Install } from './install.ts';
import { NotAllowedToInstall } from './installations.ts';
import type { SlackSettings, Workspace } from './ports.ts';

/** What is needed to act in a workspace. */
export interface Access {
  readonly client: webApi.WebClient;
  readonly botUser: string;
}

/** Bot tokens by workspace: the one of the settings, or those of the installations. */
export interface Workspaces {
  access(workspace: Workspace): Promise<Access>;
  /** `https://acme.slack.com/`, to make links of; undefined until Slack told it. Never waits for Slack. */
  url(workspace: Workspace): Promise<string | undefined>;
  /** For Bolt: throws `slack.not-installed` for a workspace that has no business here. */
  readonly authorize: Authorize<boolean>;
  /** With the one token of the settings: asks Slack who it is. Throws a ConfigError when Slack refuses it. */
  check(): Promise<void>;
  /** Whether Slack took the token of the settings, or some other one, since the start. */
  isKnown(): boolean;
  /** The workspace of the settings' token, for ids that name none. */
  own(): Promise<Workspace>;
  /** The app was removed from a workspace, or from the whole organisation: its token is forgotten. */
  uninstall(workspace: Workspace, ofOrganisation: boolean): Promise<void>;
}

interface Identity {
  readonly token: string;
  readonly botUser: string;
  readonly botId: string | undefined;
  readonly url: string | undefined;
  /** Whom the token is of: a workspace, or a whole organisation. */
  readonly of: string | undefined;
}

/** What `createWorkspaces` needs; without `install` there is the one token of the settings. */
export interface WorkspacesOptions {
  readonly settings: SlackSettings;
  readonly install: Pick<Install, 'token' | 'remove'> | undefined;
}

/** Makes the workspaces from the settings. Clients and identities are kept in memory by token. */
export function createWorkspaces({ settings, install }: WorkspacesOptions): Workspaces {
  const { botToken, apiUrl, teams } = settings;
  const options = { ...clientOptions(apiUrl), logger: silent };
  const clients = new Map<string, webApi.WebClient>();
  const identities = new Map<string, Identity>();
  /** What organisation a workspace is of, as its requests told: entries of APPROVERS do not say. */
  const enterprises = new Map<string, string>();
  const oneByOne = oneAtATime();

  /** Of two that renew one token side by side, Slack would refuse the second; it may be the organisation's. */
  function inTurn<T>({ team, enterprise }: Workspace, work: () => Promise<T>): Promise<T> {
    const own = () => oneByOne(team, work);
    return enterprise === undefined || enterprise === team ? own() : oneByOne(enterprise, own);
  }

  function whole({ team, enterprise = enterprises.get(team) }: Workspace): Workspace {
    if (enterprise === undefined) return { team };
    enterprises.set(team, enterprise);
    return { team, enterprise };
  }

  function clientOf(token: string, { team }: Workspace): webApi.WebClient {
    const key = `${team} ${token}`;
    const known = clients.get(key);
    if (known !== undefined) return known;
    // A token of a whole organisation has to say which workspace it means; with others it changes nothing.
    const made = new webApi.WebClient(token, team === '' ? options : { ...options, teamId: team });
    clients.set(key, made);
    return made;
  }

  async function identify(token: string, workspace: Workspace): Promise<Identity> {
    const known = identities.get(token);
    if (known !== undefined) return known;
    const said = await asked('auth.test', '', () => clientOf(token, workspace).auth.test());
    const { user_id: botUser = '', bot_id: botId, url, is_enterprise_install: org } = said;
    const of = org === true ? said.enterprise_id : said.team_id;
    const identity = { token, botUser, botId, url, of };
    identities.set(token, identity);
    return identity;
  }

  async function tokenOf(workspace: Workspace): Promise<string> {
    if (botToken !== undefined) return botToken;
    const { team, enterprise } = workspace;
    const allowed = teams.includes(team) || (enterprise !== undefined && teams.includes(enterprise));
    if (install === undefined || !allowed) throw notInstalled(team);
    const { botToken: token } = await inTurn(workspace, () => install.token(workspace)).catch(
      (error: unknown) => {
        throw knownFailure(error, team);
      },
    );
    if (token === undefined) throw notInstalled(team);
    return token;
  }

  async function identityOf(named: Workspace): Promise<Identity> {
    const workspace = whole(named);
    const identity = await identify(await tokenOf(workspace), workspace);
    belongsTo(identity, workspace);
    return identity;
  }

  /** Slack waits for an answer and shall not have to wait for itself: who we are is asked aside, for the next time. */
  function aside(token: string, workspace: Workspace): undefined {
    identify(token, workspace).catch(() => undefined);
  }

  /** A shared channel brings people of workspaces that the token of the settings is not of. */
  function belongsTo({ of }: Identity, { team, enterprise }: Workspace): void {
    if (of !== undefined && of !== team && of !== enterprise) throw notInstalled(team);
  }

  return {
    async access(workspace) {
      const { token, botUser } = await identityOf(workspace);
      return { client: clientOf(token, workspace), botUser };
    },
    async url(workspace) {
      try {
        const token = await tokenOf(workspace);
        return (identities.get(token) ?? aside(token, workspace))?.url;
      } catch {
        return undefined;
      }
    },
    async authorize({ teamId, enterpriseId }) {
      const workspace = whole(workspaceOf(teamId, enterpriseId));
      const token = await tokenOf(workspace);
      const identity = identities.get(token);
      if (identity === undefined) aside(token, workspace);
      else belongsTo(identity, workspace);
      const { botUser, botId } = identity ?? {};
      return {
        botToken: token,
        ...(botUser === undefined ? {} : { botUserId: botUser }),
        ...(botId === undefined ? {} : { botId }),
        ...(teamId === undefined ? {} : { teamId }),
        ...(enterpriseId === undefined ? {} : { enterpriseId }),
      };
    },
    async check() {
      if (botToken === undefined) return;
      const identity = await identify(botToken, { team: '' }).catch((error: unknown) => {
        if (!(error instanceof EffectError) || error.code !== 'slack.token') throw error;
        throw configError('slack.token', { error: refusalOf(error) ?? 'refused', call: 'auth.test' });
      });
      const { of } = identity;
      if (of !== undefined && teams.length > 0 && !teams.includes(of))
        throw configError('slack.wrong-workspace', { team: of });
    },
    isKnown: () => identities.size > 0,
    async own() {
      if (botToken === undefined) throw notInstalled('');
      const { of } = await identify(botToken, { team: '' });
      return { team: of ?? '' };
    },
    async uninstall(workspace, ofOrganisation) {
      // Not while its token is renewed: that would bring it back.
      await inTurn(workspace, async () => install?.remove(workspace, ofOrganisation));
      identities.clear();
      clients.clear();
    },
  };
}

/** A workspace from what Slack sends with every request. */
export function workspaceOf(team: string | undefined, enterprise?: string): Workspace {
  if (team?.startsWith('E') === true) return { team, enterprise: team };
  return { team: team ?? enterprise ?? '', ...(enterprise === undefined ? {} : { enterprise }) };
}

function notInstalled(team: string): EffectError {
  const values = { team: team === '' ? 'that it was asked about' : team };
  return effectError('slack.not-installed', values, { retry: 'never', outcome: 'not-applied' });
}

/** The installer wraps what it met; what it does not know of may pass: the database, or Slack renewing a token. */
function knownFailure(error: unknown, team: string): EffectError {
  const original: unknown = error instanceof Error && 'original' in error ? error.original : error;
  if (original instanceof EffectError) return original;
  if (original instanceof NotAllowedToInstall) return notInstalled(team);
  // A person must put it right first, and may do so while we try again.
  if (original instanceof ConfigError) {
    const { code, message, remedy } = original;
    const text = { message: message.slice(0, -remedy.length).trim(), remedy };
    return new EffectError(code, text, { retry: 'later', outcome: 'not-applied' });
  }
  const values = { call: 'oauth.v2.access', reason: 'the token could not be renewed' };
  return effectError('slack.unreachable', values, {
    retry: 'later',
    outcome: 'not-applied',
    cause: original,
  });
}
