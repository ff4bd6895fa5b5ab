import { webApi } from '@slack/bolt';
import { asked, clientOptions, silent } from './api.ts';

/** Whose a bot token is, and what it may do. */
export interface BotToken {
  /** The workspace, or the organisation where it was installed in all of one. */
  readonly of: string | undefined;
  readonly name: string | undefined;
  /** Undefined when Slack did not say. */
  readonly scopes: readonly string[] | undefined;
}

/** Asks Slack about a bot token. Throws an EffectError (`slack.*`). */
export async function askBotToken(token: string, apiUrl: string | undefined): Promise<BotToken> {
  const said = await asked('auth.test', '', () => clientFor(token, apiUrl).auth.test());
  const isOrganisation = said.is_enterprise_install === true;
  return {
    of: isOrganisation ? said.enterprise_id : said.team_id,
    name: said.team,
    scopes: said.response_metadata?.scopes,
  };
}

/** Asks Slack for an address to connect to with the token of Socket Mode, and leaves it unused. Throws an EffectError. */
export async function askAppToken(token: string, apiUrl: string | undefined): Promise<void> {
  await asked('apps.connections.open', '', () => clientFor(token, apiUrl).apps.connections.open({}));
}

function clientFor(token: string, apiUrl: string | undefined): webApi.WebClient {
  return new webApi.WebClient(token, { ...clientOptions(apiUrl), logger: silent });
}
