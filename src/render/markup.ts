import type { Text } from '../engine/card.ts';
import { spoken } from './language.ts';

/** A piece of a line. A value is text and nothing else: what it holds was written by somebody else. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'bold'; readonly parts: readonly Part[] }
  | { readonly kind: 'link'; readonly url: string; readonly parts: readonly Part[] };

/** A paragraph, which is one line, or a list with a line for each item; an ordered one begins at `start`. */
export interface Block {
  readonly kind: 'paragraph' | 'ordered' | 'bullets';
  readonly start: number;
  readonly lines: readonly (readonly Part[])[];
}

const marks =
  /\*\*(?<bold>.+?)\*\*|\[(?<label>[^\]]+)\]\((?<url>https:\/\/[^\s)]+)\)|\{(?<name>[A-Za-z][\w-]*)\}/g;

type Values = Readonly<Record<string, string>>;

/**
 * Reads the template's small Markdown (paragraphs, `1.` and `-` lists, `**bold**`, https links), in the language that it
 * is to be read in. Values are put in afterwards: whatever they contain, they cannot become mark-up, a link or another place for a value.
 */
export function blocksOf(text: Text): readonly Block[] {
  const { template, values = {} } = spoken(text);
  return rawBlocks(template).map(({ kind, start, lines }) => {
    const whole = kind === 'paragraph' ? [lines.join(' ')] : lines;
    return { kind, start, lines: whole.map((line) => partsOf(line, values)) };
  });
}

/** The same for one line: headings, labels, rows of lists. */
export function lineOf(text: Text): readonly Part[] {
  const { template, values = {} } = spoken(text);
  return partsOf(template.replaceAll(/\s*\n\s*/g, ' '), values);
}

/** The words as they are pasted into an e-mail: no mark-up signs, one line a paragraph, links spelled out. */
export function toCopy(text: Text): string {
  return spelled(text, (value) => value);
}

/** The same for a screen: what disguises itself in values is made visible. */
export function toPlain(text: Text): string {
  return spelled(text, visible);
}

/** One line without signs of mark-up, for labels, headings and whoever only listens; values are made visible. */
export function toLine(text: Text): string {
  return joined(lineOf(text), visible).replaceAll(/\s*\n\s*/g, ' ');
}

/** Control characters as their pictures and direction overrides as `\uFFFD`, so that text cannot disguise itself. */
export function visible(value: string): string {
  return wellFormed(value)
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F]/g, (sign) => String.fromCodePoint(0x2400 + sign.charCodeAt(0)))
    .replaceAll(/[\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '\uFFFD');
}

/** Cuts at `most` UTF-16 units, the "…" counted, and never through a sign that takes two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, Math.max(0, most - 1)).replace(/[\uD800-\uDBFF]$/, '');
  return most < 1 ? '' : `${kept.trimEnd()}…`;
}

function spelled(text: Text, write: (value: string) => string): string {
  return blocksOf(text)
    .map(({ kind, start, lines }) => {
      if (kind === 'paragraph') return lines.map((line) => joined(line, write)).join(' ');
      return lines
        .map((line, i) => `${kind === 'ordered' ? `${start + i}.` : '-'} ${joined(line, write)}`)
        .join('\n');
    })
    .join('\n\n');
}

function joined(parts: readonly Part[], write: (value: string) => string): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'value') return write(part.text);
      const inside = joined(part.parts, write);
      return part.kind === 'bold' ? inside : `${inside} (${part.url})`;
    })
    .join('');
}

interface RawBlock extends Pick<Block, 'kind' | 'start'> {
  readonly lines: string[];
}

function rawBlocks(template: string): readonly RawBlock[] {
  const all: RawBlock[] = [];
  let open: RawBlock | undefined;
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

function partsOf(template: string, values: Values): readonly Part[] {
  const parts: Part[] = [];
  const add = (text: string) => {
    if (text !== '') parts.push({ kind: 'text', text });
  };
  let from = 0;
  for (const match of template.matchAll(marks)) {
    add(template.slice(from, match.index));
    from = match.index + match[0].length;
    const { bold, label, url, name } = match.groups ?? {};
    if (bold !== undefined) parts.push({ kind: 'bold', parts: partsOf(bold, values) });
    else if (label !== undefined && url !== undefined)
      parts.push({ kind: 'link', url: linkTarget(url, values), parts: partsOf(label, values) });
    else if (name !== undefined && Object.hasOwn(values, name)) {
      parts.push({ kind: 'value', text: values[name] ?? '' });
    } else add(match[0]);
  }
  add(template.slice(from));
  return parts;
}

function linkTarget(url: string, values: Values): string {
  return url.replaceAll(/\{([A-Za-z][\w-]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(wellFormed(values[name] ?? '')) : whole,
  );
}

/** Half of a sign that takes two is none: encoders throw at it. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}
