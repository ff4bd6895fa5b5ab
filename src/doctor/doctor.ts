import { setMaxListeners } from 'node:events';
import { redactor } from '../clients/transport.ts';
import type { Config } from '../config.ts';
import type { CpaSystem, WhmSystem } from '../config-systems.ts';
import { isPostgres } from '../store/open.ts';
import { lookAtDatabase, lookAtPostgres } from './database.ts';
import { fail, skipped } from './line.ts';
import type { Asking, Line, Look } from './line.ts';
import { cleaned } from './report.ts';
import { lookAtSettings } from './settings.ts';
import type { MicrosoftAddresses } from './teams.ts';

/** What the doctor needs besides the settings. */
export interface DoctorOptions {
  /** The WHM servers by name and the CPA System: those of the settings, or the simulators. */
  readonly whms: ReadonlyMap<string, WhmSystem>;
  readonly cpa: CpaSystem | undefined;
  readonly now: () => number;
  /** How long one call may take, and all of them together, in milliseconds. */
  readonly callMs?: number;
  readonly allMs?: number;
  readonly microsoft?: MicrosoftAddresses;
}

/** A system, and how to look at it. */
type Visit = readonly [system: string, look: (asking: Asking) => Promise<readonly Look[]> | readonly Look[]];

/**
 * Looks at every system that the settings name, all at once, and changes nothing anywhere. Never throws: what goes
 * wrong is a line. No secret of the settings is in the lines.
 */
export async function examine(config: Config, options: DoctorOptions): Promise<readonly Line[]> {
  const { now, callMs = 5000, allMs = 30_000 } = options;
  const end = new AbortController();
  // Every call listens to it.
  setMaxListeners(0, end.signal);
  const timer = setTimeout(() => end.abort(new Error('the time is over')), allMs);
  const asking = { now, signal: end.signal, callMs };
  try {
    const visits = await Promise.all(visitsOf(config, options).map((visit) => paid(visit, asking, allMs)));
    return cleaned(visits.flat(), redactor(secretsOf(config, options)));
  } finally {
    clearTimeout(timer);
  }
}

async function paid([system, look]: Visit, asking: Asking, allMs: number): Promise<readonly Line[]> {
  const over = new Promise<readonly Look[]>((resolve) => {
    const words = `it did not come to an end within ${allMs / 1000} s`;
    // Those who heed the signal shall have said by then what they know.
    asking.signal.addEventListener('abort', () => setImmediate(() => resolve([fail('all of it', words)])));
  });
  const looking = (async () => look(asking))().catch((error: unknown): readonly Look[] => [
    fail('all of it', `a defect in mailfix: ${error instanceof Error ? error.message : String(error)}`),
  ]);
  const looks = await Promise.race([looking, over]);
  return looks.map((one) => ({ system, ...one }));
}

function visitsOf(config: Config, { whms, cpa, microsoft }: DoctorOptions): readonly Visit[] {
  const { slack, teams, mail, database, world } = config;
  const simulated = world === 'simulated';
  const none = (system: string, names: string): Visit => [
    system,
    () => [skipped('all of it', `not configured: set ${names}`)],
  ];
  const about: Visit[] = simulated
    ? [
        [
          'Simulators',
          () => [skipped('WHM and CPA System', 'built-in imitations: nothing real is looked at there')],
        ],
      ]
    : [];
  return [
    ...about,
    ['Settings', () => lookAtSettings(config)],
    isPostgres(database)
      ? ['Database', async () => [await lookAtPostgres(database, world)]]
      : ['Database', () => lookAtDatabase(database, world)],
    ...(whms.size === 0 ? [none('WHM', 'WHM_URL, WHM_USER and WHM_TOKEN')] : []),
    ...[...whms].map(([name, system]): Visit => [
      `WHM ${name}`,
      async (asking) => (await import('./whm.ts')).lookAtWhm(system, asking),
    ]),
    cpa === undefined
      ? none('CPA System', 'CPA_UNBLOCK_URL and CPA_TOKEN')
      : ['CPA System', async (asking) => (await import('./cpa.ts')).lookAtCpa(cpa, asking)],
    slack === undefined
      ? none('Slack', 'SLACK_BOT_TOKEN and SLACK_APP_TOKEN')
      : ['Slack', async () => (await import('./slack.ts')).lookAtSlack(slack)],
    teams === undefined
      ? none('Teams', 'MicrosoftAppId, MicrosoftAppPassword and MicrosoftAppTenantId')
      : ['Teams', async (asking) => (await import('./teams.ts')).lookAtTeams(teams, asking, microsoft)],
    mail === undefined
      ? none('Mail', 'SMTP_URL and MAIL_FROM')
      : ['Mail', async (asking) => [await (await import('./smtp.ts')).lookAtSmtp(mail.smtpUrl, asking)]],
  ];
}

/** The settings' secrets, those of the simulators, and the password of SMTP_URL as it goes over the wire. */
function secretsOf({ secrets, mail }: Config, { whms, cpa }: DoctorOptions): readonly string[] {
  const tokens = [...whms.values()].flatMap(({ token, writeToken = '' }) => [token, writeToken]);
  const written = mail === undefined ? '' : new URL(mail.smtpUrl).password;
  return [...secrets, ...tokens, cpa?.token ?? '', cpa?.password ?? '', decoded(written)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
