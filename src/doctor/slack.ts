import { refusalOf } from '../../adapters/slack/api.ts';
import { botScopes } from '../../adapters/slack/manifest.ts';
import { askAppToken, askBotToken } from '../../adapters/slack/tokens.ts';
import type { BotToken } from '../../adapters/slack/tokens.ts';
import type { SlackSystem } from '../config-systems.ts';
import { configError } from '../errors.ts';
import { fail, failed, pass, skipped, warn } from './line.ts';
import type { Look } from './line.ts';

/** Looks at Slack: whose the bot token is, what it may do, and whether the token of Socket Mode is taken. */
export async function lookAtSlack(system: SlackSystem): Promise<readonly Look[]> {
  const [bot, connection] = await Promise.all([botLooks(system), connectionLook(system)]);
  return [...bot, connection];
}

async function botLooks({ botToken, apiUrl, teams }: SlackSystem): Promise<readonly Look[]> {
  const what = 'SLACK_BOT_TOKEN';
  if (botToken === undefined)
    return [skipped(what, 'not set: the tokens of several workspaces are sealed in the database')];
  try {
    const bot = await askBotToken(botToken, apiUrl);
    return [workspaceLook(what, bot, teams), scopesLook(bot)];
  } catch (error) {
    return [failed(what, error)];
  }
}

function workspaceLook(what: string, { of, name }: BotToken, teams: readonly string[]): Look {
  if (of !== undefined && teams.length > 0 && !teams.includes(of))
    return failed(what, configError('slack.wrong-workspace', { team: of }));
  return pass(what, `Slack takes it, for ${name ?? 'a workspace'} (${of ?? 'no id told'})`);
}

/** The test of manifest.json keeps it the same as this list. */
function scopesLook({ scopes }: BotToken): Look {
  const what = 'scopes';
  if (scopes === undefined) return warn(what, 'Slack did not say what the token may do');
  const missing = botScopes.filter((scope) => !scopes.includes(scope));
  const more = scopes.filter((scope) => !botScopes.some((one) => one === scope));
  if (missing.length > 0)
    return fail(
      what,
      `missing of those in manifest.json: ${missing.join(', ')}`,
      'Update the app from manifest.json ("mailfix manifest slack") and install it again.',
    );
  const beyond = more.length === 0 ? '' : `; beyond them it has ${more.join(', ')}, which mailfix never uses`;
  return pass(what, `all ${botScopes.length} of manifest.json${beyond}`);
}

async function connectionLook({ appToken, apiUrl }: SlackSystem): Promise<Look> {
  if (appToken === undefined)
    return skipped(
      'SLACK_SIGNING_SECRET',
      'Slack calls mailfix here, and only a request that Slack signed can prove the secret',
    );
  const what = 'SLACK_APP_TOKEN';
  try {
    await askAppToken(appToken, apiUrl);
    return pass(what, 'Slack takes it, and would let mailfix connect by Socket Mode');
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) return failed(what, error);
    return fail(
      what,
      `Slack refused it (${refusal})`,
      'Make one with connections:write under Basic Information › App-Level Tokens, and switch Socket Mode on.',
    );
  }
}
