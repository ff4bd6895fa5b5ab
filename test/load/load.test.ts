import { writeSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import { behind, runLoad } from '../process/load-run.ts';
import type { Stretch } from '../process/load-run.ts';
import type { Spread } from '../process/rush.ts';

/** Slack's own limit, for the time that the machine gives; ours is a local commit. */
const answerMs = 3000;
const timerMs = 5000;
/** How much slower Teams may be while Slack is dead, and what a machine's own unrest is allowed. */
const delayed = { times: 1.5, ms: 100 };

beforeAll(build, 120_000);

test('10,000 open incidents, 1,000 timers, 50 events a second, 500 clicks at once, a dead Slack', async () => {
  const run = await runLoad({
    open: 10_000,
    timers: 1000,
    seats: 50,
    conversations: 10,
    perSecond: 50,
    seconds: 60,
    deadSeconds: 30,
    clicks: 500,
    whmMs: 2000,
    chatMs: 50,
    setUpMs: 150_000,
    patienceMs: 600_000,
  });
  const { steady, burst, dead, timers, audit, begin } = run;
  say(`start with ${begin.open} open incidents: ${ms(run.startMs)} to listening, ${mb(begin.rssMb)} then`);
  tell('50 events a second for 60 s, WHM at 2 s', steady);
  tell('500 clicks at once', burst);
  tell('50 events a second for 30 s, Slack dead', dead);
  say(`after Slack came back: everything shown and done in ${ms(run.backMs)}`);
  say(
    `${timers.count} timers: late by p50 ${ms(timers.p50)}, p99 ${ms(timers.p99)}, worst ${ms(timers.most)}`,
  );
  say(`most memory: ${mb(run.peakMb)}`);
  say([...audit.lost, ...audit.doubled].slice(0, 5).join('\n'));
  say(`${audit.looked} things looked at: ${audit.lost.length} lost, ${audit.doubled.length} doubled`);

  for (const { unanswered, answers, slowed } of [steady, burst, dead]) {
    expect(unanswered.slice(0, 5)).toEqual([]);
    expect(answers.most).toBeLessThan(answerMs * slowed);
  }
  expect([steady.done, burst.done, dead.done].map((done) => done.length)).toEqual([3000, 500, 1500]);
  expect(begin.open).toBe(10_000);
  expect(timers.count).toBe(1000);
  expect(timers.most).toBeLessThan(timerMs * steady.slowed);
  expect(dead.slack.count).toBe(0);
  for (const [alone, beside] of [
    [steady.teamsAnswers, dead.teamsAnswers],
    [steady.teams, dead.teams],
  ] as const)
    expect(beside.p99 / dead.slowed).toBeLessThan((alone.p99 / steady.slowed) * delayed.times + delayed.ms);
  expect(audit.lost).toEqual([]);
  expect(audit.doubled).toEqual([]);
  expect(audit.looked).toBeGreaterThan(2000);
  expect(run.errors).toBe('');
});

function tell(what: string, stretch: Stretch): void {
  const { done, answers, teamsAnswers, slack, teams } = stretch;
  const slowed = stretch.slowed.toFixed(1);
  say(`${what}: ${done.length} events; other work on the machine slowed it down ${slowed} times`);
  say(
    `  ${stretch.unanswered.length} got no answer; the others after ${spread(answers)}; Teams ${spread(teamsAnswers)}`,
  );
  say(`  shown in Slack after ${shown(slack)}; in Teams ${shown(teams)}`);
  const late = (...kinds: string[]) => ms(behind(stretch, kinds) * 1000);
  say(
    `  worker behind by at most ${late('show')} (messages), ${late('run')} (looks), ${late('wake', 'authorize')} (the rest)`,
  );
}

function shown(of: Stretch['slack']): string {
  return `${spread(of)} (${of.count}, not yet ${of.missing})`;
}

function spread({ p50, p99, most }: Spread): string {
  return `p50 ${ms(p50)}, p99 ${ms(p99)}, worst ${ms(most)}`;
}

function ms(time: number): string {
  return time < 10_000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;
}

function mb(size: number): string {
  return `${Math.round(size)} MB`;
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
