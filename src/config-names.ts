import { distance } from 'fastest-levenshtein';

interface NameRow {
  /** How it is written, for messages. */
  readonly example: string;
  /** Never shown; may come from a file named in NAME_FILE. */
  readonly secret?: true;
}

/** Every setting that mailfix reads from the environment, in the order of README's table. */
export const settingNames = {
  PORT: { example: '3000' },
  HOST: { example: '127.0.0.1' },
  PUBLIC_URL: { example: 'https://mailfix.example' },
  DATABASE_URL: { example: 'sqlite:data/mailfix.db', secret: true },
  LEASE: { example: '10s' },
  MAILFIX_KEY: { example: 'the output of "openssl rand -hex 32"', secret: true },
  MAILFIX_CONFIG: { example: '/etc/mailfix/mailfix.yaml' },
  LOG_LEVEL: { example: 'info' },
  SIMULATORS: { example: 'on' },
  TIME_ZONE: { example: 'Europe/Berlin' },
  STAFF_LANGUAGE: { example: 'es' },
  CLIENT_LANGUAGE: { example: 'es' },
  METRICS_TOKEN: { example: 'the output of "openssl rand -hex 32"', secret: true },

  WHM_URL: { example: 'https://host2.example.com:2087' },
  WHM_USER: { example: 'root' },
  WHM_TOKEN: { example: 'a token from WHM › Development › Manage API Tokens', secret: true },
  WHM_WRITE_TOKEN: {
    example: 'a token with quota and cpanel-api; with all, it lifts blocks too',
    secret: true,
  },
  WHM_CA: { example: '/etc/mailfix/host2.pem' },

  CPA_UNBLOCK_URL: { example: 'https://cpa.example.com/api/unblock' },
  CPA_STATUS_URL: { example: 'https://cpa.example.com/api/status' },
  CPA_TOKEN: { example: 'the token (or set CPA_USER and CPA_PASSWORD)', secret: true },
  CPA_USER: { example: 'mailfix' },
  CPA_PASSWORD: { example: 'the password of CPA_USER', secret: true },
  CPA_BODY: { example: 'json' },
  CPA_IP_FIELD: { example: 'ip' },
  CPA_CA: { example: '/etc/mailfix/cpa.pem' },
  CPA_LOGIN_URL: { example: 'https://cpa.example.com/admin/login' },

  SLACK_BOT_TOKEN: { example: 'xoxb-…', secret: true },
  SLACK_SIGNING_SECRET: { example: '32 hex digits from Basic Information', secret: true },
  SLACK_APP_TOKEN: { example: 'xapp-…', secret: true },
  SLACK_API_URL: { example: 'https://slack.com/api/' },
  SLACK_CLIENT_ID: { example: '1234567890.1234567890' },
  SLACK_CLIENT_SECRET: { example: '32 hex digits from Basic Information', secret: true },
  SLACK_STATE_SECRET: { example: 'the output of "openssl rand -hex 32"', secret: true },
  SLACK_TEAMS: { example: 'T0123ABCD' },

  MicrosoftAppId: { example: '00000000-0000-0000-0000-000000000000' },
  MicrosoftAppPassword: { example: 'a client secret of the app registration', secret: true },
  MicrosoftAppType: { example: 'SingleTenant' },
  MicrosoftAppTenantId: { example: '00000000-0000-0000-0000-000000000000' },
  TEAMS_AUTH: { example: 'on' },
  TEAMS_TENANTS: { example: '00000000-0000-0000-0000-000000000000' },

  SMTP_URL: { example: 'smtps://USER:PASSWORD@mail.example.com', secret: true },
  MAIL_FROM: { example: 'support@example.com' },

  APPROVERS: { example: 'slack:U0123ABCD,web:lea' },
  TECHNICIANS: { example: 'slack:S0123ABCD,web:sam' },
  FOUR_EYES: { example: 'true' },
  APPROVAL_WITHIN: { example: '30m' },
  UNBLOCK_CHECKS: { example: '5m,7m,10m' },
  WATCH_FOR: { example: '24h' },
  QUOTA_STEP_MB: { example: '100' },
  BYF_URL: { example: 'https://www.byf.com/' },
  OWN_ADDRESSES: { example: '203.0.113.200=our office,198.51.100.0/24=mail servers' },
} as const satisfies Record<string, NameRow>;

/** The name of a setting. */
export type SettingName = keyof typeof settingNames;

/** How a setting is written, for messages. */
export function exampleOf(name: string): string {
  return Object.hasOwn(settingNames, name) ? settingNames[name as SettingName].example : 'a value';
}

/** Whether a setting's value is never shown. */
export function isSecret(name: string): boolean {
  const row: NameRow | undefined = Object.hasOwn(settingNames, name)
    ? settingNames[name as SettingName]
    : undefined;
  return row === undefined || row.secret === true;
}

/** Names in the environment that are probably misspelt settings, each with what was probably meant. */
export function misspelt(given: readonly string[], alsoKnown: readonly string[] = []): readonly string[] {
  const known = new Map<string, SettingName | undefined>(alsoKnown.map((name) => [name, undefined]));
  for (const name of Object.keys(settingNames) as SettingName[]) {
    known.set(name, name);
    if (isSecret(name)) known.set(`${name}_FILE`, name);
  }
  return given
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const plain = name.endsWith('_FILE') ? name.slice(0, -5) : name;
      if (plain !== name && known.has(plain)) {
        return [`${name} is not read: only secrets can come from a file. Set ${plain} itself.`];
      }
      const near = nearest(name, [...known.keys()]);
      return near === undefined
        ? []
        : [`${name} is not a setting of mailfix and is not read. Did you mean ${near}?`];
    });
}

function nearest(name: string, known: readonly string[]): string | undefined {
  // Below five letters everything is near to something: HOST and POST.
  if (name.length < 5) return undefined;
  const upper = name.toUpperCase();
  const close = known
    .filter((one) => isRelated(upper, one.toUpperCase()))
    .map((one) => ({ one, away: distance(upper, one.toUpperCase()) }))
    .filter(({ away }) => away <= 2)
    .toSorted((a, b) => a.away - b.away);
  return close[0]?.one;
}

/** The same family (WHM_…, CPA_…); a name of one word only needs the same beginning. */
function isRelated(a: string, b: string): boolean {
  if (!a.includes('_') || !b.includes('_')) return a.slice(0, 2) === b.slice(0, 2);
  return a.slice(0, a.indexOf('_')) === b.slice(0, b.indexOf('_'));
}
