import { csfBlocks, csfRemove, freshCsf } from './csf-world.ts';
import type { SimCsf } from './csf-world.ts';
import { firms, moreFirms } from './firms.ts';
import { delivered, freshDeliveries, freshServices } from './mail-world.ts';
import type { SimDelivery, SimService } from './mail-world.ts';
import type { SimAccount, SimMailbox } from './firms.ts';

/** A block or a failed login in the simulated cPHulk; times in milliseconds since 1970. */
export interface SimRecord {
  ip: string;
  at: number;
  until: number;
}

/** A failed login in the simulated cPHulk. */
export interface SimFailedLogin extends SimRecord {
  user: string;
  service: string;
  authService: string;
}

/** Everything that the simulated WHM and CPA System share. Tests may change any field. */
export interface World {
  accounts: SimAccount[];
  cphulkEnabled: boolean;
  cphulkSettings: { maxFailuresByIp: number; periodMinutes: number; byFirewall: boolean };
  /** The server's local time against UTC. */
  clockOffsetMinutes: number;
  brutes: (SimRecord & { notes: string })[];
  excessiveBrutes: (SimRecord & { notes: string })[];
  /** Locked names, for every address. */
  userBrutes: SimFailedLogin[];
  failedLogins: SimFailedLogin[];
  blackList: Map<string, string | null>;
  whiteList: Map<string, string | null>;
  /** Un-blocks that the CPA System took on and has not carried out yet: address → when it will. */
  pendingUnblocks: Map<string, number>;
  csf: SimCsf;
  services: SimService[];
  /** By domain; every other domain is local. */
  routing: Map<string, SimRouting>;
  deliveries: SimDelivery[];
  /** The addresses of the websites that do not share `sharedAddress`, by account. */
  addresses: Map<string, string>;
}

/** Where the mail of a domain goes. */
export interface SimRouting {
  detected: 'local' | 'remote' | 'secondary';
  alwaysAccept: boolean;
  exchangers: { host: string; priority: number }[];
}

/** The address of all websites that have none of their own. */
export const sharedAddress = '192.0.2.80';

const minute = 60_000;

/** A fresh world as of `now`, with so many more firms than those with a story. */
export function freshWorld(now: number, { accounts = 0 }: { accounts?: number } = {}): World {
  const others = moreFirms(accounts);
  const failed = (user: string, ip: string, minutesAgo: number): SimFailedLogin => {
    const at = now - minutesAgo * minute;
    return { user, ip, service: 'pop3', authService: 'dovecot', at, until: at + 360 * minute };
  };
  const acmeTries = [53, 51, 50, 48, 47, 46, 44, 43, 42, 41, 40, 21, 8, 2];
  return {
    accounts: [...firms(), ...others],
    cphulkEnabled: true,
    cphulkSettings: { maxFailuresByIp: 10, periodMinutes: 15, byFirewall: false },
    clockOffsetMinutes: 0,
    brutes: [
      {
        ip: '203.0.113.7',
        at: now - 40 * minute,
        until: now + 320 * minute,
        notes: '14 login failures attempting to log in to service "pop3" as info@acme-cpa.example',
      },
    ],
    excessiveBrutes: [
      { ip: '192.0.2.66', at: now - 2000 * minute, until: now + 18_160 * minute, notes: 'too many failures' },
    ],
    userBrutes: [],
    failedLogins: [
      ...acmeTries.map((minutesAgo) => failed('info@acme-cpa.example', '203.0.113.7', minutesAgo)),
      ...[19, 11, 4].map((minutesAgo) => failed('tom@baxter-ledger.example', '198.51.100.23', minutesAgo)),
      ...others.map(({ domain }, index) =>
        failed(`info@${domain}`, `198.18.${index % 256}.9`, 5 + (index % 300)),
      ),
    ],
    blackList: new Map([
      ['198.51.100.128/25', 'spam <b>wave</b> of August'],
      ['192.0.2.10-192.0.2.20', null],
    ]),
    whiteList: new Map([['192.0.2.250', 'our office']]),
    pendingUnblocks: new Map(),
    csf: freshCsf(now),
    services: freshServices(),
    routing: new Map([
      [
        'ridgeway-tax.example',
        {
          detected: 'remote',
          alwaysAccept: false,
          exchangers: [
            { host: 'mx2.other-provider.example', priority: 20 },
            { host: 'mx1.other-provider.example', priority: 10 },
          ],
        },
      ],
    ]),
    deliveries: [
      ...freshDeliveries(now),
      ...others.map(({ domain }, index) => delivered(now, `info@${domain}`, 3 + (index % 400))),
    ],
    addresses: new Map([['oakline', '192.0.2.81']]),
  };
}

/** Carries out the un-blocks whose time has come; as with WHM's own flush, the failed logins go too. */
export function settle(world: World, now: number): void {
  for (const [ip, at] of world.pendingUnblocks) {
    if (at > now) continue;
    world.pendingUnblocks.delete(ip);
    cphulkFlush(world, ip);
    csfRemove(world.csf, ip);
  }
}

/** What `flush_cphulk_login_history_for_ips` does; how many records it removes, which are the failed logins. */
export function cphulkFlush(world: World, ip: string): number {
  const before = world.failedLogins.length;
  world.brutes = world.brutes.filter((one) => one.ip !== ip);
  world.excessiveBrutes = world.excessiveBrutes.filter((one) => one.ip !== ip);
  world.failedLogins = world.failedLogins.filter((one) => one.ip !== ip);
  return before - world.failedLogins.length;
}

/** Whether anything blocks the address now. */
export function isBlocked(world: World, ip: string, now: number): boolean {
  const byCphulk = [...world.brutes, ...world.excessiveBrutes].some(
    (one) => one.ip === ip && one.until > now,
  );
  return byCphulk || csfBlocks(world.csf, ip, now);
}

/** The account with this user name. */
export function accountOf(world: World, user: string): SimAccount | undefined {
  return world.accounts.find((one) => one.user === user);
}

/** The account that a domain belongs to, addon domains included. */
export function ownerOf(world: World, domain: string): SimAccount | undefined {
  const wanted = domain.toLowerCase();
  return world.accounts.find((one) => one.domain === wanted || one.addonDomains.includes(wanted));
}

/** Where the mail of a domain goes. */
export function routingOf(world: World, domain: string): SimRouting {
  const local: SimRouting = {
    detected: 'local',
    alwaysAccept: true,
    exchangers: [{ host: domain, priority: 0 }],
  };
  return world.routing.get(domain.toLowerCase()) ?? local;
}

/** A mailbox of an account. */
export function mailboxOf(account: SimAccount, local: string, domain: string): SimMailbox | undefined {
  return account.mailboxes.find((one) => one.local === local && one.domain === domain);
}
