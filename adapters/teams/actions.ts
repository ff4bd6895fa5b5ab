import { createHash } from 'node:crypto';
import { createRepeats } from '../../src/chat/repeats.ts';
import type { Reply } from '../../src/engine/reply.ts';
import { verbs } from '../../src/engine/verbs.ts';
import { say } from '../../src/render/language.ts';
import type { Activity, InvokeAnswer } from './activity.ts';
import { openAnew } from './anew.ts';
import type { TeamsChannel } from './channel.ts';
import type { Desk } from './desk.ts';
import { noteId, placeOf, pressId } from './ids.ts';
import type { Visitor } from './ports.ts';
import { inputOf, inputs, readData, type ActionData } from './press.ts';
import { cardOf, isWithinReach } from './reach.ts';
import { askToRead, readFirst, showKnown } from './steering.ts';
import { toAdaptiveCard } from './to-adaptive-card.ts';

const unreadable = 'That press cannot be read. Please use the buttons of the card as it is now.';

/** What a press came to: words for whoever pressed; none when there is nothing to say. */
interface Pressed {
  readonly words?: string;
}

/** The buttons and fields of cards: as Action.Execute (an invoke), or from older clients as Action.Submit (a message). */
export function createActions(desk: Desk, formAnew: TeamsChannel['formAnew']) {
  const { ports, people } = desk;
  const { store, dispatch, clock } = ports;
  const isRepeated = createRepeats(clock);
  const unfinished = new Set<string>();

  async function act(activity: Activity, visitor: Visitor, press: Press): Promise<Pressed> {
    const { data, typed } = press;
    const { i: incident } = data;
    if (data.verb === 'open' && data.e !== undefined) {
      const words = await openAnew(desk, visitor, activity, data);
      return words === undefined ? {} : { words };
    }
    if (incident === undefined || !(await isWithinReach(store, visitor.tenant, incident)))
      return { words: incident === undefined ? unreadable : `There is no incident “${incident}” here.` };
    const to = placeOf(activity, visitor.tenant);
    if (data.verb === 'menu' && data.menu === 'known') {
      await showKnown(desk, to, incident);
      return { words: 'It stands at the bottom of the thread.' };
    }
    const verb = data.verb === 'menu' ? verbs.find((one) => one === data.menu) : undefined;
    const event = verb === undefined ? await eventOf(activity, visitor, press) : { event: verb };
    if ('words' in event) return event;
    const what = JSON.stringify([visitor.actor.id, event.event]);
    const failed = unfinished.delete(what);
    const again = isRepeated(what) && !failed;
    // What is no answer to a question settles nothing, so a form has a number: sent again from there, it is the same.
    const isForm = data.verb === 'menu' && verb === undefined;
    const form = isForm && data.n !== undefined ? digestOf([data.n, what]) : undefined;
    const id = pressId(activity.conversation.id, form ?? activity.id ?? ports.nonce());
    const sender = { id, source: 'teams', incident, actor: visitor.actor };
    let reply: Reply;
    try {
      reply = await (verb === undefined ? dispatch.press(event.event, sender) : dispatch.steer(verb, sender));
    } catch (error) {
      // Teams sends it again, and then it is the first time.
      unfinished.add(what);
      throw error;
    }
    // A note does not change the message that its form is in: the next one needs a form of its own.
    if (reply.ok && data.menu === 'note')
      desk.later('an empty form', () => formAnew(incident, visitor.tenant));
    if (reply.ok) return reply.said === undefined ? {} : { words: reply.said };
    if (reply.refusal.code === 'late' && again) return {};
    if (reply.refusal.confirm !== undefined) {
      askToRead(desk, to, visitor.actor.name, incident, reply.refusal.confirm);
      return { words: readFirst };
    }
    return { words: reply.refusal.message + youTyped(typed) };
  }

  async function eventOf(
    activity: Activity,
    { tenant }: Visitor,
    press: Press,
  ): Promise<{ readonly event: unknown } | { readonly words: string }> {
    const { data, typed } = press;
    switch (data.verb) {
      case 'press':
        return { event: withText(data.e, typed[inputOf(data.b ?? '')]) };
      case 'change': {
        const card = await cardOf(ports, tenant, data.i ?? '', data.m ?? '');
        const section = card?.sections.find(({ id }) => id === data.s);
        const button = section?.settled?.change?.[Number(typed[inputs.changeChoice] ?? -1)];
        if (button === undefined)
          return { words: 'That answer can no longer be changed. Please look at the card as it is now.' };
        if (button.field === undefined) return { event: button.event };
        const text = typed[inputs.changeText] ?? '';
        if (text.trim() === '') return { words: `${button.field.label}: please type it.` };
        return { event: withText({ ...button.event }, text) };
      }
      case 'menu':
        return menu(activity, tenant, press);
      case 'open':
      case 'refresh':
        return { words: unreadable };
    }
  }

  async function menu(
    activity: Activity,
    tenant: string,
    { data, typed, until }: Press,
  ): Promise<{ readonly event: unknown } | { readonly words: string }> {
    const text = typed[inputs.menuText] ?? '';
    const reason = text.trim() === '' ? {} : { why: text };
    switch (data.menu) {
      case 'note':
        return { event: { type: 'note.added', text } };
      case 'take':
        return { event: { type: 'incident.taken-over' } };
      case 'park':
        return { event: { type: 'incident.parked', ...reason } };
      case 'resume':
        return { event: { type: 'incident.resumed' } };
      case 'cancel':
        return { event: { type: 'incident.cancelled', why: text } };
      case 'hand': {
        const oid = (typed[inputs.menuTo] ?? '').toLowerCase();
        const known = await people.member(placeOf(activity, tenant), oid, until);
        if (known === undefined || known.guest || !people.mayWork({ tenant, oid }))
          return { words: 'Choose a colleague who is in this team and may work on mail incidents.' };
        const id = `teams:${tenant}/${oid}`;
        return {
          event: { type: 'incident.handed-over', to: { id, person: id, name: known.name }, ...reason },
        };
      }
      default:
        return { words: unreadable };
    }
  }

  /** The card as whoever looks should see it; changes nothing, and asks nobody. */
  async function refreshed(
    { conversation }: Activity,
    visitor: Visitor,
    data: ActionData,
  ): Promise<InvokeAnswer> {
    const { i = '', m = '' } = data;
    const within = await isWithinReach(store, visitor.tenant, i);
    // Teams may ask as soon as a post is there, before it is known here as shown.
    const card = within ? await ports.card(i, m) : undefined;
    if (card === undefined) return message('This card is no more.');
    const drawn = toAdaptiveCard(card, {
      incident: i,
      message: m,
      now: clock.now(),
      approvers: ports.approvers,
      ownNotes: `note.${noteId(conversation.id, '')}`,
      viewer: people.isApprover(visitor) ? 'approver' : 'other',
      ...(ports.timeZone === undefined ? {} : { timeZone: ports.timeZone }),
    });
    return { status: 200, body: { statusCode: 200, type: cardType, value: drawn.card } };
  }

  return {
    /** Action.Execute; `unsure`: why it may not be acted upon, while Teams does not say who that is. */
    async executed(
      activity: Activity,
      visitor: Visitor,
      { until, unsure }: { readonly until: number; readonly unsure?: string },
    ): Promise<InvokeAnswer> {
      const { action = {} } = fieldsOf(activity.value);
      const { data: raw = {}, verb } = fieldsOf(action);
      const data = readData(raw);
      if (data === undefined) return message(unreadable);
      if (data.verb === 'refresh' || verb === 'refresh') return refreshed(activity, visitor, data);
      const typed = typedIn(raw);
      if (unsure !== undefined) return message(unsure + youTyped(typed));
      const { words } = await act(activity, visitor, { data, typed, until });
      return message(words ?? 'Taken.');
    },

    /** Action.Submit; undefined when the message is none. */
    async submitted(activity: Activity, visitor: Visitor): Promise<{ readonly words?: string } | undefined> {
      const data = readData(activity.value);
      const isOnlyPress = activity.value !== undefined && (activity.text ?? '') === '';
      if (data === undefined) return isOnlyPress ? { words: unreadable } : undefined;
      return act(activity, visitor, { data, typed: typedIn(activity.value) });
    },
  };
}

const cardType = 'application/vnd.microsoft.card.adaptive';

type Typed = Readonly<Record<string, string>>;

/** A press as it came; `until`: when its answer is due. */
interface Press {
  readonly data: ActionData;
  readonly typed: Typed;
  readonly until?: number;
}

/** What somebody typed with a press that was not taken, so that it is not lost to them. */
export function typedWords(value: unknown): string {
  return youTyped(typedIn(value));
}

function youTyped(typed: Typed): string {
  const said = Object.values(typed).filter((one) => one.trim() !== '');
  return said.length === 0 ? '' : ` You typed: ${said.join(' ').slice(0, 500)}`;
}

/** Words for whoever pressed alone; the card stays as it is until the shared one is updated. */
export function message(words: string): InvokeAnswer {
  const body = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: say(words) };
  return { status: 200, body };
}

/** A name for something of any length, in signs that a key may have. */
function digestOf(what: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
}

/** What was typed and chosen, by the names of the inputs. */
function typedIn(data: unknown): Typed {
  const entries = Object.entries(fieldsOf(data)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** What is typed becomes the reason of a decision, and the text of anything else. */
function withText(event: object | undefined, typed: string | undefined): unknown {
  if (typed === undefined) return event;
  const isDecision = event !== undefined && 'type' in event && event.type === 'confirm.pressed';
  return { ...event, [isDecision ? 'why' : 'text']: typed };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
