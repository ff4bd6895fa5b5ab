import { z } from 'zod';

/** A free text fit to be kept and shown, or why not. */
export type CleanedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'empty' | 'too-long'; readonly message: string };

/**
 * A note as it may be stored: no control characters but newline and tab, no bidi overrides, trimmed.
 * Markup stays as it is, since renderers escape. `maxChars` counts code points after cleaning.
 */
export function cleanText(text: string, maxChars: number): CleanedText {
  const clean = text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g, '')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .trim();
  if (clean === '')
    return { ok: false, code: 'empty', message: 'The text is empty. Type what you want to say.' };
  const length = [...clean].length;
  if (length <= maxChars) return { ok: true, text: clean };
  const message = `The text has ${length} characters, and at most ${maxChars} are kept here. Shorten it by ${length - maxChars}.`;
  return { ok: false, code: 'too-long', message };
}

/** The type of a fact that is free text of at most `maxChars` characters. */
export function freeText(maxChars: number) {
  return z.string({ error: 'Type a text.' }).transform((text, ctx) => {
    const cleaned = cleanText(text, maxChars);
    if (cleaned.ok) return cleaned.text;
    ctx.addIssue({ code: 'custom', message: cleaned.message });
    return z.NEVER;
  });
}
