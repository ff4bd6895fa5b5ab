import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { FailedLogin, UserBrute } from '../clients/whm-shapes.ts';
import { parseIp } from '../input/ip.ts';
import { attempt } from './attempt.ts';
import type { BlockerLook } from './blockers/blocker.ts';
import { blockersOf, lookAtIp, worstOf } from './blockers/look.ts';
import { blockedWords, ipFinding } from './blockers/words.ts';
import type { ShippedContracts } from './contracts.ts';
import { failureWords, lastOf, stillTrying } from './failed-logins.ts';
import type { CheckHandler, RunContext } from './handler.ts';
import { counted, moment } from './phrases.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'failingLogins';
/** More addresses than these fail only where somebody attacks. */
const mostSuspects = 3;

interface Suspect {
  readonly ip: string;
  /** Logins for this client that failed from it. */
  readonly logins: readonly FailedLogin[];
  readonly looks: readonly BlockerLook[];
  readonly state: ReturnType<typeof worstOf>;
  /** Domains of other clients that it tried too. */
  readonly others: readonly string[];
}

/**
 * Whose logins to this mailbox (or to any of the domain) fail, from where, and whether that address is blocked, so that
 * nobody has to read out an address. One that tries mailboxes of several clients is an attacker's, and never offered.
 */
export function findFailingLogins(whms: Whms): CheckHandler<ShippedContracts['failingLogins']> {
  return async ({ server, domain, mailbox }, context) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const { signal } = context;
    const [failed, locks] = await Promise.all([
      attempt(whm.cphulkFailedLogins(mailbox === undefined ? { domain } : { user: mailbox }, { signal })),
      attempt(mailbox === undefined ? Promise.resolve([]) : whm.cphulkUserBrutes(mailbox, { signal })),
    ]);
    if (!failed.ok && failed.error.code === 'whm.cphulk-disabled') return nobodyCounts(server);
    if (!failed.ok) throw failed.error;
    const suspects = await suspectsOf(whms, server, { domain, failed: failed.value }, context);
    const now = context.now();
    const findings = suspects.flatMap((one) => findingsOf(one, server, now));
    const [lock] = locks.ok ? locks.value : [];
    const client = suspects.filter(({ others }) => others.length === 0);
    const [first] = client;
    if (first?.state !== 'blocked' && lock !== undefined) return locked(lock, server, findings, now);
    if (first !== undefined) {
      const facts = { suspects: client.map(({ ip }) => ip), suspectStory: storyOf(first, now) };
      return { outcome: first.state === 'blocked' ? 'blocked' : 'failing', facts, findings };
    }
    if (!locks.ok) throw locks.error;
    if (findings.length > 0) return { outcome: 'nobody', findings };
    const text = words('No login for {whom} failed lately on {server}.', { whom: mailbox ?? domain, server });
    return { outcome: 'nobody', findings: [{ check, verdict: 'pass', text }] };
  };
}

/** Where cPHulk is off, nobody keeps count of failed logins; the firewall is asked about an address when there is one. */
function nobodyCounts(server: string) {
  const text = words('cPHulk is switched off on {server}, so failed logins are not listed there.', {
    server,
  });
  return { outcome: 'nobody' as const, findings: [{ check, verdict: 'not-applicable' as const, text }] };
}

async function suspectsOf(
  whms: Whms,
  server: string,
  { domain, failed }: { domain: string; failed: readonly FailedLogin[] },
  { signal, now }: RunContext,
): Promise<readonly Suspect[]> {
  const byIp = new Map<string, FailedLogin[]>();
  for (const login of failed) {
    // An address inside our own network is nobody's office.
    const read = parseIp(login.ip, []);
    if (read.ok) byIp.set(read.ip, [...(byIp.get(read.ip) ?? []), login]);
  }
  const latest = [...byIp].toSorted(([, a], [, b]) => (lastOf(b) ?? 0) - (lastOf(a) ?? 0));
  const blockers = blockersOf(whms, server, now);
  const suspects = await Promise.all(
    latest.slice(0, mostSuspects).map(async ([ip, logins]): Promise<Suspect> => {
      const looks = await lookAtIp(blockers, ip, signal);
      return { ip, logins, looks, state: worstOf(looks), others: otherDomains(looks, domain) };
    }),
  );
  return suspects.toSorted((a, b) => rank(a) - rank(b));
}

/** Blocked ones first: they are why nothing comes in. Attackers last. */
function rank({ state, others }: Suspect): number {
  return (others.length > 0 ? 2 : 0) + (state === 'blocked' ? 0 : 1);
}

function otherDomains(looks: readonly BlockerLook[], domain: string): readonly string[] {
  const domains = looks
    .flatMap(({ failedLogins }) => failedLogins)
    .flatMap(({ user }) => (user.includes('@') ? [user.slice(user.lastIndexOf('@') + 1).toLowerCase()] : []));
  return [...new Set(domains)].filter((one) => one !== domain.toLowerCase());
}

function findingsOf(suspect: Suspect, server: string, now: number): readonly Finding[] {
  const { ip, looks, logins, others } = suspect;
  if (others.length > 0) {
    const values = { ip, count: counted(others.length, 'other client') };
    const template =
      '{ip} tries mailboxes of {count} too: that is most likely an attacker, and it is not offered as the client’s address.';
    const evidence = others.slice(0, 6).map((one) => words('Tried for {one}', { one }));
    return [{ check, verdict: 'warning', text: words(template, values), evidence }];
  }
  const seen = looks.filter(({ state }) => state === 'blocked' || state === 'unknown');
  const findings = seen.map((look) => ipFinding(check, ip, look, now));
  if (!stillTrying(logins, now)) return findings.length > 0 ? findings : [failing(suspect, server, now)];
  return [...findings, failing(suspect, server, now)];
}

/** That the password is wrong, and whether a device still tries it. */
function failing({ ip, logins, state }: Suspect, server: string, now: number): Finding {
  const said = failureWords(logins, now);
  const values = { ip, server, ...said };
  const again =
    state === 'blocked' && stillTrying(logins, now)
      ? ' A wrong password is still being tried: the block would be back within minutes of lifting it.'
      : '';
  const template = `{failures} for {failedBox} ({failedService}) from {ip} since {failingSince}, the last {lastFailure}: {devices}.${again}`;
  return { check, verdict: 'warning', text: words(template, values) };
}

/** What the likeliest address does, for the question whether it is the client's. */
function storyOf({ ip, logins, looks, state }: Suspect, now: number): string {
  const said = failureWords(logins, now);
  const blocked = looks.filter((look) => look.state === 'blocked').map((look) => blockedWords(look, now));
  const states = {
    blocked: `It is ${blocked.join(' and ')}.`,
    unknown: 'I could not see whether it is blocked.',
    clear: 'It is not blocked.',
  };
  const from =
    said === undefined
      ? ip
      : `${ip}: ${said.failures} for ${said.failedBox} (${said.failedService}) since ${said.failingSince}, the last ${said.lastFailure}`;
  return `${from}. ${states[state]}`;
}

function locked(lock: UserBrute, server: string, others: readonly Finding[], now: number) {
  const until = lock.untilMs === null ? 'an unknown time' : moment(lock.untilMs, now);
  const values = { user: lock.user, server, until, ip: lock.ip ?? 'an unknown address' };
  const template =
    'cPHulk on {server} has locked the name {user} until {until}, for every address: the right password is refused too.';
  const evidence = [words('The last try came from {ip}.', values)];
  const finding: Finding = { check, verdict: 'fail', text: words(template, values), evidence };
  const facts = { lockedBox: lock.user, lockedUntil: until };
  return { outcome: 'locked' as const, facts, findings: [finding, ...others] };
}
