import { shortened } from './markup.ts';

/** A part of a text that is kept or left out as a whole: its atoms, joined; when even that is too long, each is cut. */
export interface Piece {
  /** 0 must stay; of the others the highest goes first, and of equals the oldest. */
  readonly rank: number;
  readonly lead?: string;
  readonly atoms: readonly string[];
  readonly join?: string;
}

/** What a text has to fit into. */
export interface Fit {
  readonly most?: number;
  readonly escape?: (text: string) => string;
}

const gap = '…';

/** The pieces as lines; with `most`, as many of them as fit, with "…" where some were left out. */
export function fitted(pieces: readonly Piece[], { most = Infinity, escape = (text) => text }: Fit): string {
  const lines = pieces.map((piece) => escape(written(piece)));
  const sizes = lines.map((line) => line.length + 1);
  let size = sizes.reduce((sum, one) => sum + one, 0);
  const kept = new Set(pieces.keys());
  const order = [...pieces.keys()]
    .filter((index) => (pieces[index]?.rank ?? 0) > 0)
    .sort((one, other) => (pieces[other]?.rank ?? 0) - (pieces[one]?.rank ?? 0) || one - other);
  for (const index of order) {
    if (size - 1 <= most) break;
    kept.delete(index);
    const isGap = (at: number) => at >= 0 && at < pieces.length && !kept.has(at);
    // A new sign in its place, unless there is one beside it; between two, one of them is saved too.
    const gaps = 1 - Number(isGap(index - 1)) - Number(isGap(index + 1));
    size += gaps * (gap.length + 1) - (sizes[index] ?? 0);
  }
  const whole = joined(pieces, kept, (piece) => escape(written(piece)));
  if (whole.length <= most) return whole;
  return cut(pieces, kept, most, escape);
}

/** Every atom gets the same room, the most that lets all of it fit. */
function cut(
  pieces: readonly Piece[],
  kept: ReadonlySet<number>,
  most: number,
  escape: (text: string) => string,
): string {
  let best = '';
  for (let [low, high] = [1, most]; low <= high;) {
    const room = Math.floor((low + high) / 2);
    const text = joined(pieces, kept, (piece) => escape(written(piece, room)));
    if (text.length <= most) [best, low] = [text, room + 1];
    else high = room - 1;
  }
  return best;
}

function joined(
  pieces: readonly Piece[],
  kept: ReadonlySet<number>,
  write: (piece: Piece) => string,
): string {
  const lines: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (kept.has(index)) lines.push(write(piece));
    else if (lines.at(-1) !== gap) lines.push(gap);
  }
  return lines.join('\n');
}

function written({ lead = '', atoms, join = '' }: Piece, room = Infinity): string {
  return `${lead}${atoms.map((atom) => shortened(atom, room)).join(join)}`;
}
