import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthorizeResult } from '@slack/bolt';
import { HTTPReceiver } from '@slack/bolt';
import { clientOptions } from './api.ts';
import { boltLogger } from './bolt-log.ts';
import { createInstallations, NotAllowedToInstall } from './installations.ts';
import { botScopes } from './manifest.ts';
import type { SlackPorts, Workspace } from './ports.ts';

/** Installing in several workspaces: two pages, and the bot tokens that came of it. */
export interface Install {
  /** Bolt's receiver with its installer, for the pages alone: requests of Slack never reach it. */
  readonly receiver: HTTPReceiver;
  /** The bot token of a workspace or its organisation, renewed where tokens rotate; throws where there is none. */
  token(workspace: Workspace): Promise<AuthorizeResult>;
  remove(workspace: Workspace, ofOrganisation: boolean): Promise<void>;
}

/** Where somebody installs the app, and where Slack sends them back to. */
export const installPaths = ['/slack/install', '/slack/oauth_redirect'] as const;

/** Makes the installation from the settings; undefined without SLACK_CLIENT_ID, when there is the one token only. */
export function createInstall({
  settings,
  store,
  seal,
  clock,
  publicUrl,
  log,
}: SlackPorts): Install | undefined {
  const { clientId, clientSecret, stateSecret, apiUrl, teams } = settings;
  if (clientId === undefined || clientSecret === undefined || stateSecret === undefined) return undefined;
  const logger = boltLogger(log);
  const [, redirectUriPath] = installPaths;
  const redirectUri = publicUrl === undefined ? undefined : `${publicUrl}${redirectUriPath}`;
  const installations = createInstallations({ store, seal, now: () => clock.now(), teams });
  const receiver = new HTTPReceiver({
    // Bolt wants one; nothing that is signed is let through to this receiver.
    signingSecret: settings.signingSecret ?? 'nothing is signed here',
    logger,
    clientId,
    clientSecret,
    stateSecret,
    scopes: [...botScopes],
    installationStore: installations,
    ...(redirectUri === undefined ? {} : { redirectUri }),
    installerOptions: {
      directInstall: true,
      redirectUriPath,
      clientOptions: clientOptions(apiUrl),
      ...(apiUrl === undefined ? {} : { authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href }),
      callbackOptions: {
        failure: (error, _options, request, response) => {
          log.warn({ err: error }, 'an installation in Slack did not succeed');
          failed(error, request, response);
        },
      },
    },
  });
  const { installer } = receiver;
  if (installer === undefined) throw new Error('Bolt made no installer of complete settings.');
  return {
    receiver,
    async token({ team, enterprise }) {
      const query = { teamId: team, enterpriseId: enterprise, isEnterpriseInstall: false };
      const found = await installer.authorize(query);
      // When Slack gives no new token the installer hands on the old one, which is good for a while yet, or not.
      const { botTokenExpiresAt: ends = Infinity } = found;
      if (ends * 1000 <= clock.now()) throw new Error('The token has ended, and Slack gave no new one.');
      return found;
    },
    async remove({ team, enterprise }, ofOrganisation) {
      const which = { teamId: team, enterpriseId: enterprise };
      // An organisation that leaves may also come in the place of the workspace.
      const isWhole = ofOrganisation || team === enterprise;
      await installations.deleteInstallation(
        isWhole && enterprise !== undefined
          ? { ...which, enterpriseId: enterprise, isEnterpriseInstall: true }
          : { ...which, isEnterpriseInstall: false },
      );
    },
  };
}

function failed(error: Error, { url = '' }: IncomingMessage, response: ServerResponse): void {
  const known = error instanceof NotAllowedToInstall;
  const wasCancelled = new URLSearchParams(url.split('?')[1]).get('error') === 'access_denied';
  const words = known
    ? error.message
    : wasCancelled
      ? 'mailfix was not installed: that was cancelled in Slack. To install it after all, begin again at /slack/install.'
      : 'mailfix was not installed: Slack or this server broke it off, or the page was open for too long. Please begin again at /slack/install.';
  response.writeHead(known ? 403 : 400, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${words}\n`);
}
