import { expect, test } from 'vitest';
import { lookAtSmtp, smtpOptions } from '../../src/doctor/smtp.ts';
import { asking, told } from './rig.ts';
import { smallSmtp } from './smtp-server.ts';
import type { SmtpFault } from './smtp-server.ts';

async function looked(fault: SmtpFault, scheme = 'smtp', user = 'me:pa%2Fss@', callMs = 5000) {
  const server = await smallSmtp(fault);
  const look = await lookAtSmtp(`${scheme}://${user}${server.host}`, asking({ callMs }));
  await server.close();
  return { words: told([look], 'SMTP_URL'), commands: server.commands.map((line) => line.split(' ')[0]) };
}

test('it signs in and leaves; no mail is begun', async () => {
  const { words, commands } = await looked({});
  expect(words).toMatch(
    /^pass: 127\.0\.0\.1:\d+ answers on this machine; the sign-in is taken; no mail was sent$/,
  );
  expect(commands.slice(0, 2)).toEqual(['EHLO', 'AUTH']);
  expect(commands).not.toContain('MAIL');
});

test('without a sign-in none is tried', async () => {
  const { words, commands } = await looked({}, 'smtp', '');
  expect(words).toMatch(/no sign-in is set, so none was tried/);
  expect(commands).not.toContain('AUTH');
});

test.each<readonly [string, SmtpFault, string, RegExp]>([
  ['a wrong password', { auth: '535 5.7.8 no' }, 'smtp', /^fail: .*535.*\(EAUTH\) → Check user and password/],
  ['a server that is busy', { greeting: '554 go away' }, 'smtp', /^fail: .*554/],
  [
    'a server without TLS',
    {},
    'smtps',
    /^fail: 127\.0\.0\.1:\d+: wrong version number \(ESOCKET\) → .*smtps:\/\/ is for port 465/,
  ],
  [
    'a server that never comes to the point',
    { drips: true },
    'smtp',
    /^fail: .*(?:no answer within 0\.4 s|Greeting never received)/,
  ],
])('%s', async (_, fault, scheme, words) => {
  expect((await looked(fault, scheme, 'me:pw@', fault.drips === true ? 400 : 5000)).words).toMatch(words);
});

test('nobody there', async () => {
  const look = await lookAtSmtp('smtp://127.0.0.1:1', asking());
  expect(told([look], 'SMTP_URL')).toMatch(/^fail: 127\.0\.0\.1:1: .*ECONNREFUSED/);
});

test('no password goes to another machine without TLS', () => {
  expect(smtpOptions('smtp://me:pw@mail.example.com:587', 1).requireTLS).toBe(true);
  expect(smtpOptions('smtps://me:pw@mail.example.com', 1).requireTLS).toBe(false);
  expect(smtpOptions('smtp://127.0.0.1:25', 1).requireTLS).toBe(false);
  expect(smtpOptions('smtp://localhost.example.com', 1).requireTLS).toBe(true);
});
