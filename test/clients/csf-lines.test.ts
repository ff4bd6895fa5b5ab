import { expect, test } from 'vitest';
import { readGrep, readTemp } from '../../src/clients/csf-lines.ts';
import { readCsfPage } from '../../src/clients/csf-page.ts';
import type { CsfEntry } from '../../src/clients/csf.ts';
import { grepped, resellerPage, rootPage, tempPage } from './csf-pages.ts';

const ip = '203.0.113.7';
const none = { reason: null, service: null, failures: null, since: null, untilMs: null };
const pop = `(pop3d) Failed POP3 login from ${ip} (US/United States/host.example): 10 in the last 3600 secs`;
const imap = `lfd: (imapd) Failed IMAP login from ${ip} (US/United States/-): 10 in the last 3600 secs`;
const since = 'Tue Sep  8 09:12:44 2026';
const drop = (of: string, more = '') =>
  `filter DENYIN           12       0     0 DROP       all  --  !lo    *       ${of.padEnd(20)} 0.0.0.0/0           ${more}`;
const dropOut = (of: string) =>
  `filter DENYOUT          12       0     0 LOGDROPOUT all  --  *      !lo     0.0.0.0/0            ${of}`;
const accept = (of: string, more = '') =>
  `filter ALLOWIN          1        0     0 ACCEPT     all  --  !lo    *       ${of.padEnd(20)} 0.0.0.0/0           ${more}`;

const cases: [name: string, output: string, entries: CsfEntry[], asked?: string][] = [
  ['nothing', grepped(ip, []), []],
  [
    'a temporary block, with its rule',
    grepped(ip, [drop(ip)], [`Temporary Blocks: IP:${ip} Port: Dir:inout TTL:3600 (lfd - ${pop})`]),
    [
      {
        ...none,
        kind: 'temporary',
        entry: ip,
        reason: `lfd - ${pop}`,
        service: 'POP3',
        failures: 10,
        removable: true,
      },
    ],
  ],
  [
    'a temporary block of two ports explains both rules',
    grepped(
      ip,
      [drop(ip, 'tcp dpt:110'), drop(ip, 'tcp dpt:995')],
      [`Temporary Blocks: IP:${ip} Port:110,995 Dir:in TTL:1800 (lfd - ${pop})`],
    ),
    [
      {
        ...none,
        kind: 'temporary',
        entry: `${ip} (port 110,995)`,
        reason: `lfd - ${pop}`,
        service: 'POP3',
        failures: 10,
        removable: true,
      },
    ],
  ],
  [
    'a temporary block made by hand, with brackets in its reason',
    grepped(
      ip,
      [drop(ip)],
      [`Temporary Blocks: IP:${ip} Port: Dir:in TTL:3600 (Manually added: ${ip} (-/-/-))`],
    ),
    [{ ...none, kind: 'temporary', entry: ip, reason: `Manually added: ${ip} (-/-/-)`, removable: true }],
  ],
  [
    'csf.deny after "No matches found"',
    grepped(ip, [], [`csf.deny: ${ip} # ${imap} - ${since}`]),
    [
      {
        ...none,
        kind: 'permanent',
        entry: ip,
        reason: imap,
        service: 'IMAP',
        failures: 10,
        since,
        removable: true,
      },
    ],
  ],
  [
    'csf.deny with both its rules is one entry',
    grepped(ip, [drop(ip), dropOut(ip)], [`csf.deny: ${ip} # ${imap} - ${since}`]),
    [
      {
        ...none,
        kind: 'permanent',
        entry: ip,
        reason: imap,
        service: 'IMAP',
        failures: 10,
        since,
        removable: true,
      },
    ],
  ],
  [
    'a port scan',
    grepped(
      ip,
      [],
      [
        `csf.deny: ${ip} # lfd: *Port Scan* detected from ${ip} (CN/China/-). 11 hits in the last 39 seconds - ${since}`,
      ],
    ),
    [
      {
        ...none,
        kind: 'permanent',
        entry: ip,
        reason: `lfd: *Port Scan* detected from ${ip} (CN/China/-). 11 hits in the last 39 seconds`,
        service: 'port scan',
        failures: 11,
        since,
        removable: true,
      },
    ],
  ],
  [
    'four temporary blocks that became a permanent one: a name that is no service is told as it is',
    grepped(
      ip,
      [],
      [
        `csf.deny: ${ip} # lfd: (PERMBLOCK) ${ip} has had more than 4 temp blocks in the last 86400 secs - ${since}`,
      ],
    ),
    [
      {
        ...none,
        kind: 'permanent',
        entry: ip,
        reason: `lfd: (PERMBLOCK) ${ip} has had more than 4 temp blocks in the last 86400 secs`,
        service: 'PERMBLOCK',
        since,
        removable: true,
      },
    ],
  ],
  [
    '"do not delete"',
    grepped(ip, [], [`csf.deny: ${ip} # Manually denied: asked by Dana - DO NOT DELETE - ${since}`]),
    [
      {
        ...none,
        kind: 'permanent',
        entry: ip,
        reason: 'Manually denied: asked by Dana - DO NOT DELETE',
        since,
        removable: false,
        stuck: 'do not delete',
      },
    ],
  ],
  [
    'a line without a comment',
    grepped(ip, [], [`csf.deny: ${ip}`]),
    [{ ...none, kind: 'permanent', entry: ip, removable: true }],
  ],
  [
    'a range, with its rule',
    grepped(
      ip,
      [drop('203.0.113.0/25')],
      [`Permanent Blocks (csf.deny): 203.0.113.0/25 # (NETBLOCK) too many - ${since}`],
    ),
    [
      {
        ...none,
        kind: 'range',
        entry: '203.0.113.0/25',
        reason: '(NETBLOCK) too many',
        since,
        removable: false,
        stuck: 'range',
      },
    ],
  ],
  [
    'a temporary range',
    grepped(ip, [], [`Temporary Blocks: IP:203.0.113.0/24 Port: Dir:in TTL:600 (lfd - net)`]),
    [
      {
        ...none,
        kind: 'range',
        entry: '203.0.113.0/24',
        reason: 'lfd - net',
        removable: false,
        stuck: 'range',
      },
    ],
  ],
  [
    'a range that only iptables knows',
    grepped(ip, [drop('203.0.113.0/24').replace('DENYIN  ', 'SPAMHAUS')]),
    [
      {
        ...none,
        kind: 'range',
        entry: '203.0.113.0/24',
        reason: 'a rule in SPAMHAUS of iptables',
        removable: false,
        stuck: 'range',
      },
    ],
  ],
  [
    'ports of one service (LF_SELECT), of an older version that names no table',
    grepped(ip, [drop(ip, 'tcp dpt:110').replace('filter ', '')]),
    [
      {
        ...none,
        kind: 'port',
        entry: `${ip} (port 110)`,
        reason: 'a rule in DENYIN of iptables',
        removable: true,
      },
    ],
  ],
  [
    'several ports in one rule, protocols as numbers',
    grepped(ip, [drop(ip, 'multiport dports 110,995').replace('all  --', '6    --')]),
    [
      {
        ...none,
        kind: 'port',
        entry: `${ip} (port 110,995)`,
        reason: 'a rule in DENYIN of iptables',
        removable: true,
      },
    ],
  ],
  [
    'a rule that is in no list of CSF',
    grepped(ip, [drop(ip).replace('DENYIN     ', 'f2b-dovecot')]),
    [
      {
        ...none,
        kind: 'permanent',
        entry: ip,
        reason: 'a rule in f2b-dovecot of iptables',
        removable: false,
      },
    ],
  ],
  ['a rule of cPHulk, which its API tells of', grepped(ip, [drop(ip).replace('DENYIN', 'cphulk')]), []],
  [
    'rules for other addresses, other tables, and what only mentions it',
    grepped(ip, [
      drop('203.0.113.77'),
      drop(ip).replace('filter', 'nat   ').replace('DROP    ', 'REDIRECT'),
      `filter LOCALINPUT       3        0     0 DROP       all  --  !lo    *       0.0.0.0/0            ${ip}`,
      accept(ip).replace('ALLOWIN', 'INPUT  '),
    ]),
    [],
  ],
  [
    'a block list',
    grepped(ip, [], ['']).replace(
      'ip6tables:',
      `\nIPSET: Set:bl_SPAMDROP Match:${ip} Setting:SPAMDROP file:/etc/csf/csf.blocklists\n\nip6tables:`,
    ),
    [
      {
        ...none,
        kind: 'ipset',
        entry: 'bl_SPAMDROP',
        reason: 'SPAMDROP file:/etc/csf/csf.blocklists',
        removable: false,
        stuck: 'ipset',
      },
    ],
  ],
  [
    'a country',
    `${grepped(ip, [])}\nIPSET: Set:cc_cn Match:${ip} Setting:CC_DENY Country:CN`,
    [
      {
        ...none,
        kind: 'ipset',
        entry: 'cc_cn',
        reason: 'CC_DENY Country:CN',
        removable: false,
        stuck: 'ipset',
      },
    ],
  ],
  [
    'a country that may pass the filter',
    `${grepped(ip, [])}\nIPSET: Set:cc_us Match:${ip} Setting:CC_ALLOW_FILTER Country:US`,
    [],
  ],
  [
    'csf.deny in its set is one entry; a set of somebody else is a block',
    `${grepped(ip, [], [`csf.deny: ${ip} # x - ${since}`])}\nIPSET: Set:chain_DENY Match:${ip} Setting: File:/etc/csf/csf.deny\nIPSET: Set:crowdsec Match:${ip}`,
    [
      { ...none, kind: 'permanent', entry: ip, reason: 'x', since, removable: true },
      { ...none, kind: 'ipset', entry: 'crowdsec', removable: false, stuck: 'ipset' },
    ],
  ],
  [
    'allowed, by address and by range',
    grepped(
      ip,
      [accept(ip)],
      [
        `Temporary Allows: IP:${ip} Port:443 Dir:inout TTL:600 (NOA)`,
        `csf.allow: ${ip} # our office - ${since}`,
        `Permanent Allows (csf.allow): 203.0.113.0/24 # office & home`,
      ],
    ),
    [
      { ...none, kind: 'allow', entry: `${ip} (port 443)`, reason: 'NOA', removable: false },
      { ...none, kind: 'allow', entry: ip, reason: 'our office', since, removable: false },
      { ...none, kind: 'allow', entry: '203.0.113.0/24', reason: 'office & home', removable: false },
    ],
  ],
  [
    'IPv6 in another spelling, in ip6tables without "opt"',
    [
      grepped('2001:db8::7', []).replace('No matches found for 2001:db8::7 in ip6tables', ''),
      'filter DENYIN           1        0     0 DROP       all      !lo    *       2001:db8::7          ::/0',
      '',
      `csf.deny: 2001:0db8:0:0::7 # ${imap} - ${since}`,
    ].join('\n'),
    [
      {
        ...none,
        kind: 'permanent',
        entry: '2001:0db8:0:0::7',
        reason: imap,
        service: 'IMAP',
        failures: 10,
        since,
        removable: true,
      },
    ],
    '2001:DB8::7',
  ],
  [
    'an IPv6 range, with a rule that names a port',
    `${grepped('2001:db8::7', [])}\nfilter DENYIN           1        0     0 DROP       tcp      !lo    *       2001:db8::/32        ::/0                 tcp dpt:995`,
    [
      {
        ...none,
        kind: 'range',
        entry: '2001:db8::/32 (port 995)',
        reason: 'a rule in DENYIN of iptables',
        removable: false,
        stuck: 'range',
      },
    ],
    '2001:db8::7',
  ],
  ['CSF is switched off', "csf and lfd have been disabled, use 'csf -e' to enable\n", []],
];

test.each(cases)('grep: %s', (_, output, entries, asked = ip) => {
  for (const page of [rootPage(asked, output), resellerPage(asked, output)]) {
    const read = readCsfPage(page);
    if (read.kind !== 'output') throw new Error(`no output but ${read.kind}`);
    expect(readGrep(read.text, asked)?.map(({ entry }) => entry)).toEqual(entries);
  }
});

test.each([
  ['', 'nothing at all'],
  ['You have an unresolved error when starting csf:\nError: iptables', 'an error of csf'],
  ['sh: /usr/sbin/csf: No such file or directory', 'no csf'],
  [grepped(ip, [], ['csf.deny: 198.51.100.1 # somebody else']), 'a line about another address'],
  [grepped(ip, [], [`Temporary Blocks: ${ip} for 3600 seconds`]), 'a block in a format of the future'],
])('grep: %j is not understood (%s), so it is not "no block"', (output) => {
  expect(readGrep(output, ip)).toBe(undefined);
});

test('comments cannot end the output early, and their markup stays text', () => {
  const comment = `</pre><b>x</b> <!channel> [a](http://b.example) &amp; - ${since}`;
  const page = readCsfPage(
    rootPage(ip, grepped(ip, [], [`csf.deny: ${ip} # ${comment}`, `csf.allow: ${ip} # z`])),
  );
  if (page.kind !== 'output') throw new Error(page.kind);
  expect(readGrep(page.text, ip)?.map(({ entry }) => entry.reason)).toEqual([
    '</pre><b>x</b> <!channel> [a](http://b.example) &',
    'z',
  ]);
});

test('entities: named, decimal, hexadecimal; what is none stays', () => {
  const page = readCsfPage(
    rootPage(ip, '&lt;&#39;&#x27;&nbsp;&amp;lt; &bogus; &#0; &#x110000; &constructor;'),
  );
  expect(page).toEqual({ kind: 'output', text: `\n<'' &lt; &bogus; &#0; &#x110000; &constructor;` });
});

test.each<[string, 'refused' | 'broken', boolean?]>([
  ['You do not have access to this feature\n', 'refused'],
  ["<font color='red'>csf UI Disabled via the RESTRICT_UI option in /etc/csf/csf.conf</font>", 'refused'],
  ['<!DOCTYPE html><title>WHM Login</title><form></form>', 'refused'],
  ['<form><input type="text" name="user"><input type="password" name="pass"></form>', 'refused'],
  ['{"metadata":{"result":0,"reason":"You do not have permission to do this."}}', 'refused'],
  ["<th align='left' colspan='2'>csf - ConfigServer Firewall options for support</th>", 'refused'],
  [`[${ip}] is not a valid IP/CIDR`, 'broken', false],
  ['<html>Cannot Read License File</html>', 'broken', false],
  ['{"status":1}', 'broken', false],
  ['', 'broken', true],
  [rootPage(ip, grepped(ip, [])).slice(0, 400), 'broken', true],
  [rootPage(ip, grepped(ip, [])).replace('Done', 'Do'), 'broken', true],
])('page %#: %j', (html, kind, cut) => {
  expect(readCsfPage(html)).toMatchObject(cut === undefined ? { kind } : { kind, cut });
});

test('temporary blocks: days to seconds, "<1" unescaped as it is printed, only DENY rows', () => {
  const page = tempPage([
    [ip, '*', '1d 2h 3m 4s', 'lfd - <b>x</b>'],
    [ip, '110,995', '0s', ''],
    ['198.51.100.1', '*', '<1', ''],
    ['198.51.100.2', '*', 'for ever', ''],
  ]).replace('</table>', '<td>ALLOW</td><td>192.0.2.1</td><td>*</td><td>in</td><td>5s</td><td></td></table>');
  expect(readTemp(page)).toEqual([
    { ip, ports: '', leftMs: ((26 * 60 + 3) * 60 + 4) * 1000 },
    { ip, ports: '110,995', leftMs: 0 },
    { ip: '198.51.100.1', ports: '', leftMs: 0 },
  ]);
});
