import { isIP } from 'node:net';
import { covers, csfRemove, ruleOf } from './csf-world.ts';
import type { SimCsf, SimCsfTemporary } from './csf-world.ts';
import type { SimReply } from './http.ts';

const html = { 'Content-Type': 'text/html; charset="utf-8"' };
const older = '/cgi/addon_csf.cgi';
const newer = '/cgi/configserver/csf.cgi';

/** The name of a call to the simulated plugin of CSF, or undefined for every other path. */
export function csfName(path: string, action = ''): string | undefined {
  if (path !== newer && path !== older) return undefined;
  return /^q?kill$/.test(action) ? 'csf kill' : path.slice(path.lastIndexOf('/') + 1);
}

/** A page of the plugin, as `DisplayUI.pm` and `DisplayResellerUI.pm` of cpanel/cpanel-csf (16.07) print it. */
export function csfPage(
  csf: SimCsf,
  path: string,
  params: Readonly<Record<string, string>>,
  now: number,
): SimReply {
  if (
    csf.installed === 'no' ||
    (csf.installed === 'older' && path !== older) ||
    (csf.installed === 'newer' && path === older)
  )
    return { status: 404, headers: html, body: '<html>Not Found</html>' };
  const { action = '', ip = '' } = params;
  switch (csf.access) {
    case 'denied':
      return { headers: html, body: 'You do not have access to this feature\n' };
    case 'login':
      return {
        headers: html,
        body: '<!DOCTYPE html><html><head><title>WHM Login</title></head><body><form id="login_form"></form></body></html>',
      };
    case 'restricted':
      return page(
        "<table><tr><td><font color='red'>csf UI Disabled via the RESTRICT_UI option in /etc/csf/csf.conf</font></td></tr>\n</table>\n",
      );
    case 'root':
      if (ip !== '' && isIP(ip) === 0) return page(`[${escaped(ip)}] is not a valid IP/CIDR`);
      if (action === 'grep') return page(rootGrep(ip, grep(csf, ip, now)));
      if (action === 'kill') return page(rootKill(ip, kill(csf, ip, now)));
      return action === 'temp' ? page(tempTable(csf, now)) : page('<table><tr><td>csf</td></tr></table>');
    case 'reseller':
      if (action === 'qkill' && csf.mayUnblock) return page(resellerKill(ip, kill(csf, ip, now)));
      return page(action === 'grep' ? resellerGrep(ip, grep(csf, ip, now)) : resellerMenu());
  }
}

function page(body: string): SimReply {
  const text = `<!DOCTYPE html>\n<html><head><title>ConfigServer Security &amp; Firewall</title></head><body>\n<div id="loader"></div>\n${body}<br>\n<pre>csf: v16.07</pre><p>&copy;2006-2023, ConfigServer Services</p>\n</body></html>\n`;
  return { headers: html, body: text };
}

function rootGrep(ip: string, output: string): string {
  // Comments are printed as they are, markup and all.
  return `<div><p>Searching for ${ip}...</p>\n<pre class='comment' style='white-space: pre-wrap; height: 500px; overflow: auto; resize:both; clear:both' id='output'>\n${output}</pre>\n<p>...<b>Done</b>.</p></div>\n`;
}

function resellerGrep(ip: string, output: string): string {
  return `<table class='table table-bordered table-striped'>\n<tr><td><p>Searching for ${ip}...</p>\n<p><pre style='font-family: Courier New, Courier; font-size: 12px'>\n${escaped(output)}</p>\n<p>...<b>Done</b>.</p>\n</td></tr></table>\n`;
}

const tries = ['permanent', 'temporary'] as const;
type Killed = ReturnType<typeof kill>;

function rootKill(ip: string, printed: Killed): string {
  return tries
    .map(
      (list) =>
        `<div><p>Unblock ${ip}, trying ${list} blocks...</p>\n<pre class='comment' style='white-space: pre-wrap;'>\n${printed[list]}</pre>\n<p>...<b>Done</b>.</p></div>\n`,
    )
    .join('');
}

function resellerKill(ip: string, printed: Killed): string {
  const parts = tries.map(
    (list) =>
      `<p>Unblock ${ip}, trying ${list} blocks...</p>\n<p><pre style='font-family: Courier New, Courier; font-size: 12px'>\n${escaped(printed[list])}</p>\n<p>...<b>Done</b>.</p>\n`,
  );
  return `<table class='table table-bordered table-striped'>\n<tr><td>${parts.join('')}</td></tr></table>\n`;
}

/** What `csf -dr` and `csf -trd` print and do. */
function kill(csf: SimCsf, ip: string, now: number): { permanent: string; temporary: string } {
  const line = csf.deny.find(({ entry }) => (ruleOf(entry)?.ip ?? entry) === ip);
  const isKept = line !== undefined && /do not delete/i.test(line.comment);
  const temporary = csf.temporary.some((one) => one.ip === ip && one.until > now);
  csfRemove(csf, ip);
  const permanent = isKept
    ? `csf: ${ip} set as "do not delete" - not removed\n`
    : line === undefined
      ? `csf: ${ip} not found in csf.deny\n`
      : 'Removing rule...\n';
  return {
    permanent,
    temporary: temporary
      ? `csf: ${ip} temporary block removed\n`
      : `csf: ${ip} not found in temporary bans\n`,
  };
}

function resellerMenu(): string {
  return "<table class='table table-bordered table-striped'>\n<thead><tr><th align='left' colspan='2'>csf - ConfigServer Firewall options for support</th></tr></thead></table>\n";
}

function grep(csf: SimCsf, ip: string, now: number): string {
  if (csf.disabled) return "csf and lfd have been disabled, use 'csf -e' to enable\n";
  const six = isIP(ip) === 6;
  const rules = rulesFor(csf, ip, now);
  const sets = csf.sets.length > 0 ? ['', ...setsFor(csf, ip)] : [];
  return [
    tableOf('iptables', ip, six ? [] : rules),
    ...sets,
    '\n\nip6tables:',
    tableOf('ip6tables', ip, six ? rules : []),
    ...temporaryLines('Allows', csf.temporaryAllows, ip, now),
    ...keptLines('allow', csf.allow, ip),
    ...temporaryLines('Blocks', csf.temporary, ip, now),
    ...keptLines('deny', csf.deny, ip),
    '',
  ].join('\n');
}

function tableOf(name: string, ip: string, rules: readonly string[]): string {
  const head =
    '\nTable  Chain            num   pkts bytes target     prot opt in     out     source               destination\n';
  return rules.length === 0 ? `${head}No matches found for ${ip} in ${name}` : `${head}\n${rules.join('\n')}`;
}

/** Where CSF keeps its lists in sets, plain addresses and ranges have no rule of their own. */
function rulesFor(csf: SimCsf, ip: string, now: number): string[] {
  const rule = (chain: string, target: string, of: string, port?: string) => {
    const out = chain.endsWith('OUT');
    const any = isIP(ip) === 6 ? '::/0' : '0.0.0.0/0';
    const [source, destination] = out ? [any, of] : [of, any];
    const [inside, outside] = out ? ['*', '!lo'] : ['!lo', '*'];
    const start = `filter ${chain.padEnd(16)} 1        0     0 ${target.padEnd(10)} ${port === undefined ? 'all' : 'tcp'}  ${isIP(ip) === 6 ? '  ' : '--'}  ${inside.padEnd(6)} ${outside.padEnd(7)} ${source.padEnd(20)} ${destination.padEnd(20)}`;
    return port === undefined ? start : `${start} tcp dpt:${port}`;
  };
  const each = (list: readonly SimCsfTemporary[], chain: string, target: string) =>
    list
      .filter((one) => one.until > now && covers(one.ip, ip))
      .flatMap((one) =>
        one.ports === ''
          ? [rule(chain, target, one.ip)]
          : one.ports.split(',').map((port) => rule(chain, target, one.ip, port)),
      );
  const inSets = csf.sets.length > 0;
  const deny = csf.deny.flatMap(({ entry }) => {
    const ported = ruleOf(entry);
    if (ported !== undefined)
      return covers(ported.ip, ip)
        ? ported.ports.split(',').map((port) => rule('DENYIN', 'DROP', ported.ip, port))
        : [];
    if (inSets || !covers(entry, ip)) return [];
    return [rule('DENYIN', 'DROP', entry), rule('DENYOUT', 'LOGDROPOUT', entry)];
  });
  const allow = csf.allow.flatMap(({ entry }) =>
    inSets || !covers(entry, ip) ? [] : [rule('ALLOWIN', 'ACCEPT', entry), rule('ALLOWOUT', 'ACCEPT', entry)],
  );
  return [
    ...each(csf.temporaryAllows, 'ALLOWIN', 'ACCEPT'),
    ...allow,
    ...each(csf.temporary, 'DENYIN', 'DROP'),
    ...deny,
  ];
}

function setsFor(csf: SimCsf, ip: string): string[] {
  const own = [
    { set: 'chain_DENY', ranges: csf.deny.map(({ entry }) => entry), setting: ' File:/etc/csf/csf.deny' },
    { set: 'chain_ALLOW', ranges: csf.allow.map(({ entry }) => entry), setting: ' File:/etc/csf/csf.allow' },
  ];
  const hits = [...own, ...csf.sets].filter(({ ranges }) => ranges.some((range) => covers(range, ip)));
  if (hits.length === 0) return [`IPSET: No matches found for ${ip}`];
  return hits.map(
    ({ set, setting }) => `\nIPSET: Set:${set} Match:${ip}${setting === '' ? '' : ` Setting:${setting}`}`,
  );
}

function temporaryLines(
  list: 'Allows' | 'Blocks',
  rows: readonly SimCsfTemporary[],
  ip: string,
  now: number,
): string[] {
  return rows
    .filter((one) => one.until > now && covers(one.ip, ip))
    .map(
      (one) =>
        `\nTemporary ${list}: IP:${one.ip} Port:${one.ports} Dir:in TTL:${Math.round((one.until - one.at) / 1000)} (${one.message})`,
    );
}

function keptLines(
  list: 'allow' | 'deny',
  lines: readonly { entry: string; comment: string }[],
  ip: string,
): string[] {
  return lines
    .filter(({ entry }) => covers(entry, ip))
    .map(({ entry, comment }) => {
      const wide = list === 'allow' ? 'Permanent Allows (csf.allow)' : 'Permanent Blocks (csf.deny)';
      return `\n${entry.includes('/') ? wide : `csf.${list}`}: ${entry} # ${comment}`;
    });
}

function tempTable(csf: SimCsf, now: number): string {
  const rows = (list: readonly SimCsfTemporary[], kind: 'DENY' | 'ALLOW') =>
    list
      .filter((one) => one.until > now)
      .map(
        (one) =>
          `<tr><td style='white-space: nowrap;'><a class='btn btn-success' href='csf.cgi?action=temprmd&ip=${one.ip}'></a> \n<td>${kind}</td><td>${one.ip}</td><td>${one.ports === '' ? '*' : one.ports}</td><td>in</td><td>${leftText(one.until - now)}</td><td>${one.message}</td></tr>\n`,
      );
  const head =
    '<thead><tr><th>&nbsp;</th><th>A/D</th><th>IP address</th><th>Port</th><th>Dir</th><th>Time To Live</th><th>Comment</th></tr></thead>\n';
  return `<table class='table table-bordered table-striped'>\n${head}${[...rows(csf.temporary, 'DENY').toReversed(), ...rows(csf.temporaryAllows, 'ALLOW')].join('')}</table>\n`;
}

/** `1d 2h 3m 4s`, without what is 0; the seconds always. */
function leftText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return '<1';
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd '],
    [Math.floor(seconds / 3600) % 24, 'h '],
    [Math.floor(seconds / 60) % 60, 'm '],
  ];
  return `${parts.map(([count, unit]) => (count < 1 ? '' : `${count}${unit}`)).join('')}${seconds % 60}s`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
