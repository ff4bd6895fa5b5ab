import type { SimFailedLogin, World } from '../../simulators/world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** One client's trouble, as the simulated world has it, and what has to come of it without any question asked before. */
export interface Case {
  readonly trouble: string;
  readonly set: (world: World, now: number) => void;
  readonly facts?: Readonly<Record<string, string>>;
  /** The step that it comes to: a proposal, the question that settles it, or an end. */
  readonly step: string;
  /** The worst finding, with its verdict in front. */
  readonly worst: RegExp;
}

export const box = 'team@summit-books.example';
export const ip = '203.0.113.50';
const withIp = { client: box, ip };

/** Logins for a mailbox that failed from an address, so many minutes ago. */
export function failed(
  now: number,
  user: string,
  from: string,
  minutesAgo: readonly number[],
  service = 'pop3',
): SimFailedLogin[] {
  return minutesAgo.map((ago) => {
    const at = now - ago * minute;
    return { user, ip: from, service, authService: 'dovecot', at, until: at + 6 * hour };
  });
}

const tries = [40, 30, 21, 14, 9, 6, 3];
const brute = (address: string, now: number) => ({
  ip: address,
  at: now - 20 * minute,
  until: now + 5 * hour,
  notes: 'too many failures',
});
const deny = (entry: string, comment: string) => (world: World) => {
  world.csf.deny.push({ entry, comment });
};
const lfd = 'lfd: (pop3d) Failed POP3 login from 203.0.113.50 (US/United States/-): 10 in the last 3600 secs';
const account = (world: World) => {
  const found = world.accounts.find(({ user }) => user === 'summitbk');
  if (found === undefined) throw new Error('There is no account summitbk.');
  return found;
};
const mailbox = (world: World) => {
  const found = account(world).mailboxes.find(({ local }) => local === 'team');
  if (found === undefined) throw new Error(`There is no mailbox ${box}.`);
  return found;
};

/** Troubles of a client, each alone unless it says otherwise. */
export const cases: readonly Case[] = [
  {
    trouble: 'CSF blocks the address for a time',
    facts: withIp,
    set: (world, now) => {
      const message = 'lfd - (imapd) Failed IMAP login from 203.0.113.50 (US/-/-): 10 in the last 3600 secs';
      world.csf.temporary.push({ ip, ports: '', at: now - 5 * minute, until: now + hour, message });
    },
    step: 'unblock',
    worst: /^fail: 203\.0\.113\.50 is blocked by CSF on host2 .*until 11:0/,
  },
  {
    trouble: 'CSF blocks the address for good',
    facts: withIp,
    set: deny(ip, lfd),
    step: 'unblock',
    worst: /^fail: 203\.0\.113\.50 is blocked by CSF on host2 with no end date/,
  },
  {
    trouble: 'CSF denies a range that the address is in',
    facts: withIp,
    set: deny('203.0.113.0/26', 'noisy neighbours'),
    step: 'stuckBlock',
    worst: /^fail: 203\.0\.113\.50 is blocked by CSF/,
  },
  {
    trouble: 'CSF has the address in a set',
    facts: { client: box, ip: '198.51.100.200' },
    set: () => {},
    step: 'stuckBlock',
    worst: /^fail: 198\.51\.100\.200 is blocked by CSF/,
  },
  {
    trouble: 'CSF has the address marked as not to be deleted',
    facts: withIp,
    set: deny(ip, 'scanner, do not delete'),
    step: 'stuckBlock',
    worst: /^fail: 203\.0\.113\.50 is blocked by CSF/,
  },
  {
    trouble: 'CSF blocks only the ports of the mail',
    facts: withIp,
    set: deny(`tcp|in|d=110,995|s=${ip}`, lfd),
    step: 'unblock',
    worst: /^fail: 203\.0\.113\.50 is blocked by CSF/,
  },
  {
    trouble: 'cPHulk blocks an address that tries a wrong password',
    set: (world, now) => {
      world.failedLogins.push(...failed(now, box, ip, tries));
      world.brutes.push(brute(ip, now));
    },
    step: 'isItThem',
    worst:
      /^fail: 203\.0\.113\.50 is blocked by cPHulk on host2 since 09:43 UTC, until 15:03 UTC: 7 failed logins/,
  },
  {
    trouble: 'cPHulk blocks for two weeks',
    set: (world, now) => {
      world.failedLogins.push(...failed(now, box, ip, tries));
      world.excessiveBrutes.push({ ...brute(ip, now), until: now + 14 * 24 * hour });
    },
    step: 'isItThem',
    worst: /^fail: 203\.0\.113\.50 is blocked by cPHulk on host2 .*until 2026-12-07/,
  },
  {
    trouble: 'cPHulk blocks the address that was named at the opening',
    facts: withIp,
    set: (world, now) => {
      world.brutes.push(brute(ip, now));
    },
    step: 'unblock',
    worst: /^fail: 203\.0\.113\.50 is blocked by cPHulk/,
  },
  {
    trouble: 'cPHulk and CSF both block',
    set: (world, now) => {
      world.failedLogins.push(...failed(now, box, ip, tries));
      world.brutes.push(brute(ip, now));
      world.csf.deny.push({ entry: ip, comment: lfd });
    },
    step: 'isItThem',
    worst: /^fail: 203\.0\.113\.50 is blocked by (cPHulk|CSF)/,
  },
  {
    trouble: 'cPHulk has locked the name of the mailbox',
    set: (world, now) => {
      world.userBrutes.push({
        user: box,
        ip: '192.0.2.99',
        service: 'imap',
        authService: 'dovecot',
        at: now - 3 * minute,
        until: now + hour,
      });
    },
    step: 'userLocked',
    worst: /^fail: cPHulk on host2 has locked the name team@summit-books\.example until 11:03 UTC/,
  },
  {
    trouble: 'somebody put the address on cPHulk’s black list',
    facts: withIp,
    set: (world) => {
      world.blackList.set(ip, 'spam');
    },
    step: 'unblock',
    worst: /^fail: 203\.0\.113\.50 is blocked by cPHulk on host2 with no end date/,
  },
  {
    trouble: 'a range of cPHulk’s black list has the address',
    facts: { client: box, ip: '198.51.100.140' },
    set: () => {},
    step: 'stuckBlock',
    worst: /^fail: 198\.51\.100\.140 is blocked by cPHulk/,
  },
  {
    trouble: 'an IPv6 address is blocked',
    set: (world, now) => {
      world.failedLogins.push(...failed(now, box, '2001:db8:77::25', tries, 'imap'));
      world.brutes.push(brute('2001:0DB8:77:0:0:0:0:25', now));
    },
    step: 'isItThem',
    worst: /^fail: 2001:db8:77::25 is blocked by cPHulk/,
  },
  {
    trouble: 'a wrong password, and no block yet',
    set: (world, now) => {
      world.failedLogins.push(...failed(now, box, ip, [11, 6, 2]));
    },
    step: 'isItThem',
    worst: /^warning: 3 failed logins for team@summit-books\.example \(POP3\) from 203\.0\.113\.50/,
  },
  {
    trouble: 'the mailbox is full',
    set: (world) => {
      mailbox(world).usedMb = 100;
    },
    step: 'raiseMailbox',
    worst: /^fail: team@summit-books\.example uses 100 of 100 MB/,
  },
  {
    trouble: 'the account is full',
    set: (world) => {
      account(world).usedMb = 200.2;
    },
    step: 'raiseAccount',
    worst: /^fail: Account summitbk uses 200\.2 of 200 MB/,
  },
  {
    trouble: 'several mailboxes are full, and nobody said which',
    facts: { client: 'summit-books.example' },
    set: (world) => {
      for (const one of account(world).mailboxes) one.usedMb = 100;
    },
    step: 'whichMailbox',
    worst: /^fail: (team|kim)@summit-books\.example uses 100 of 100 MB/,
  },
  {
    trouble: 'the number of files is used up',
    set: (world) => {
      account(world).inodeLimit = account(world).inodes;
    },
    step: 'filesFull',
    worst: /^fail: Account summitbk has \d+ of \d+ files \(inodes\)/,
  },
  {
    trouble: 'the account is suspended',
    set: (world) => {
      account(world).suspendReason = 'unpaid';
    },
    step: 'suspended',
    worst: /^fail: Account summitbk on host2 is suspended: unpaid/,
  },
  {
    trouble: 'login to the mailbox is suspended',
    set: (world) => {
      mailbox(world).suspendedLogin = true;
    },
    step: 'loginSuspended',
    worst: /^fail: Login to team@summit-books\.example is suspended/,
  },
  {
    trouble: 'incoming mail of the mailbox is suspended',
    set: (world) => {
      mailbox(world).suspendedIncoming = true;
    },
    step: 'incomingSuspended',
    worst: /^fail: Incoming mail of team@summit-books\.example is suspended/,
  },
  {
    trouble: 'the mail of the domain goes elsewhere',
    facts: { client: 'ridgeway-tax.example' },
    set: () => {},
    step: 'mailElsewhere',
    worst: /^fail: Mail for ridgeway-tax\.example does not come to host2/,
  },
  {
    trouble: 'a mail service is down',
    set: (world) => {
      for (const service of world.services) if (service.name === 'pop') service.running = false;
    },
    step: 'serverDown',
    worst: /^fail: POP3 on host2 is not running/,
  },
  {
    trouble: 'mail was turned away, and there is room by now',
    set: (world, now) => {
      world.deliveries = world.deliveries.filter(({ recipient }) => recipient !== box);
      world.deliveries.push({
        type: 'defer',
        at: now - 2 * hour,
        sentAt: now - 2 * hour,
        recipient: box,
        sender: 'someone@example.com',
        senderIp: '192.0.2.5',
        message: 'Mailbox is full / Blocks limit exceeded / Inode limit exceeded',
      });
    },
    step: 'outlook',
    worst: /^fail: 1 message for team@summit-books\.example turned away for want of room since 08:03 UTC/,
  },
  {
    trouble: 'an attacker tries the mailbox, as everybody’s',
    set: (world, now) => {
      world.failedLogins.push(
        ...failed(now, box, '192.0.2.200', [9, 5]),
        ...failed(now, 'info@acme-cpa.example', '192.0.2.200', [8, 4]),
        ...failed(now, 'office@harbor-tax.example', '192.0.2.200', [7, 3]),
      );
      world.brutes.push(brute('192.0.2.200', now));
    },
    step: 'error',
    worst: /^warning: 192\.0\.2\.200 tries mailboxes of 2 other clients too: that is most likely an attacker/,
  },
  {
    trouble: 'the account is full, and an address that fails is blocked too',
    set: (world, now) => {
      account(world).usedMb = 200.2;
      world.failedLogins.push(...failed(now, box, ip, tries));
      world.brutes.push(brute(ip, now));
    },
    step: 'raiseAccount',
    worst: /^fail: /,
  },
  {
    trouble: 'cPHulk blocks, and CSF cannot be asked',
    set: (world, now) => {
      world.csf.access = 'denied';
      world.failedLogins.push(...failed(now, box, ip, tries));
      world.brutes.push(brute(ip, now));
    },
    step: 'isItThem',
    worst: /^fail: 203\.0\.113\.50 is blocked by cPHulk/,
  },
  {
    trouble: 'an address is named that differs by a digit from the one that fails',
    facts: { client: box, ip: '203.0.113.5' },
    set: (world, now) => {
      world.failedLogins.push(...failed(now, box, ip, tries));
      world.brutes.push(brute(ip, now));
    },
    step: 'rightIp',
    worst: /^fail: 203\.0\.113\.50 is blocked by cPHulk/,
  },
  {
    trouble: 'nothing is wrong, so the client is asked',
    set: () => {},
    step: 'error',
    worst: /^(pass|warning): /,
  },
  {
    trouble: 'neither cPHulk nor CSF is there, so nothing blocks',
    facts: withIp,
    set: (world) => {
      world.cphulkEnabled = false;
      world.csf.installed = 'no';
    },
    step: 'error',
    worst: /^(pass|warning): /,
  },
];
