import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedDialogs } from '../shipped-dialogs.ts';
import { isPostgres } from '../../src/store/open.ts';
import { build, folder } from '../cli/child.ts';
import { audit } from './audit.ts';
import type { Faults } from './audit.ts';
import { errorsIn } from './chat-audit.ts';
import { Killer } from './killer.ts';
import { startOutside } from './outside.ts';
import type { Outside } from './outside.ts';
import { Server } from './server.ts';
import { Talk } from './talk.ts';

/** Longer than a restart: what the killed server asked for is not to be seen yet when the next one looks. */
const unblockDelayMs = 5000;

/** Kills one server again and again while people work on incidents in the console, over a database of this kind. */
export function killRounds(
  kind: string,
  how: { readonly wanted: number; readonly seed: number; database(folder: string): Promise<string> },
): void {
  const { wanted, seed } = how;
  const here = folder();
  let database: string;
  let outside: Outside;
  let server: Server;
  beforeAll(build, 120_000);
  beforeAll(async () => {
    // With a token for changes an un-block is two calls: the CPA System is asked, and cPHulk is flushed.
    const tokens = {
      whm: 'a-token-for-whm',
      whmWrite: 'a-token-for-changes',
      cpa: 'a-token-for-the-cpa-system',
    };
    outside = await startOutside(tokens, unblockDelayMs);
    database = await how.database(here.path);
    server = new Server(here.path, {
      ...outside.settings,
      DATABASE_URL: isPostgres(database) ? database : `sqlite:${database}`,
      // On PostgreSQL, what a killed server held is free only then.
      LEASE: '1s',
      MAILFIX_KEY: 'the key that outlives every kill',
      APPROVERS: 'web:lea',
      UNBLOCK_CHECKS: '500ms,1s,1500ms,2s,6s',
    });
  });
  afterAll(async () => {
    await server.end();
    await outside.close();
    here.remove();
  });

  test(
    'kill -9 between any two steps, and in the middle of them: it goes on where it was, nothing is lost or done twice',
    { timeout: 60_000 + wanted * 5000 },
    async () => {
      await server.start();
      const people = { sam: await server.browserOf('sam'), lea: await server.browserOf('lea') };
      const dialogs = await shippedDialogs();
      const dialog = dialogs.get('cannot-receive');
      if (dialog === undefined) throw new Error('The runbook is not there.');
      const killer = new Killer(server, outside, { seed, wanted });
      const all: Faults = { lost: [], doubled: [], other: [] };

      for (let round = 0; round === 0 || killer.kills < wanted; round += 1) {
        // With a status to ask for, what became of a call can be seen; without, it can only be waited for.
        server.set({ CPA_STATUS_URL: round % 2 === 0 ? '' : outside.statusUrl });
        const blocked = round % 2 === 0 ? 'blocked' : 'suspected';
        const talks = ([blocked, 'full'] as const).map(
          (trouble) => new Talk(trouble, outside.firm(trouble), people),
        );
        await killer.toTheEnd(talks);
        for (const talk of talks) {
          const found = await audit(talk, {
            outside,
            server,
            ...people,
            folder: here.path,
            database,
            dialog,
          });
          for (const kind of ['lost', 'doubled', 'other'] as const) all[kind].push(...found[kind]);
        }
      }

      const { lost, doubled } = all;
      const about = `${killer.sentAgain} presses sent again, ${killer.flown.size} moments of outside calls, seed ${seed}`;
      console.log(
        `kills on ${kind}: ${killer.kills}, lost: ${lost.length}, doubled: ${doubled.length} (${about})`,
      );
      expect(all).toEqual({ lost: [], doubled: [], other: [] });
      expect(killer.kills).toBeGreaterThanOrEqual(wanted);
      // What it is all about did happen.
      expect(killer.flown.size).toBeGreaterThan(0);
      expect(outside.applied('flush_cphulk_login_history_for_ips', {}).length).toBeGreaterThan(0);
      if (wanted >= 10) expect(killer.sentAgain).toBeGreaterThan(0);
      // And nobody saw a defect.
      for (const { stdout, stderr } of server.said) expect(stderr + errorsIn(stdout)).toBe('');
    },
  );
}
