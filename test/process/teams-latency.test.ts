import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import type { Fault } from '../fakes/teams/faults.ts';
import type { Person } from '../fakes/teams/person.ts';
import { workUntil } from './chat-moves.ts';
import { after } from './server.ts';
import { slowdown } from './slowdown.ts';
import { stopwatch, until } from './stopwatch.ts';
import type { Figures } from './stopwatch.ts';
import { approval, hurry, pressesOfStrangers, wholeShift } from './teams-load.ts';
import { openOffice } from './teams-office.ts';
import type { Office } from './teams-office.ts';
import { TeamsTalk } from './teams-talk.ts';

/** What may be wrong with the connector. */
const troubles: readonly (readonly [string, Fault])[] = [
  ['hangs', { kind: 'hang' }],
  ['is 10 s slow', { kind: 'slow', ms: 10_000 }],
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers 429', { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterSeconds: 1 }],
];
const limitMs = 500;
/** A message is answered when it is kept: before that Teams gets a second to say who somebody new is. */
const mentionMs = 1500;

let office: Office;
let people: readonly Person[];
beforeAll(build, 120_000);
beforeAll(async () => {
  office = await openOffice();
  const others = ['Ann', 'Ben', 'Eve'].map((name) => office.teams.person({ name }));
  people = [office.sam, office.tom, ...others];
  await office.start();
});
afterAll(() => office.close());

test('every message and invoke is answered at once, whatever WHM, the CPA System and the connector do', async () => {
  const { teams, outside, sam, tom } = office;
  const talk = (who: Person) => new TeamsTalk(office, 'blocked', { who });
  const shifts = people.map((who) => ({ office, who, talk: talk(who) }));
  const approvals = people.slice(0, 3).map(talk);
  const late = troubles.map(([words, fault]) => ({ words, fault, talk: talk(sam) }));
  const begun = [...shifts, ...late].map((one) => workUntil(one.talk, ({ kind }) => kind !== 'opens'));
  const planned = approvals.map((one) => workUntil(one, ({ kind }) => kind === 'approves'));
  await Promise.all([...begun, ...planned]);

  const slowed = slowdown();
  const busy = stopwatch();
  outside.always('cpa', () => new Promise(() => {}));
  for (const one of approvals) await approval({ office, times: busy.times, talk: one });
  const asked = (name: string) => outside.calls.filter((call) => call.name === name).length;
  await until('every un-block', () => asked('unblock') === approvals.length);
  outside.always('whm', (_call, apply) => after(10_000).then(apply));
  const before = asked('getdomainowner');
  await Promise.all(shifts.map((shift) => wholeShift({ ...shift, times: busy.times })));
  const slowSystems = busy.figures();
  const times = slowed();
  say(slowSystems, 'WHM 10 s slow, the CPA System hangs', times);

  const slowedLater = slowdown();
  const worst = stopwatch();
  const unknown = stopwatch();
  const speaking = stopwatch();
  for (const [n, { fault, talk }] of late.entries()) {
    const isOver = teams.every('*', fault);
    const stranger = teams.person({ name: `New ${n}` });
    await Promise.all([
      ...[sam, tom].map((who) => hurry({ office, who, talk, times: worst.times })),
      pressesOfStrangers(office, unknown.times),
      ...[1, 2].map(() => speaking.times('mention of a stranger', stranger.mentions('g.example'))),
    ]);
    isOver();
  }
  const slowTeams = worst.figures();
  const strangers = unknown.figures();
  const mentions = speaking.figures();
  const also = `so too, and the connector ${late.map(({ words }) => words).join(', ')}`;
  const timesLater = slowedLater();
  say(slowTeams, also, timesLater);
  say(strangers, 'presses and forms of people whom it does not know yet, meanwhile', timesLater);
  say(mentions, 'mentions by such people, meanwhile', timesLater);

  expect(slowSystems.unanswered).toEqual([]);
  expect(slowTeams.unanswered).toEqual([]);
  expect([...strangers.unanswered, ...mentions.unanswered]).toEqual([]);
  // On a machine that is busy with other work everything takes that many times as long.
  expect(slowSystems.p99 / times, slowSystems.worst.what).toBeLessThan(limitMs);
  expect(slowTeams.p99 / timesLater, slowTeams.worst.what).toBeLessThan(limitMs);
  expect(strangers.p99 / timesLater, strangers.worst.what).toBeLessThan(limitMs);
  expect(mentions.worst.ms / timesLater).toBeLessThan(mentionMs);
  // And there was a lot to do, of every kind, while WHM had been asked and gave no answer.
  expect(slowSystems.requests).toBeGreaterThan(120);
  expect(slowSystems.kinds.size).toBeGreaterThan(15);
  expect(slowTeams.requests).toBeGreaterThan(60);
  expect(strangers.requests).toBeGreaterThan(70);
  expect([...strangers.kinds].sort()).toEqual(['form', 'form asked for', 'look', 'menu', 'press']);
  expect(asked('getdomainowner') - before).toBeGreaterThan(3);
});

function say({ requests, worst, median, p99 }: Figures, when: string, times: number): void {
  const [most, of99, middle] = [worst.ms, p99, median].map((ms) => ms.toFixed(1));
  console.log(
    `teams: ${requests} requests, p50 ${middle} ms, p99 ${of99} ms, worst ${most} ms (${worst.what}; ${when}; slowed down ${times.toFixed(1)} times by other work)`,
  );
}
