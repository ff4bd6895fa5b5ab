import type { Text } from '../engine/card.ts';
import { blocksOf, toCopy, type Part } from './markup.ts';

/** A text as the two bodies of an e-mail: plain, and the same words as HTML with everything that is a value escaped. */
export function toMail(text: Text): { readonly text: string; readonly html: string } {
  const body = blocksOf(text)
    .map(({ kind, start, lines }) => {
      if (kind === 'paragraph') return lines.map((line) => `<p>${inline(line)}</p>`).join('\n');
      const items = lines.map((line) => `<li>${inline(line)}</li>`).join('\n');
      if (kind === 'bullets') return `<ul>\n${items}\n</ul>`;
      return `<ol${start === 1 ? '' : ` start="${start}"`}>\n${items}\n</ol>`;
    })
    .join('\n');
  const html = `<!doctype html>\n<html lang="${text.language ?? 'en'}">\n<head><meta charset="utf-8"></head>\n<body>\n${body}\n</body>\n</html>\n`;
  return { text: `${toCopy(text)}\n`, html };
}

function inline(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return escaped(part.text);
        case 'value':
          return escaped(part.text).replaceAll('\n', '<br>');
        case 'bold':
          return `<strong>${inline(part.parts)}</strong>`;
        case 'link':
          return `<a href="${escaped(part.url)}">${inline(part.parts)}</a>`;
      }
    })
    .join('');
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters mean nothing in a mail, and half a sign cannot be written. */
function escaped(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]|\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
