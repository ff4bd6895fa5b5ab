import type { Instructions, Mailing } from './actions/send-instructions.ts';
import { smtpClient } from './clients/smtp.ts';
import { placesIn } from './engine/fill.ts';
import { toMail } from './render/to-mail.ts';
import { mailSubjectOf, textsOf } from './texts.ts';

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
 * The words of a dialog's text as a mail: `cannot-receive/outlook-classic`. Their subject is the first line, `Subject: …`,
 * or what the file names for mails alone. Undefined for a name that no file has, for a text without a subject, and for
 * one with places that `values` do not fill.
 */
export function instructionsOf(
  name: string,
  values: Readonly<Record<string, string>> = {},
): Instructions | undefined {
  const [, dialog, file] = /^([a-z][a-z-]*)\/([a-z][a-z-]*)$/.exec(name) ?? [];
  if (dialog === undefined || file === undefined) return undefined;
  const whole = textOf(dialog, file);
  const [, first, rest] = /^Subject: (.+)\n+([\s\S]+)$/.exec(whole) ?? [];
  const [subject, template] = first === undefined ? [mailSubjectOf(dialog, file), whole] : [first, rest];
  if (subject === undefined || template === undefined || template === '') return undefined;
  const places = placesIn(template);
  if (places.some((place) => !Object.hasOwn(values, place))) return undefined;
  const filled = Object.fromEntries(places.map((place) => [place, values[place] ?? '']));
  const preview = places.length === 0 ? { template } : { template, values: filled };
  return { subject, preview, values: filled, ...toMail(preview) };
}

function textOf(dialog: string, name: string): string {
  try {
    return textsOf(dialog)(name);
  } catch {
    return '';
  }
}
