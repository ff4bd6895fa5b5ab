import { misspelt } from './config-names.ts';
import type { Settings } from './config-schema.ts';
import { isLoopback } from './config-values.ts';
import type { YamlConfig } from './config-yaml.ts';

type World = 'simulated' | 'real';

/** Settings that are right by themselves and must not come together. */
export function unsafeSettings(settings: Settings, world: World, isProduction: boolean): readonly string[] {
  const { HOST: host } = settings;
  const problems: string[] = [];
  if (!settings.TEAMS_AUTH && isProduction) {
    problems.push(
      'TEAMS_AUTH is off, and NODE_ENV is production: anybody could speak as anybody. Leave TEAMS_AUTH on; off is for the playground.',
    );
  }
  if (isLoopback(host)) return problems;
  if (world === 'simulated') {
    problems.push(
      `HOST is "${host}", and the simulators are for trying on this machine only: anybody may press Approve there. ` +
        'Leave HOST out, or configure a real system (WHM_URL, CPA_UNBLOCK_URL, Slack or Teams).',
    );
  }
  if (!settings.TEAMS_AUTH) {
    problems.push(
      `TEAMS_AUTH is off, and HOST is "${host}": anybody could speak as anybody. Leave HOST out, or TEAMS_AUTH on.`,
    );
  }
  return problems;
}

/** Slack gives out ids by workspace: with several of them, an id alone may be two people's. */
export function namelessPeople(
  { SLACK_CLIENT_ID }: Pick<Settings, 'SLACK_CLIENT_ID'>,
  lists: Readonly<Record<string, readonly string[]>>,
): string[] {
  if (SLACK_CLIENT_ID === undefined) return [];
  return Object.entries(lists).flatMap(([name, people]) => {
    const bare = people.find((entry) => /^slack:[^/]+$/.test(entry));
    if (bare === undefined) return [];
    const whole = bare.replace('slack:', 'slack:T0123ABCD/');
    return [
      `${name} has "${bare}", and with SLACK_CLIENT_ID there may be several workspaces. Write whose it is: ${whole}.`,
    ];
  });
}

/** What a person should know at the start. */
export function warningsOf(about: {
  readonly names: readonly string[];
  readonly given: ReadonlySet<string>;
  readonly settings: Settings;
  readonly yaml: YamlConfig;
  readonly world: World;
  readonly approvers: readonly string[];
}): readonly string[] {
  const { names, given, settings, yaml, world, approvers } = about;
  const warnings = [
    ...misspelt(
      names,
      yaml.tokenNames.flatMap((name) => [name, `${name}_FILE`]),
    ),
  ];

  const doubles = [
    ['APPROVERS', yaml.approvers ?? yaml.policy?.default?.approvers],
    ['TECHNICIANS', yaml.technicians],
    ['FOUR_EYES', yaml.fourEyes ?? yaml.policy?.default?.requesterMayApprove],
    ['APPROVAL_WITHIN', yaml.approvalWithin ?? yaml.policy?.default?.within],
  ] as const;
  for (const [name, written] of doubles) {
    if (written !== undefined && given.has(name))
      warnings.push(`${name} is not used: mailfix.yaml says otherwise.`);
  }
  const notYet = ['SMTP_URL', 'CPA_LOGIN_URL'].filter((name) => given.has(name));
  for (const name of notYet) warnings.push(`${name} is set, and this version does not use it yet.`);
  if (!settings.TEAMS_AUTH)
    warnings.push(
      'TEAMS_AUTH is off: whoever reaches this port speaks as anybody. That is for the playground on this machine.',
    );
  if (
    settings.MicrosoftAppType === 'MultiTenant' &&
    given.has('MicrosoftAppId') &&
    settings.TEAMS_TENANTS.length === 0
  )
    warnings.push(
      'No organisation but the app’s own may use mailfix in Teams. Set TEAMS_TENANTS to the ids of those that may.',
    );
  const slack = [...given].find((name) => name.startsWith('SLACK_'));
  if (slack !== undefined && !given.has('SLACK_BOT_TOKEN') && !given.has('SLACK_CLIENT_ID'))
    warnings.push(`${slack} is set, but Slack is not configured. Set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID.`);
  if (given.has('SLACK_CLIENT_ID') && settings.SLACK_TEAMS.length === 0)
    warnings.push(
      'Nobody may install mailfix in Slack. Set SLACK_TEAMS to the workspaces that may, like T0123ABCD.',
    );
  if (given.has('SLACK_CLIENT_ID') && settings.PUBLIC_URL === undefined)
    warnings.push(
      'SLACK_CLIENT_ID is set without PUBLIC_URL: Slack does not know where to send people back to.',
    );
  if (world === 'simulated') {
    const unused = ['WHM_URL', 'CPA_UNBLOCK_URL'].filter((name) => given.has(name));
    if (yaml.whm.size > 0) unused.push('whm of mailfix.yaml');
    if (unused.length > 0)
      warnings.push(`SIMULATORS=on: ${unused.join(' and ')} will not be used; nothing real is changed.`);
    return warnings;
  }
  if (approvers.length === 0) {
    warnings.push('Nobody may approve: no change can be made. Set APPROVERS, like slack:U0123ABCD,web:lea.');
  }
  if (settings.WHM_URL === '' && yaml.whm.size === 0) {
    warnings.push(
      'WHM is not configured: accounts and quotas are looked up by hand. Set WHM_URL, WHM_USER and WHM_TOKEN.',
    );
  }
  if (settings.CPA_UNBLOCK_URL === undefined) {
    warnings.push(
      'The CPA System is not configured: un-blocks go by hand. Set CPA_UNBLOCK_URL and CPA_TOKEN.',
    );
  }
  if (!isLoopback(settings.HOST) && settings.PUBLIC_URL === undefined) {
    warnings.push(
      `HOST is "${settings.HOST}" without PUBLIC_URL: the console refuses names that it does not know. Set PUBLIC_URL.`,
    );
  }
  return warnings;
}
