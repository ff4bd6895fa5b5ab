/** The middle one; throws for none, for nothing was measured then. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return (low + high) / 2;
}

/** What each side came to, round by round. */
export type Rounds<Side extends string> = Readonly<Record<Side, readonly number[]>>;

/**
 * Measures the sides in turn, so many rounds, beginning with another one each time: what else the machine does meets all
 * of them. A first round is thrown away, for code is slow until it is compiled.
 */
export async function alternate<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<number>>>,
): Promise<Rounds<Side>> {
  const names = Object.keys(sides) as Side[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (let n = 0; n < names.length; n += 1) {
      const name = names[(n + round) % names.length];
      if (name === undefined) continue;
      const value = await sides[name](round);
      if (round > 0) found[name].push(value);
    }
  }
  return found;
}

/** One side against another: the median of the rounds' ratios, since the two of a round met the same machine. */
export function ratio<Side extends string>(rounds: Rounds<Side>, one: Side, other: Side): number {
  return median(rounds[one].map((value, round) => value / (rounds[other][round] ?? Number.NaN)));
}
