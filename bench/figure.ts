/** What is promised of a figure. */
export interface Bar {
  readonly is: 'at most' | 'at least';
  readonly value: number;
}

/** One measured number. `ours` and `peer` are in words, for the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ours: string;
  readonly peer: string;
  readonly bar?: Bar;
}

/** How much is done: all of it, or just enough to see that it works. */
export interface Effort {
  readonly rounds: number;
  /** How long one side is measured in one round (ms), where so long is wished for. */
  ms(wished: number): number;
  /** How many there are, where so many are wished for. */
  count(wished: number): number;
}

/** Measures figures that belong together. */
export interface Part {
  /** All that it measures, in the order of the table. */
  readonly names: readonly string[];
  /** Measures at least those that are wanted. */
  measure(effort: Effort, wanted: ReadonlySet<string>): Promise<readonly Figure[]>;
}

/** Whether a figure keeps its promise. */
export function isKept({ value, bar }: Figure): boolean {
  if (bar === undefined) return true;
  return bar.is === 'at most' ? value <= bar.value : value >= bar.value;
}

/** A number with the digits that mean something. */
export function shown(value: number, unit = ''): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })}${unit}`;
}
