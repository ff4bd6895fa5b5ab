import { dirname, join } from 'node:path';
import { fileText, givenSettings } from './config-env.ts';
import type { Environment, ReadFile } from './config-env.ts';
import { exampleOf, isSecret } from './config-names.ts';
import { schema } from './config-schema.ts';
import type { LogLevel, Settings } from './config-schema.ts';
import {
  cpaOf,
  incompleteSystems,
  isOfRealSystem,
  slackOf,
  teamsOf,
  teamsProblems,
  whmsOf,
} from './config-systems.ts';
import type { CpaSystem, SlackSystem, TeamsSystem, WhmSystem } from './config-systems.ts';
import { problemsIn, type Room } from './config-values.ts';
import { SettingsError } from './settings-error.ts';
import { namelessPeople, unsafeSettings, warningsOf } from './config-warnings.ts';
import { everybodyIn, ladderOf, rulesOf, tooLate, type QuotaLadder } from './config-rules.ts';
import { hoursOf } from './config-hours.ts';
import { readYaml } from './config-yaml.ts';
import type { YamlConfig } from './config-yaml.ts';
import type { FieldClass } from './engine/event.ts';
import type { DialogSettings } from './dialog-settings.ts';
import type { Duration } from './engine/duration.ts';

/** Everything that mailfix can be told, read and checked. */
export interface Config {
  /** Simulated only when no real system has a setting, or when SIMULATORS=on; the two are never mixed. */
  readonly world: 'simulated' | 'real';
  readonly host: string;
  readonly port: number;
  /** The address people use, when it is not the one listened on. */
  readonly publicUrl: string | undefined;
  /** Path of the SQLite file, or the address of the PostgreSQL database, with its password. */
  readonly database: string;
  /** How long an outbox row stays with a server that is gone. */
  readonly leaseMs: number;
  /** MAILFIX_KEY; without it `keyFile` has the secret. */
  readonly key: string | undefined;
  readonly keyFile: string;
  readonly logLevel: LogLevel;
  /** Opens `/metrics` to whoever is not on this machine. */
  readonly metricsToken: string | undefined;
  /** By the name that people read; empty when WHM is not configured or the world is simulated. */
  readonly whms: ReadonlyMap<string, WhmSystem>;
  readonly cpa: CpaSystem | undefined;
  readonly slack: SlackSystem | undefined;
  readonly teams: TeamsSystem | undefined;
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined;
  /** Everybody who may approve anything; `rules` says what. */
  readonly approvers: readonly string[];
  /** How each action is approved. */
  readonly rules: ReturnType<typeof rulesOf>;
  /** Where approvals are shown besides where their incident lives. */
  readonly approvalChannels: readonly Room[];
  /** Whose accounts are whose, by name. */
  readonly people: ReadonlyMap<string, readonly string[]>;
  readonly technicians: readonly string[];
  readonly fourEyes: boolean;
  /** How long each class of fields is kept after an incident's end, in milliseconds; what is not named is kept for ever. */
  readonly retention: Readonly<Partial<Record<FieldClass, number | undefined>>>;
  readonly quotaStepMb: number;
  readonly quotaLadders: { readonly account: QuotaLadder; readonly mailbox: QuotaLadder };
  readonly timeZone: string | undefined;
  /** When people are at work, and how long questions wait. */
  readonly hours: ReturnType<typeof hoursOf>;
  /** Short names, as in `en`. */
  readonly languages: { readonly staff: string; readonly client: string };
  readonly dialogs: DialogSettings;
  /** Values that must never be logged. */
  readonly secrets: readonly string[];
  /** What is odd but no reason not to start, in sentences. */
  readonly warnings: readonly string[];
}

/** Reads all settings, pure but for the files they name. Throws one SettingsError with everything that is wrong. */
export function readConfig(env: Environment, { readFile }: { readFile: ReadFile }): Config {
  const { values, problems } = givenSettings(env, readFile);
  const given = new Set([...values.keys(), ...problems.keys()]);
  const settings = parse(values, problems);
  const all = [...problems.values()];
  const yaml = yamlOf(settings.MAILFIX_CONFIG, env, readFile, all);
  all.push(...incompleteSystems((name) => given.has(name)));

  const pemOf = (name: string, path: string) => readPem(name, path, readFile, all);
  const whms = whmsOf(settings, yaml, pemOf, all);
  const cpa = cpaOf(settings, pemOf, all);
  const hasReal = [...given].some(isOfRealSystem) || yaml.whm.size > 0;
  const world = (settings.SIMULATORS ?? !hasReal) ? 'simulated' : 'real';
  const teams = teamsOf(settings, given);
  all.push(...teamsProblems(teams), ...unsafeSettings(settings, world, env['NODE_ENV'] === 'production'));

  const people = new Map(Object.entries(yaml.people ?? {}));
  const named = yaml.approvers ?? settings.APPROVERS ?? (world === 'simulated' ? ['web:lea'] : []);
  // Whoever may approve may do so with any of their accounts.
  const withAccounts = (entries: readonly string[]) => {
    const theirs = [...people.values()].filter((accounts) => accounts.some((one) => entries.includes(one)));
    return [...new Set([...entries, ...theirs.flat()])];
  };
  const fourEyes = yaml.fourEyes ?? settings.FOUR_EYES;
  const approvalWithin = yaml.approvalWithin ?? settings.APPROVAL_WITHIN;
  const policy = yaml.policy ?? {};
  const rules = rulesOf(policy, { approvers: named, fourEyes, withAccounts });
  all.push(...tooLate(policy, approvalWithin));
  const approvers = everybodyIn(rules);
  const technicians = yaml.technicians ?? settings.TECHNICIANS;
  const accounts = [...people.values()].flat();
  const onlyInPolicy = approvers.filter((one) => !named.includes(one) && !accounts.includes(one));
  const lists = { APPROVERS: named, TECHNICIANS: technicians, people: accounts, policy: onlyInPolicy };
  all.push(...namelessPeople(settings, lists));

  const slack = slackOf(settings, given);
  const approvalChannels = yaml.approvalChannels ?? [];
  const hours = hoursOf(yaml.hours ?? {});
  for (const { product, channel } of approvalChannels) {
    if ((product === 'slack' ? slack : teams) === undefined)
      all.push(
        `approvalChannels has ${channel} of ${product === 'slack' ? 'Slack' : 'Teams'}, which is not configured. Configure it, or take the channel out.`,
      );
  }

  const onPostgres = settings.DATABASE_URL.includes('://');
  if (onPostgres && settings.MAILFIX_KEY === undefined && !problems.has('MAILFIX_KEY')) {
    all.push(
      `MAILFIX_KEY is not set, and DATABASE_URL is PostgreSQL: all servers on it need the same key. Set it to ${exampleOf('MAILFIX_KEY')}.`,
    );
  }

  const secrets = secretsOf(values, yaml);
  if (all.length > 0) throw new SettingsError(all.map((problem) => withoutSecrets(problem, secrets)));

  return {
    world,
    host: settings.HOST,
    port: settings.PORT,
    publicUrl: settings.PUBLIC_URL,
    database: settings.DATABASE_URL,
    key: settings.MAILFIX_KEY,
    leaseMs: settings.LEASE,
    // Servers on PostgreSQL have no folder in common: there MAILFIX_KEY must be set.
    keyFile: join(onPostgres ? 'data' : dirname(settings.DATABASE_URL), 'mailfix.key'),
    logLevel: settings.LOG_LEVEL,
    metricsToken: settings.METRICS_TOKEN,
    whms: world === 'real' ? whms : new Map(),
    cpa: world === 'real' ? cpa : undefined,
    slack,
    teams,
    mail: settings.SMTP_URL === '' ? undefined : { smtpUrl: settings.SMTP_URL, from: settings.MAIL_FROM },
    approvers,
    rules,
    people,
    approvalChannels,
    technicians,
    fourEyes,
    retention: yaml.retention ?? {},
    quotaStepMb: settings.QUOTA_STEP_MB,
    quotaLadders: {
      account: ladderOf(policy, 'raiseAccountQuota'),
      mailbox: ladderOf(policy, 'raiseMailboxQuota'),
    },
    timeZone: settings.TIME_ZONE,
    hours,
    languages: {
      staff: yaml.languages?.staff ?? settings.STAFF_LANGUAGE,
      client: yaml.languages?.client ?? settings.CLIENT_LANGUAGE,
    },
    dialogs: {
      unblockChecks: settings.UNBLOCK_CHECKS,
      approvalWithin,
      watchFor: settings.WATCH_FOR,
      quotaLease: leaseOf(yaml.quotaLease),
      byfUrl: settings.BYF_URL,
      ownAddresses: settings.OWN_ADDRESSES,
    },
    secrets,
    warnings: warningsOf({ names: Object.keys(env), given, settings, yaml, world, approvers }),
  };
}

/** Reads what can be read; a refused setting takes its default from here on, so that the rest is checked too. */
function parse(values: ReadonlyMap<string, string>, problems: Map<string, string>): Settings {
  const read = schema.safeParse(Object.fromEntries(values));
  if (read.success) return read.data;
  for (const [name, problem] of problemsIn(read.error, values)) problems.set(name, problem);
  return schema.parse(Object.fromEntries([...values].filter(([name]) => !problems.has(name))));
}

function leaseOf(given: YamlConfig['quotaLease'] = '14d'): Duration | undefined {
  return given === 'off' ? undefined : given;
}

function yamlOf(
  path: string | undefined,
  env: Environment,
  readFile: ReadFile,
  problems: string[],
): YamlConfig {
  const nothing: YamlConfig = { whm: new Map(), tokenNames: [] };
  if (path === undefined) return nothing;
  const text = fileText(readFile, path);
  if (!('value' in text)) {
    problems.push(
      `MAILFIX_CONFIG is "${path}", which cannot be read (${text.why}). Check the path and who may read it.`,
    );
    return nothing;
  }
  const read = readYaml(path, text.value, env, readFile);
  problems.push(...read.problems);
  return read.config;
}

function readPem(name: string, path: string, readFile: ReadFile, problems: string[]): string | undefined {
  const text = fileText(readFile, path);
  if ('value' in text && text.value.includes('-----BEGIN CERTIFICATE-----')) return text.value;
  const why = 'value' in text ? 'holds no certificate' : `cannot be read (${text.why})`;
  problems.push(
    `${name} is "${path}", which ${why}. Name a PEM file that begins with -----BEGIN CERTIFICATE-----.`,
  );
  return undefined;
}

function secretsOf(values: ReadonlyMap<string, string>, yaml: YamlConfig): readonly string[] {
  const secrets = new Set(
    // The path of a file is no secret.
    [...values]
      .filter(([name, text]) => isSecret(name) && (name !== 'DATABASE_URL' || text.includes('@')))
      .map(([, text]) => text),
  );
  for (const { token, writeToken } of yaml.whm.values()) {
    if (token !== '') secrets.add(token);
    if (writeToken !== undefined && writeToken !== '') secrets.add(writeToken);
  }
  // Of an address with a sign-in, its password alone is one too.
  const passwords = [...secrets].flatMap((text) => /:\/\/[^/]*:([^/]+)@/.exec(text)?.[1] ?? []);
  return [...new Set([...secrets, ...passwords, ...passwords.map(decoded)])];
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** The last guard: somebody pasted a token into the wrong setting. */
function withoutSecrets(problem: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 6)
    .reduce((left, secret) => left.replaceAll(secret, '[secret]'), problem);
}
