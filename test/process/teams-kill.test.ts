import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import type { Delivered } from '../fakes/teams/deliveries.ts';
import { errorsIn } from './chat-audit.ts';
import { ChatKiller } from './chat-killer.ts';
import { toTheEnd } from './chat-moves.ts';
import { audit } from './teams-audit.ts';
import { teamsMoments, troubled } from './teams-killer.ts';
import { openOffice } from './teams-office.ts';
import type { Office } from './teams-office.ts';
import { TeamsTalk } from './teams-talk.ts';

const wanted = Number(process.env['MAILFIX_KILLS'] ?? 8);
const seed = Number(process.env['MAILFIX_SEED'] ?? 1);
const ways = [
  { opening: 'mention', hand: 'once' },
  { opening: 'reply', hand: 'twice', typing: 'thread' },
  { opening: 'form', hand: 'twice' },
  { opening: 'mention', hand: 'old' },
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
  'kill -9 at every kind of moment, and a connector in trouble: no answer is lost, nothing is asked or un-blocked twice',
  { timeout: 60_000 + wanted * 12_000 },
  async () => {
    await office.start();
    const killer = new ChatKiller<Delivered>(office, teamsMoments(office), { seed, wanted });
    const { made, press } = troubled(office, seed, (talk, move) => killer.press(talk, move));
    const talks: TeamsTalk[] = [];
    for (let round = 0; !killer.isDone; round += 1) {
      // With a status to ask for, what became of an un-block can be seen; without, it can only be waited for.
      office.server.set({ CPA_STATUS_URL: round % 2 === 0 ? '' : office.outside.statusUrl });
      const two = [2 * round, 2 * round + 1].map((n) => new TeamsTalk(office, 'blocked', ways[n % 4]));
      talks.push(...two);
      await toTheEnd(two, press);
    }
    const { excused, ...faults } = await audit(office, talks);

    const { kills, again } = killer;
    const about = [
      `${excused.length} posted again after no answer`,
      `${made.met} troubles of the connector`,
      `${talks.length} incidents`,
      `${again.events} messages and ${again.presses} presses made again`,
      `seed ${seed}`,
    ].join(', ');
    console.log(
      `teams kills: ${kills.length}, lost: ${faults.lost.length}, doubled: ${faults.doubled.length} (${about})`,
    );
    expect(faults).toEqual({ lost: [], doubled: [], other: [] });
    // What it is all about did happen.
    expect(kills.length).toBeGreaterThanOrEqual(wanted);
    expect(made.met).toBeGreaterThan(4);
    if (wanted >= killer.names.length) {
      for (const moment of killer.names) expect(kills, moment).toContain(moment);
      expect(again.events).toBeGreaterThan(0);
      expect(again.presses).toBeGreaterThan(0);
    }
    // And nobody saw a defect.
    for (const { stdout, stderr } of office.server.said) expect(stderr + errorsIn(stdout)).toBe('');
  },
);
