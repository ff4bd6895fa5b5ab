import type { Instructions, Mailing } from './actions/send-instructions.ts';
import { smtpClient } from './clients/smtp.ts';
import { placesIn } from './engine/fill.ts';
import { toLine } from './render/markup.ts';
import { toMail } from './render/to-mail.ts';
import { mailSubjectOf, textsOf } from './texts.ts';

/**
 * What sending words by e-mail needs, from SMTP_URL and MAIL_FROM; without them there is nothing to send through. They are
 * in `language` where no other was chosen for the client.
 */
export function mailingOf(
  mail: { readonly smtpUrl: string; readonly from: string; readonly totalMs?: number } | undefined,
  now: () => number,
  language = 'en',
): Mailing {
  return {
    smtp: mail === undefined ? undefined : smtpClient({ ...mail, url: mail.smtpUrl, now }),
    idHost: mail?.from.split('@').at(-1) ?? 'mailfix.invalid',
    instructionsOf: (name, values) => instructionsOf(name, values, language),
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
  usual = 'en',
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
  const { clientLanguage: chosen } = values;
  const language = chosen ?? usual;
  const preview = { template, language, ...(places.length === 0 ? {} : { values: filled }) };
  return {
    subject: toLine({ template: subject, language }),
    preview,
    // What was chosen is part of what is approved, and tells one mail from the same in another language.
    values: chosen === undefined ? filled : { ...filled, clientLanguage: chosen },
    ...toMail(preview),
  };
}

function textOf(dialog: string, name: string): string {
  try {
    return textsOf(dialog)(name);
  } catch {
    return '';
  }
}
