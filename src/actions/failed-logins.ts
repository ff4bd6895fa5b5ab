import type { FailedLogin } from '../clients/whm-shapes.ts';
import { words } from '../engine/card.ts';
import type { Text } from '../engine/card.ts';
import { ago, counted, serverTime, startWords } from './phrases.ts';

const services = new Map([
  ['pop3', 'POP3'],
  ['pop', 'POP3'],
  ['imap', 'IMAP'],
  ['smtp', 'SMTP'],
  ['webmaild', 'webmail'],
  ['cpaneld', 'cPanel'],
  ['ftpd', 'FTP'],
]);
const mostGroups = 6;
/** A try within this time means that the device is still at it. */
const stillMs = 15 * 60_000;

/** Failed logins for one mailbox over one service, oldest first. */
export interface Failures {
  readonly user: string;
  readonly service: string;
  readonly logins: readonly FailedLogin[];
}

/** What fails, one group for each mailbox and service, most tries first. */
export function failuresOf(logins: readonly FailedLogin[]): readonly Failures[] {
  const groups = new Map<string, { user: string; service: string; logins: FailedLogin[] }>();
  for (const login of logins) {
    const service = serviceOf(login);
    const key = JSON.stringify([service, login.user.toLowerCase()]);
    const group = groups.get(key) ?? { user: login.user, service, logins: [] };
    group.logins.push(login);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, logins: group.logins.toSorted(byStart) }))
    .toSorted((one, other) => other.logins.length - one.logins.length);
}

/** When the last login failed (epoch ms), where the server's clock could be told. */
export function lastOf(logins: readonly FailedLogin[]): number | null {
  const times = logins.flatMap(({ at }) => (at === null ? [] : [at]));
  return times.length === 0 ? null : Math.max(...times);
}

/** Whether a device still tries: the last login failed minutes ago. Where the time is not known, it is assumed to. */
export function stillTrying(logins: readonly FailedLogin[], now: number): boolean {
  const last = lastOf(logins);
  return logins.length > 0 && (last === null || now - last < stillMs);
}

/** The failures in the words that scripts and questions use. */
export type FailureWords = {
  readonly failedBox: string;
  readonly failedService: string;
  readonly failures: string;
  readonly failingSince: string;
  readonly lastFailure: string;
  readonly devices: string;
};

/** What failed most, in words; undefined where nothing failed. */
export function failureWords(logins: readonly FailedLogin[], now: number): FailureWords | undefined {
  const groups = failuresOf(logins);
  const [most] = groups;
  const first = most?.logins[0];
  if (most === undefined || first === undefined) return undefined;
  return {
    failedBox: most.user,
    failedService: most.service,
    failures: counted(most.logins.length, 'failed login'),
    failingSince: startWords(first.since, first.at, now),
    lastFailure: lastWords(most.logins, now),
    devices: devicesOf(groups),
  };
}

/** One line for each mailbox and service, most tries first. */
export function failureLines(logins: readonly FailedLogin[], now: number): readonly Text[] {
  const groups = failuresOf(logins);
  const lines = groups.slice(0, mostGroups).map(({ user, service, logins: tries }) =>
    words('{count} for {mailbox} ({service}) since {since}, the last {last}', {
      count: counted(tries.length, 'failed login'),
      mailbox: user,
      service,
      since: startWords(tries[0]?.since ?? null, tries[0]?.at ?? null, now),
      last: lastWords(tries, now),
    }),
  );
  const left = groups.slice(mostGroups).reduce((sum, group) => sum + group.logins.length, 0);
  return left === 0
    ? lines
    : [...lines, words('{count} for other mailboxes', { count: counted(left, 'failed login') })];
}

/** One device has one mailbox and one way in; more of either mean more devices, or one with several accounts. */
function devicesOf(groups: readonly Failures[]): string {
  const boxes = new Set(groups.map(({ user }) => user.toLowerCase())).size;
  const ways = new Set(groups.map(({ service }) => service)).size;
  if (boxes === 1 && ways === 1) return 'most likely one device';
  const parts = [boxes > 1 ? `${boxes} mailboxes` : '', ways > 1 ? `${ways} services` : ''];
  return `${parts.filter((part) => part !== '').join(' and ')}, so most likely several devices`;
}

function lastWords(logins: readonly FailedLogin[], now: number): string {
  const last = lastOf(logins);
  return last === null ? `at ${serverTime(logins.at(-1)?.since ?? null)}` : ago(last, now);
}

function byStart(one: FailedLogin, other: FailedLogin): number {
  return (one.since ?? '').localeCompare(other.since ?? '');
}

/** Which of the two fields names the mail protocol differs from service to service. */
function serviceOf({ service, authService }: FailedLogin): string {
  const named = [service, authService].flatMap((one) => (one === null ? [] : [one]));
  for (const one of named) {
    const known = services.get(one.toLowerCase());
    if (known !== undefined) return known;
  }
  return named[0] ?? 'service not named';
}
