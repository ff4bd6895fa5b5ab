import { controlsIn } from '../fakes/slack/controls.ts';
import type { Control } from '../fakes/slack/controls.ts';
import type { Delivered } from '../fakes/slack/delivery.ts';
import { jsonOf, parsed, textIn } from '../fakes/slack/json.ts';
import type { Json } from '../fakes/slack/json.ts';
import type { Person } from '../fakes/slack/person.ts';
import type { Message } from '../fakes/slack/state.ts';
import type { Firm } from './outside.ts';
import { after } from './server.ts';
import { channel } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import { deliveredAgain, openingOf } from './slack-opening.ts';
import type { OpeningWay } from './slack-opening.ts';
import { saidBy } from './talk.ts';
import type { Given } from './talk.ts';

/** What somebody does next. */
export interface Move {
  readonly kind: 'asks for a form' | 'opens' | 'answers' | 'remarks' | 'approves';
  /** Events are delivered again by Slack, everything else is pressed again by people. */
  readonly by: 'press' | 'event';
  /** Makes it, and brings what the server answered to each request of it. */
  readonly make: () => Promise<readonly Delivered[]>;
  /** After no answer: Slack delivers an event again, and a person looks, and presses again what is still there. */
  readonly again: (before: readonly Delivered[]) => Promise<readonly Delivered[]>;
  /** What the log must have once, when it was answered. */
  readonly given?: Given;
  /** Whoever made it knows that it was answered. */
  readonly took?: () => void;
}

/** How what the client says gets into the incident. */
export type Typing = 'send' | 'enter' | 'thread';

/** `full`: Outlook says at once that the mailbox is full. */
export type Trouble = 'blocked' | 'full';

interface Known {
  readonly asked: RegExp;
  /** The label of the button to press; of a question without, the field is typed into. */
  readonly press?: string;
}

const answers: Readonly<Record<Trouble, readonly Known[]>> = {
  blocked: [
    { asked: /error message in Outlook/g, press: 'None, just no mail' },
    { asked: /change an e-mail password/g, press: 'No' },
    { asked: /Which of the two opens/g, press: 'Neither' },
    { asked: /whatismyip/g },
    { asked: /still blocked\. What now/g, press: 'Propose the un-block again' },
    { asked: /Does mail come in now/g, press: 'Yes' },
  ],
  full: [
    { asked: /error message in Outlook/g, press: 'Mailbox is full' },
    { asked: /Which Outlook/g, press: '2016–365 for Windows (classic)' },
    { asked: /Is mail coming in now/g, press: 'Yes' },
  ],
};

const remark = 'They call from the car and are back at noon.';

/** Something that can be pressed or typed into, with the words above it. */
interface Offer {
  readonly message: Message;
  readonly about: string;
  readonly control: Control;
  readonly event: Json;
}

/** One incident as Sam and Lea work it from the thread, and from nothing but the thread. */
export class SlackTalk {
  readonly trouble: Trouble;
  readonly firm: Firm;
  readonly given: Given[] = [];
  id = '';
  readonly #office: Office;
  readonly #who: Person;
  readonly #typing: Typing;
  readonly #opening: () => Move | undefined;

  constructor(
    office: Office,
    trouble: Trouble,
    by: {
      readonly who?: Person;
      readonly firm?: Firm;
      readonly opening?: OpeningWay;
      readonly typing?: Typing;
    } = {},
  ) {
    this.trouble = trouble;
    this.firm = by.firm ?? office.outside.firm();
    this.#office = office;
    this.#who = by.who ?? office.sam;
    this.#typing = by.typing ?? 'send';
    this.#opening = openingOf(by.opening ?? 'command', office, this.#who, `office@${this.firm.domain}`);
  }

  /** The incident's first message, as soon as it is there. */
  get root(): Message | undefined {
    return this.#posts().find(
      (message) => message.blocks.length > 0 && this.#heading.test(this.#read(message)),
    );
  }

  /** Every message of the bot's that stands in the incident's thread, the first one too. */
  get thread(): readonly Message[] {
    const { root, threadTs } = this;
    return this.#posts().filter((message) => message === root || message.threadTs === threadTs);
  }

  /** What names the thread; empty until the first message is there. */
  get threadTs(): string {
    return this.root?.threadTs ?? this.root?.ts ?? '';
  }

  /** The line under the heading. */
  get state(): string {
    return this.root === undefined ? '' : (this.#read(this.root).split('\n')[1] ?? '');
  }

  get isOver(): boolean {
    return /^(Resolved|Handed over|Closed):/.test(this.state);
  }

  /** What the thread asks for now; undefined while it shows nothing new. */
  move(): Move | undefined {
    const { root } = this;
    if (root === undefined) return this.#opening();
    this.id = this.#heading.exec(this.#read(root))?.[1] ?? '';
    if (this.isOver) return undefined;
    const offers = this.#offers().filter(({ event }) => !this.#isUsed(event));
    const approve = offers.find(({ event }) => event['decision'] === 'approve');
    if (approve !== undefined) return this.#press('approves', this.#office.lea, approve);
    const [open] = offers.filter(({ event }) => event['type'] === 'answer.given' && !isEarly(event));
    if (open === undefined) return undefined;
    const answer = this.#answerTo(open.about);
    const offer = offers.find(
      ({ control, about }) => about === open.about && control.label === (answer.press ?? 'Send'),
    );
    if (offer === undefined) throw new Error(`"${open.about}" has no button "${answer.press}".`);
    if (answer.press !== undefined) return this.#press('answers', this.#who, offer);
    if (this.given.some(({ type }) => type === 'note.added')) return this.#type(offer);
    return this.#say('remarks', remark, { type: 'note.added', key: undefined, said: remark });
  }

  /** The move was answered; the log has to have it. */
  took({ given, took }: Move): void {
    if (given !== undefined) this.given.push(given);
    took?.();
  }

  get #heading(): RegExp {
    return new RegExp(`^(INC-\\d+) · office@${this.firm.domain} `);
  }

  #posts(): readonly Message[] {
    const all = this.#office.slack.state.messagesIn(channel);
    return all.filter(({ botId, deleted }) => botId !== undefined && !deleted);
  }

  #read(message: Message): string {
    return this.#office.slack.textOf(message);
  }

  #offers(): readonly Offer[] {
    return this.thread.flatMap((message) => {
      let about = '';
      return message.blocks.flatMap((block) => {
        about += `${this.#office.slack.textOf({ blocks: [block] })}\n`;
        if (block['type'] !== 'actions') return [];
        const over = about;
        about = '';
        return controlsIn([block]).map((control) => ({
          message,
          about: over,
          control,
          event: jsonOf(jsonOf(parsed(textIn(control.element['value'])))['e']),
        }));
      });
    });
  }

  /** What was asked last in these words is what is open. */
  #answerTo(about: string): Known {
    const asked = answers[this.trouble]
      .map((known) => ({ known, at: [...about.matchAll(known.asked)].at(-1)?.index ?? -1 }))
      .toSorted((one, other) => other.at - one.at)[0];
    if (asked === undefined || asked.at < 0) throw new Error(`Nobody knows what to answer to "${about}"`);
    return asked.known;
  }

  #isUsed(event: Json): boolean {
    return this.given.some(({ type, key }) => type === event['type'] && key === event['key']);
  }

  #press(kind: Move['kind'], who: Person, offer: Offer): Move {
    const { message, control, event } = offer;
    const { type, key } = event;
    const make = async () => [await who.clicks(control.label, { channel, message: message.ts })];
    return {
      kind,
      by: 'press',
      make,
      again: async () => (this.#isStillThere(offer) ? make() : []),
      given: { type, key, said: saidBy(event) },
    };
  }

  #type(offer: Offer): Move {
    const { type, key } = offer.event;
    const given = { type, key, said: this.firm.ip };
    if (this.#typing === 'thread') return this.#say('answers', this.firm.ip, given);
    const send = this.#typing === 'enter' ? 'enter' : offer.control.label;
    const where = { channel, message: offer.message.ts, send };
    const make = async () => [await this.#who.types(/address/i, this.firm.ip, where)];
    const again = async () => (this.#isStillThere(offer) ? make() : []);
    return { kind: 'answers', by: 'press', make, again, given };
  }

  #say(kind: Move['kind'], text: string, given: Given): Move {
    const where = { channel, thread: this.threadTs };
    return {
      kind,
      by: 'event',
      make: async () => [await this.#who.says(text, where)],
      again: (before) => deliveredAgain(this.#office, before),
      given,
    };
  }

  #isStillThere({ event }: Offer): boolean {
    return this.#offers().some((one) => JSON.stringify(one.event) === JSON.stringify(event));
  }
}

/** That mail comes in before the block is seen to be gone is not this story. */
function isEarly(event: Json): boolean {
  return event['choice'] === 'mailIn';
}

const stuckMs = 20_000;

/** Works talks side by side, each as its thread asks for it, until all are over. */
export async function toTheEnd(
  talks: readonly SlackTalk[],
  press: (talk: SlackTalk, move: Move) => Promise<void> = answered,
): Promise<void> {
  let stuckAt = performance.now() + stuckMs;
  for (;;) {
    const left = talks.filter(({ isOver }) => !isOver);
    if (left.length === 0) return;
    let moved = false;
    for (const talk of left) {
      const move = talk.move();
      if (move === undefined) continue;
      await press(talk, move);
      moved = true;
    }
    if (moved) stuckAt = performance.now() + stuckMs;
    else if (performance.now() > stuckAt)
      throw new Error(`It does not go on: ${talks.map(({ id, state }) => `${id} ${state}`).join('; ')}`);
    else await after(20);
  }
}

/** Makes the move, and takes nothing but success for an answer. */
export async function answered(talk: SlackTalk, move: Move): Promise<void> {
  for (const { status, error = '' } of await move.make())
    if (status !== 200) throw new Error(`${talk.id} ${move.kind}, and got ${status} ${error}`);
  talk.took(move);
}
