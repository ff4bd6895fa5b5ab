import { fillWithCrowd, latenessOf } from './crowd.ts';
import { gauge, momentOf } from './gauge.ts';
import type { Moment } from './gauge.ts';
import { answersOf, comes, getKnown, Rush, shownAfter, spreadOf, takeSeats } from './rush.ts';
import type { Done, Spread } from './rush.ts';
import { auditRush } from './rush-audit.ts';
import type { Audited } from './rush-audit.ts';
import { after } from './server.ts';
import { slowdown } from './slowdown.ts';
import { openTwoOffice } from './two-office.ts';

/** How much of everything. */
export interface LoadSizes {
  readonly open: number;
  readonly timers: number;
  /** Incidents that people work on, in each product. */
  readonly seats: number;
  readonly conversations: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly deadSeconds: number;
  readonly clicks: number;
  /** How long WHM takes for an answer. */
  readonly whmMs: number;
  /** How long Slack and Teams take. */
  readonly chatMs: number;
  /** From the making of the file to the first reminder: time to start and to take seats. */
  readonly setUpMs: number;
  /** How long anything is waited for. */
  readonly patienceMs: number;
}

/** One stretch of time, and how it went. */
export interface Stretch {
  readonly done: readonly Done[];
  readonly answers: Spread;
  readonly unanswered: readonly string[];
  readonly slack: ReturnType<typeof shownAfter>;
  readonly teams: ReturnType<typeof shownAfter>;
  readonly teamsAnswers: Spread;
  readonly moments: readonly Moment[];
  /** By how much other work on the machine slowed it down. */
  readonly slowed: number;
}

/** What a whole run came to. */
export interface LoadRun {
  readonly startMs: number;
  readonly begin: Moment;
  readonly steady: Stretch;
  readonly burst: Stretch;
  readonly dead: Stretch;
  /** Until everything was shown and done after Slack came back, and WHM was quick again. */
  readonly backMs: number;
  readonly timers: Spread;
  readonly audit: Audited;
  readonly peakMb: number;
  readonly errors: string;
}

/** A crowd of open incidents in the file, a desk in two products, and then: a steady rush, a burst, a dead Slack. */
export async function runLoad(sizes: LoadSizes): Promise<LoadRun> {
  const { seats: each, seconds, perSecond, deadSeconds, clicks, patienceMs: longMs } = sizes;
  const office = await openTwoOffice(sizes);
  try {
    // The reminders fall into the steady rush.
    const spreadMs = seconds * 1000;
    const remindFrom = Date.now() + sizes.setUpMs;
    await fillWithCrowd(office.database, { ...sizes, remindFrom, spreadMs });
    const from = performance.now();
    await office.start();
    const startMs = performance.now() - from;
    const begin = await momentOf(office.server.url);
    await getKnown(office);
    const seats = await takeSeats(office, each);
    await quiet(office.server.url, longMs);
    office.outside.always('whm', (_call, apply) => after(sizes.whmMs).then(apply));
    const rush = new Rush(office, seats);
    await after(Math.max(0, remindFrom - Date.now()));

    const stretch = async (work: () => Promise<readonly Done[]>, settles: boolean): Promise<Stretch> => {
      const slowed = slowdown();
      const stop = gauge(office.server.url);
      const done = await work();
      if (settles) await shownAll(done, longMs);
      const moments = await stop();
      return {
        done,
        answers: answersOf(done),
        teamsAnswers: answersOf(done, 'teams'),
        unanswered: done
          .filter(({ answer }) => answer.status !== 200)
          .map(({ kind, answer }) => `${kind}: ${answer.status} ${answer.error}`),
        slack: shownAfter(done, 'slack'),
        teams: shownAfter(done, 'teams'),
        moments,
        slowed: slowed(),
      };
    };
    const steady = await stretch(() => rush.lasts(seconds, perSecond), true);
    const burst = await stretch(() => rush.bursts(clicks), true);
    office.slackHangs(true);
    const dead = await stretch(async () => {
      const done = await rush.lasts(deadSeconds, perSecond);
      await comes('what was pressed in Teams', longMs, async () => shownAfter(done, 'teams').missing === 0);
      return done;
    }, false);
    office.slackHangs(false);
    office.outside.always('whm', (_call, apply) => apply());
    const back = performance.now();
    await shownAll(rush.done, longMs);
    await quiet(office.server.url, longMs);
    const backMs = performance.now() - back;
    const moments = [...steady.moments, ...burst.moments, ...dead.moments, await momentOf(office.server.url)];
    const { stderr, stdout } = await office.server.stop();
    const errors =
      stderr +
      stdout
        .split('\n')
        .filter((line) => /"level":"(?:error|fatal)"/.test(line))
        .join('\n');
    return {
      startMs,
      begin,
      steady,
      burst,
      dead,
      backMs,
      timers: spreadOf(await latenessOf(office.database, sizes.timers)),
      audit: await auditRush(office, seats, rush),
      peakMb: Math.max(...moments.map(({ rssMb }) => rssMb)),
      errors,
    };
  } finally {
    await office.close();
  }
}

/** How long the longest due row of a kind had been due, at the worst moment, in seconds. */
export function behind({ moments }: Stretch, kinds: readonly string[]): number {
  return Math.max(0, ...moments.flatMap(({ oldest }) => kinds.map((kind) => oldest.get(kind) ?? 0)));
}

async function shownAll(done: readonly Done[], longMs: number): Promise<void> {
  const missing = () => shownAfter(done, 'slack').missing + shownAfter(done, 'teams').missing;
  await comes('everything that was pressed', longMs, async () => missing() === 0);
}

/** Nothing is due, and nothing is under way. */
async function quiet(url: string, longMs: number): Promise<void> {
  const rows = async () => [...(await momentOf(url)).rows.values()].reduce((sum, one) => sum + one, 0);
  await comes('an empty outbox', longMs, async () => (await rows()) === 0);
}
