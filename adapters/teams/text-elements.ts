import type { Text } from '../../src/engine/card.ts';
import { say } from '../../src/render/language.ts';
import { blocksOf, lineOf, shortened, toLine, visible, type Part } from '../../src/render/markup.ts';
import type { ActionSet, ChoiceInput, OpenUrl, TextInput } from './action-elements.ts';

/** A run of plain text: whatever stands in it, Adaptive Cards reads no Markdown there. */
export interface TextRun extends Style {
  readonly type: 'TextRun';
  readonly text: string;
  readonly selectAction?: OpenUrl;
}

interface Style {
  readonly weight?: 'Bolder';
  readonly size?: 'Small' | 'Large';
  readonly color?: 'Good' | 'Warning' | 'Attention' | 'Accent';
  readonly isSubtle?: true;
  readonly strikethrough?: true;
}

type Spacing = 'None' | 'Small' | 'Medium';

interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly spacing?: Spacing;
  readonly inlines: readonly TextRun[];
}

interface TextBlock {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly style: 'heading';
  readonly size: 'Large' | 'Medium';
  readonly weight: 'Bolder';
  readonly wrap: true;
}

/** Elements that belong together. */
export interface Container {
  readonly type: 'Container';
  readonly id?: string;
  readonly isVisible?: false;
  readonly style?: 'emphasis';
  readonly separator?: true;
  readonly spacing?: Spacing;
  readonly items: readonly Element[];
}

/** Anything that stands in the body of a card. */
export type Element = RichTextBlock | TextBlock | Container | ActionSet | TextInput | ChoiceInput;

/** A line of text; `apart` leaves some room above it. */
export interface Line {
  readonly apart?: boolean;
  readonly runs: readonly TextRun[];
}

/** How runs look; what they mean is always in their words as well. */
export const styles = {
  bold: { weight: 'Bolder' },
  subtle: { isSubtle: true },
  struck: { strikethrough: true },
} as const satisfies Record<string, Style>;

const longestUrl = 2000;
/** A line break makes an element of its own, for not every client breaks a run; so many of one text do. */
const mostBreaks = 20;
/** What is left of a line that stands for those that were cut. */
const least = 24;
/** More than any part of a card has room for. */
const longestRun = 6000;

/**
 * Text for any place of a card. Titles, labels and runs know no Markdown, but even there `{{DATE(…)}}` and `{{TIME(…)}}`
 * would be computed: a word joiner, which nobody sees, keeps them words.
 */
export function shown(text: string): string {
  return visible(text).replaceAll(/\{(?=\{\s*(?:DATE|TIME)\b)/gi, '{\u2060');
}

/** One line for a title or a label, in the language of the staff and never empty. */
export function named(text: string, most: number): string {
  const line = shortened(shown(say(text)).replaceAll(/\s+/g, ' ').trim(), most);
  return line === '' ? '–' : line;
}

/** Text as it is, whatever is in it; nothing for an empty one. */
export function said(text: string, style: Style = {}): readonly TextRun[] {
  return text === '' ? [] : [{ type: 'TextRun', text: shown(shortened(text, longestRun)), ...style }];
}

/** A sentence as one line. */
export function inlineOf(text: Text, style: Style = {}): readonly TextRun[] {
  return lineOf(text)
    .flatMap((part) => written(part, style))
    .map((run) => ({ ...run, text: run.text.replaceAll(/\n+/g, ' ') }));
}

/** A text with its paragraphs and lists. */
export function linesOf(text: Text, style: Style = {}): readonly Line[] {
  return blocksOf(text).flatMap(({ kind, start, lines }, block) =>
    lines.map((line, index): Line => {
      const sign = kind === 'paragraph' ? '' : kind === 'ordered' ? `${start + index}. ` : '• ';
      const runs = [...said(sign, style), ...line.flatMap((part) => written(part, style))];
      return { runs, apart: block > 0 && index === 0 };
    }),
  );
}

/** Words as they were written or are to be copied, a line each. */
export function copied(text: string): readonly Line[] {
  return shown(text)
    .split(/\n\s*\n/)
    .map((paragraph): Line => ({ runs: said(paragraph), apart: true }));
}

/** One line out of words of ours, which are put into the language of the staff, and runs. */
export function row(...parts: readonly (string | readonly TextRun[])[]): Line {
  return { runs: parts.flatMap((part) => (typeof part === 'string' ? said(say(part)) : part)) };
}

/** The heading of a card: one for screen readers too where its words hold nothing that Markdown could read. */
export function heading(text: Text, size: 'Large' | 'Medium' = 'Large'): readonly Element[] {
  const line = named(toLine(text), 200);
  if (/^[\p{L}\p{N}](?:[\p{L}\p{N} ,·@–]|[.-](?=[\p{L}\p{N} ]))*$/u.test(line) && !/^\d+\. /.test(line))
    return [{ type: 'TextBlock', text: line, style: 'heading', size, weight: 'Bolder', wrap: true }];
  return [{ type: 'RichTextBlock', inlines: said(line, { weight: 'Bolder', size: 'Large' }) }];
}

/** Small grey words. */
export function smallPrint(text: string, most: number): readonly Element[] {
  return drawn([{ runs: said(say(text), { isSubtle: true, size: 'Small' }), apart: true }], most);
}

/** Lines as elements, in at most `most` characters. */
export function drawn(lines: readonly Line[], most: number, count = Infinity): readonly Element[] {
  let breaks = Math.min(mostBreaks, Math.ceil(most / 50));
  return fitLines(lines, most, count).flatMap(({ runs, apart }) => {
    const pieces = split(runs, breaks);
    breaks -= Math.max(0, pieces.length - 1);
    return pieces.map((inlines, index): RichTextBlock => {
      const spacing = index === 0 && apart === true ? 'Small' : 'None';
      return { type: 'RichTextBlock', spacing, inlines: merged(inlines) };
    });
  });
}

/** Lines that fit: the room is shared out, so that one long value takes nothing from the others. */
export function fitLines(lines: readonly Line[], most: number, count = Infinity): readonly Line[] {
  const filled = lines.filter(({ runs }) => runs.some(({ text }) => text.trim() !== ''));
  const sizes = filled.map(sizeOf);
  if (filled.length <= count && sizes.reduce((all, size) => all + size, 0) <= most) return filled;
  const kept = Math.min(count, Math.max(1, Math.floor(most / least) - 1));
  const more = filled.length - kept;
  const room = roomFor(sizes.slice(0, kept), more > 0 ? most - least : most);
  const first = filled.slice(0, kept).map((line) => cutLine(line, room));
  return more > 0 ? [...first, row(said(say(`… ${more} more`), styles.subtle))] : first;
}

/** The same room for everybody, as large as `all` of it allows; who needs less leaves it to the others. */
function roomFor(sizes: readonly number[], all: number): number {
  let left = all;
  for (const [index, size] of sizes.toSorted((one, other) => one - other).entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return Math.max(1, share);
    left -= size;
  }
  return Infinity;
}

function written(part: Part, style: Style): readonly TextRun[] {
  switch (part.kind) {
    case 'text':
    case 'value':
      return said(part.text, style);
    case 'bold':
      return part.parts.flatMap((inner) => written(inner, { ...style, ...styles.bold }));
    case 'link': {
      const label = part.parts.flatMap((inner) => written(inner, {})).map(({ text }) => text);
      // The address is spelled out as well: not every client of Teams makes a link of a run.
      const [run] = said(`${label.join('')} (${part.url})`, style);
      if (run === undefined || part.url.length > longestUrl) return run === undefined ? [] : [run];
      return [{ ...run, selectAction: { type: 'Action.OpenUrl', title: say('Open'), url: part.url } }];
    }
  }
}

function split(runs: readonly TextRun[], most: number): readonly (readonly TextRun[])[] {
  const lines: TextRun[][] = [[]];
  for (const run of runs) {
    const room = Math.max(0, most - lines.length + 1);
    const pieces = run.text.split(/\n+/);
    const whole = [...pieces.slice(0, room), ...(pieces.length > room ? [pieces.slice(room).join(' ')] : [])];
    for (const [index, text] of whole.entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...run, text });
    }
  }
  return lines.filter((line) => line.some(({ text }) => text.trim() !== ''));
}

/** Neighbours that look alike as one run, read anew: together they could be a function. */
function merged(runs: readonly TextRun[]): readonly TextRun[] {
  const all: TextRun[] = [];
  const lookOf = (run: TextRun) => JSON.stringify({ ...run, text: '' });
  for (const run of runs) {
    const last = all.at(-1);
    if (last === undefined || run.selectAction !== undefined || lookOf(last) !== lookOf(run)) all.push(run);
    else all[all.length - 1] = { ...last, text: shown(last.text + run.text) };
  }
  return all;
}

function sizeOf({ runs }: Line): number {
  return runs.reduce((sum, { text }) => sum + text.length, 0);
}

function cutLine(line: Line, room: number): Line {
  const runs: TextRun[] = [];
  let left = room;
  for (const run of line.runs) {
    if (left <= 0) break;
    const { selectAction: _, ...words } = run;
    const text = shortened(run.text, left);
    // Half a link is none: its address may be long.
    if (text === run.text) runs.push(run);
    else if (text !== '') runs.push({ ...words, text });
    left -= run.text.length;
  }
  return { ...line, runs };
}
