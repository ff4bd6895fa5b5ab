import { sameIp } from '../clients/ip-match.ts';
import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import { likeness } from '../input/near-ip.ts';
import type { Likeness } from '../input/near-ip.ts';
import { attempt } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { ago } from './phrases.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'ipFits';
const lately = 24 * 60 * 60_000;
/** Only what came by minutes ago can be the same office over the other protocol. */
const justNowMs = 30 * 60_000;
const mostAsked = 20;
const mostOffered = 3;

/** An address that logged in to the client's mailboxes or tried to, and when last (epoch ms). */
interface Seen {
  readonly ip: string;
  readonly at: number;
}

const likenessWords: Readonly<Record<Likeness, string>> = {
  'one digit': 'it differs by one digit',
  'two digits swapped': 'two of its digits are swapped',
  'same network': 'it is of the same network',
  'other protocol': 'it is of the other kind, IPv4 or IPv6, and may be the same office',
};

/**
 * Whether an address that somebody read out is the client's: one digit misheard, and a stranger is un-blocked. WHM lists
 * failed logins and who sends mail, and no successful fetching, so that "never seen" alone proves nothing.
 */
export function findIpFit(whms: Whms): CheckHandler<ShippedContracts['ipFits']> {
  return async ({ ip, server, domain, mailbox, siteIp }, { signal, now }) => {
    if (siteIp !== undefined && server !== undefined && sameIp(ip, siteIp)) return ours(ip, server);
    if (server === undefined || domain === undefined) {
      const text = words('Without the account nobody can say whether {ip} is the client’s.', { ip });
      return { outcome: 'stranger', findings: [{ check, verdict: 'not-applicable', text }] };
    }
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const at = now();
    const [failed, sent] = await Promise.all([
      attempt(whm.cphulkFailedLogins(mailbox === undefined ? { domain } : { user: mailbox }, { signal })),
      attempt(
        mailbox === undefined
          ? Promise.resolve([])
          : whm.deliveries({ sender: mailbox }, at - lately, mostAsked, { signal }),
      ),
    ]);
    const seen = latest([
      ...listOf(failed).map((login) => ({ ip: login.ip, at: login.at ?? at })),
      ...listOf(sent).flatMap(({ senderIp, at: when }) =>
        senderIp === null ? [] : [{ ip: senderIp, at: when }],
      ),
    ]);
    const known = seen.find((one) => sameIp(one.ip, ip));
    const whose = mailbox ?? domain;
    if (known !== undefined) {
      const text = words('{ip} logs in for {whose}, or tries to, the last time {last}.', {
        ip,
        whose,
        last: ago(known.at, at),
      });
      return { outcome: 'fits', findings: [{ check, verdict: 'pass', text }] };
    }
    const near = nearOnes(ip, seen, at);
    const [first] = near;
    if (first !== undefined) return nearly(ip, whose, near, first, at);
    for (const tried of [failed, sent])
      if (!tried.ok && tried.error.code !== 'whm.cphulk-disabled') throw tried.error;
    const text = words(
      'No failed login and no mail sent for {whose} from {ip} is known, nor from an address like it. That proves nothing: WHM does not list who fetches mail.',
      { ip, whose },
    );
    return { outcome: 'stranger', findings: [{ check, verdict: 'not-applicable', text }] };
  };
}

function listOf<T>(tried: Attempt<readonly T[]>): readonly T[] {
  return tried.ok ? tried.value : [];
}

/** Each address once, the latest first. */
function latest(all: readonly Seen[]): readonly Seen[] {
  const sorted = all.toSorted((one, other) => other.at - one.at);
  return sorted.filter(({ ip }, index) => sorted.findIndex((one) => sameIp(one.ip, ip)) === index);
}

type Near = Seen & { readonly how: Likeness };

function nearOnes(ip: string, seen: readonly Seen[], now: number): readonly Near[] {
  return seen
    .flatMap((one): Near[] => {
      const how = likeness(ip, one.ip);
      if (how === undefined || (how === 'other protocol' && now - one.at > justNowMs)) return [];
      return [{ ...one, how }];
    })
    .slice(0, mostOffered);
}

function nearly(ip: string, whose: string, near: readonly Near[], first: Near, now: number) {
  const values = {
    ip,
    whose,
    near: first.ip,
    last: ago(first.at, now),
    how: likenessWords[first.how],
  };
  const text = words(
    '{ip} is not known to log in for {whose}, but {near} did or tried to, the last time {last}: {how}.',
    values,
  );
  const evidence = near.map((one) =>
    words('{near}: {last}, {how}', { near: one.ip, last: ago(one.at, now), how: likenessWords[one.how] }),
  );
  const finding: Finding = { check, verdict: 'warning', text, evidence };
  const likelyWhy = `It is not known to log in for ${whose}, but ${first.ip} did or tried to, the last time ${values.last}: ${values.how}.`;
  return {
    outcome: 'near' as const,
    facts: { likelyIps: near.map((one) => one.ip), likelyWhy },
    findings: [finding],
  };
}

function ours(ip: string, server: string) {
  const text = words('{ip} is the address of our own server {server}.', { ip, server });
  const findings: readonly Finding[] = [{ check, verdict: 'fail', text }];
  return {
    outcome: 'ours' as const,
    facts: { oursName: `the address of our own server ${server}` },
    findings,
  };
}
