import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { effectError } from '../errors.ts';
import { smtpFailure, wordsOf } from './smtp-failure.ts';
import { isLoopback, redactor } from './transport.ts';

/** One message to one person. What is in it was approved: nothing is added but the headers that every mail has. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same words as HTML; whoever makes it has escaped them. */
  readonly html: string;
  /** `<unique@host>`, the caller's: a repeat has the same, so that it can be recognised. */
  readonly messageId: string;
}

/** Sends mail through one server. */
export interface SmtpClient {
  /**
   * Tries once, and resolves with the server's words when it has taken the message; throws an EffectError (`smtp.*`).
   * `sending` is awaited just before the message leaves: what fails earlier, or a server that asks to come later, has
   * been sent nothing.
   */
  sendMail(mail: Mail, options?: Sending): Promise<{ readonly said: string }>;
}

interface Sending {
  readonly signal?: AbortSignal;
  readonly sending?: () => Promise<void>;
}

/** How to reach the server, from SMTP_URL and MAIL_FROM. */
export interface SmtpOptions {
  /** `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://` for STARTTLS. Without encryption only on this machine. */
  readonly url: string;
  readonly from: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** For the whole of a message. */
  readonly totalMs?: number;
  /** PEM of a certificate to trust besides. */
  readonly ca?: string | undefined;
}

/** Makes the client; connects when there is something to send, and anew for each message. */
export function smtpClient({ url: text, from, now, totalMs = 60_000, ca }: SmtpOptions): SmtpClient {
  // Whoever sends no mail does not load what it is sent with.
  const loading = Promise.all([
    import('nodemailer/lib/mail-composer/index.js'),
    import('nodemailer/lib/smtp-connection/index.js'),
  ]);
  const url = new URL(text);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  const server = `${url.hostname}:${port}`;
  const user = decoded(url.username);
  const pass = decoded(url.password);
  const redact = redactor([
    text,
    url.password,
    pass,
    Buffer.from(`\u0000${user}\u0000${pass}`).toString('base64'),
  ]);
  const tls = { ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) };
  const plainIsFine = isLoopback(url.hostname);

  async function sendMail(
    mail: Mail,
    { signal, sending = async () => {} }: Sending = {},
  ): Promise<{ readonly said: string }> {
    checkMail(mail, from);
    const [{ default: MailComposer }, { default: SMTPConnection }] = await loading;
    const message = await new MailComposer(composed(mail, from, now())).compile().build();
    const envelope = { from, to: mail.to, size: message.length };
    return new Promise((resolve, reject) => {
      let asked = false;
      let begun = false;
      let over = false;
      // It is read when the server has said that it takes the message: from then on it may have it.
      const body = new Readable({
        read() {
          if (asked) return;
          asked = true;
          sending().then(
            () => {
              if (over) return;
              begun = true;
              this.push(message);
              this.push(null);
            },
            (error: unknown) => stopWith(error),
          );
        },
      });
      const socket: Socket = secure ? connectTls({ host, port, ...tls }) : connectPlain({ host, port });
      const connection = new SMTPConnection({
        host,
        port,
        connection: socket,
        secure,
        secured: secure,
        requireTLS: !secure && !plainIsFine,
        ignoreTLS: !secure && plainIsFine,
        tls,
        greetingTimeout: totalMs,
        socketTimeout: totalMs,
      });
      const timer = setTimeout(() => stop('timeout'), totalMs);
      const cancel = () => stop('cancelled');

      function settle(how: () => void): void {
        if (over) return;
        over = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        how();
      }
      function fail(error: unknown): void {
        stopWith(smtpFailure(error, { server, to: mail.to, begun, redact }));
      }
      function stopWith(error: unknown): void {
        settle(() => {
          // Not close(): that waits for a server that may never answer.
          socket.destroy();
          connection.close();
          reject(error instanceof Error ? error : new Error('the message was stopped', { cause: error }));
        });
      }
      function stop(kind: 'timeout' | 'cancelled'): void {
        const sent = wordsOf(begun);
        const consequence = { retry: 'later', outcome: begun ? 'unknown' : 'not-applied' } as const;
        const error =
          kind === 'timeout'
            ? effectError('smtp.timeout', { server, limit: `${totalMs / 1000} s`, sent }, consequence)
            : effectError('smtp.cancelled', { server, sent }, consequence);
        fail(error);
      }
      function send(): void {
        connection.send(envelope, body, (error, info) => {
          if (error !== null) return fail(error);
          // The library looks at the first digit alone, and so takes the beginning of an answer for one.
          if (!/^2\d\d(?:[ -]|$)/.test(info.response))
            return fail(new Error(`it answered "${info.response.slice(0, 60)}" to the message`));
          settle(() => {
            connection.quit();
            // A server that does not say good-bye is not waited for.
            setTimeout(() => socket.destroy(), 1000).unref();
            resolve({ said: redact(info.response).slice(0, 200) });
          });
        });
      }

      connection.on('error', fail);
      connection.on('end', () => fail(new Error('it closed the connection')));
      socket.on('error', fail);
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted === true) return cancel();
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connection.connect((error) => {
          if (error !== undefined) return fail(error);
          if (user === '') return send();
          connection.login({ credentials: { user, pass } }, (refused) =>
            refused === null ? send() : fail(refused),
          );
        });
      });
    });
  }

  return { sendMail };
}

/** What stands in the URL as `%40`; a lone `%` stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const address = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** Nothing that could end a header or name a second recipient gets further. */
function checkMail({ to, subject, messageId }: Mail, from: string): void {
  const never = { retry: 'never', outcome: 'not-applied' } as const;
  const bad = (what: string, why: string) => effectError('smtp.bad-message', { what, why }, never);
  if (!address.test(to)) throw bad('the recipient', 'is not one plain mail address');
  if (!address.test(from)) throw bad('MAIL_FROM', 'is not one plain mail address');
  if (!/^<[\w.!#$%&'*+/=?^`{|}~-]{1,200}@[\w.-]{1,200}>$/.test(messageId))
    throw bad('the Message-ID', 'is not of the form <unique@host>');
  if (subject.trim() === '' || subject.length > 200)
    throw bad('the subject', `has ${subject.length} signs, and needs 1 to 200`);
  if (/[\p{Cc}\u2028\u2029\p{Surrogate}]/u.test(subject))
    throw bad('the subject', 'has line breaks or control characters');
}

function composed({ to, subject, text, html, messageId }: Mail, from: string, at: number) {
  const never = { disableFileAccess: true, disableUrlAccess: true };
  return { from, to, subject, text, html, messageId, date: new Date(at), ...never };
}
