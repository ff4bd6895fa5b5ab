import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Actor } from '../../src/engine/event.ts';
import type { Reply } from '../../src/engine/reply.ts';
import { openRow } from '../../src/store/chain.ts';
import { lea, open, rig, sam, type Life } from './rig.ts';

const tom: Actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
const people = [sam, tom, lea] as const;
/** Turns in all: a few hundred with `npm test`, and as many as MAILFIX_RUNS says. */
const turns = Number(process.env['MAILFIX_RUNS'] ?? 200);
const perIncident = 40;

/** What somebody does in a turn: who, what, and whether the others do something at the same moment. */
const turn = fc.record({ who: fc.nat(2), what: fc.nat(99), pick: fc.nat(99), together: fc.nat(2) });

test(`two technicians and a lead at once, ${turns} turns: no answer is lost, and every loser is told`, async () => {
  const count = { turns: 0, answers: 0, losers: 0, owners: 0, parked: 0, acts: 0, typed: 0 };
  const dice = fc.sample(turn, { numRuns: turns, seed: 20_251_125 });
  const it = rig();
  const life = it.boot();
  let [id, left] = ['', 0];
  for (let at = 0; at < dice.length;) {
    if (left <= 0 || (await it.read(id)).ended !== undefined) {
      expect(it.firewall.writes.length).toBeLessThanOrEqual(1);
      count.acts += it.firewall.writes.splice(0).length;
      id = await open(life, `open-${at}`);
      it.firewall.blocked.add('203.0.113.7');
      await it.clock.settle();
      left = perIncident;
    }
    const together = dice.slice(at, at + 1 + (dice[at]?.together ?? 0));
    at += together.length;
    left -= together.length;
    count.turns += together.length;
    // Everybody looks first, and then presses what was there.
    const buttons = it.chat.buttons(id);
    const deeds = together.map((one, index) => deedOf(one, buttons, `${id}.${at}.${index}`));
    const replies = await Promise.all(deeds.map((deed) => deed.does(life, id)));
    await everybodyIsAnswered(id, deeds, replies);
    await it.clock.settle();
  }
  expect(life.errors).toEqual([]);
  // A property that passed over nothing fails.
  for (const [name, times] of Object.entries(count)) expect([name, times > 0]).toEqual([name, true]);
  expect(count.turns).toBe(turns);
  if (process.env['MAILFIX_RUNS'] !== undefined) console.log(JSON.stringify(count));

  async function everybodyIsAnswered(id: string, deeds: readonly Deed[], replies: readonly Reply[]) {
    const log = (await it.store.log(id)).map(openRow);
    const taken = new Map<string, string>();
    for (const [index, reply] of replies.entries()) {
      const deed = deeds[index];
      if (deed === undefined) throw new Error('There are more replies than deeds.');
      const logged = log.filter((event) => event.id === deed.id);
      if (!reply.ok) {
        // Whoever loses is told who was faster, or what is wrong; what they typed is kept where it was a remark.
        expect(reply.refusal.message).toMatch(/\w{3}/);
        expect(logged.every(({ type }) => type === 'note.added')).toBe(true);
        count.losers += 1;
        if (reply.refusal.message.startsWith('Decided already')) {
          const faster = people.find(({ name }) => reply.refusal.message.includes(`(${name}, `));
          expect(faster).toBeDefined();
        }
        continue;
      }
      // What was taken is in the log once, and as what it was.
      expect(logged).toHaveLength(1);
      const [event] = logged;
      if (event?.type === 'answer.given') {
        expect(taken.has(event.key)).toBe(false);
        taken.set(event.key, deed.id);
        count.answers += 1;
        const settled = (await it.read(id)).visits[Number.parseInt(event.key, 10) - 1]?.settled;
        expect(settled).toMatchObject({ by: event.actor.name, at: event.at });
      }
      if (event?.type === 'incident.taken-over' || event?.type === 'incident.handed-over') count.owners += 1;
      if (event?.type === 'incident.parked') count.parked += 1;
      if (deed.typed) count.typed += 1;
    }
  }
}, 600_000);

interface Deed {
  readonly id: string;
  readonly typed: boolean;
  does(life: Life, incident: string): Promise<Reply>;
}

function deedOf(
  { who, what, pick }: { who: number; what: number; pick: number },
  buttons: ReturnType<ReturnType<typeof rig>['chat']['buttons']>,
  id: string,
): Deed {
  const actor = people[who] ?? sam;
  const sender = (incident: string) => ({ id, source: 'web', incident, actor });
  const press = (event: object): Deed => ({
    id,
    typed: false,
    does: (life, incident) => life.dispatcher.press(event, sender(incident)),
  });
  const others = people.filter((one) => one !== actor);
  if (what < 8) return press({ type: 'incident.taken-over' });
  if (what < 14) return press({ type: 'incident.handed-over', to: others[pick % 2] });
  if (what < 20) return press({ type: 'incident.parked', wake: pick % 2 === 0 ? '30m' : '2h' });
  if (what < 26) return press({ type: 'incident.resumed' });
  if (what < 40) {
    const text = ['203.0.113.7', 'yes', 'they call back later', '198.51.100.4', 'not yet'][pick % 5] ?? '';
    const does = (life: Life, incident: string) =>
      life.dispatcher.say(text, sender(incident), pick % 3 === 0);
    return { id, typed: true, does };
  }
  const [first, ...rest] = buttons;
  const button = pick < 40 || rest.length === 0 ? first : rest[pick % rest.length];
  if (button === undefined) return press({ type: 'note.added', text: `from ${actor.name}` });
  const typed = button.field === undefined ? {} : { [button.field.name]: '203.0.113.7' };
  return press({ ...button.event, ...typed });
}
