import { expect, test } from 'vitest';
import { csfLooks } from '../../src/doctor/csf.ts';
import { told } from './rig.ts';

const output = (text: string) => `<h1>x</h1><pre class='comment' id='output'>${text}</pre>`;

test.each([
  ['<p>You do not have access to this feature</p>', 200, /^warn: .* → Add the WHM user to .*csf\.resellers/],
  ['csf UI Disabled via the RESTRICT_UI option', 200, /^warn: its pages are switched off/],
  [output('No matches found for 192.0.2.1 in iptables'), 200, /^pass/],
  ['No matches found for 192.0.2.1 in iptables', 200, /^pass/],
  ['<title>WHM Login</title><form></form>', 200, /^warn: the token does not open it \(status 200\)/],
  ['', 302, /^warn: the token does not open it \(status 302\)/],
  ['<html>Access Denied</html>', 403, /^warn: the token does not open it \(status 403\)/],
  ['<html>Unauthorized</html>', 401, /^warn: the token does not open it \(status 401\)/],
  ['<html>Not Found</html>', 404, /^skipped: not there/],
  ['<html>hello</html>', 200, /^warn: it answered something that is not CSF’s \(status 200\)/],
  ['', 200, /^warn: it answered something that is not CSF’s/],
])('an answer of the plugin: %s (%i)', (text, status, words) => {
  expect(told(csfLooks({ status, text, header: () => '', setCookies: [] }), 'CSF by token')).toMatch(words);
});

test.each([
  ['csf: v16.07 (cPanel)', 'pass: 16.07'],
  ['ConfigServer Security &amp; Firewall - csf v15.10', 'pass: 15.10'],
  ['csf.deny: 192.0.2.1 # lfd', 'skipped: its page says none'],
])('the version in %s', (text, words) => {
  const page = { status: 200, text: output(text), header: () => '', setCookies: [] };
  expect(told(csfLooks(page), 'CSF version')).toBe(words);
});
