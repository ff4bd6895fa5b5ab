import type { Instructions, Mailing } from './actions/send-instructions.ts';
import { smtpClient } from './clients/smtp.ts';
import { placesIn } from './engine/fill.ts';
import { toMail } from './render/to-mail.ts';
import { textsOf } from './texts.ts';

/** What sending steps by e-mail needs, from SMTP_URL and MAIL_FROM; without them there is nothing to send through. */
export function mailingOf(
  mail: { readonly smtpUrl: string; readonly from: string; readonly totalMs?: number } | undefined,
  now: () => number,
): Mailing {
  return {
    smtp: mail === undefined ? undefined : smtpClient({ ...mail, url: mail.smtpUrl, now }),
    idHost: mail?.from.split('@').at(-1) ?? 'mailfix.invalid',
    instructionsOf,
  };
}

/**
 * The steps of a dialog's text, `cannot-receive/outlook-classic`: its first line, `Subject: …`, is the subject, and the rest
 * the mail. Undefined for a name that no file has, for a text without a subject, and for one with places to fill.
 */
export function instructionsOf(steps: string): Instructions | undefined {
  const [, dialog, name] = /^([a-z][a-z-]*)\/([a-z][a-z-]*)$/.exec(steps) ?? [];
  if (dialog === undefined || name === undefined) return undefined;
  const [, subject, body] = /^Subject: (.+)\n+([\s\S]+)$/.exec(textOf(dialog, name)) ?? [];
  if (subject === undefined || body === undefined || placesIn(body).length > 0) return undefined;
  const preview = { template: body };
  return { subject, preview, ...toMail(preview) };
}

function textOf(dialog: string, name: string): string {
  try {
    return textsOf(dialog)(name);
  } catch {
    return '';
  }
}
