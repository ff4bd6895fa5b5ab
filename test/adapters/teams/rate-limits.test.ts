import { expect, it, vi } from 'vitest';
import { scenarios } from '../../channels/scenarios.ts';
import { steeringScenarios } from '../../channels/steering.ts';
import { cardIn } from '../../fakes/teams/card-parts.ts';
import { teamsTheatre } from './player.ts';
import { teamsRig } from './rig.ts';
import { incidents, isOurs } from './story.ts';

/** Longer than Teams has anybody wait in this story, and shorter than anything that an incident waits for. */
const soonMs = 3000;

/** A Teams that keeps its limits; settled means that what it had us wait for has arrived too. */
async function limitedRig() {
  const rig = await teamsRig({ teams: { rateLimits: true } });
  const settled = async (): Promise<void> => {
    await rig.settled();
    const due = await rig.store.nextDue(Date.now());
    if (due === undefined || due > Date.now() + soonMs) return;
    await vi.waitUntil(() => Date.now() >= due, { timeout: soonMs + 1000, interval: 5 });
    await settled();
  };
  const patient: typeof rig = Object.assign(Object.create(rig), { settled });
  return patient;
}

type Rig = Awaited<ReturnType<typeof limitedRig>>;

/** Every message of every incident stands there once, and reads as it should. */
async function arrivedOnce(rig: Rig): Promise<void> {
  const posts = rig.fake.state.posts.filter((post) => isOurs(post) && !post.deleted);
  const cards = posts.filter(({ activity }) => cardIn(activity) !== undefined);
  const shown = [];
  for (const { id } of await rig.store.list({ limit: 99 })) shown.push(...(await rig.store.shown(id)));
  expect(cards.map(({ id }) => id).sort()).toEqual(
    shown.map(({ ref }) => (JSON.parse(ref) as { id: string }).id).sort(),
  );
  const words = posts.map((post) => `${post.conversation} ${rig.fake.textOf(post)}`);
  expect(words).toEqual([...new Set(words)]);
  expect(await rig.store.deadLetters(9)).toEqual([]);
  const refused = rig.fake.calls().filter(({ status = 0 }) => status === 0 || status >= 300);
  expect(refused.filter(({ status }) => status !== 429)).toEqual([]);
  expect(refused).not.toEqual([]);
}

it('a whole incident under Teams’ real limits: everything arrives, once', async () => {
  const rig = await limitedRig();
  const [, play] = scenarios.find(([title]) => title.startsWith('from the call to')) ?? [];
  if (play === undefined) throw new Error('There is no such story.');
  // People are faster here than limits allow, which is what this is about.
  await play(await teamsTheatre(rig));
  const { sam, lea } = { sam: rig.fake.person({ name: 'Sam' }), lea: rig.fake.person({ name: 'Lea' }) };
  await Promise.all([sam, lea].map((one, n) => one.mentions(`second${n}.example`)));
  await rig.settled();
  expect(await incidents(rig)).toBe(3);
  await arrivedOnce(rig);
});

// Each waits for Teams in real time: how people steer is told elsewhere, and sends nothing that these do not.
const told = scenarios.filter((story) => !steeringScenarios.includes(story));

it.each(told)('under Teams’ real limits: %s', async (_, play) =>
  play(await teamsTheatre(await limitedRig())),
);
