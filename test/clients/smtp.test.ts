import { describe, expect, test } from 'vitest';
import { smtpClient } from '../../src/clients/smtp.ts';
import type { Mail, SmtpOptions } from '../../src/clients/smtp.ts';
import { words } from '../../src/engine/card.ts';
import { EffectError } from '../../src/errors.ts';
import { toMail } from '../../src/render/to-mail.ts';
import { localhostPem } from '../fakes/faulty-server.ts';
import { mailServer, rawMailServer } from '../fakes/mail-server.ts';

const secret = 'sesame & co';
const steps = words(
  'Hello,\n\n1. Open **Outlook**.\n2. Type {word}.\n\n[More](https://docs.example/{word})',
  {
    word: '<b>größer</b> & "x"',
  },
);
const mail: Mail = {
  to: 'kim@summit-books.example',
  subject: 'Your mailbox: größer',
  ...toMail(steps),
  messageId: '<inc-7.3@mailfix.example>',
};

function client(url: string, changes: Partial<SmtpOptions> = {}) {
  return smtpClient({
    url,
    from: 'support@desk.example',
    now: () => Date.UTC(2026, 10, 25, 10, 3),
    totalMs: 5000,
    ...changes,
  });
}

async function failure(sending: Promise<unknown>): Promise<EffectError> {
  const error: unknown = await sending.then(
    () => new Error('it was sent'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EffectError)) throw error;
  // Whatever the server said, in whatever spelling.
  for (const one of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)])
    expect(`${error.message} ${error.remedy} ${String(error.cause)}`).not.toContain(one);
  return error;
}

/** A conversation that goes well, but for what the test answers. */
function script(changes: Record<string, string | undefined>) {
  const usual: Record<string, string> = {
    CONNECT: '220 here',
    EHLO: '250-here\r\n250 AUTH PLAIN',
    AUTH: '235 in',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    '.': '250 taken',
    QUIT: '221 bye',
  };
  return (line: string): string | undefined => {
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    return Object.hasOwn(changes, verb) ? changes[verb] : usual[verb];
  };
}

describe('a message', () => {
  test('arrives once, well-formed, with the words as text and as HTML', async () => {
    const server = await mailServer();
    expect(await client(server.url).sendMail(mail)).toEqual({ said: '250 taken as number 7' });
    expect(server.received).toHaveLength(1);
    const [{ from, to, raw } = { from: '', to: [], raw: '' }] = server.received;
    expect({ from, to }).toEqual({ from: 'support@desk.example', to: ['kim@summit-books.example'] });
    const [head = '', ...rest] = raw.split('\r\n\r\n');
    const headers = new Map(
      head
        .replaceAll(/\r\n[ \t]+/g, ' ')
        .split('\r\n')
        .map((line) => [line.split(': ')[0], line.replace(/^[^:]*: /, '')]),
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      From: 'support@desk.example',
      To: 'kim@summit-books.example',
      Subject: '=?UTF-8?Q?Your_mailbox=3A_gr=C3=B6=C3=9Fer?=',
      'Message-ID': '<inc-7.3@mailfix.example>',
      Date: 'Wed, 25 Nov 2026 10:03:00 +0000',
      'MIME-Version': '1.0',
    });
    const boundary = /boundary="([^"]+)"/.exec(headers.get('Content-Type') ?? '')?.[1] ?? '';
    expect(headers.get('Content-Type')).toMatch(/^multipart\/alternative;/);
    const parts = rest.join('\r\n\r\n').split(`--${boundary}`);
    expect(parts).toHaveLength(4);
    expect(parts[3]?.trim()).toBe('--');
    const [plain, html] = parts.slice(1, 3).map(partOf);
    expect(plain).toEqual({
      type: 'text/plain; charset=utf-8',
      body: 'Hello,\n\n1. Open Outlook.\n2. Type <b>größer</b> & "x".\n\nMore (https://docs.example/%3Cb%3Egr%C3%B6%C3%9Fer%3C%2Fb%3E%20%26%20%22x%22)',
    });
    expect(html?.type).toBe('text/html; charset=utf-8');
    expect(html?.body).toContain('<ol>\n<li>Open <strong>Outlook</strong>.</li>');
    expect(html?.body).toContain('<li>Type &lt;b&gt;größer&lt;/b&gt; &amp; &quot;x&quot;.</li>');
    expect(html?.body).not.toContain('<b>');
    // Lines that some server on the way would cut.
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(998);
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  test('is signed in for and encrypted where the settings say so', async () => {
    const server = await mailServer({ secure: true, host: 'localhost' });
    const url = `smtps://desk%40x:${encodeURIComponent(secret)}@localhost:${server.port}`;
    await client(url, { ca: localhostPem }).sendMail(mail);
    expect(server.received).toMatchObject([{ encrypted: true, user: 'desk@x' }]);
  });

  test('is encrypted by STARTTLS on any other machine, or not sent', async () => {
    // 0.0.0.0 is this machine under a name that is not known as this machine's.
    const server = await mailServer({ host: '0.0.0.0', disabledCommands: [], hideSTARTTLS: false });
    const url = `smtp://desk:${encodeURIComponent(secret)}@0.0.0.0:${server.port}`;
    expect(await failure(client(url).sendMail(mail))).toMatchObject({
      message: expect.stringContaining('is not accepted (self-signed certificate), so'),
      code: 'smtp.certificate',
      retry: 'never',
      outcome: 'not-applied',
    });
    const plain = await rawMailServer(script({ STARTTLS: '502 what?' }));
    const other = `smtp://desk:${encodeURIComponent(secret)}@0.0.0.0:${plain.port}`;
    expect(await failure(client(other).sendMail(mail))).toMatchObject({
      code: 'smtp.no-tls',
      message: expect.stringContaining('(502 what?), so nothing was sent'),
      retry: 'never',
      outcome: 'not-applied',
    });
    expect(plain.heard.some((line) => line.startsWith('AUTH'))).toBe(false);
    expect(server.received).toEqual([]);
  });
});

describe('what the server refuses', () => {
  test('a recipient', async () => {
    const server = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(Object.assign(new Error(`5.1.1 no ${address} here`), { responseCode: 550 })),
    });
    const error = await failure(client(server.url).sendMail(mail));
    expect(error).toMatchObject({ code: 'smtp.refused-recipient', retry: 'never', outcome: 'not-applied' });
    expect(error.message).toContain(
      `does not take mail for kim@summit-books.example: 550 5.1.1 no kim@summit-books.example here. Check`,
    );
    expect(server.received).toEqual([]);
  });

  test('a first try, by greylisting, and takes the second', async () => {
    let tries = 0;
    const server = await mailServer({
      onRcptTo: (_address, _session, done) =>
        (tries += 1) === 1
          ? done(Object.assign(new Error('4.7.1 greylisted, come back'), { responseCode: 451 }))
          : done(),
    });
    const error = await failure(client(server.url).sendMail(mail));
    expect(error).toMatchObject({ code: 'smtp.not-now', retry: 'later', outcome: 'not-applied' });
    expect(error.message).toContain('now, at RCPT TO: 451 4.7.1 greylisted, come back.');
    await client(server.url).sendMail(mail);
    expect(server.received).toHaveLength(1);
  });

  test('a sign-in, and its words do not bring the password back', async () => {
    const server = await mailServer({
      onAuth: (_auth, _session, done) =>
        done(Object.assign(new Error(`not with "${secret}"`), { responseCode: 535 })),
    });
    const url = `smtp://desk:${encodeURIComponent(secret)}@127.0.0.1:${server.port}`;
    const error = await failure(client(url).sendMail(mail));
    expect(error).toMatchObject({ code: 'smtp.refused-login', retry: 'never', outcome: 'not-applied' });
    expect(error.message).toContain('535 not with "[secret]"');
    expect(server.received).toEqual([]);
  });

  test.each([
    [{ CONNECT: '554 go away' }, 'smtp.refused', 'never'],
    [{ CONNECT: '421 too busy' }, 'smtp.not-now', 'later'],
    [{ AUTH: '454 later' }, 'smtp.not-now', 'later'],
    [{ MAIL: '550 not from there' }, 'smtp.refused', 'never'],
    [{ DATA: '451 disk full' }, 'smtp.not-now', 'later'],
    [{ '.': '554 spam' }, 'smtp.refused', 'never'],
    [{ '.': '452 disk full' }, 'smtp.not-now', 'later'],
    [{ EHLO: '250-here\r\n250 SIZE 10' }, 'smtp.refused', 'never'],
    [{ CONNECT: 'hello there' }, 'smtp.broken-answer', 'later'],
  ])('%j is %s', async (answers, code, retry) => {
    const server = await rawMailServer(script(answers));
    const url = `smtp://desk:${encodeURIComponent(secret)}@127.0.0.1:${server.port}`;
    expect(await failure(client(url).sendMail(mail))).toMatchObject({ code, retry, outcome: 'not-applied' });
  });
});

describe('a connection that breaks', () => {
  test('before anybody listens, changes nothing', async () => {
    const error = await failure(client('smtp://127.0.0.1:1').sendMail(mail));
    expect(error).toMatchObject({ code: 'smtp.unreachable', retry: 'later', outcome: 'not-applied' });
    expect(error.message).toContain('127.0.0.1:1 cannot be reached (connect ECONNREFUSED 127.0.0.1:1).');
  });

  test.each(['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA'])(
    'at %s, before the words, changes nothing',
    async (verb) => {
      for (const how of ['drop', 'end']) {
        const server = await rawMailServer(script({ [verb]: how }));
        const error = await failure(client(server.url).sendMail(mail));
        expect(error, how).toMatchObject({
          code: 'smtp.connection-lost',
          retry: 'later',
          outcome: 'not-applied',
          message: expect.stringContaining('; nothing was sent.'),
        });
      }
    },
  );

  test.each(['drop', 'end'])('after the words (%s), leaves open whether it was sent', async (how) => {
    const server = await rawMailServer(script({ '.': how }));
    const error = await failure(client(server.url).sendMail(mail));
    expect(server.heard).toContain('Message-ID: <inc-7.3@mailfix.example>');
    expect(error).toMatchObject({
      code: 'smtp.connection-lost',
      retry: 'later',
      outcome: 'unknown',
      message: expect.stringContaining('; the message may have been sent.'),
    });
  });

  test.each([
    ['CONNECT', 'not-applied'],
    ['RCPT', 'not-applied'],
    ['.', 'unknown'],
  ])('or a server that says nothing to %s any more, is given up in time', async (verb, outcome) => {
    const server = await rawMailServer(script({ [verb]: undefined }));
    const error = await failure(client(server.url, { totalMs: 150 }).sendMail(mail));
    expect(error).toMatchObject({ code: 'smtp.timeout', retry: 'later', outcome });
    expect(error.message).toContain('within 0.15 s');
    await expect.poll(() => server.open()).toBe(0);
  });

  test('or a caller who no longer waits', async () => {
    const stop = new AbortController();
    const server = await rawMailServer((line) => {
      if (line.startsWith('RCPT')) stop.abort();
      return line.startsWith('RCPT') ? undefined : script({})(line);
    });
    const gone = { code: 'smtp.cancelled', retry: 'later', outcome: 'not-applied' };
    expect(await failure(client(server.url).sendMail(mail, { signal: stop.signal }))).toMatchObject(gone);
    expect(await failure(client(server.url).sendMail(mail, { signal: stop.signal }))).toMatchObject(gone);
    await expect.poll(() => server.open()).toBe(0);
  });

  test('is not met when the server only forgets to say good-bye', async () => {
    const server = await rawMailServer(script({ QUIT: 'drop' }));
    expect(await client(server.url).sendMail(mail)).toEqual({ said: '250 taken' });
  });
});

test.each<[Partial<Mail>, string]>([
  [{ to: 'a@b.example, c@d.example' }, 'the recipient'],
  [{ to: 'a@b.example\r\nBcc: c@d.example' }, 'the recipient'],
  [{ to: 'Kim <a@b.example>' }, 'the recipient'],
  [{ to: '<a@b.example> SIZE=1' }, 'the recipient'],
  [{ to: '' }, 'the recipient'],
  [{ subject: 'x\r\nBcc: c@d.example' }, 'the subject'],
  [{ subject: 'x\u2028y' }, 'the subject'],
  [{ subject: 'x\u0000' }, 'the subject'],
  [{ subject: ' ' }, 'the subject'],
  [{ subject: 'x'.repeat(201) }, 'the subject'],
  [{ messageId: '<a@b>\r\nBcc: c@d.example' }, 'the Message-ID'],
  [{ messageId: 'a@b' }, 'the Message-ID'],
])('%j never reaches a server', async (change, what) => {
  const server = await mailServer();
  const error = await failure(client(server.url).sendMail({ ...mail, ...change }));
  expect(error).toMatchObject({ code: 'smtp.bad-message', retry: 'never', outcome: 'not-applied' });
  expect(error.message).toContain(what);
  expect(server.received).toEqual([]);
});

test('a MAIL_FROM that is two addresses is refused too', async () => {
  const sending = client('smtp://127.0.0.1:1', { from: 'a@b.example\r\nX: y' }).sendMail(mail);
  expect(await failure(sending)).toMatchObject({ code: 'smtp.bad-message' });
});

/** A part of a message, decoded. */
function partOf(part: string): { type: string; body: string } {
  const [head = '', ...rest] = part.trimStart().split('\r\n\r\n');
  const type = /Content-Type: ([^\r]+)/.exec(head)?.[1] ?? '';
  const encoding = /Content-Transfer-Encoding: ([^\r]+)/.exec(head)?.[1];
  const text = rest.join('\r\n\r\n').trimEnd();
  const bytes =
    encoding === 'base64'
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text
            .replaceAll('=\r\n', '')
            .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        );
  return { type, body: bytes.toString('utf8').replaceAll('\r\n', '\n').trimEnd() };
}
