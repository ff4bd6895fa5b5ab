import { exampleOf } from './config-names.ts';
import type { Settings } from './config-schema.ts';
import type { YamlConfig } from './config-yaml.ts';
import { configError } from './errors.ts';

/** A WHM server and how to sign in there. */
export interface WhmSystem {
  readonly url: string;
  readonly user: string;
  readonly token: string;
  /** For changes; `token` serves them when it is absent. */
  readonly writeToken: string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
}

/** The CPA System and how to sign in there: by token, by user and password, or with these by the form of `loginUrl`. */
export interface CpaSystem {
  readonly unblockUrl: string;
  readonly statusUrl: string | undefined;
  readonly loginUrl: string | undefined;
  readonly token: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly body: 'json' | 'form';
  readonly ipField: string;
  /** PEM. */
  readonly ca: string | undefined;
}

/** Slack's settings, as they were given. */
export interface SlackSystem {
  readonly botToken: string | undefined;
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  readonly apiUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly stateSecret: string | undefined;
  readonly teams: readonly string[];
}

/** Microsoft Teams' settings. */
export interface TeamsSystem {
  readonly appId: string | undefined;
  readonly appPassword: string | undefined;
  readonly appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  readonly appTenantId: string | undefined;
  readonly auth: boolean;
  readonly tenants: readonly string[];
}

/** Reads the certificate file that a setting names. */
type PemOf = (name: string, path: string) => string | undefined;

/** The WHM servers: those of mailfix.yaml, or the one of WHM_URL under its host name. */
export function whmsOf(
  settings: Settings,
  yaml: YamlConfig,
  pemOf: PemOf,
  problems: string[],
): ReadonlyMap<string, WhmSystem> {
  if (yaml.whm.size > 0) {
    if (settings.WHM_URL !== '') {
      problems.push('WHM_URL is set, and mailfix.yaml has WHM servers too. Move this one into mailfix.yaml.');
    }
    const servers = [...yaml.whm].map(([name, server]): [string, WhmSystem] => {
      const ca = server.ca === undefined ? undefined : pemOf(`whm.${name}.ca of mailfix.yaml`, server.ca);
      return [name, { ...server, ca }];
    });
    return new Map(servers);
  }
  const { WHM_URL: url, WHM_USER: user, WHM_TOKEN: token, WHM_WRITE_TOKEN: writeToken } = settings;
  const ca = settings.WHM_CA === undefined ? undefined : pemOf('WHM_CA', settings.WHM_CA);
  return url === '' ? new Map() : new Map([[new URL(url).hostname, { url, user, token, writeToken, ca }]]);
}

/** The CPA System, if it has an address to un-block at. */
export function cpaOf(settings: Settings, pemOf: PemOf, problems: string[]): CpaSystem | undefined {
  const ca = settings.CPA_CA === undefined ? undefined : pemOf('CPA_CA', settings.CPA_CA);
  if (settings.CPA_UNBLOCK_URL === undefined) return undefined;
  problems.push(...offSite(settings));
  return {
    unblockUrl: settings.CPA_UNBLOCK_URL,
    statusUrl: settings.CPA_STATUS_URL,
    loginUrl: settings.CPA_LOGIN_URL,
    token: settings.CPA_TOKEN,
    user: settings.CPA_USER,
    password: settings.CPA_PASSWORD,
    body: settings.CPA_BODY,
    ipField: settings.CPA_IP_FIELD,
    ca,
  };
}

/** Slack's settings, if there is a bot token, or the means to come by one. */
export function slackOf(settings: Settings, given: ReadonlySet<string>): SlackSystem | undefined {
  if (!given.has('SLACK_BOT_TOKEN') && !given.has('SLACK_CLIENT_ID')) return undefined;
  return {
    botToken: settings.SLACK_BOT_TOKEN,
    signingSecret: settings.SLACK_SIGNING_SECRET,
    appToken: settings.SLACK_APP_TOKEN,
    apiUrl: settings.SLACK_API_URL,
    clientId: settings.SLACK_CLIENT_ID,
    clientSecret: settings.SLACK_CLIENT_SECRET,
    stateSecret: settings.SLACK_STATE_SECRET,
    teams: settings.SLACK_TEAMS,
  };
}

/** Microsoft Teams' settings, if any of them is given. */
export function teamsOf(settings: Settings, given: ReadonlySet<string>): TeamsSystem | undefined {
  if (![...given].some((name) => name.startsWith('TEAMS_') || name.startsWith('Microsoft'))) return undefined;
  return {
    appId: settings.MicrosoftAppId,
    appPassword: settings.MicrosoftAppPassword,
    appType: settings.MicrosoftAppType,
    appTenantId: settings.MicrosoftAppTenantId,
    auth: settings.TEAMS_AUTH,
    tenants: settings.TEAMS_TENANTS,
  };
}

/** What a bot that looks at tokens cannot do without. */
export function teamsProblems(teams: TeamsSystem | undefined): string[] {
  if (teams === undefined || !teams.auth) return [];
  const { appId, appType, appPassword, appTenantId } = teams;
  const needed: Record<string, unknown> = {
    MicrosoftAppId: appId,
    ...(appType === 'UserAssignedMSI' ? {} : { MicrosoftAppPassword: appPassword }),
    ...(appType === 'MultiTenant' ? {} : { MicrosoftAppTenantId: appTenantId }),
  };
  return missing((name) => needed[name] !== undefined, ...Object.keys(needed));
}

/** Whether a setting was given. */
type Has = (name: string) => boolean;

const families = ['WHM_', 'CPA_', 'SLACK_', 'TEAMS_', 'Microsoft'];

/** The settings that say "there is a real system": with one of them, the simulators are never used unasked. */
export function isOfRealSystem(name: string): boolean {
  // Without tokens it is the playground on this machine that speaks, which is no more real than the simulators.
  return name !== 'TEAMS_AUTH' && families.some((family) => name.startsWith(family));
}

/** What is missing or too much among the settings that belong together. */
export function incompleteSystems(has: Has): readonly string[] {
  return [...whmProblems(has), ...cpaProblems(has), ...slackProblems(has), ...mailProblems(has)];
}

function whmProblems(has: Has): string[] {
  // WHM_CA and the like alone are an unfinished WHM too.
  const any = ['WHM_URL', 'WHM_USER', 'WHM_TOKEN', 'WHM_WRITE_TOKEN', 'WHM_CA'].some(has);
  return any ? missing(has, 'WHM_URL', 'WHM_USER', 'WHM_TOKEN') : [];
}

/** The user, the password and the session go to one site only. */
function offSite({ CPA_LOGIN_URL: login, CPA_UNBLOCK_URL, CPA_STATUS_URL }: Settings): string[] {
  if (login === undefined) return [];
  const { origin } = new URL(login);
  return Object.entries({ CPA_UNBLOCK_URL, CPA_STATUS_URL })
    .filter(([, url]) => url !== undefined && new URL(url).origin !== origin)
    .map(
      ([name]) =>
        `${name} is not on the site of CPA_LOGIN_URL, ${origin}. Set it to a page of that site, or leave CPA_LOGIN_URL out.`,
    );
}

function cpaProblems(has: Has): string[] {
  const all = ['CPA_UNBLOCK_URL', 'CPA_STATUS_URL', 'CPA_LOGIN_URL', 'CPA_TOKEN', 'CPA_USER', 'CPA_PASSWORD'];
  if (![...all, 'CPA_CA'].some(has)) return [];
  const problems = missing(has, 'CPA_UNBLOCK_URL');
  if (has('CPA_LOGIN_URL')) {
    if (has('CPA_TOKEN'))
      problems.push(
        'CPA_TOKEN and CPA_LOGIN_URL are both set. Keep CPA_TOKEN for an API; the admin site takes CPA_USER and CPA_PASSWORD.',
      );
    return [...problems, ...missing(has, 'CPA_USER', 'CPA_PASSWORD')];
  }
  const byUser = has('CPA_USER') || has('CPA_PASSWORD');
  if (has('CPA_TOKEN') && byUser) {
    problems.push('CPA_TOKEN and CPA_USER with CPA_PASSWORD are both set. Keep one way to sign in.');
  } else if (byUser) {
    problems.push(...missing(has, 'CPA_USER', 'CPA_PASSWORD'));
  } else {
    problems.push(...missing(has, 'CPA_TOKEN'));
  }
  return problems;
}

function slackProblems(has: Has): string[] {
  if (!['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN', 'SLACK_CLIENT_ID'].some(has)) return [];
  if (has('SLACK_BOT_TOKEN') && has('SLACK_CLIENT_ID')) {
    return [
      'SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set. Keep the token for one workspace, or the client id to install mailfix in several.',
    ];
  }
  const problems = has('SLACK_CLIENT_ID')
    ? missing(has, 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET')
    : missing(has, 'SLACK_BOT_TOKEN');
  return has('SLACK_APP_TOKEN') ? problems : [...problems, ...missing(has, 'SLACK_SIGNING_SECRET')];
}

function mailProblems(has: Has): string[] {
  return has('SMTP_URL') || has('MAIL_FROM') ? missing(has, 'SMTP_URL', 'MAIL_FROM') : [];
}

function missing(has: Has, ...names: string[]): string[] {
  return names
    .filter((name) => !has(name))
    .map((name) => configError('config.missing', { name, example: exampleOf(name) }).message);
}
