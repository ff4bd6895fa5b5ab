import { BlockList, isIP } from 'node:net';

/** A temporary block or allow of the simulated CSF; `ip` may be a range. Times in milliseconds since 1970. */
export interface SimCsfTemporary {
  ip: string;
  /** Comma-separated; '' is all of them. */
  ports: string;
  at: number;
  until: number;
  message: string;
}

/** A line of csf.deny or csf.allow: an address, a range, or a rule such as `tcp|in|d=110|s=203.0.113.7`. */
export interface SimCsfLine {
  entry: string;
  /** "do not delete" in it keeps the line. */
  comment: string;
}

/** A set of addresses that CSF loads: `bl_SPAMDROP`, `cc_ru`. */
export interface SimCsfSet {
  set: string;
  ranges: string[];
  /** What grep says of it, such as `CC_DENY Country:RU`; '' for sets that are not CSF's own. */
  setting: string;
}

/** The simulated firewall CSF/LFD. Tests may change any field. */
export interface SimCsf {
  /** `older`: only addon_csf.cgi is there. */
  installed: 'newer' | 'older' | 'no';
  /** `reseller`: in csf.resellers with USE and GREP, so there is no table of temporary blocks. */
  access: 'root' | 'reseller' | 'denied' | 'restricted' | 'login';
  /** A reseller has UNBLOCK as well. */
  mayUnblock: boolean;
  /** `csf -x`: everything is let through. */
  disabled: boolean;
  temporary: SimCsfTemporary[];
  temporaryAllows: SimCsfTemporary[];
  deny: SimCsfLine[];
  allow: SimCsfLine[];
  sets: SimCsfSet[];
}

const hour = 3_600_000;

/** A firewall as of `now`, with a few entries that are about nobody in particular. */
export function freshCsf(now: number): SimCsf {
  return {
    installed: 'newer',
    access: 'root',
    mayUnblock: true,
    disabled: false,
    temporary: [
      {
        ip: '198.51.100.77',
        ports: '',
        at: now - hour / 2,
        until: now + hour / 2,
        message:
          'lfd - (sshd) Failed SSH login from 198.51.100.77 (US/United States/-): 5 in the last 3600 secs',
      },
    ],
    temporaryAllows: [],
    deny: [
      {
        entry: '192.0.2.131',
        comment: `lfd: (smtpauth) Failed SMTP AUTH login from 192.0.2.131 (US/United States/-): 5 in the last 3600 secs - ${csfTime(now - 30 * hour)}`,
      },
      {
        entry: '192.0.2.132',
        comment: `spammer, asked <abuse@example.net> & got no answer, do not delete - ${csfTime(now - 900 * hour)}`,
      },
    ],
    allow: [{ entry: '192.0.2.250', comment: `our office - ${csfTime(now - 2000 * hour)}` }],
    sets: [
      { set: 'bl_SPAMDROP', ranges: ['198.51.100.192/27'], setting: 'SPAMDROP file:/etc/csf/csf.blocklists' },
    ],
  };
}

/** `Tue Sep  8 09:12:44 2026`, as Perl's localtime writes it. */
export function csfTime(at: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(at)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

/** Whether an address, a range (CIDR) or neither of it covers the address. */
export function covers(entry: string, ip: string): boolean {
  const family = familyOf(ip);
  const [base = '', bits] = entry.split('/');
  if (isIP(base) === 0 || familyOf(base) !== family) return false;
  const list = new BlockList();
  list.addSubnet(base, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  return list.check(ip, family);
}

/** The address that a rule such as `tcp|in|d=110|s=203.0.113.7` is about, and its ports. */
export function ruleOf(entry: string): { ip: string; ports: string } | undefined {
  const match = /^tcp\|in\|d=([\d,]+)\|s=(.+)$/.exec(entry);
  return match === null ? undefined : { ports: match[1] ?? '', ip: match[2] ?? '' };
}

/** Whether CSF keeps the address from anything, a range or a set included. */
export function csfBlocks(csf: SimCsf, ip: string, now: number): boolean {
  if (csf.installed === 'no' || csf.disabled) return false;
  const through = csf.temporaryAllows.some(
    (one) => one.ports === '' && one.until > now && covers(one.ip, ip),
  );
  if (through || csf.allow.some(({ entry }) => covers(entry, ip))) return false;
  return (
    csf.temporary.some((one) => one.until > now && covers(one.ip, ip)) ||
    csf.deny.some(({ entry }) => covers(ruleOf(entry)?.ip ?? entry, ip)) ||
    csf.sets.some(
      ({ ranges, setting }) => !/ALLOW/.test(setting) && ranges.some((range) => covers(range, ip)),
    )
  );
}

/** What `csf -dr` and `csf -trd` do: only the address itself goes, and not if its line says "do not delete". */
export function csfRemove(csf: SimCsf, ip: string): void {
  const isOther = (entry: string) => !covers(ip, entry);
  csf.temporary = csf.temporary.filter((one) => isOther(one.ip));
  csf.deny = csf.deny.filter(
    ({ entry, comment }) => isOther(ruleOf(entry)?.ip ?? entry) || /do not delete/i.test(comment),
  );
}

function familyOf(ip: string): 'ipv4' | 'ipv6' {
  return isIP(ip) === 6 ? 'ipv6' : 'ipv4';
}
