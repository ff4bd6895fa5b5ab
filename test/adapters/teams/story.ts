import { ip } from '../../runtime/rig.ts';
import type { Person } from '../../fakes/teams/person.ts';
import type { Post } from '../../fakes/teams/state.ts';
import { threadOf } from './player.ts';
import { teamsRig, type TeamsRig, type TeamsRigOptions } from './rig.ts';

/** An incident that Sam opened with a mention, and everybody of it. */
export interface Story {
  readonly rig: TeamsRig;
  readonly sam: Person;
  readonly lea: Person;
  readonly tom: Person;
  /** The conversation of its thread. */
  readonly thread: string;
  posts(): readonly Post[];
  /** What every post of the thread says now. */
  words(): readonly string[];
  /** Those posts that mention somebody. */
  callsOf(person: Person): readonly string[];
  /** What the buttons of the whole thread are for somebody. */
  buttonsFor(person: Person): readonly string[];
  incident(): Promise<NonNullable<Awaited<ReturnType<TeamsRig['store']['read']>>>['incident']>;
}

/** Opens an incident; the runbook asks for an address. */
export async function story(options: TeamsRigOptions = {}): Promise<Story> {
  const rig = await teamsRig(options);
  const { fake } = rig;
  const [sam, lea, tom] = ['Sam', 'Lea', 'Tom'].map((name) => fake.person({ name })) as [
    Person,
    Person,
    Person,
  ];
  await sam.mentions('acme.example');
  await rig.settled();
  const { id: thread } = threadOf(rig, 'INC-1');
  const posts = () => fake.thread(thread);
  return {
    rig,
    sam,
    lea,
    tom,
    thread,
    posts,
    words: () => posts().map((one) => fake.textOf(one)),
    callsOf: ({ id }) =>
      posts()
        .filter((one) => JSON.stringify(one.activity['entities'] ?? []).includes(id) && isOurs(one))
        .map((one) => fake.textOf(one)),
    buttonsFor: (person) => posts().flatMap((one) => fake.buttonsOf(fake.seenBy(person, one))),
    async incident() {
      const snapshot = await rig.store.read('INC-1');
      if (snapshot === undefined) throw new Error('There is no INC-1.');
      return snapshot.incident;
    },
  };
}

/** As far as the proposal: blocked, planned, waiting for an approver. */
export async function proposed(options: TeamsRigOptions = {}): Promise<Story> {
  const it = await story(options);
  it.rig.firewall.blocked.add(ip);
  await it.sam.executes('Send', { Address: ip }, { thread: it.thread });
  await it.rig.settled();
  return it;
}

/** Whether mailfix wrote it. */
export function isOurs({ from }: Post): boolean {
  return from.startsWith('28:');
}

/** What mailfix says anywhere, in order. */
export function said({ fake }: TeamsRig): readonly string[] {
  return fake.state.posts.filter((one) => isOurs(one) && !one.deleted).map((one) => fake.textOf(one));
}

/** How many incidents there are. */
export async function incidents({ store }: TeamsRig): Promise<number> {
  return (await store.list({ limit: 9 })).length;
}
