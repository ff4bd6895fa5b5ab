import { createTransport } from 'nodemailer';
import { fail, pass } from './line.ts';
import type { Asking, Look } from './line.ts';
import { within } from './within.ts';

const what = 'SMTP_URL';

/** How the mail server is connected to; without TLS no password leaves this machine. */
export function smtpOptions(smtpUrl: string, callMs: number) {
  const { isTls, isLocal } = kindOf(new URL(smtpUrl));
  return {
    url: smtpUrl,
    connectionTimeout: callMs,
    greetingTimeout: callMs,
    socketTimeout: callMs,
    dnsTimeout: callMs,
    requireTLS: !isTls && !isLocal,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Looks at the mail server: connects, EHLO, STARTTLS, signs in, and leaves. No mail is sent. */
export async function lookAtSmtp(smtpUrl: string, asking: Asking): Promise<Look> {
  const url = new URL(smtpUrl);
  const { isTls, isLocal } = kindOf(url);
  const transport = createTransport(smtpOptions(smtpUrl, asking.callMs));
  try {
    // The library's own limits are by silence: a server that says something all the time would never meet them.
    await within(asking, () => transport.verify());
    const signedIn = url.username === '' ? 'no sign-in is set, so none was tried' : 'the sign-in is taken';
    const how = isTls ? 'over TLS' : isLocal ? 'on this machine' : 'by STARTTLS';
    return pass(what, `${url.host} answers ${how}; ${signedIn}; no mail was sent`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const said = error instanceof Error ? plainWords(error.message).slice(0, 300) : 'no reason told';
    return fail(
      what,
      `${url.host}: ${said}${code === '' ? '' : ` (${code})`}`,
      remedies.get(code) ?? checkHost,
    );
  } finally {
    transport.close();
  }
}

/** Of OpenSSL's errors the reason alone: the rest is numbers and files. */
function plainWords(message: string): string {
  return /error:[0-9A-F]+:SSL routines:[^:]*:([^:]+)/i.exec(message)?.[1] ?? message;
}

function kindOf({ protocol, hostname }: URL): { isTls: boolean; isLocal: boolean } {
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return { isTls: protocol === 'smtps:', isLocal };
}

const checkHost =
  'Check host and port in SMTP_URL, and the firewall; smtps:// is for port 465, smtp:// for 587.';
const checkTls =
  'The server must offer STARTTLS with a certificate for its name; use smtps:// where it speaks TLS at once.';
const remedies: ReadonlyMap<string, string> = new Map([
  ['EAUTH', 'Check user and password in SMTP_URL; special letters are written as %XX.'],
  ['ETLS', checkTls],
  ['EREQUIRETLS', checkTls],
]);
