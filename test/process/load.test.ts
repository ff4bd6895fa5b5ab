import { beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import { runLoad } from './load-run.ts';

beforeAll(build, 120_000);

// The same at full size, with bounds on times: npm run load.
test('a rush, a burst and a dead Slack: every click is answered, timers come, Teams goes on, and nothing is lost', async () => {
  const run = await runLoad({
    open: 100,
    timers: 20,
    seats: 4,
    conversations: 2,
    perSecond: 20,
    seconds: 3,
    deadSeconds: 3,
    clicks: 60,
    whmMs: 1000,
    chatMs: 10,
    setUpMs: 1500,
    patienceMs: 60_000,
  });
  const { steady, burst, dead, audit } = run;
  expect([steady, burst, dead].flatMap(({ unanswered }) => unanswered)).toEqual([]);
  expect(run.begin.open).toBe(100);
  expect(run.timers.count).toBe(20);
  expect(audit.lost).toEqual([]);
  expect(audit.doubled).toEqual([]);
  expect(audit.looked).toBeGreaterThan(60);
  // While Slack was dead nothing stood in it, and everything in Teams.
  expect(dead.teams).toMatchObject({ count: 15, missing: 0 });
  expect(dead.slack).toMatchObject({ count: 0, missing: 15 });
  expect(run.errors).toBe('');
}, 90_000);
