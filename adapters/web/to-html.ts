import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Text } from '../../src/engine/card.ts';

/** Escaped mark-up, as `hono/html` makes it. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

type Values = Readonly<Record<string, string>>;

const marks =
  /\*\*(?<bold>.+?)\*\*|\[(?<label>[^\]]+)\]\((?<url>https:\/\/[^\s)]+)\)|\{(?<name>[A-Za-z][\w-]*)\}/g;

/** A value longer than this gets a scrolling box of its own. */
const longValue = 600;

/**
 * Renders the template's small Markdown (paragraphs, `1.` and `-` lists, `**bold**`, https links). Values are put in
 * afterwards, as text only: whatever they contain, they cannot become mark-up, a link or another place for a value.
 */
export function toHtml(text: Text): Html {
  const values = text.values ?? {};
  return html`${blocks(text.template).map((block) => {
    if (block.kind === 'paragraph') return html`<p>${inline(block.lines.join(' '), values)}</p>`;
    const items = block.lines.map((line) => html`<li>${inline(line, values)}</li>`);
    return block.kind === 'ordered'
      ? html`<ol start="${block.start}">
          ${items}
        </ol>`
      : html`<ul>
          ${items}
        </ul>`;
  })}`;
}

/** The same for one line: headings, labels, rows of lists. */
export function lineHtml(text: Text): Html {
  return html`${inline(text.template.replaceAll(/\s*\n\s*/g, ' '), text.values ?? {})}`;
}

/** The words as they are pasted into an e-mail: no mark-up signs, one line a paragraph, links spelled out. */
export function toCopy(text: Text): string {
  const values = text.values ?? {};
  const fill = (line: string): string =>
    line.replaceAll(marks, (whole, bold?: string, label?: string, url?: string, name?: string) => {
      if (bold !== undefined) return fill(bold);
      if (label !== undefined && url !== undefined) return `${fill(label)} (${linkTarget(url, values)})`;
      return name !== undefined && Object.hasOwn(values, name) ? (values[name] ?? whole) : whole;
    });
  return blocks(text.template)
    .map((block) => {
      if (block.kind === 'paragraph') return fill(block.lines.join(' '));
      return block.lines
        .map((line, i) => `${block.kind === 'ordered' ? `${block.start + i}.` : '-'} ${fill(line)}`)
        .join('\n');
    })
    .join('\n\n');
}

/** Control characters as their pictures and direction overrides as `\uFFFD`, so that text cannot disguise itself. */
export function visible(value: string): string {
  return value
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F]/g, (sign) => String.fromCodePoint(0x2400 + sign.charCodeAt(0)))
    .replaceAll(/[\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '\uFFFD');
}

interface Block {
  readonly kind: 'paragraph' | 'ordered' | 'bullets';
  readonly start: number;
  readonly lines: string[];
}

function blocks(template: string): readonly Block[] {
  const all: Block[] = [];
  let open: Block | undefined;
  const add = (kind: Block['kind'], line: string, start = 1) => {
    if (open?.kind !== kind) all.push((open = { kind, start, lines: [] }));
    open.lines.push(line);
  };
  for (const line of template.split(/\r?\n/)) {
    const item = /^\s*(?:(?<number>\d{1,3})[.)]|[-*•])\s+(?<words>.*)$/.exec(line)?.groups;
    if (line.trim() === '') {
      // A list may have blank lines between its items.
      if (open?.kind === 'paragraph') open = undefined;
    } else if (item?.['words'] !== undefined) {
      const number = item['number'];
      add(number === undefined ? 'bullets' : 'ordered', item['words'], Number(number ?? 1));
    } else if (open !== undefined && open.kind !== 'paragraph' && /^\s/.test(line)) {
      open.lines.push(`${open.lines.pop() ?? ''} ${line.trim()}`);
    } else add('paragraph', line.trim());
  }
  return all;
}

function inline(template: string, values: Values): Html[] {
  const parts: Html[] = [];
  let from = 0;
  for (const match of template.matchAll(marks)) {
    parts.push(html`${template.slice(from, match.index)}`);
    from = match.index + match[0].length;
    const { bold, label, url, name } = match.groups ?? {};
    if (bold !== undefined) parts.push(html`<strong>${inline(bold, values)}</strong>`);
    else if (label !== undefined && url !== undefined)
      parts.push(
        html`<a href="${linkTarget(url, values)}" target="_blank" rel="noopener noreferrer"
          >${inline(label, values)}</a
        >`,
      );
    else if (name !== undefined && Object.hasOwn(values, name)) parts.push(valueHtml(values[name] ?? ''));
    else parts.push(html`${match[0]}`);
  }
  parts.push(html`${template.slice(from)}`);
  return parts;
}

function valueHtml(value: string): Html {
  const shown = visible(value);
  if (shown.length > longValue) return html`<bdi class="value long" tabindex="0">${shown}</bdi>`;
  return html`<bdi class="value">${shown}</bdi>`;
}

function linkTarget(url: string, values: Values): string {
  return url.replaceAll(/\{([A-Za-z][\w-]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name] ?? '') : whole,
  );
}
