import type { Text } from '../../src/engine/card.ts';
import { blocksOf, lineOf, visible, type Part } from '../../src/render/markup.ts';
import { html, type Html } from './html.ts';

/** A value longer than this gets a scrolling box of its own. */
const longValue = 600;

/** Writes a text with its paragraphs and lists; values come out as text only. */
export function toHtml(text: Text): Html {
  return html`${blocksOf(text).map(({ kind, start, lines }) => {
    if (kind === 'paragraph') return html`${lines.map((line) => html`<p>${inline(line)}</p>`)}`;
    const items = lines.map((line) => html`<li>${inline(line)}</li>`);
    return kind === 'ordered'
      ? html`<ol start="${start}">
          ${items}
        </ol>`
      : html`<ul>
          ${items}
        </ul>`;
  })}`;
}

/** The same for one line: headings, labels, rows of lists. */
export function lineHtml(text: Text): Html {
  return html`${inline(lineOf(text))}`;
}

function inline(parts: readonly Part[]): Html[] {
  return parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return html`${part.text}`;
      case 'value':
        return valueHtml(part.text);
      case 'bold':
        return html`<strong>${inline(part.parts)}</strong>`;
      case 'link':
        return html`<a href="${part.url}" target="_blank" rel="noopener noreferrer"
          >${inline(part.parts)}</a
        >`;
    }
  });
}

function valueHtml(value: string): Html {
  const shown = visible(value);
  if (shown.length > longValue) return html`<bdi class="value long" tabindex="0">${shown}</bdi>`;
  return html`<bdi class="value">${shown}</bdi>`;
}
