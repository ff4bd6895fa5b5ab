import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { shippedDialogs } from '../shipped-dialogs.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { build, folder } from '../cli/child.ts';
import { withPostgres } from '../postgres.ts';
import { audit } from '../process/audit.ts';
import type { Faults } from '../process/audit.ts';
import { errorsIn } from '../process/chat-audit.ts';
import { numbers } from '../process/numbers.ts';
import { startOutside } from '../process/outside.ts';
import type { Outside } from '../process/outside.ts';
import { Pair, pairTokens } from '../process/pair.ts';
import { after, within } from '../process/server.ts';
import { Talk, toTheEnd } from '../process/talk.ts';
import type { Move, People } from '../process/talk.ts';

const wanted = Number(process.env['MAILFIX_KILLS'] ?? 18);
const seed = Number(process.env['MAILFIX_SEED'] ?? 4);
const leaseMs = 1000;
/** What a loaded machine may need beyond the lease. */
const graceMs = 5000;

withPostgres('two servers on one PostgreSQL', (postgres) => {
  const here = folder();
  const random = numbers(seed * 7919);
  let outside: Outside;
  let pair: Pair;
  let people: People;
  let dialog: Dialog | undefined;
  let database: string;
  beforeAll(build, 120_000);
  beforeAll(async () => {
    dialog = (await shippedDialogs()).get('cannot-receive');
  });
  beforeEach(async () => {
    outside = await startOutside(pairTokens, 900);
    database = await postgres().empty();
    pair = new Pair(
      here.path,
      outside,
      {
        DATABASE_URL: database,
        LEASE: `${leaseMs}ms`,
        MAILFIX_KEY: 'the key that both servers have, and always had',
        APPROVERS: 'web:lea',
        UNBLOCK_CHECKS: '500ms,1s,1500ms,2s',
      },
      random,
    );
    await pair.start();
    people = { sam: await pair.browserOf('sam'), lea: await pair.browserOf('lea') };
  });
  afterEach(async () => {
    await pair.end();
    await outside.close();
  });
  afterAll(() => here.remove());

  async function faultsOf(talks: readonly Talk[]): Promise<Faults> {
    await pair.back();
    pair.point();
    const all: Faults = { lost: [], doubled: [], other: [] };
    if (dialog === undefined) throw new Error('The runbook is not there.');
    for (const talk of talks) {
      const use = { outside, server: pair.servers.a, ...people, folder: here.path, database, dialog };
      const found = await audit(talk, use);
      for (const kind of ['lost', 'doubled', 'other'] as const) all[kind].push(...found[kind]);
    }
    return all;
  }

  function nobodySawADefect(): void {
    for (const server of Object.values(pair.servers))
      for (const { stdout, stderr } of server.said) expect(stderr + errorsIn(stdout)).toBe('');
  }

  test(
    'kill -9 of either, again and again: people go on with the other, and every effect happens once',
    { timeout: 60_000 + wanted * 5000 },
    async () => {
      let sentAgain = 0;
      const press = async (talk: Talk, { who, form, typed }: Move) => {
        const send = () => who.send(form, typed);
        let answer;
        if (pair.kills < wanted && random() < 0.7) {
          await pair.back();
          pair.point();
          const sent = send().catch(() => undefined);
          await after(Math.floor(random() * ([1, 15, 60, 400][Math.floor(random() * 4)] ?? 0)));
          await pair.killOne(Math.floor(random() * 300));
          answer = await sent;
        } else answer = await send();
        if (answer === undefined) {
          sentAgain += 1;
          answer = await send();
        }
        expect(answer.status, answer.text).toBe(303);
        talk.took({ who, form, typed }, answer.location);
      };
      const talks: Talk[] = [];
      while (talks.length === 0 || pair.kills < wanted) {
        const some = (['blocked', 'full', 'suspected'] as const).map(
          (trouble) => new Talk(trouble, outside.firm(trouble), people),
        );
        talks.push(...some);
        await toTheEnd(some, press);
      }
      const faults = await faultsOf(talks);
      const { lost, doubled } = faults;
      const about = `${talks.length} incidents, ${sentAgain} presses sent again, seed ${seed}`;
      console.log(
        `kills of one of two: ${pair.kills}, lost: ${lost.length}, doubled: ${doubled.length} (${about})`,
      );
      expect(faults).toEqual({ lost: [], doubled: [], other: [] });
      expect(pair.kills).toBeGreaterThanOrEqual(wanted);
      if (wanted >= 10) expect(sentAgain).toBeGreaterThan(0);
      // Both did some of the work.
      const by = new Set(outside.calls.map(({ authorization }) => authorization));
      expect(by.size).toBeGreaterThanOrEqual(3);
      nobodySawADefect();
    },
  );

  test('what a killed server was doing is taken over by the other within one lease', async () => {
    const talk = new Talk('full', outside.firm('full'), people);
    const { user } = talk.firm;
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const takenOver = new Promise<number>((resolve, reject) => {
      outside.next('editquota', async ({ authorization }) => {
        const before = outside.calls.length;
        const name = authorization.endsWith(pairTokens.whm) ? 'a' : 'b';
        const ofTheOther = () =>
          outside.calls.slice(before).some((call) => {
            const others = call.authorization !== authorization;
            return others && Object.values(call.params).includes(user);
          });
        // It stays away until the other has taken over.
        const killedAt = performance.now();
        const seen = (async () => {
          while (!ofTheOther() && !over.signal.aborted) await after(2);
          resolve(performance.now() - killedAt);
        })();
        pair.kill(name, seen).catch(reject);
        return 'lost';
      });
    });
    let ms = 0;
    await toTheEnd([talk], async (_, { who, form, typed }) => {
      let answer = await who.send(form, typed).catch(() => undefined);
      if (form.event['type'] === 'confirm.pressed') ms = await within(60_000, 'taken over', takenOver);
      answer ??= await who.send(form, typed);
      expect(answer.status, answer.text).toBe(303);
      talk.took({ who, form, typed }, answer.location);
    });
    console.log(`taken over after ${Math.round(ms)} ms with a lease of ${leaseMs} ms`);
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(leaseMs + graceMs);
    expect(await faultsOf([talk])).toEqual({ lost: [], doubled: [], other: [] });
    nobodySawADefect();
  });
});
