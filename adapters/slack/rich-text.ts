import type { types } from '@slack/bolt';
import type { Text } from '../../src/engine/card.ts';
import { say } from '../../src/render/language.ts';
import { blocksOf, lineOf, shortened, visible, type Part } from '../../src/render/markup.ts';

/** A piece of a line of rich text. Only these make mentions, links and times: text makes nothing. */
export type Inline =
  | types.RichTextText
  | types.RichTextLink
  | types.RichTextUserMention
  | types.RichTextUsergroupMention
  | types.RichTextDate;

/** A line, an item of a list, or words to be copied as they are. */
export interface Line {
  readonly kind: 'text' | 'bullet' | 'ordered' | 'copy';
  /** The number that an ordered list begins with. */
  readonly start?: number;
  /** An empty line before it. */
  readonly apart?: boolean;
  readonly parts: readonly Inline[];
}

type Style = { readonly bold?: true; readonly strike?: true };

const longestUrl = 3000;
/** Of a rich text, as of a section. */
const longestText = 3000;
/** A view has 100 blocks and 250 kB; some room is left for what stands around. */
const mostPacked = 90;
const mostBytes = 200_000;

/** Text as it is, whatever is in it; nothing for an empty one. */
export function said(text: string, style: Style = {}): readonly Inline[] {
  if (text === '') return [];
  return [{ type: 'text', text: visible(text), ...(Object.keys(style).length === 0 ? {} : { style }) }];
}

/** A sentence as one line. */
export function inlineOf(text: Text, style: Style = {}): readonly Inline[] {
  return lineOf(text).flatMap((part) => written(part, style));
}

/** A text with its paragraphs and lists. */
export function linesOf(text: Text, style: Style = {}): readonly Line[] {
  return blocksOf(text).flatMap(({ kind, start, lines }, block) =>
    lines.map((line): Line => {
      const parts = line.flatMap((part) => written(part, style));
      if (kind === 'paragraph') return { kind: 'text', parts, apart: block > 0 };
      return kind === 'ordered' ? { kind, start, parts } : { kind: 'bullet', parts };
    }),
  );
}

/** One line out of words of ours, which are put into the language of the staff, and pieces. */
export function row(...parts: readonly (string | readonly Inline[])[]): Line {
  return {
    kind: 'text',
    parts: parts.flatMap((part) => (typeof part === 'string' ? said(say(part)) : part)),
  };
}

/** A moment in the reader's own time zone; with the day when it is far from now. */
export function moment(at: number, now: number, fallback: string): readonly Inline[] {
  const near = Math.abs(at - now) < 12 * 3_600_000;
  const format = near ? '{time}' : '{date_short_pretty} {time}';
  return [{ type: 'date', timestamp: Math.max(0, Math.floor(at / 1000)), format, fallback }];
}

/** Lines that fit: the room is shared out, so that one long value takes nothing from the others. */
export function fitLines(
  lines: readonly Line[],
  most: number,
): { readonly lines: readonly Line[]; readonly cut: boolean } {
  const sizes = lines.map(sizeOf);
  if (sizes.reduce((all, size) => all + size + 2, 0) <= most) return { lines, cut: false };
  const least = 24;
  const count = Math.max(1, Math.floor(most / (least + 2)) - 1);
  const more = lines.length - count;
  const room = roomFor(sizes.slice(0, count), more > 0 ? most - least : most);
  const first = lines.slice(0, count).map((line) => cutLine(line, room));
  return { lines: more > 0 ? [...first, row(`… ${more} more`)] : first, cut: true };
}

/** The same room for everybody, as large as `all` of it allows; who needs less leaves it to the others. */
function roomFor(sizes: readonly number[], all: number): number {
  let left = all - 2 * sizes.length;
  for (const [index, size] of sizes.toSorted((one, other) => one - other).entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return Math.max(1, share);
    left -= size;
  }
  return Infinity;
}

/** Lines as one block; undefined when there is nothing to show. */
export function richText(lines: readonly Line[]): types.RichTextBlock | undefined {
  const elements: types.RichTextBlock['elements'] = [];
  const filled = lines.filter(({ parts }) => parts.length > 0);
  for (let from = 0; from < filled.length;) {
    const kind = filled[from]?.kind ?? 'text';
    const other = filled.findIndex((line, index) => index > from && (kind === 'copy' || line.kind !== kind));
    const to = other === -1 ? filled.length : other;
    elements.push(...together(kind, filled.slice(from, to)));
    from = to;
  }
  return elements.length === 0 ? undefined : { type: 'rich_text', elements };
}

/** Lines as several blocks, each as long as Slack takes; what is too much even for a modal is counted. */
export function packed(lines: readonly Line[], most = mostPacked): types.RichTextBlock[] {
  const blocks: types.RichTextBlock[] = [];
  let bytes = 0;
  let open: Line[] = [];
  let size = 0;
  const flush = () => {
    const block = richText(open);
    if (block !== undefined) blocks.push(block);
    [open, size] = [[], 0];
  };
  for (const [index, line] of lines.entries()) {
    const piece = cutLine(line, longestText);
    const weight = Buffer.byteLength(JSON.stringify(piece.parts)) + 100;
    if (bytes + weight > mostBytes || blocks.length >= most) {
      flush();
      open = [row(`… ${lines.length - index} more lines; the log has everything.`)];
      break;
    }
    if (size + sizeOf(piece) + 2 > longestText) flush();
    open.push(piece);
    size += sizeOf(piece) + 2;
    bytes += weight;
  }
  flush();
  return blocks;
}

/** A `plain_text` object in the language of the staff: no mark-up, no emoji out of `:words:`; never empty, for Slack refuses that. */
export function plainText(text: string, most: number): types.PlainTextElement {
  const shown = shortened(visible(say(text)), most);
  return { type: 'plain_text', text: shown.trim() === '' ? '–' : shown, emoji: false };
}

/** Small grey text. */
export function context(text: string, most: number): types.ContextBlock {
  return { type: 'context', elements: [plainText(text, most)] };
}

function written(part: Part, style: Style): readonly Inline[] {
  switch (part.kind) {
    case 'text':
    case 'value':
      return said(part.text, style);
    case 'bold':
      return part.parts.flatMap((inner) => written(inner, { ...style, bold: true }));
    case 'link': {
      const inside = part.parts.flatMap((inner) => written(inner, style));
      const text = inside.map((inner) => ('text' in inner ? inner.text : '')).join('');
      if (text === '' || part.url.length > longestUrl) return inside;
      return [{ type: 'link', url: part.url, text, ...(Object.keys(style).length === 0 ? {} : { style }) }];
    }
  }
}

function together(kind: Line['kind'], lines: readonly Line[]): types.RichTextBlock['elements'] {
  const [first] = lines;
  if (kind === 'bullet' || kind === 'ordered') {
    const offset = (first?.start ?? 1) - 1;
    const elements = lines.map(({ parts }): types.RichTextSection => ({
      type: 'rich_text_section',
      elements: [...parts],
    }));
    const style = kind === 'ordered' ? 'ordered' : 'bullet';
    return [{ type: 'rich_text_list', style, elements, ...(offset > 0 ? { offset } : {}) }];
  }
  if (kind === 'copy')
    return lines.map(({ parts }) => ({
      type: 'rich_text_preformatted',
      elements: parts.filter((part) => part.type === 'text'),
    }));
  const elements = lines.flatMap(({ parts, apart }, index): readonly Inline[] =>
    index === 0 ? parts : [{ type: 'text', text: apart === true ? '\n\n' : '\n' }, ...parts],
  );
  return [{ type: 'rich_text_section', elements }];
}

/** What a mention or a time takes on the screen, about. */
const markSize = 16;

function sizeOf({ parts }: Line): number {
  return parts.reduce((sum, part) => sum + partSize(part), 0);
}

function partSize(part: Inline): number {
  return part.type === 'text' || part.type === 'link' ? (part.text ?? '').length : markSize;
}

function cutLine(line: Line, room: number): Line {
  if (sizeOf(line) <= room) return line;
  const parts: Inline[] = [];
  let left = room;
  for (const part of line.parts) {
    if (left <= 0) break;
    const size = partSize(part);
    if (part.type === 'text' || part.type === 'link') {
      const text = size <= left ? part.text : shortened(part.text ?? '', left);
      if (text !== undefined && text !== '') parts.push({ ...part, text });
    } else parts.push(part);
    left -= size;
  }
  return { ...line, parts };
}
