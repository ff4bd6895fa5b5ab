import { controlsIn } from '../fakes/slack/controls.ts';
import type { Control } from '../fakes/slack/controls.ts';
import type { Delivered } from '../fakes/slack/delivery.ts';
import { jsonOf, parsed, textIn } from '../fakes/slack/json.ts';
import type { Json } from '../fakes/slack/json.ts';
import type { Person } from '../fakes/slack/person.ts';
import type { Message } from '../fakes/slack/state.ts';
import { answerTo, isEarly, remark } from './chat-answers.ts';
import type { ChatMove, ChatTalk } from './chat-moves.ts';
import type { Firm, Trouble } from './outside.ts';
import { channel } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import { deliveredAgain, openingOf } from './slack-opening.ts';
import type { OpeningWay } from './slack-opening.ts';
import { saidBy } from './talk.ts';
import type { Given } from './talk.ts';

/** What somebody does next. */
export type Move = ChatMove<Delivered>;

/** How what the client says gets into the incident. */
export type Typing = 'send' | 'enter' | 'thread';

/** Something that can be pressed or typed into, with the words above it. */
interface Offer {
  readonly message: Message;
  readonly about: string;
  readonly control: Control;
  readonly event: Json;
}

/** One incident as Sam and Lea work it from the thread, and from nothing but the thread. */
export class SlackTalk implements ChatTalk<Delivered> {
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
    this.firm = by.firm ?? office.outside.firm(trouble);
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
    const answer = answerTo(this.trouble, open.about, this.firm);
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
