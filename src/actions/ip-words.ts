import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import type { FailedLogin } from '../clients/whm-shapes.ts';
import { clock } from '../engine/fill.ts';
import { whyOf } from './attempt.ts';
import { sinceOf } from './ip-look.ts';
import type { IpLook } from './ip-look.ts';
import { counted, moment, serverTime } from './phrases.ts';

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

/** What one server says about an address, with everything that proves it; `check` names who asked. */
export function ipFinding(check: string, ip: string, look: IpLook, now: number): Finding {
  const { server } = look;
  const at = clock(now);
  const evidence = ipEvidence(look, now);
  if (look.state === 'blocked') {
    return { check, verdict: 'fail', text: blockedText(ip, look, now), evidence };
  }
  if (look.state === 'unknown') {
    const template =
      look.failedLogins.length > 0
        ? 'I could not see whether {ip} is blocked on {server}, but logins from it fail: a device is still using a wrong password.'
        : 'I could not see whether {ip} is blocked on {server}. Unknown is not “no”.';
    return { check, verdict: 'unknown', text: words(template, { ip, server }), evidence };
  }
  if (look.state === 'failing') {
    const count = counted(look.failedLogins.length, 'login');
    const template =
      '{ip} is not blocked by cPHulk on {server} at {at}, but {count} from it failed: a device is still using a wrong password.';
    return { check, verdict: 'warning', text: words(template, { ip, server, at, count }), evidence };
  }
  if (look.off) {
    const template =
      'cPHulk is switched off on {server}, so it blocks nobody there; the firewall (CSF) was not asked.';
    return { check, verdict: 'not-applicable', text: words(template, { server }) };
  }
  const template = '{ip} is not blocked by cPHulk on {server} at {at}; the firewall (CSF) was not asked.';
  return { check, verdict: 'pass', text: words(template, { ip, server, at }) };
}

/** Everything behind a look: the un-block erases it, so a plan keeps it. */
export function ipEvidence(look: IpLook, now: number): readonly Text[] {
  return [
    ...look.blocks.map((block) =>
      words('Blocked since {since}, until {until}. cPHulk notes: {notes}', {
        since: serverTime(block.since),
        until: block.untilMs === null ? 'an unknown time' : moment(block.untilMs, now),
        notes: block.notes ?? 'none',
      }),
    ),
    ...look.blackList.map(({ entry, comment }) =>
      words('On the black list of cPHulk on {server} as {entry}, put there by hand. Comment: {comment}', {
        server: look.server,
        entry,
        comment: comment ?? 'none',
      }),
    ),
    ...failedGroups(look.failedLogins),
    ...look.errors.map(whyOf),
  ];
}

function blockedText(ip: string, look: IpLook, now: number): Text {
  const { server } = look;
  const count = counted(look.failedLogins.length, 'failed login');
  const logins = look.failedLogins.length === 0 ? 'no failed logins are listed' : `${count} listed`;
  if (look.blocks.length === 0) {
    const template = '{ip} is on the black list of cPHulk on {server}, with no end date: {logins}.';
    return words(template, { ip, server, logins });
  }
  const since = serverTime(sinceOf(look));
  const ends = look.blocks.flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs]));
  const until = ends.length === 0 ? 'an unknown time' : moment(Math.max(...ends), now);
  const template = '{ip} is blocked by cPHulk on {server} since {since}, until {until}: {logins}.';
  return words(template, { ip, server, since, until, logins });
}

/** One line for each mailbox and service, most tries first. */
function failedGroups(logins: readonly FailedLogin[]): readonly Text[] {
  const groups = new Map<string, FailedLogin[]>();
  for (const login of logins) {
    const key = JSON.stringify([serviceOf(login), login.user]);
    groups.set(key, [...(groups.get(key) ?? []), login]);
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.length - a.length);
  const lines = sorted.slice(0, mostGroups).map((group) => {
    const [first] = group;
    return words('{count} for {mailbox} ({service}), the last at {last}', {
      count: counted(group.length, 'failed login'),
      mailbox: first?.user ?? '',
      service: first === undefined ? '' : serviceOf(first),
      last: serverTime(
        group
          .flatMap(({ since }) => (since === null ? [] : [since]))
          .toSorted()
          .at(-1) ?? null,
      ),
    });
  });
  const left = sorted.slice(mostGroups).reduce((sum, group) => sum + group.length, 0);
  if (left === 0) return lines;
  const count = counted(left, 'failed login');
  return [...lines, words('{count} for other mailboxes', { count })];
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
