import type { CsfEntry } from './csf.ts';
import { coversIp, sameIp } from './ip-match.ts';

// Every line here is printed by `dogrep` in csf.pl of cpanel/cpanel-csf (16.07); what removes an entry is `dokill` and
// `dotemprmd` there. The fork Aetherinox/csf-firewall runs the same commands.

/** An entry, and the ports that a temporary block is limited to (comma-separated, or ''). */
export interface Found {
  readonly entry: CsfEntry;
  readonly ports: string;
}

const services = new Map([
  ['pop3d', 'POP3'],
  ['imapd', 'IMAP'],
  ['smtpauth', 'SMTP'],
  ['eximsyntax', 'SMTP'],
  ['cpanel', 'cPanel'],
  ['ftpd', 'FTP'],
  ['sshd', 'SSH'],
  ['htpasswd', 'website password'],
  ['mod_security', 'ModSecurity'],
]);
const none = { reason: null, service: null, failures: null, since: null, untilMs: null };

/** What the lines say about the address, or undefined when they are not the output of a search, or not understood. */
export function readGrep(output: string, ip: string): readonly Found[] | undefined {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  // Switched off altogether (`csf -x`): it keeps no rules, so it blocks nobody.
  if (lines.some((line) => line.startsWith('csf and lfd have been disabled'))) return [];
  // "No matches" is said of iptables alone: csf.deny and the temporary blocks come after it.
  if (!lines.some((line) => /^(Table\s+Chain\b|No matches found for \S+ in iptables)/.test(line)))
    return undefined;
  const listed: Found[] = [];
  for (const line of lines) {
    if (!/^(csf\.(deny|allow):|(Permanent|Temporary) (Blocks|Allows)\b)/.test(line)) continue;
    const one = temporaryIn(line, ip) ?? permanentIn(line, ip);
    // CSF printed it because it is about the address: to leave it out could turn a block into none.
    if (one === undefined) return undefined;
    listed.push(one);
  }
  const known = listed.map(({ entry }) => entry);
  const sets = lines.flatMap((line) => setIn(line, known) ?? []);
  const rules = lines.flatMap((line) => ruleIn(line, ip) ?? []);
  const others = rules.filter((rule) => !isExplained(rule, listed, rules)).map(entryOf);
  return [...listed, ...[...sets, ...others].map((entry) => ({ entry, ports: '' }))].filter(isFirst);
}

function temporaryIn(line: string, ip: string): Found | undefined {
  const match = /^Temporary (Blocks|Allows): IP:(\S+) Port:(\S*) Dir:\S* TTL:\d*(?: \((.*)\))?$/.exec(line);
  if (match === null) return undefined;
  const [, list, address = '', ports = '', message = ''] = match;
  if (!coversIp(address, ip)) return undefined;
  const entry = ports === '' ? address : `${address} (port ${ports})`;
  const told = { entry, ...commentOf(message), untilMs: null, removable: false };
  if (list === 'Allows') return { entry: { kind: 'allow', ...told }, ports };
  if (!sameIp(address, ip)) return { entry: { kind: 'range', ...told, stuck: 'range' }, ports };
  return { entry: { kind: 'temporary', ...told, removable: true }, ports };
}

function permanentIn(line: string, ip: string): Found | undefined {
  const match =
    /^(?:csf\.(deny|allow)|Permanent (?:Blocks|Allows) \(csf\.(deny|allow)\)): (\S+)\s*(?:#\s*)?(.*)$/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, exact, wide, entry = '', comment = ''] = match;
  if (!coversIp(entry, ip)) return undefined;
  const told = { entry, ...commentOf(comment), untilMs: null, removable: false };
  const ports = '';
  if ((exact ?? wide) === 'allow') return { entry: { kind: 'allow', ...told }, ports };
  if (!sameIp(entry, ip)) return { entry: { kind: 'range', ...told, stuck: 'range' }, ports };
  if (/do not delete/i.test(comment))
    return { entry: { kind: 'permanent', ...told, stuck: 'do not delete' }, ports };
  return { entry: { kind: 'permanent', ...told, removable: true }, ports };
}

/** What a comment of LFD tells: `lfd: (imapd) Failed IMAP login from …: 10 in the last 3600 secs - Tue Sep  8 09:12:44 2026`. */
function commentOf(comment: string): Pick<CsfEntry, 'reason' | 'service' | 'failures' | 'since'> {
  const dated = /^(.*?)\s*-\s*((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3}\s+\d{1,2} \d\d:\d\d:\d\d \d{4})$/.exec(
    comment,
  );
  const [, reason = comment.trim(), since = null] = dated ?? [];
  const daemon = /^lfd(?::| -)? \((\w+)\)/.exec(reason)?.[1];
  const count =
    /: (\d+) in the last \d+ secs?/.exec(reason)?.[1] ?? /\. (\d+) hits in the last/.exec(reason)?.[1];
  const service = /\*Port Scan\*/.test(reason) ? 'port scan' : undefined;
  return {
    reason: reason === '' ? null : reason,
    service: service ?? (daemon === undefined ? null : (services.get(daemon.toLowerCase()) ?? daemon)),
    failures: count === undefined ? null : Number(count),
    since,
  };
}

/** A set of addresses (ipset) that holds the address: a block list, a country, or the list of csf.deny itself. */
function setIn(line: string, found: readonly CsfEntry[]): CsfEntry | undefined {
  const match = /^IPSET: Set:(\S+) Match:\S+(?: Setting:\s*(.*))?$/.exec(line);
  if (match === null) return undefined;
  const [, entry = '', setting = ''] = match;
  const is = (pattern: RegExp) => pattern.test(setting) || (setting === '' && pattern.test(entry));
  const reason = setting === '' ? null : setting.trim();
  if (is(/allow|white|ignore|trust|dyndns/i)) {
    // A country that may pass the filter, or use some ports, is not let through everything.
    if (setting.startsWith('CC_ALLOW_')) return undefined;
    if (/^chain_(6_)?ALLOW$/.test(entry) && found.some(({ kind }) => kind === 'allow')) return undefined;
    return { ...none, kind: 'allow', entry, reason, removable: false };
  }
  const isOwnList = /^chain_(6_)?DENY/.test(entry);
  if (isOwnList && found.some(({ kind }) => kind === 'permanent' || kind === 'range')) return undefined;
  return { ...none, kind: 'ipset', entry, reason, removable: false, stuck: 'ipset' };
}

interface Rule {
  readonly chain: string;
  readonly blocks: boolean;
  /** The address or range of the rule. */
  readonly of: string;
  readonly ports: string | undefined;
  readonly exact: boolean;
}

/** A rule of iptables: `filter DENYIN 12 0 0 DROP tcp -- !lo * 203.0.113.7 0.0.0.0/0 tcp dpt:110`; older versions name no table. */
function ruleIn(line: string, ip: string): Rule | undefined {
  const match =
    /^(?:(?:filter|nat|mangle|raw)\s+)?([A-Za-z][\w-]*)\s+\d+\s+\d+[KMGT]?\s+\d+[KMGT]?\s+(\w+)\s+(.*)$/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, chain = '', target = '', rest = ''] = match;
  // cPHulk's own rules are what its API tells of.
  if (/^cphulk/i.test(chain)) return undefined;
  const blocks = /DROP|REJECT|DENY|TARPIT/.test(target);
  if (!blocks && !(/ACCEPT/.test(target) && /ALLOW/.test(chain))) return undefined;
  const words = rest.split(/\s+/);
  const anywhere = new Set(['0.0.0.0/0', '::/0']);
  const [source, destination] = words.filter(
    (word) => anywhere.has(word) || (/^[\da-f:.]+(\/\d+)?$/i.test(word) && /[.:]/.test(word)),
  );
  const outward = chain.endsWith('OUT');
  const of = outward ? destination : source;
  if (of === undefined || anywhere.has(of) || !coversIp(of, ip)) return undefined;
  const ports = /\b(?:dpts?:|dports )([\d:,]+)/.exec(rest)?.[1];
  return { chain, blocks, of, ports, exact: sameIp(of.replace(/\/(32|128)$/, ''), ip) };
}

/** Whether a rule is there because of a line that was printed as well. */
function isExplained(rule: Rule, listed: readonly Found[], rules: readonly Rule[]): boolean {
  const outward = rule.chain.endsWith('OUT');
  if (!rule.blocks) return outward || listed.some(({ entry }) => entry.kind === 'allow');
  // A rule for what comes in has its twin for what goes out.
  if (outward && rules.some((one) => one.blocks && one.of === rule.of && one.chain !== rule.chain))
    return true;
  return listed.some(({ entry, ports }) => {
    if (entry.kind === 'allow') return false;
    const [address = ''] = entry.entry.split(' ');
    if (!rule.exact) return entry.kind === 'range' && coversIp(address, rule.of.split('/')[0] ?? '');
    if (rule.ports === undefined) return entry.kind !== 'range' && ports === '';
    return ports.split(',').some((port) => port.split(';')[0] === rule.ports);
  });
}

function entryOf({ chain, blocks, of, ports, exact }: Rule): CsfEntry {
  const entry = ports === undefined ? of : `${of} (port ${ports})`;
  const reason = `a rule in ${chain} of iptables`;
  if (!blocks) return { ...none, kind: 'allow', entry, reason, removable: false };
  if (!exact) return { ...none, kind: 'range', entry, reason, removable: false, stuck: 'range' };
  // LF_SELECT blocks the ports of one service: csf.deny has `tcp|in|d=110|s=ip`, which grep does not print, but which
  // goes with the address. What stands in no list of CSF stays.
  if (ports !== undefined) return { ...none, kind: 'port', entry, reason, removable: chain === 'DENYIN' };
  return { ...none, kind: 'permanent', entry, reason, removable: false };
}

function isFirst({ entry }: Found, index: number, all: readonly Found[]): boolean {
  return all.findIndex((one) => one.entry.kind === entry.kind && one.entry.entry === entry.entry) === index;
}

const units: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/** The temporary blocks in the table of `action=temp` (`DisplayUI.pm`), with the milliseconds that each has left. */
export function readTemp(html: string): { ip: string; ports: string; leftMs: number }[] {
  const rows = html.matchAll(
    /<td>DENY<\/td><td>([^<]*)<\/td><td>([^<]*)<\/td><td>[^<]*<\/td><td>(.*?)<\/td>/g,
  );
  return [...rows].flatMap(([, ip = '', port = '', left = '']) => {
    const ports = port.trim() === '*' ? '' : port.trim();
    if (/^(<|&lt;)1/.test(left)) return [{ ip, ports, leftMs: 0 }];
    const parts = [...left.matchAll(/(\d+)([dhms])/g)];
    if (parts.length === 0) return [];
    const leftMs = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
    return [{ ip, ports, leftMs }];
  });
}
