import { expect, test } from 'vitest';
import { cookieJar } from '../../src/clients/cookie-jar.ts';
import { signInForm, unblockForm } from '../../src/clients/cpa-form.ts';
import { readSiteAnswer, readSiteStatus } from '../../src/clients/cpa-site-words.ts';
import { readHtml } from '../../src/clients/html-page.ts';

const url = new URL('https://cpa.example/admin/unblock?x=1');
const ip = '203.0.113.7';
const filled = (html: string) => {
  const form = unblockForm(readHtml(html), url, { name: 'ip', ip });
  return 'why' in form ? form.why : `${form.to.href} ${form.body}`;
};

test('lines are what a person reads', () => {
  const { lines, ended } = readHtml(
    `<html><head><title>T</title><style>p{}</style></head><body>a <b>b</b><br>c<div>d</div>e
     <table><tr><td>${ip}<td>Blocked</table><script>s</script><p hidden>h</p><p style="display: none">n
     <!-- c --><select><option>o</select><noscript>j</noscript>&lt;x&gt;</body></HTML >`,
  );
  expect(lines).toEqual(['a b', 'c', 'd', 'e', `${ip} Blocked`]);
  expect(ended).toBe(true);
});

test('fields belong to the form that a browser gives them to', () => {
  const inRows = `<table><form method="POST" action="go"><tr><td><input name=ip></td></tr>
    <input type="hidden" name="t" value="&quot;1&quot;"></form><tr><td><input name="other"></td></tr></table>`;
  expect(filled(inRows)).toBe('https://cpa.example/admin/go ip=203.0.113.7&t=%221%22');
  const byName = `<form id="f" method="post"></form><input name="ip" form="f"><button form="f">Un-block</button>`;
  expect(filled(byName)).toBe('https://cpa.example/admin/unblock?x=1 ip=203.0.113.7');
});

test('what a browser would send is sent, and the button that un-blocks is pressed', () => {
  const form = `<base href="/b/"><form method="post" action="go#here"><input name="ip" value="old">
    <input type="checkbox" name="c" checked><input type="checkbox" name="d"><input name="off" disabled>
    <select name="s"><option value="1">a<option value="2" selected>b</select><textarea name="n">why</textarea>
    <input type="submit" name="do" value="Search"><button name="do" value="u">Un-block</button></form>`;
  expect(filled(form)).toBe('https://cpa.example/b/go ip=203.0.113.7&c=on&s=2&n=why&do=u');
});

test.each([
  ['', 'no form with the field "ip"'],
  ['<form method=post><input name=ip type=hidden></form>', 'no form with the field "ip"'],
  ['<form method=post><input name=ip></form><form method=post><input name=ip></form>', 'several forms'],
  ['<form method=post><input name=ip><input name=ip></form>', '"ip" several times'],
  ['<form><input name=ip></form>', 'sent by GET'],
  ['<form method=post enctype=multipart/form-data><input name=ip></form>', 'multipart/form-data'],
  ['<form method=post><input name=ip><input type=file name=f></form>', 'wants a file'],
  ['<form method=post action=//evil.example/x><input name=ip></form>', 'another site, evil.example'],
  ['<form method=post action=http://cpa.example/x><input name=ip></form>', 'another site'],
  ['<form method=post action=javascript:x><input name=ip></form>', 'another site'],
  [
    '<form method=post><input name=ip><button formaction=/x>Go</button></form>',
    'button sends the form elsewhere',
  ],
  ['<form method=post><input name=ip><button>A</button><button>B</button></form>', 'several buttons'],
  ['<form method=post><input name=ip><button>Block</button></form>', 'as if it blocked'],
  ['<form method=post><input name=ip><input type=hidden name=do value=block></form>', 'as if it blocked'],
])('%s is not filled in', (html, why) => {
  expect(filled(html)).toContain(why);
});

test('the sign-in form is the one with a password, wherever it is', () => {
  const who = { user: 'sam', password: 'pä ss&' };
  const page = `<form action=/find><input name=q></form><form method=post action=/in><input type=hidden name=k value=v>
    <input name=a><input type=email name=login><input type=password name=pw><input type=submit name=b value=In></form>`;
  const form = signInForm(readHtml(page), url, who);
  expect(form).toMatchObject({ body: 'k=v&a=&login=sam&pw=p%C3%A4+ss%26&b=In', hidden: ['v'] });
  const change = '<form method=post><input name=u><input type=password><input type=password></form>';
  expect(signInForm(readHtml(change), url, who)).toMatchObject({
    why: expect.stringContaining('several password'),
  });
  const none = '<form method=post><input type=password name=pw></form>';
  expect(signInForm(readHtml(none), url, who)).toMatchObject({
    why: expect.stringContaining('no field for a user'),
  });
});

test('a page nested deeper than the stack is read', () => {
  expect(readHtml(`${'<div>'.repeat(50_000)}deep`).lines).toEqual(['deep']);
});

test.each([
  [[`${ip} Blocked`], 'blocked'],
  [[`${ip} is not blocked.`], 'clear'],
  [[`${ip} Un-block pending`], 'queued'],
  [[`${ip} un-blocked`], 'clear'],
  [[`${ip} will be un-blocked soon`], 'queued'],
  [['198.51.100.1 Blocked', 'Blocked'], 'unknown'],
  [[`${ip} Blocked`, `${ip} un-blocked`], 'unknown'],
  [[`${ip} Blocked`, '198.51.100.1 Un-blocked'], 'blocked'],
  [[`Results for ${ip}`], 'unknown'],
  [['203.0.113.70 Blocked'], 'unknown'],
])('a status page with %j: %s', (lines, status) => {
  expect(readSiteStatus(lines, ip)).toBe(status);
});

test('only what an answer says anew counts', () => {
  const before = ['Addresses are un-blocked in 5-10 minutes', 'Last: 198.51.100.1 has been un-blocked'];
  expect(readSiteAnswer(before, before, ip).state).toBe('unclear');
  const taken = `${ip} has been submitted`;
  expect(readSiteAnswer(before, [...before, taken], ip)).toEqual({ state: 'queued', words: taken });
  expect(readSiteAnswer([...before, taken], [...before, taken], ip).state).toBe('unclear');
});

test('cookies go back to where they came from, for as long as they last', () => {
  let now = Date.UTC(2026, 10, 23);
  const jar = cookieJar('https://cpa.example', () => now);
  const at = (path: string) => new URL(path, 'https://cpa.example');
  const sent = (path: string) => jar.header(at(path)).Cookie;
  jar.take(
    [
      'id=1=2; Path=/admin; Secure; HttpOnly',
      'short=s; Path=/; Max-Age=60',
      'dated=d; Expires=Mon, 23 Nov 2026 00:02:00 GMT; Path=/',
      'here=h; Max-Age=90',
      'gone=g; Max-Age=0',
      'theirs=t; Domain=evil.example',
      'no value',
    ],
    at('/admin/login'),
  );
  expect(sent('/admin/unblock')).toBe('id=1=2; here=h; short=s; dated=d');
  expect(sent('/administrator')).toBe('short=s; dated=d');
  now += 61_000;
  expect(sent('/')).toBe('dated=d');
  now += 60_000;
  expect(sent('/')).toBeUndefined();
  jar.take(['id=3; Path=/admin'], at('/'));
  expect(sent('/admin')).toBe('id=3');
  expect(jar.header(new URL('https://other.example/admin'))).toEqual({});
  expect(jar.header(new URL('http://cpa.example/admin'))).toEqual({});
  jar.take(['id=evil; Path=/admin'], new URL('https://other.example/'));
  expect([sent('/admin'), jar.secrets()]).toEqual(['id=3', ['3']]);
  jar.clear();
  expect(sent('/admin')).toBeUndefined();
});

test('a secure cookie is not sent in the clear, except on this machine', () => {
  const secure = ['id=1; Secure; Path=/'];
  for (const [origin, header] of [
    ['http://cpa.example', {}],
    ['http://127.0.0.1:80', { Cookie: 'id=1' }],
  ] as const) {
    const url = new URL(origin);
    const jar = cookieJar(url.origin, () => 0);
    jar.take(secure, url);
    expect(jar.header(url)).toEqual(header);
  }
});
