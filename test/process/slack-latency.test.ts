import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { build } from '../cli/child.ts';
import type { Fault } from '../fakes/slack/faults.ts';
import type { Person } from '../fakes/slack/person.ts';
import { workUntil } from './chat-moves.ts';
import { after } from './server.ts';
import { hurry, openForm, otherChannel, wholeShift } from './slack-load.ts';
import { channel, openOffice } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import { SlackTalk } from './slack-talk.ts';
import { slowdown } from './slowdown.ts';
import { stopwatch, until } from './stopwatch.ts';
import type { Figures } from './stopwatch.ts';

/** What may be wrong with Slack itself. */
const troubles: readonly (readonly [string, Fault])[] = [
  ['hangs', { kind: 'hang' }],
  ['is 10 s slow', { kind: 'slow', ms: 10_000 }],
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers 429', { kind: 'rate', retryAfterSeconds: 1 }],
];

let office: Office;
let people: readonly Person[];
const stranger = (n: number) => office.slack.person({ id: `U0NEW${n}`, name: `new${n}` });
beforeAll(build, 120_000);
beforeAll(async () => {
  office = await openOffice();
  office.slack.addChannel({ id: otherChannel });
  const others = ['ann', 'ben', 'eve'].map((name) =>
    office.slack.person({ id: `U0${name.toUpperCase()}`, name }),
  );
  people = [office.sam, office.tom, ...others];
  await office.start();
});
afterAll(() => office.close());

test('every request of Slack is answered at once, whatever WHM, the CPA System and Slack itself do', async () => {
  const { slack, outside, sam, tom } = office;
  const talk = (who: Person) => new SlackTalk(office, 'blocked', { who, typing: 'enter' });
  const shifts = people.map((who) => ({ office, who, talk: talk(who) }));
  const approvals = people.slice(0, 3).map(talk);
  const late = troubles.map(([words, fault]) => ({ words, fault, talk: talk(sam) }));
  const begun = [...shifts, ...late].map((one) => workUntil(one.talk, ({ kind }) => kind !== 'opens'));
  const planned = approvals.map((one) => workUntil(one, ({ kind }) => kind === 'approves'));
  await Promise.all([...begun, ...planned]);

  const busy = stopwatch();
  outside.always('cpa', () => new Promise(() => {}));
  for (const one of approvals) {
    const [pressed] = (await one.move()?.make()) ?? [];
    if (pressed !== undefined) await busy.times('approval', Promise.resolve(pressed));
  }
  const asked = (name: string) => outside.calls.filter((call) => call.name === name).length;
  await until('every un-block', () => asked('unblock') === approvals.length);
  outside.always('whm', (_call, apply) => after(10_000).then(apply));
  const before = asked('getdomainowner');
  const slowed = slowdown();
  await Promise.all(shifts.map((shift) => wholeShift({ ...shift, times: busy.times })));
  const slowSystems = busy.figures();
  const times = slowed();
  say(slowSystems, 'WHM 10 s slow, the CPA System hangs', times);

  const slowedLater = slowdown();
  const worst = stopwatch();
  for (const [n, { fault, talk }] of late.entries()) {
    const known = [sam, tom].map((who) => ({ office, who, talk }));
    for (const desk of known) await openForm(desk);
    const isOver = slack.every('*', fault);
    const desks = [...known, { office, who: stranger(n), talk }];
    await Promise.all(desks.map((desk) => hurry({ ...desk, times: worst.times })));
    isOver();
  }
  const slowSlack = worst.figures();
  const timesLater = slowedLater();
  say(slowSlack, `so too, and Slack ${late.map(({ words }) => words).join(', ')}`, timesLater);

  expect(slowSystems.unanswered).toEqual([]);
  expect(slowSlack.unanswered).toEqual([]);
  // On a machine that is busy with other work everything takes that many times as long.
  expect(slowSystems.worst.ms / times, slowSystems.worst.what).toBeLessThan(250);
  expect(slowSlack.worst.ms / timesLater, slowSlack.worst.what).toBeLessThan(3000);
  // And there was a lot to do, of every kind, while WHM had been asked and gave no answer.
  expect(slowSystems.requests).toBeGreaterThan(120);
  expect(slowSystems.kinds.size).toBeGreaterThan(20);
  expect(slowSlack.requests).toBeGreaterThan(120);
  expect(asked('getdomainowner') - before).toBeGreaterThan(5);
});

test('also when it was started while Slack hung, and has to ask Slack who may ask', async () => {
  const other = await openOffice({ settings: { TECHNICIANS: 'slack:S0LEADS' } });
  onTestFinished(() => other.close());
  const isOver = other.slack.every('*', { kind: 'hang' });
  await other.start();
  const slowed = slowdown();
  const { times, figures } = stopwatch();
  const { sam, lea } = other;
  const said = await sam.says('acme.example gets no mail', { channel });
  await Promise.all([
    times('command', lea.command('/mailfix acme.example', { channel })),
    times('command', sam.command('/mailfix', { channel })),
    times('shortcut', sam.globalShortcut('open', { channel })),
    times('shortcut on a message', lea.messageShortcut('open_from_message', { channel, ts: said.ts })),
    times('Home', lea.opensHome()),
    times('event again', other.slack.redeliver(said.request)),
    lea
      .mentions('acme.example', { channel })
      .then(({ mention }) => times('mention', Promise.resolve(mention))),
  ]);
  // Now it knows who people are, and still not who is in the group.
  isOver();
  other.slack.every('usergroups.users.list', { kind: 'hang' });
  await times('command', other.tom.command('/mailfix acme.example', { channel }));
  await expect.poll(() => other.slack.calls('usergroups.users.list')).toHaveLength(1);
  const { unanswered, worst } = figures();
  expect(unanswered).toEqual([]);
  expect(worst.ms / slowed(), worst.what).toBeLessThan(3000);
});

function say({ requests, worst, median }: Figures, when: string, times: number): void {
  const [most, middle] = [worst.ms, median].map((ms) => ms.toFixed(1));
  console.log(
    `slack: ${requests} requests, worst ${most} ms, median ${middle} ms (${when}; slowed down ${times.toFixed(1)} times by other work)`,
  );
}
