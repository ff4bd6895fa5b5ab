import type { Name, Player, Theatre, Told } from '../../channels/scenarios.ts';
import type { Delivered } from '../../fakes/slack/delivery.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { Message } from '../../fakes/slack/state.ts';
import { slackRig, type SlackRig } from './rig.ts';

const channel = 'C0SUPPORT';

/** Slack, for the scenarios that every channel plays. */
export async function slackTheatre(rig?: SlackRig): Promise<Theatre & { rig: SlackRig }> {
  const made = rig ?? (await slackRig());
  return {
    rig: made,
    store: made.store,
    firewall: made.firewall,
    player: async (name) => slackPlayer(made, made.fake.person({ id: idOf(name) })),
    restart: () => made.restart(),
    settled: () => made.settled(),
  };
}

function idOf(name: Name): string {
  return `U0${name.toUpperCase()}`;
}

/** The messages of an incident: its root, and what stands in its thread. */
export function threadOf({ fake }: SlackRig, incident: string): readonly Message[] {
  const root = fake.roots(channel).find((one) => fake.textOf(one).startsWith(`${incident} · `));
  if (root === undefined) throw new Error(`${incident} has no root message in ${channel}.`);
  return fake.thread(channel, root.threadTs ?? root.ts);
}

function slackPlayer(rig: SlackRig, person: Person): Player {
  const { fake } = rig;
  let heard = 0;

  const threadTs = (incident: string) => threadOf(rig, incident)[0]?.ts ?? '';
  const newWords = () => {
    const all = fake.ephemerals(person.id);
    const words = all.slice(heard).map((one) => fake.textOf(one));
    heard = all.length;
    return words.join('\n');
  };

  /** What came of a press: an answer at once, private words, or a form that asks for more. */
  async function after(pressed: Delivered, typed?: string): Promise<Told | undefined> {
    if (pressed.status !== 200) throw new Error(`Slack got ${pressed.status} (${pressed.error ?? ''}).`);
    await rig.settled();
    const view = fake.openView(person.id);
    if (view !== undefined) return submit(typed);
    return heardNow();
  }

  /** What they were told alone just now; whether it waits for them to go on. */
  function heardNow(): Told | undefined {
    const all = fake.ephemerals(person.id).slice(heard);
    const asks = all.some((one) => JSON.stringify(one.blocks ?? []).includes('press:confirm'));
    const words = newWords();
    return words === '' ? undefined : { words, ...(asks ? { confirm: true as const } : {}) };
  }

  /** Fills the one text field of the form that is open, and sends it. */
  async function submit(
    typed: string | undefined,
    more: Record<string, string> = {},
  ): Promise<Told | undefined> {
    const label = fieldOf(fake.openView(person.id)?.view);
    await person.fills({
      ...more,
      ...(typed === undefined || label === undefined ? {} : { [label]: typed }),
    });
    const { status, error, errors } = await person.submits();
    if (status !== 200) throw new Error(`Slack got ${status} (${error ?? ''}).`);
    await rig.settled();
    const [beside] = Object.values(errors);
    if (beside !== undefined) return { words: beside, field: true };
    const still = fake.openView(person.id);
    if (still?.view['callback_id'] === 'confirm')
      return { words: fake.textOf({ blocks: blocksOf(still.view) }), confirm: true };
    if (still !== undefined) {
      await person.closes();
      return { words: fake.textOf({ blocks: blocksOf(still.view) }) };
    }
    const words = newWords();
    return words === '' ? undefined : { words };
  }

  async function press(incident: string, label: string, typed?: string): Promise<Told | undefined> {
    const thread = threadTs(incident);
    const inline = typed !== undefined && label === 'Send';
    const pressed = inline
      ? person.types(/./, typed, { send: label, channel, thread })
      : person.clicks(label, { channel, thread });
    return after(await pressed, typed);
  }

  async function choose(incident: string, option: string): Promise<Delivered> {
    return person.chooses(option, { channel, message: threadTs(incident) });
  }

  return {
    async opens(line) {
      const answer = await person.command(`/mailfix ${line}`, { channel });
      await rig.settled();
      const view = fake.openView(person.id);
      if (view !== undefined) {
        // The form comes back with what was typed, and what is wrong with it: sent as it is, the field says so.
        const { errors } = await person.submits();
        await person.closes();
        return { told: { words: Object.values(errors).join(' '), field: true } };
      }
      const words = `${newWords()}${answer.body}`;
      if (words !== '') return { told: { words } };
      const [newest] = await rig.store.list({ limit: 1 });
      return { incident: newest?.id ?? '' };
    },
    async opensAgain() {
      const last = fake.requests.findLast(({ kind }) => kind === 'command');
      if (last !== undefined) await rig.again(last);
    },
    async reads(incident) {
      const messages = threadOf(rig, incident);
      return messages.map((one) => fake.textOf(one)).join('\n');
    },
    async buttons(incident) {
      return threadOf(rig, incident).flatMap((one) => fake.buttonsOf(one));
    },
    presses: press,
    async pressesTwice(incident, label, typed) {
      const thread = threadTs(incident);
      const again = () =>
        typed === undefined
          ? person.clicks(label, { channel, thread })
          : person.types(/./, typed, { send: label, channel, thread });
      const both = await Promise.all([again(), again()]);
      return after(both[1]);
    },
    async holds(incident, label, typed) {
      const thread = threadTs(incident);
      // Everything is made as Slack makes it when somebody presses, and kept; the message changes meanwhile.
      const release = rig.fake.hold();
      const sending =
        typed === undefined
          ? person.clicks(label, { channel, thread })
          : person.types(/./, typed, { send: label, channel, thread });
      return async () => {
        release();
        return after(await sending);
      };
    },
    async forges(incident, event) {
      const root = threadOf(rig, incident)[0];
      const value =
        typeof event === 'string' ? event : JSON.stringify({ i: incident, m: 'turn-0', b: 'x', e: event });
      const forged = await person.sendsAction(
        {
          action_id: 'press:forged',
          block_id: 'b',
          type: 'button',
          value,
          text: { type: 'plain_text', text: 'x' },
        },
        { channel, message: root?.ts ?? '' },
      );
      return after(forged);
    },
    async changes(incident, question, choice, typed) {
      const message = threadOf(rig, incident).find((one) => fake.textOf(one).includes(question));
      await person.clicks(/^Change/, { channel, message: message?.ts ?? '', nth: 0 });
      await rig.settled();
      const view = fake.openView(person.id)?.view;
      const label = labelOf(view, 'radio_buttons') || labelOf(view, 'static_select');
      return submit(typed, { [label]: choice });
    },
    async notes(incident, text) {
      await choose(incident, 'Add a note …');
      await rig.settled();
      return submit(text);
    },
    async takesOver(incident) {
      await after(await choose(incident, 'Take over'));
    },
    async handsOver(incident, to, why) {
      await choose(incident, 'Hand over …');
      await rig.settled();
      const label = labelOf(fake.openView(person.id)?.view, 'users_select');
      await submit(why, { [label]: idOf(to) });
    },
    async cancels(incident, why) {
      await choose(incident, 'Cancel incident …');
      await rig.settled();
      return submit(why);
    },
    async parks(incident, why) {
      await choose(incident, 'Park …');
      await rig.settled();
      await submit(why);
    },
    async resumes(incident) {
      await after(await choose(incident, 'Take up again'));
    },
    async steers(incident, verb) {
      return after(await choose(incident, steerLabels[verb]));
    },
    async confirms(incident) {
      if (fake.openView(person.id) !== undefined) return submit(undefined);
      return after(
        await person.clicks(/^(Change it|Go back|Start over|Escalate)$/, {
          channel,
          thread: threadTs(incident),
        }),
      );
    },
    async knows(incident) {
      await person.clicks('What I know', { channel, message: threadTs(incident) });
      await rig.settled();
      return newWords();
    },
    async changesKnown(incident, question, choice) {
      const known = fake.ephemerals(person.id).findLast((one) => fake.textOf(one).includes(question));
      await person.clicks(/^Change/, { channel, message: known?.ts ?? '', nth: 0 });
      await rig.settled();
      const view = fake.openView(person.id)?.view;
      return submit(undefined, { [labelOf(view, 'radio_buttons')]: choice });
    },
    async says(incident, text) {
      await person.says(text, { channel, thread: threadTs(incident) });
      await rig.settled();
      return heardNow();
    },
    async told() {
      await rig.settled();
      return newWords();
    },
  };
}

const steerLabels = {
  back: 'Back to the question before',
  repeat: 'Ask again at the bottom',
  restart: 'Start over',
  escalate: 'Escalate',
} as const;

type Json = Readonly<Record<string, unknown>>;

function blocksOf(view: Json | undefined): readonly Json[] {
  const blocks: unknown = view?.['blocks'];
  return Array.isArray(blocks) ? (blocks as readonly Json[]) : [];
}

/** The label of the form's input of a kind. */
function labelOf(view: Json | undefined, type: string): string {
  const fields = (value: unknown) =>
    (typeof value === 'object' && value !== null ? { ...value } : {}) as Json;
  const input = blocksOf(view).find((block) => fields(block['element'])['type'] === type);
  const text = fields(input?.['label'])['text'];
  return typeof text === 'string' ? text : '';
}

function fieldOf(view: Json | undefined): string | undefined {
  const label = labelOf(view, 'plain_text_input');
  return label === '' ? undefined : label;
}
