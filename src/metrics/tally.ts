/** What a tally is called and how it is divided. A histogram has `buckets`: upper bounds in its unit, rising. */
export interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

/** One number as the text format has it. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** How many fell into each bucket alone; the last one has no bound. */
  readonly counts: number[];
  sum: number;
}

/** More than our own labels can make; what would go beyond is counted under "other", so that memory stays bounded. */
const mostSeries = 500;

/**
 * Counts from the first moment on, without the library that prints it: that takes longer to load than all of mailfix,
 * and most servers are never asked.
 */
export class Tally {
  readonly of: Definition;
  readonly #series = new Map<string, Series>();

  constructor(of: Definition) {
    this.of = of;
  }

  /** Counts one event; `value` is what a histogram observes. The labels are in the order of the definition. */
  add(labels: readonly string[], value = 1): void {
    const { buckets = [] } = this.of;
    const series = this.#find(labels);
    const bucket = buckets.findIndex((bound) => value <= bound);
    const at = bucket === -1 ? buckets.length : bucket;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
  }

  /** Everything counted so far. */
  samples(): Sample[] {
    const { name, buckets } = this.of;
    return [...this.#series.values()].flatMap(({ labels, counts, sum }): Sample[] => {
      const count = counts.reduce((all, one) => all + one, 0);
      if (buckets === undefined) return [{ labels, value: count, metricName: name }];
      let below = 0;
      const bounded = buckets.map((le, index): Sample => {
        below += counts[index] ?? 0;
        return { labels: { ...labels, le }, value: below, metricName: `${name}_bucket` };
      });
      return [
        ...bounded,
        { labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` },
        { labels, value: sum, metricName: `${name}_sum` },
        { labels, value: count, metricName: `${name}_count` },
      ];
    });
  }

  #find(values: readonly string[]): Series {
    const known = this.#series.get(values.join('\n'));
    if (known !== undefined) return known;
    const kept = this.#series.size < mostSeries ? values : values.map(() => 'other');
    const key = kept.join('\n');
    const labels = Object.fromEntries(this.of.labels.map((label, index) => [label, kept[index] ?? '']));
    const made = this.#series.get(key) ?? { labels, counts: [], sum: 0 };
    this.#series.set(key, made);
    return made;
  }
}
