import { fewest } from '../../src/render/fewest.ts';
import { say } from '../../src/render/language.ts';
import { bytesOf } from './action-elements.ts';
import type { Room } from './section-elements.ts';
import { drawn, row, said, styles, type Element, type Line } from './text-elements.ts';

/** A part of a card that can be drawn in full or in one line, or be left out. */
export interface Drawable {
  readonly full: (room: Room) => readonly Element[];
  readonly line: () => Line;
  /** Never folded or left out. */
  readonly keep: boolean;
  /** The lowest is folded first; of equals, the oldest. */
  readonly rank: number;
}

/** Bytes of a whole card: what every client and every gateway of Teams takes. */
export const largestCard = 25_000;

type Level = 'full' | 'line' | 'out';

/** The parts as elements that fit into a card beside `around` bytes: older ones are folded, and then left out. */
export function fitCard(parts: readonly Drawable[], around: number): readonly Element[] {
  const order = [...parts.keys()]
    .filter((index) => parts[index]?.keep !== true)
    .sort((one, other) => (parts[one]?.rank ?? 0) - (parts[other]?.rank ?? 0) || one - other);
  const most = largestCard - around;
  const line = remembered((index) => measured(drawn([parts[index]?.line() ?? row()], 500)));
  for (const { from, to, ...room } of steps) {
    const full = remembered((index) => measured(parts[index]?.full(room) ?? []));
    const fits = fewest(order.length, (count) => {
      const levels = parts.map((): Level => 'full');
      for (const [place, index] of order.entries()) levels[index] = place < count ? to : from;
      return together(levels, { full, line, most });
    });
    if (fits !== undefined) return fits;
  }
  return [];
}

/** Texts are shortened only after what is old was folded, and before anything is left out. */
const steps: readonly (Room & { readonly from: Level; readonly to: Level })[] = [
  { text: 3000, script: 4000, evidence: 3000, lines: 60, actions: 14_000, from: 'full', to: 'line' },
  { text: 1000, script: 3000, evidence: 1000, lines: 40, actions: 14_000, from: 'full', to: 'line' },
  { text: 1000, script: 2000, evidence: 0, lines: 40, actions: 14_000, from: 'line', to: 'out' },
  { text: 300, script: 1500, evidence: 0, lines: 20, actions: 14_000, from: 'line', to: 'out' },
  { text: 100, script: 1000, evidence: 0, lines: 8, actions: 12_000, from: 'line', to: 'out' },
  { text: 60, script: 300, evidence: 0, lines: 3, actions: 8000, from: 'line', to: 'out' },
  { text: 60, script: 0, evidence: 0, lines: 1, actions: 4000, bare: true, from: 'out', to: 'out' },
];

interface Measured {
  readonly elements: readonly Element[];
  readonly size: number;
}

function together(
  levels: readonly Level[],
  {
    full,
    line,
    most,
  }: {
    readonly full: (index: number) => Measured;
    readonly line: (index: number) => Measured;
    readonly most: number;
  },
): readonly Element[] | undefined {
  const out = levels.filter((level) => level === 'out').length;
  const elements: Element[] = [];
  let size = 0;
  const add = (next: Measured) => {
    elements.push(...next.elements);
    size += next.size;
  };
  if (out > 0) add(measured(drawn([row(said(say(leftOut(out)), styles.subtle))], 500)));
  for (const [index, level] of levels.entries()) {
    if (level !== 'out') add(level === 'full' ? full(index) : line(index));
    if (size > most) return undefined;
  }
  return elements;
}

function leftOut(count: number): string {
  const parts = count === 1 ? 'One earlier part is' : `${count} earlier parts are`;
  return `${parts} left out here; the console and the log have everything.`;
}

/** Each element and the comma behind it. */
function measured(elements: readonly Element[]): Measured {
  return { elements, size: elements.reduce((sum, element) => sum + bytesOf(element) + 1, 0) };
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
