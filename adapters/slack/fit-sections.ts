import { fewest } from '../../src/render/fewest.ts';
import type { types } from '@slack/bolt';
import { packed, row, type Line } from './rich-text.ts';

/** A part of a message that can be drawn in full or in one line, or be left out. */
export interface Drawable {
  /** With at most `room` characters in each of its texts. */
  readonly full: (room: number) => readonly types.KnownBlock[];
  readonly line: () => Line;
  /** Never folded or left out. */
  readonly keep: boolean;
  /** The lowest is folded first; of equals, the oldest. */
  readonly rank: number;
}

const mostBlocks = 50;
const mostText = 12_000;
const longestText = 3000;

type Level = 'full' | 'line' | 'out';
type Drawn = { readonly blocks: readonly types.KnownBlock[]; readonly size: number };

/** The parts as blocks that fit into one message with those `around` them: older ones are folded, and then left out. */
export function fitSections(
  parts: readonly Drawable[],
  around: readonly types.KnownBlock[],
): readonly types.KnownBlock[] {
  const order = [...parts.keys()]
    .filter((index) => parts[index]?.keep !== true)
    .sort((one, other) => (parts[one]?.rank ?? 0) - (parts[other]?.rank ?? 0) || one - other);
  const most = { blocks: mostBlocks - around.length, size: mostText - measured(around).size };
  const line = remembered((index) => parts[index]?.line() ?? row());
  for (const [room, from, to] of steps) {
    const full = remembered((index) => measured(parts[index]?.full(room) ?? []));
    const fits = fewest(order.length, (count) => {
      const levels = parts.map((): Level => 'full');
      for (const [place, index] of order.entries()) levels[index] = place < count ? to : from;
      return drawn(levels, { line, full, most });
    });
    if (fits !== undefined) return fits;
  }
  return [];
}

/** Texts are shortened only after what is old was folded, and before anything is left out. */
const steps: readonly (readonly [room: number, from: Level, to: Level])[] = [
  [longestText, 'full', 'line'],
  [1000, 'full', 'line'],
  [1000, 'line', 'out'],
  [300, 'line', 'out'],
  [100, 'line', 'out'],
];

function drawn(
  levels: readonly Level[],
  {
    line,
    full,
    most,
  }: {
    readonly line: (index: number) => Line;
    readonly full: (index: number) => Drawn;
    readonly most: { readonly blocks: number; readonly size: number };
  },
): readonly types.KnownBlock[] | undefined {
  const blocks: types.KnownBlock[] = [];
  const out = levels.filter((level) => level === 'out').length;
  let lines: Line[] = out === 0 ? [] : [row(leftOut(out))];
  let size = 0;
  const add = (next: Drawn) => {
    blocks.push(...next.blocks);
    size += next.size;
  };
  const flush = () => {
    add(measured(packed(lines, most.blocks + 1)));
    lines = [];
  };
  for (const [index, level] of levels.entries()) {
    if (level === 'line') lines.push(line(index));
    if (level !== 'full') continue;
    flush();
    add(full(index));
    if (blocks.length > most.blocks || size > most.size) return undefined;
  }
  flush();
  return blocks.length > most.blocks || size > most.size ? undefined : blocks;
}

function leftOut(count: number): string {
  const parts = count === 1 ? 'One earlier part is' : `${count} earlier parts are`;
  return `${parts} left out here; the console and the log have everything.`;
}

function measured(blocks: readonly types.KnownBlock[]): Drawn {
  return { blocks, size: lettersIn(blocks) };
}

/** All that is read in blocks, however it is wrapped. */
function lettersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + lettersIn(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, one]: [string, unknown]) =>
      sum + (name === 'text' && typeof one === 'string' ? one.length : lettersIn(one)),
    0,
  );
}

function remembered<T>(make: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    const old = known.get(index);
    if (old !== undefined) return old;
    const made = make(index);
    known.set(index, made);
    return made;
  };
}
