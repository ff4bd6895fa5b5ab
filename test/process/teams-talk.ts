import { jsonOf, textIn } from '../fakes/slack/json.ts';
import type { Json } from '../fakes/slack/json.ts';
import { cardIn, controlsIn } from '../fakes/teams/card-parts.ts';
import type { Control } from '../fakes/teams/card-parts.ts';
import type { Delivered } from '../fakes/teams/deliveries.ts';
import type { Person } from '../fakes/teams/person.ts';
import type { Post } from '../fakes/teams/state.ts';
import { answerTo, isEarly, remark } from './chat-answers.ts';
import type { ChatMove, ChatTalk } from './chat-moves.ts';
import type { Firm, Trouble } from './outside.ts';
import { saidBy } from './talk.ts';
import type { Given } from './talk.ts';
import type { Office } from './teams-office.ts';
import { deliveredAgain, openingOf } from './teams-opening.ts';
import type { OpeningWay } from './teams-opening.ts';

/** What somebody does next. */
export type Move = ChatMove<Delivered>;

/** How buttons are pressed: in today's clients, twice by a hand that trembles, or in clients that only submit. */
export type Hand = 'once' | 'twice' | 'old';

/** Something that can be pressed, with the words above it. */
interface Offer {
  readonly post: Post;
  readonly about: string;
  readonly control: Control;
  readonly event: Json;
  /** The input for what is typed; empty when there is none. */
  readonly field: string;
}

/** So long nobody looks at the same card again. */
const againMs = 250;

/** One incident as Sam and Lea work it from the thread, and from nothing but the thread. */
export class TeamsTalk implements ChatTalk<Delivered> {
  readonly trouble: Trouble;
  readonly firm: Firm;
  readonly given: Given[] = [];
  id = '';
  readonly #office: Office;
  readonly #who: Person;
  readonly #hand: Hand;
  readonly #typing: 'field' | 'thread';
  readonly #opening: () => Move | undefined;
  #lookedAt = 0;

  constructor(
    office: Office,
    trouble: Trouble,
    by: {
      readonly who?: Person;
      readonly opening?: OpeningWay;
      readonly hand?: Hand;
      /** How what the client says gets into the incident. */
      readonly typing?: 'field' | 'thread';
    } = {},
  ) {
    this.trouble = trouble;
    this.firm = office.outside.firm(trouble);
    this.#office = office;
    this.#who = by.who ?? office.sam;
    this.#hand = by.hand ?? 'once';
    this.#typing = by.typing ?? 'field';
    this.#opening = openingOf(by.opening ?? 'mention', office, this.#who, `office@${this.firm.domain}`);
  }

  /** The incident's first message, as soon as it is there; the last one, should it stand there twice. */
  get root(): Post | undefined {
    return this.roots.at(-1);
  }

  /** Every post that is a first message of this incident: those have the menu, an answer to "status" has not. */
  get roots(): readonly Post[] {
    const heading = this.#heading;
    const isRoot = (post: Post) =>
      heading.test(textIn(post.activity['summary'])) &&
      heading.test(this.#read(post)) &&
      this.#office.teams.buttonsOf(post).includes('More …');
    return this.#posts().filter(isRoot);
  }

  /** Every message of the bot's that stands in the incident's thread, the first one too. */
  get thread(): readonly Post[] {
    const { conversation } = this;
    return this.#posts().filter((post) => post.conversation === conversation);
  }

  /** The conversation of its thread; empty until the first message is there. */
  get conversation(): string {
    return this.root?.conversation ?? '';
  }

  /** The line under the heading. */
  get state(): string {
    return this.root === undefined ? '' : (this.#read(this.root).split('\n')[1] ?? '');
  }

  get isOver(): boolean {
    return /^(Resolved|Handed over|Closed):/.test(this.state);
  }

  /** What the thread asks for now; undefined while it shows nothing new. */
  async move(): Promise<Move | undefined> {
    const { root } = this;
    if (root === undefined) return this.#opening();
    this.id = this.#heading.exec(this.#read(root))?.[1] ?? '';
    if (this.isOver) return undefined;
    const approve = (await this.#forLea()).find(({ event }) => event['decision'] === 'approve');
    if (approve !== undefined) return this.#press('approves', this.#office.lea, approve);
    const offers = this.#offers(this.#who).filter(({ event }) => !this.#isUsed(event));
    const [open] = offers.filter(({ event }) => event['type'] === 'answer.given' && !isEarly(event));
    if (open === undefined) return undefined;
    const { press } = answerTo(this.trouble, open.about, this.firm);
    const offer = offers.find(
      ({ control, post, field }) =>
        post === open.post && (press === undefined ? field !== '' : control.title === press),
    );
    if (offer === undefined) throw new Error(`"${open.about}" has no button "${press}".`);
    if (press !== undefined) return this.#press('answers', this.#who, offer);
    if (!this.given.some(({ type }) => type === 'note.added'))
      return this.#say('remarks', remark, { type: 'note.added', key: undefined, said: remark });
    const { type, key } = offer.event;
    return this.#typing === 'thread'
      ? this.#say('answers', this.firm.ip, { type, key, said: this.firm.ip })
      : this.#press('answers', this.#who, offer, this.firm.ip);
  }

  /** The move was answered; the log has to have it. */
  took({ given, took }: Move): void {
    if (given !== undefined) this.given.push(given);
    took?.();
  }

  get #heading(): RegExp {
    return new RegExp(`^(INC-\\d+) · office@${this.firm.domain} `);
  }

  #posts(): readonly Post[] {
    const { state, channel, appId } = this.#office.teams;
    return state.posts.filter((one) => one.place === channel && one.from === `28:${appId}` && !one.deleted);
  }

  #read(post: Post): string {
    return this.#office.teams.textOf(post);
  }

  /** Approvers see cards of their own: Teams asks for them when they look. */
  async #forLea(): Promise<readonly Offer[]> {
    const { lea } = this.#office;
    const refreshes = this.thread.filter(({ activity }) => {
      const { userIds } = jsonOf(cardIn(activity)?.['refresh']);
      return Array.isArray(userIds) && userIds.includes(lea.id);
    });
    const now = performance.now();
    // What a look brought may be of the moment before: whoever finds nothing to press looks again.
    const isDue = ({ views }: Post) => !views.has(lea.id) || now - this.#lookedAt > againMs;
    for (const { id } of refreshes.filter(isDue)) {
      this.#lookedAt = now;
      await lea.looks({ post: id });
    }
    return this.#offers(lea).filter(({ event }) => !this.#isUsed(event));
  }

  #offers(viewer: Person): readonly Offer[] {
    const { teams } = this.#office;
    return this.thread.flatMap((post) => {
      const seen = teams.seenBy(viewer, post);
      const about = teams.textOf(seen);
      return controlsIn(cardIn(seen) ?? {}).flatMap((control) => {
        const { verb, b, e } = jsonOf(jsonOf(control.action['data'])['mailfix']);
        if (verb !== 'press') return [];
        const own = `field:${textIn(b)}`;
        const field = control.inputs.some(({ id }) => id === own) ? own : '';
        return [{ post, about, control, event: jsonOf(e), field }];
      });
    });
  }

  #isUsed(event: Json): boolean {
    return this.given.some(({ type, key }) => type === event['type'] && key === event['key']);
  }

  #press(kind: Move['kind'], who: Person, offer: Offer, typed?: string): Move {
    const { post, control, event, field } = offer;
    const { type, key } = event;
    const fields = typed === undefined ? {} : { [field]: typed };
    const one = () =>
      this.#hand === 'old'
        ? who.submits(control.title, fields, { post: post.id })
        : who.executes(control.title, fields, { post: post.id });
    const make = () => Promise.all(this.#hand === 'twice' ? [one(), one()] : [one()]);
    return {
      kind,
      by: 'press',
      make,
      // Teams sends what nobody answered once more, and the person presses again what is still there.
      again: async (before) => {
        const sent = await deliveredAgain(this.#office, before);
        return [...sent, ...(this.#isStillThere(who, offer) ? await make() : [])];
      },
      given: { type, key, said: typed ?? saidBy(event) },
    };
  }

  #say(kind: Move['kind'], text: string, given: Given): Move {
    return {
      kind,
      by: 'event',
      make: async () => [await this.#who.mentions(text, { thread: this.conversation })],
      again: (before) => deliveredAgain(this.#office, before),
      given,
    };
  }

  #isStillThere(who: Person, { event }: Offer): boolean {
    return this.#offers(who).some((one) => JSON.stringify(one.event) === JSON.stringify(event));
  }
}
