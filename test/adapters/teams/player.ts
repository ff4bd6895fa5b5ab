import { readFirst } from '../../../adapters/teams/steering.ts';
import type { Name, Player, Theatre, Told } from '../../channels/scenarios.ts';
import { cardIn, controlsIn } from '../../fakes/teams/card-parts.ts';
import type { Delivered } from '../../fakes/teams/deliveries.ts';
import type { Person } from '../../fakes/teams/person.ts';
import type { Pressed } from '../../fakes/teams/person-cards.ts';
import type { Thread } from '../../fakes/teams/server.ts';
import { teamsRig, type TeamsRig } from './rig.ts';

/** Teams, for the scenarios that every channel plays. */
export async function teamsTheatre(rig?: TeamsRig): Promise<Theatre & { rig: TeamsRig }> {
  const made = rig ?? (await teamsRig());
  return {
    rig: made,
    store: made.store,
    firewall: made.firewall,
    player: async (name) => teamsPlayer(made, made.fake.person({ name: nameOf(name) })),
    restart: () => made.restart(),
    settled: () => made.settled(),
  };
}

function nameOf(name: Name): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

/** The thread of an incident: its root, and what stands below it. */
export function threadOf({ fake }: TeamsRig, incident: string): Thread {
  const found = fake.threads().find(({ posts }) => posts.some(isRoot));
  if (found === undefined) throw new Error(`${incident} has no thread.`);
  return found;

  function isRoot(post: Thread['posts'][number]): boolean {
    return fake.textOf(post).startsWith(`${incident} · `) && fake.buttonsOf(post).includes('More …');
  }
}

const steerLabels = {
  back: 'Back to the question before',
  repeat: 'Ask again at the bottom',
  restart: 'Start over',
  escalate: 'Escalate',
} as const;
const confirmLabels = ['Change it', 'Go back', 'Start over', 'Escalate'];

/** What calls people because something happened; what only one of them is told is anything else. */
const news = /Please decide until|INC-\d+ ·/;

function teamsPlayer(rig: TeamsRig, person: Person): Player {
  const { fake } = rig;
  const heard = new Set<string>();

  /** Words of the bot that mention this person, and were not there before. */
  const newWords = (): string => {
    const posts = fake.threads().flatMap((thread) => thread.posts);
    const fresh = posts.filter((one) => one.from.startsWith('28:') && !heard.has(one.id));
    for (const one of fresh) heard.add(one.id);
    const isForThem = (one: (typeof posts)[number]) =>
      JSON.stringify(one.activity['entities'] ?? []).includes(person.id);
    const words = fresh.filter(isForThem).map((one) => fake.textOf(one));
    return words.filter((text) => !news.test(text)).join('\n');
  };

  async function after(pressed: Pressed): Promise<Told | undefined> {
    if (pressed.status !== 200) throw new Error(`Teams got ${pressed.status} (${pressed.error ?? ''}).`);
    await rig.settled();
    const toast = pressed.toast === 'Taken.' ? '' : (pressed.toast ?? '');
    const words = [toast, newWords()].filter((one) => one !== '').join('\n');
    return words === '' ? undefined : { words };
  }

  /** Presses a button with what is typed into the field that goes with it. */
  function press(
    incident: string,
    label: string,
    typed?: string,
    more: Record<string, string> = {},
  ): Promise<Pressed> {
    const among = { thread: threadOf(rig, incident).id };
    const title = label.replace(/ …$/, '');
    const control = threadOf(rig, incident)
      .posts.toReversed()
      .flatMap((post) => {
        const card = cardIn(fake.seenBy(person, post));
        return card === undefined ? [] : controlsIn(card).toReversed();
      })
      .find((one) => one.title === title && one.action['type'] === 'Action.Execute');
    const field = control?.inputs.find(({ id, type }) => {
      const isOwn = /^field:|^menuText$|^changeText$/.test(String(id));
      return type === 'Input.Text' && isOwn;
    });
    const fields = typed === undefined || field === undefined ? {} : { [String(field['id'])]: typed };
    return person.executes(title, { ...fields, ...more }, among);
  }

  const bottom = (incident: string): string => {
    const last = threadOf(rig, incident).posts.at(-1);
    return last === undefined ? '' : fake.textOf(last);
  };
  const asks = (incident: string): boolean => {
    const last = threadOf(rig, incident).posts.at(-1);
    return last !== undefined && fake.buttonsOf(last).some((button) => confirmLabels.includes(button));
  };

  /** Whoever is sent to the bottom of the thread reads what stands there. */
  async function reading(incident: string, told: Promise<Told | undefined>): Promise<Told | undefined> {
    const found = await told;
    if (found?.words.includes(readFirst) !== true) return found;
    return { words: bottom(incident), ...(asks(incident) ? { confirm: true as const } : {}) };
  }

  const executes = async (...args: Parameters<typeof press>) => after(await press(...args));

  return {
    async opens(line) {
      const before = (await rig.store.list({ limit: 1 }))[0]?.id;
      const { thread, status } = await person.mentions(line);
      if (status !== 200) throw new Error(`Teams got ${status}.`);
      await rig.settled();
      const answers = fake.thread(thread).filter(({ from }) => from.startsWith('28:'));
      newWords();
      const [newest] = await rig.store.list({ limit: 1 });
      if (newest !== undefined && newest.id !== before) return { incident: newest.id };
      // A reply to what they typed stands right below it.
      return { told: { words: answers.map((one) => fake.textOf(one)).join('\n'), field: true } };
    },
    async opensAgain() {
      const last = fake.requests.findLast(({ activity }) => activity['type'] === 'message');
      if (last !== undefined) await fake.redeliver(last);
    },
    async reads(incident) {
      const { posts } = threadOf(rig, incident);
      return posts.map((one) => fake.textOf(one)).join('\n');
    },
    async buttons(incident) {
      await person.looks({ thread: threadOf(rig, incident).id });
      return threadOf(rig, incident).posts.flatMap((one) => fake.buttonsOf(fake.seenBy(person, one)));
    },
    async presses(incident, label, typed) {
      // Whoever comes to the thread sees the cards as Teams shows them to this person.
      await person.looks({ thread: threadOf(rig, incident).id });
      return executes(incident, label, typed);
    },
    async pressesTwice(incident, label, typed) {
      await person.looks({ thread: threadOf(rig, incident).id });
      const both = await Promise.all([press(incident, label, typed), press(incident, label, typed)]);
      return after(both[1]);
    },
    async holds(incident, label, typed) {
      const release = fake.hold();
      const sending = press(incident, label, typed);
      return async () => {
        release();
        return after(await sending);
      };
    },
    async forges(incident, event) {
      return after(await forge(rig, person, incident, event));
    },
    async changes(incident, question, choice, typed) {
      const post = threadOf(rig, incident).posts.find((one) => fake.textOf(one).includes(question));
      const fields = { changeChoice: choice, ...(typed === undefined ? {} : { changeText: typed }) };
      return reading(incident, person.executes('Change', fields, { post: post?.id ?? '' }).then(after));
    },
    notes: (incident, text) => executes(incident, 'Add as a note', text),
    async takesOver(incident) {
      await executes(incident, 'Take over');
    },
    async handsOver(incident, to, why) {
      await executes(incident, 'Hand over', why, { menuTo: nameOf(to) });
    },
    cancels: (incident, why) => executes(incident, 'Cancel incident', why),
    async parks(incident, why) {
      await executes(incident, 'Park', why);
    },
    async resumes(incident) {
      await executes(incident, 'Take up again');
    },
    steers: (incident, verb) => reading(incident, executes(incident, steerLabels[verb])),
    async confirms(incident) {
      const post = threadOf(rig, incident).posts.findLast((one) =>
        fake.buttonsOf(one).some((button) => confirmLabels.includes(button)),
      );
      const [label = ''] = post === undefined ? [] : fake.buttonsOf(post);
      return after(await person.executes(label, {}, { post: post?.id ?? '' }));
    },
    async knows(incident) {
      await executes(incident, 'What I know');
      return bottom(incident);
    },
    async changesKnown(incident, question, choice) {
      const post = threadOf(rig, incident).posts.findLast((one) => fake.textOf(one).includes(question));
      return reading(
        incident,
        person.executes('Change', { changeChoice: choice }, { post: post?.id ?? '' }).then(after),
      );
    },
    async says(incident, text) {
      const { id } = threadOf(rig, incident);
      await person.mentions(text, { thread: id });
      await rig.settled();
      const words = bottom(incident);
      return { words, ...(asks(incident) ? { confirm: true as const } : {}) };
    },
    async told() {
      await rig.settled();
      return newWords();
    },
  };
}

/** An Action.Execute whose data nobody's card holds. */
async function forge({ fake }: TeamsRig, person: Person, incident: string, event: unknown): Promise<Pressed> {
  const { posts, id: conversation } = threadOf({ fake } as TeamsRig, incident);
  const data =
    typeof event === 'string'
      ? event
      : { mailfix: { verb: 'press', i: incident, m: 'turn-0', b: 'x', e: event } };
  const answer: Delivered = await fake.deliver({
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: fake.state.nextId(),
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl: fake.serviceUrl,
    from: { id: person.id, name: person.name, aadObjectId: person.account.aadObjectId },
    recipient: { id: `28:${fake.appId}`, name: 'mailfix' },
    conversation: { isGroup: true, conversationType: 'channel', tenantId: fake.tenant, id: conversation },
    channelData: { tenant: { id: fake.tenant } },
    replyToId: posts[0]?.id,
    value: { action: { type: 'Action.Execute', verb: 'press', data }, trigger: 'manual' },
  });
  const { value } = answer.json;
  return { ...answer, ...(typeof value === 'string' ? { toast: value } : {}) };
}
