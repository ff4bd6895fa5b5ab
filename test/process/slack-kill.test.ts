import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import { errorsIn } from './chat-audit.ts';
import { ChatKiller } from './chat-killer.ts';
import { toTheEnd } from './chat-moves.ts';
import { audit } from './slack-audit.ts';
import { slackMoments } from './slack-killer.ts';
import { openOffice } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import { SlackTalk } from './slack-talk.ts';

const wanted = Number(process.env['MAILFIX_KILLS'] ?? 13);
const seed = Number(process.env['MAILFIX_SEED'] ?? 1);
const ways = [
  { opening: 'command', typing: 'thread' },
  { opening: 'mention', typing: 'enter' },
  { opening: 'form', typing: 'send' },
] as const;

let office: Office;
beforeAll(build, 120_000);
beforeAll(async () => {
  office = await openOffice({
    // Longer than a restart: what the killed server asked for is not to be seen yet when the next one looks.
    unblockDelayMs: 900,
    settings: { UNBLOCK_CHECKS: '500ms,1s,1500ms,2s' },
  });
});
afterAll(() => office.close());

test(
  'kill -9 at every kind of moment: no answer is lost, nothing is asked, posted or un-blocked twice',
  { timeout: 60_000 + wanted * 5000 },
  async () => {
    await office.start();
    const killer = new ChatKiller(office, slackMoments(office), { seed, wanted });
    const talks: SlackTalk[] = [];
    for (let round = 0; !killer.isDone; round += 1) {
      // With a status to ask for, what became of an un-block can be seen; without, it can only be waited for.
      office.server.set({ CPA_STATUS_URL: round % 2 === 0 ? '' : office.outside.statusUrl });
      const two = [2 * round, 2 * round + 1].map((n) => new SlackTalk(office, 'blocked', ways[n % 3]));
      talks.push(...two);
      await toTheEnd(two, (talk, move) => killer.press(talk, move));
    }
    const faults = await audit(office, talks);

    const { kills, again } = killer;
    const about = `${talks.length} incidents, ${again.events} events delivered and ${again.presses} presses made again, seed ${seed}`;
    console.log(
      `slack kills: ${kills.length}, lost: ${faults.lost.length}, doubled: ${faults.doubled.length} (${about})`,
    );
    expect(faults).toEqual({ lost: [], doubled: [], other: [] });
    // What it is all about did happen.
    expect(kills.length).toBeGreaterThanOrEqual(wanted);
    if (wanted >= killer.names.length) {
      for (const moment of killer.names) expect(kills, moment).toContain(moment);
      expect(again.events).toBeGreaterThan(0);
      expect(again.presses).toBeGreaterThan(0);
    }
    // And nobody saw a defect.
    for (const { stdout, stderr } of office.server.said) expect(stderr + errorsIn(stdout)).toBe('');
  },
);
