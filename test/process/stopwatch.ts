import { after, within } from './server.ts';

/** One request, and how long it waited for its answer. */
interface Timed {
  readonly what: string;
  readonly status: number;
  readonly ms: number;
}

/** What a stopwatch found; times in milliseconds. */
export interface Figures {
  readonly requests: number;
  readonly worst: Timed;
  readonly median: number;
  readonly p99: number;
  /** Those that were not answered with 200, in words. */
  readonly unanswered: readonly string[];
  /** The kinds of requests that were made. */
  readonly kinds: ReadonlySet<string>;
}

/** Between two presses of one person; different ones, so that people do not fall into step. */
const pausesMs = [20, 45, 30, 60, 25, 50];

/** Takes the times of answers. */
export function stopwatch() {
  const all: Timed[] = [];
  return {
    times: async <T extends { readonly status: number; readonly ms: number }>(
      what: string,
      made: Promise<T>,
    ): Promise<T> => {
      const answer = await made;
      const { status, ms } = answer;
      all.push({ what, status, ms });
      // Nobody presses the next button at once.
      await after(pausesMs[all.length % pausesMs.length] ?? 0);
      return answer;
    },
    figures: (): Figures => {
      const slowest = all.toSorted((one, other) => other.ms - one.ms);
      const [worst] = slowest;
      if (worst === undefined) throw new Error('Nothing was asked.');
      return {
        requests: all.length,
        worst,
        median: slowest[Math.floor(all.length / 2)]?.ms ?? 0,
        p99: slowest[Math.floor(all.length / 100)]?.ms ?? 0,
        unanswered: all
          .filter(({ status }) => status !== 200)
          .map(({ what, status, ms }) => `${what}: ${status} after ${Math.round(ms)} ms`),
        kinds: new Set(all.map(({ what }) => what)),
      };
    },
  };
}

/** How something is timed under a name. */
export type Times = ReturnType<typeof stopwatch>['times'];

/** Waits until something is to be seen, and not for ever. */
export async function until(what: string, isThere: () => boolean): Promise<void> {
  const look = async (): Promise<void> => {
    while (!isThere()) await after(5);
  };
  await within(30_000, what, look());
}
