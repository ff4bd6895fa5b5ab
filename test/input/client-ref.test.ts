import { describe, expect, test } from 'vitest';
import { clientRef, parseClientRef, refText } from '../../src/input/client-ref.ts';

describe('a client is understood', () => {
  test.each([
    ['acme.example', 'acme.example'],
    ['ACME.Example.', 'acme.example'],
    ['www.acme.example', 'acme.example'],
    ['www.www.acme.example', 'acme.example'],
    ['www.example', 'www.example'],
    ['webmail.acme.example', 'webmail.acme.example'],
    ['https://WWW.Acme.example/path?x', 'acme.example'],
    ['https:\\\\acme.example\\x', 'acme.example'],
    ['acme.example:2096/login', 'acme.example'],
    ['acme.example/x?m=info@beta.example', 'acme.example'],
    ['https://acme.example@evil.example/', 'evil.example'],
    ['https://sam:secret@acme.example/', 'acme.example'],
    ['https://sam@corp:secret@acme.example/', 'acme.example'],
    ['http://acme.example/info@beta.example', 'acme.example'],
    ['Müller.example', 'xn--mller-kva.example'],
    ['XN--MLLER-KVA.example', 'xn--mller-kva.example'],
    ['ａｃｍｅ。example', 'acme.example'],
    ['ac\u0000me.exa\u200Bmple', 'acme.example'],
    ['<http://acme.example|acme.example>', 'acme.example'],
    ['<a href="https://acme.example">acme.example</a>', 'acme.example'],
    ["It is acme.example's mail", 'acme.example'],
    ['Domain:acme.example', 'acme.example'],
    ['@acme.example', 'acme.example'],
    ['sam@support acme.example', 'acme.example'],
    ['acme.example, www.acme.example and HTTP://ACME.EXAMPLE', 'acme.example'],
    ['203.0.113.7 of acme.example', 'acme.example'],
    ['info@acme.example', 'info@acme.example'],
    ['INFO@Acme.Example', 'info@acme.example'],
    ['mailto:Info@acme.example?subject=x', 'info@acme.example'],
    ['Bob <info@acme.example>', 'info@acme.example'],
    ['"Last, First" <info@acme.example>;', 'info@acme.example'],
    ['<mailto:info@acme.example|info@acme.example>', 'info@acme.example'],
    ['_info@acme.example_', 'info@acme.example'],
    ['*info@acme.example*', 'info@acme.example'],
    ['info@müller.example', 'info@xn--mller-kva.example'],
    ["o'brien+tax@acme.example", "o'brien+tax@acme.example"],
    ['Their mailbox info@acme.example gets nothing. Help!', 'info@acme.example'],
    ['Jo, info@acme.example, https://www.acme.example', 'info@acme.example'],
    ['acme', 'acme'],
    [' ACME_1. ', 'acme_1'],
    ['constructor', 'constructor'],
  ])('%j', (text, canonical) => {
    const parsed = parseClientRef(text);
    expect(parsed.ok && refText(parsed.ref)).toBe(canonical);
  });

  test('each kind has its parts', () => {
    expect(parseClientRef('Info@WWW.acme.example')).toEqual({
      ok: true,
      ref: { kind: 'mailbox', mailbox: 'info@www.acme.example', domain: 'www.acme.example' },
    });
    expect(parseClientRef('Acme.example')).toEqual({
      ok: true,
      ref: { kind: 'domain', domain: 'acme.example' },
    });
    expect(parseClientRef('Acme')).toEqual({ ok: true, ref: { kind: 'account', user: 'acme' } });
  });
});

describe('what names no client has a reason and a remedy', () => {
  test.each([
    ['', 'empty', 'No client was named. Type their domain, mailbox or account'],
    ['\u200B \u0000', 'empty', 'No client was named.'],
    [
      'x'.repeat(10_001),
      'too-long',
      '10001 characters, and this field reads at most 10000. Send only the domain',
    ],
    ['203.0.113.7', 'address', '“203.0.113.7” is an IP address. Which client is it?'],
    ['203.0.113.7:995', 'address', '“203.0.113.7” is an IP address.'],
    ['http://203.0.113.7/x', 'address', '“203.0.113.7” is an IP address.'],
    ['[2001:db8::1]', 'address', '“2001:db8::1” is an IP address.'],
    ['info@[203.0.113.7]', 'address', '“203.0.113.7” is an IP address.'],
    ['info@203.0.113.7', 'address', '“203.0.113.7” is an IP address.'],
    [
      'acme.example and beta.example',
      'several',
      'different clients: acme.example and beta.example. Which one is it?',
    ],
    ['a@acme.example b@acme.example', 'several', 'a@acme.example and b@acme.example'],
    ['info@acme.example for beta.example', 'several', 'info@acme.example and beta.example'],
    ['<http://acme.example|beta.example>', 'several', 'acme.example and beta.example'],
    ['a..b@acme.example', 'bad-mailbox', '“a..b” is not a possible mailbox name'],
    ["//'@acme.example", 'bad-mailbox', 'is not a possible mailbox name'],
    ['a%b@acme.example c@acme.example', 'bad-mailbox', '“a%b” is not a possible mailbox name'],
    [`${'a'.repeat(65)}@acme.example`, 'bad-mailbox', 'is not a possible mailbox name'],
    ['info@acme', 'bad-domain', 'In “info@acme”, “acme” is not a whole domain'],
    ['acme..example', 'bad-domain', '“acme..example” is not a possible domain. Check its spelling.'],
    ['-acme.example', 'bad-domain', 'is not a possible domain'],
    ['acme_x.example', 'bad-domain', 'is not a possible domain'],
    ['a%41.example', 'bad-domain', 'is not a possible domain'],
    ['0x7f.1', 'bad-domain', 'is not a possible domain'],
    [`${'a'.repeat(64)}.example`, 'bad-domain', 'is not a possible domain'],
    [`${'abcdefghi.'.repeat(26)}example`, 'bad-domain', '…” is not a possible domain'],
    [`${'üa.'.repeat(60)}example`, 'bad-domain', 'is not a possible domain'],
    ['xn--a.example', 'bad-domain', 'is not a possible domain'],
    ['client acme has no mail', 'nothing', 'No domain or mailbox was found in “client acme has no mail”.'],
    ['a/b@acme.example', 'nothing', 'is not a domain, a mailbox or an account'],
    ['averylongaccountname', 'nothing', '“averylongaccountname” is not a domain, a mailbox or an account'],
    ['1acme', 'nothing', '“1acme” is not'],
    ['__proto__', 'nothing', '“__proto__” is not a domain, a mailbox or an account'],
    ['<!channel>', 'nothing', '“!channel” is not'],
    ['<script>alert(1)</script>', 'nothing', 'No domain or mailbox was found'],
    ['e.g. 16.0', 'nothing', 'No domain or mailbox was found'],
  ])('%j: %s', (text, code, words) => {
    const parsed = parseClientRef(text);
    expect(parsed).toMatchObject({ ok: false, code });
    expect(!parsed.ok && parsed.message).toContain(words);
  });

  test('a password in a pasted URL is never said back', () => {
    const parsed = parseClientRef('https://sam:s3cret@acme..example/');
    expect(parsed).toMatchObject({ ok: false, code: 'bad-domain' });
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
  });

  test('as the type of a fact it puts out the canonical text, or the refusal as its issue', () => {
    expect(clientRef().parse('Bob <Info@acme.example>')).toBe('info@acme.example');
    expect(
      clientRef()
        .safeParse('203.0.113.7')
        .error?.issues.map(({ message }) => message),
    ).toEqual([expect.stringContaining('Which client is it?')]);
    expect(clientRef().safeParse(7).error?.issues[0]?.message).toContain('Type their domain');
  });
});
