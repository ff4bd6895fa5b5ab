import { describe, expect, test } from 'vitest';
import { parseIp, parseOwnAddresses, publicIp, type IpCode, type OwnAddress } from '../../src/input/ip.ts';

const OWN: readonly OwnAddress[] = [
  { address: '203.0.113.200', name: 'our office' },
  { address: '198.51.100.0/24', name: 'mail servers' },
  { address: '2001:db8:ff::/48', name: 'second office' },
  { address: '10.9.0.0/16', name: 'our VPN' },
];

describe('an address is understood in any usual spelling', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['  203.0.113.7 \n', '203.0.113.7'],
    ['203.0.113.7.', '203.0.113.7'],
    ['203.0.113.7,', '203.0.113.7'],
    ['"203.0.113.7"', '203.0.113.7'],
    ['(203.0.113.7)', '203.0.113.7'],
    ['*203.0.113.7*', '203.0.113.7'],
    ['_203.0.113.7_', '203.0.113.7'],
    ['`203.0.113.7`', '203.0.113.7'],
    ['- 203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:995', '203.0.113.7'],
    ['[203.0.113.7]:995', '203.0.113.7'],
    ['http://203.0.113.7/', '203.0.113.7'],
    ['https://203.0.113.7:2096/webmail', '203.0.113.7'],
    ['<http://203.0.113.7|203.0.113.7>', '203.0.113.7'],
    ['203\u200B.0.\u2060113.7\uFEFF', '203.0.113.7'],
    ['\u00A0203.0.113.7\u00A0', '203.0.113.7'],
    ['\u202A203.0.113.7\u202C', '203.0.113.7'],
    ['203.0.\u0000113.7', '203.0.113.7'],
    ['２０３．０．１１３．７', '203.0.113.7'],
    ['203。0。113。7', '203.0.113.7'],
    ['203 . 0 . 113 . 7', '203.0.113.7'],
    ['203.0.113. 7', '203.0.113.7'],
    ['( 203 . 0 . 113 . 7 ).', '203.0.113.7'],
    ['2001:db8: :1', '2001:db8::1'],
    ['203.0.113.7\uFE0F', '203.0.113.7'],
    ['it is :203.0.113.7', '203.0.113.7'],
    ['IP:203.0.113.7', '203.0.113.7'],
    ['IP :: 203.0.113.7', '203.0.113.7'],
    ['client:ip:203.0.113.7', '203.0.113.7'],
    ['ip=203.0.113.7', '203.0.113.7'],
    ['IP—203.0.113.7', '203.0.113.7'],
    ['203.0.113.7 203.0.113.7', '203.0.113.7'],
    ['203.0.113.7 (::ffff:203.0.113.7)', '203.0.113.7'],
    [
      'My IPv4 Address Is: 203.0.113.7 My IPv6 Address Is: Not Detected My IP Location: Austin, TX',
      '203.0.113.7',
    ],
    ['They say it is 203.0.113.7.', '203.0.113.7'],
    ['Outlook 16.0.17531.20152 at 10:01:22, MAC 00:1a:2b:3c:4d:5e, IP is 203.0.113.7!', '203.0.113.7'],
    ['acme.example is at 203.0.113.7 today', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::', '2001:db8::'],
    ['it is 2001:db8::.', '2001:db8::'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['http://[2001:db8::1]:443/', '2001:db8::1'],
    ['<http://[2001:db8::1]/|2001:db8::1>', '2001:db8::1'],
    ['[IPv6:2001:db8::1]', '2001:db8::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8::203.0.113.7', '2001:db8::cb00:7107'],
    ['192.0.2.1', '192.0.2.1'],
    ['8.8.8.8', '8.8.8.8'],
    ['100.63.255.255', '100.63.255.255'],
    ['100.128.0.0', '100.128.0.0'],
    ['172.32.0.1', '172.32.0.1'],
    ['203.0.113.0', '203.0.113.0'],
    ['2600::1', '2600::1'],
    ['2002:cb00:7107::1', '2002:cb00:7107::1'],
  ])('%j', (text, ip) => {
    expect(parseIp(text, OWN)).toEqual({ ok: true, ip });
  });
});

describe('what is not the client has a reason and a remedy', () => {
  test.each<[string, IpCode, string]>([
    ['', 'empty', 'No address was given.'],
    [' \u200B\n', 'empty', 'No address was given.'],
    ['no idea', 'nothing', 'It looks like 203.0.113.7 or 2001:db8::1.'],
    ['<!channel>', 'nothing', 'No address was found'],
    ['__proto__', 'nothing', 'No address was found'],
    ['<b>it</b>', 'nothing', 'No address was found'],
    ['3405803783', 'nothing', 'No address was found'],
    ['10:01:22', 'nothing', 'No address was found'],
    ['203.0.113.7²', 'nothing', 'No address was found'],
    ['203.0.113.7abc', 'nothing', 'No address was found'],
    ['office-pc', 'nothing', 'No address was found'],
    ['1'.repeat(10_001), 'too-long', '10001 characters, and this field reads at most 10000'],
    ['acme.example', 'name', '“acme.example” is a name, not an address'],
    ['https://acme.example/x', 'name', 'is a name, not an address'],
    ['info@acme.example', 'name', 'is a name, not an address'],
    ['203.0.113.7.isp.example', 'name', 'is a name, not an address'],
    ['ip-203-0-113-7.isp.example', 'name', 'is a name, not an address'],
    ['203.0.113.7 and 2001:db8::7', 'several', '203.0.113.7 (IPv4) and 2001:db8::7 (IPv6). Which one is it?'],
    [
      'My IPv4 Address Is: 203.0.113.7 My IPv6 Address Is: 2001:db8::7 ISP: Example',
      'several',
      '203.0.113.7 (IPv4) and 2001:db8::7 (IPv6). Which one is it?',
    ],
    ['203.0.113.7,192.168.1.5', 'several', '203.0.113.7 (IPv4) and 192.168.1.5 (IPv4)'],
    ['<http://203.0.113.7|203.0.113.8>', 'several', '203.0.113.7 (IPv4) and 203.0.113.8 (IPv4)'],
    [
      [1, 2, 3, 4, 5, 6, 7].map((n) => `203.0.113.${n}`).join(' '),
      'several',
      '203.0.113.4 (IPv4) and 3 more',
    ],
    ['20 3.0.113.7', 'unclear', 'whether “20” belongs to 3.0.113.7. Send the address alone.'],
    ['203.0.113.2 7', 'unclear', 'whether “7” belongs to 203.0.113.2'],
    ['2001:db8 ::1', 'unclear', 'Send the address alone.'],
    [
      '203.0.113.0/24',
      'range',
      '“203.0.113.0/24” is a range of addresses. Only a single address can be un-blocked.',
    ],
    ['203.0.113.0/255.255.255.0', 'range', 'is a range'],
    ['2001:db8::/32', 'range', 'is a range'],
    ['203.0.113.0/24:995', 'range', 'is a range'],
    ['203.0.113.1-203.0.113.9', 'range', 'is a range'],
    ['203.0.113.1-9', 'range', 'is a range'],
    ['203.0.113.1–9', 'range', 'is a range'],
    [
      '203.000.113.007',
      'leading-zero',
      'leading zeros, which some programs read as octal, so it could be two addresses. If 203.0.113.7',
    ],
    ['203.0.113.07 or 203.0.113.9', 'leading-zero', 'has leading zeros'],
    ['::ffff:203.0.113.07', 'leading-zero', 'has leading zeros'],
    ['203.0.113.256', 'octet', '“203.0.113.256” is no address: 256 is more than 255.'],
    ['203.0.1113.7', 'octet', '1113 is more than 255'],
    ['203.0.113.256, I mean 203.0.113.25', 'octet', '256 is more than 255'],
    ['203.0.113', 'incomplete', '“203.0.113” has 3 numbers, and an IPv4 address has four'],
    ['203.0.113.7.9', 'incomplete', 'has 5 numbers'],
    ['2001:db8:1:2', 'malformed', '“2001:db8:1:2” is not a whole IPv6 address; one has eight groups'],
    ['2001:db8::1::2', 'malformed', 'is not a whole IPv6 address'],
    ['2001:db8::1::2 or 203.0.113.7', 'malformed', 'is not a whole IPv6 address'],
    ['2001:db8:::1', 'malformed', 'is not a whole IPv6 address'],
    ['2001:db8::12345', 'malformed', 'is not a whole IPv6 address'],
    ['fe80::1%eth0', 'zone', '“fe80::1%eth0” ends in a zone (%eth0)'],
    ['2001:db8::1%25en0', 'zone', 'ends in a zone'],
    ['10.0.0.1', 'private', "10.0.0.1 is a private address: it exists only inside the client's own network"],
    ['172.16.0.1', 'private', 'is a private address'],
    ['172.31.255.255', 'private', 'is a private address'],
    ['192.168.1.5', 'private', 'is a private address'],
    ['::ffff:192.168.1.5', 'private', '192.168.1.5 is a private address'],
    ['100.64.0.1', 'carrier-nat', "inside the provider's own network (100.64.0.0/10, carrier NAT)"],
    ['100.127.255.255', 'carrier-nat', 'carrier NAT'],
    ['127.0.0.1', 'loopback', 'every computer calls itself that'],
    ['::1', 'loopback', 'every computer calls itself that'],
    ['169.254.10.1', 'link-local', 'the computer made it up'],
    ['fe80::1', 'link-local', 'the computer made it up'],
    ['fd12::1', 'unique-local', '(fc00::/7)'],
    ['224.0.0.1', 'multicast', 'stands for a group of computers'],
    ['ff02::1', 'multicast', 'stands for a group of computers'],
    ['0.0.0.0', 'unspecified', 'no address yet'],
    ['0.1.2.3', 'unspecified', 'no address yet'],
    ['::', 'unspecified', 'no address yet'],
    ['255.255.255.255', 'broadcast', 'everybody here'],
    ['240.0.0.1', 'reserved', 'reserved and not used by anybody'],
    ['198.18.0.1', 'reserved', 'reserved'],
    ['192.0.0.5', 'reserved', 'reserved'],
    ['64:ff9b::203.0.113.7', 'reserved', 'reserved'],
    ['4000::1', 'reserved', 'reserved'],
    ['fec0::1', 'reserved', 'reserved'],
    ['203.0.113.200', 'own', '203.0.113.200 is ours (our office), so it is not the client'],
    ['::ffff:203.0.113.200', 'own', 'is ours (our office)'],
    ['198.51.100.77', 'own', '198.51.100.77 is ours (mail servers, 198.51.100.0/24)'],
    ['2001:db8:ff::5', 'own', '2001:db8:ff::5 is ours (second office, 2001:db8:ff::/48)'],
    ['10.9.1.1', 'own', 'is ours (our VPN, 10.9.0.0/16)'],
  ])('%j: %s', (text, code, words) => {
    const parsed = parseIp(text, OWN);
    expect(parsed).toMatchObject({ ok: false, code });
    expect(!parsed.ok && parsed.message).toContain(words);
    expect(!parsed.ok && parsed.message).toMatch(/www\.whatismyip\.com|Send/);
  });
});

describe('as the type of a fact', () => {
  test('it puts out the canonical spelling', () => {
    expect(publicIp(OWN).parse(' [2001:DB8::0:1]:443 ')).toBe('2001:db8::1');
  });
  test('its issue is the refusal, and only that', () => {
    const issues = publicIp(OWN)
      .safeParse('198.51.100.1')
      .error?.issues.map(({ message }) => message);
    expect(issues).toEqual([expect.stringContaining('is ours (mail servers')]);
    expect(publicIp(OWN).safeParse({ __proto__: null }).error?.issues[0]?.message).toContain(
      'Type the address',
    );
  });
  test('a range that is none is found when the type is made, not when somebody answers', () => {
    expect(() => publicIp([{ address: '203.0.113', name: 'typo' }])).toThrow('“203.0.113” (typo)');
    expect(() => parseIp('203.0.113.7', [{ address: 'x', name: 'typo' }])).toThrow('“x” (typo)');
  });
});

describe('OWN_ADDRESSES', () => {
  test('reads addresses, ranges and names', () => {
    const setting = ' 203.0.113.200=our office, 198.51.100.0/24 = mail servers;\n2001:DB8:0::/48=v6 = new,, ';
    expect(parseOwnAddresses(setting)).toEqual({
      ok: true,
      own: [
        { address: '203.0.113.200', name: 'our office' },
        { address: '198.51.100.0/24', name: 'mail servers' },
        { address: '2001:db8::/48', name: 'v6 = new' },
      ],
    });
    expect(parseOwnAddresses('')).toEqual({ ok: true, own: [] });
  });
  test.each([
    ['203.0.113.200', '“203.0.113.200” without a name. Write 203.0.113.200=our office'],
    ['203.0.113.200= ', 'without a name'],
    ['mail.acme.example=mail', '“mail.acme.example”, which is neither an address nor a range'],
    ['203.0.113.0/33=x', '“203.0.113.0/33”, which is neither'],
    ['2001:db8::/129=x', 'neither'],
    ['0.0.0.0/0=everybody', 'neither'],
    ['203.0.113.0/=x', 'neither'],
    ['203.0.113.0/24/8=x', 'neither'],
    ['::ffff:203.0.113.0/120=x', 'neither'],
    ['::ffff:203.0.113.0/24=x', 'neither'],
    ['203.0.113.007=x', 'neither'],
    ['=x', 'neither'],
  ])('%j is refused', (setting, words) => {
    const parsed = parseOwnAddresses(setting);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.message).toContain(words);
  });
});
