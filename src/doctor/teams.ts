import { botFrameworkOpenId } from '../../adapters/teams/keys.ts';
import type { TeamsSystem } from '../config-systems.ts';
import { fail, pass, skipped, warn } from './line.ts';
import type { Asking, Look } from './line.ts';
import { fieldOf, jsonIn, rowsIn, textIn } from './outside.ts';
import { Late, within } from './within.ts';

/** Where Microsoft is asked; its own addresses when absent. */
export interface MicrosoftAddresses {
  readonly login?: string;
  readonly openId?: string;
}

const scope = 'https://api.botframework.com/.default';
const unreachable = 'Check the network and the firewall: mailfix has to reach this address over https.';

/** Looks at Microsoft Teams: whether the app is given a token, and whether the keys of Teams can be read. */
export async function lookAtTeams(
  system: TeamsSystem,
  asking: Asking,
  { login = 'https://login.microsoftonline.com', openId = botFrameworkOpenId }: MicrosoftAddresses = {},
): Promise<readonly Look[]> {
  if (!system.auth)
    return [skipped('sign-in', 'TEAMS_AUTH is off: nothing is signed, and Microsoft is not asked')];
  return Promise.all([tokenLook(system, login, asking), keysLook(openId, asking)]);
}

async function tokenLook(
  { appId, appPassword, appType, appTenantId }: TeamsSystem,
  login: string,
  asking: Asking,
): Promise<Look> {
  const what = 'app token';
  if (appType === 'UserAssignedMSI')
    return skipped(what, 'a managed identity gets it from Azure itself, and only there');
  if (appId === undefined || appPassword === undefined)
    return fail(what, 'the app has no id or no password', 'Set MicrosoftAppId and MicrosoftAppPassword.');
  // An app for several organisations signs in at Microsoft's own.
  const tenant = appType === 'MultiTenant' ? 'botframework.com' : (appTenantId ?? '');
  const url = `${login}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: appId,
    client_secret: appPassword,
    scope,
  });
  const got = await answerOf(url, { method: 'POST', body }, asking);
  if ('failure' in got) return fail(what, `${new URL(url).host}: ${got.failure}`, unreachable);
  const { status, json } = got;
  if (status === 200 && textIn(json, 'access_token') !== undefined)
    return pass(what, 'Microsoft gives one for this app id and password');
  const error = textIn(json, 'error') ?? 'no reason told';
  const said = textIn(json, 'error_description')?.split(/[\r\n]| Trace ID/)[0] ?? '';
  return fail(
    what,
    `Microsoft refused (${status}, ${error}${said === '' ? '' : `: ${said.slice(0, 300)}`})`,
    'Check MicrosoftAppId, MicrosoftAppPassword, MicrosoftAppType and MicrosoftAppTenantId; a secret may have expired.',
  );
}

async function keysLook(openId: string, asking: Asking): Promise<Look> {
  const what = 'keys of Teams';
  const found = await answerOf(openId, {}, asking);
  const uri = 'failure' in found ? undefined : textIn(found.json, 'jwks_uri');
  const failure = 'failure' in found ? found.failure : `status ${found.status}, and it names no keys`;
  if (uri === undefined || !URL.canParse(uri))
    return fail(what, `${new URL(openId).host}: ${failure}`, unreachable);
  const read = await answerOf(uri, {}, asking);
  if ('failure' in read) return fail(what, `${new URL(uri).host}: ${read.failure}`, unreachable);
  const keys = rowsIn(fieldOf(read.json, 'keys'));
  const forTeams = keys.filter((key) => rowsIn(fieldOf(key, 'endorsements')).includes('msteams'));
  if (forTeams.length === 0) return warn(what, `${keys.length} found, and none for Teams`);
  return pass(what, `${keys.length} found, ${forTeams.length} for Teams`);
}

/** One request that follows no redirect: it would take the password elsewhere. */
async function answerOf(
  url: string,
  init: RequestInit,
  asking: Asking,
): Promise<{ status: number; json: unknown } | { failure: string }> {
  try {
    return await within(asking, async (signal) => {
      const response = await fetch(url, { ...init, redirect: 'error', signal });
      return { status: response.status, json: jsonIn(await response.text()) };
    });
  } catch (error) {
    if (error instanceof Late) return { failure: error.message };
    const code = textIn(error instanceof Error ? error.cause : undefined, 'code');
    return { failure: code ?? 'the connection broke off, or led elsewhere' };
  }
}
