import { wordsOf } from './browser.ts';
import type { Browser, Form } from './browser.ts';
import type { Firm, Trouble } from './outside.ts';
import { after } from './server.ts';

/** The next press of a conversation: whose, on what, with what typed. */
export interface Move {
  readonly who: Browser;
  readonly form: Form;
  readonly typed: Readonly<Record<string, string>>;
}

/** What was pressed and got a success reply; the log must have it once. */
export interface Given {
  readonly type: unknown;
  readonly key: unknown;
  readonly said: unknown;
}

/** What an event says, in a form or in the log. */
export function saidBy(event: Readonly<Record<string, unknown>>): unknown {
  return event['choice'] ?? event['decision'] ?? event['text'];
}

/** Who works on it. */
export interface People {
  readonly sam: Browser;
  readonly lea: Browser;
}

interface Known {
  readonly asked: RegExp;
  /** Where the troubles differ. */
  readonly trouble?: Trouble;
  /** The button to press; without, the field is typed into that saves what was asked for. */
  readonly choice?: string;
  readonly type?: (firm: Firm) => string;
  /** What was found is the answer: its button is pressed, and nothing is typed. */
  readonly isOffered?: true;
}

const byHand = () => 'Sam did it by hand.';

/** What the technician answers to a question that has these words. */
const answers: readonly Known[] = [
  { asked: /WHM knows no/, type: ({ domain }) => `office@${domain}` },
  { asked: /error message in Outlook/, choice: 'full', trouble: 'full' },
  { asked: /error message in Outlook/, choice: 'none' },
  { asked: /change an e-mail password/, choice: 'no' },
  { asked: /Which of the two opens/, choice: 'neither' },
  { asked: /Is that the client/, isOffered: true, trouble: 'suspected' },
  { asked: /whatismyip/, type: ({ ip }) => ip },
  { asked: /could not see whether/, choice: 'blocked' },
  { asked: /Please un-block .* by hand/, choice: 'done', type: byHand },
  { asked: /still blocked\. What now/, choice: 'again' },
  { asked: /Does mail come in now/, choice: 'yes' },
  { asked: /look by hand: log in to WHM/, choice: 'account' },
  { asked: /Please raise it by hand/, choice: 'done', type: byHand },
  { asked: /Which Outlook/, choice: 'classic' },
  { asked: /Is mail coming in now/, choice: 'yes' },
];

const begin = 'client find diagnose'.split(' ');
const asking = 'error changed sites clientIp guard'.split(' ');
const raising = 'raiseAccount watchLease moreSpace outlook outlookClassic mailAfterSteps roomMade'.split(' ');
const unblocking = 'unblock watchBlock waiting'.split(' ');

/** The ways that the steps may go, in the order of their visits; each question stands on them once. */
const paths: Readonly<Record<Trouble, readonly (readonly string[])[]>> = {
  blocked: opened([...begin, ...asking, 'blocks', 'whyBlocked']),
  suspected: opened([...begin, 'isItThem', 'guard', 'blocks', 'stopFirst']),
  full: [[...begin, ...raising]],
};

/** From the proposal to the end. */
function opened(before: readonly string[]): readonly (readonly string[])[] {
  return [
    [...before, ...unblocking, 'mailBack', 'unblocked'],
    // Nobody can see whether the request ever arrived. It did not: so a person has it sent again.
    [...before, ...unblocking, 'stillBlocked', ...unblocking, 'mailBack', 'unblocked'],
  ];
}

/** One incident as the technician and the lead work it from the page, and from nothing but the page. */
export class Talk {
  readonly trouble: Trouble;
  readonly firm: Firm;
  readonly given: Given[] = [];
  id = '';
  state = '';
  readonly #people: People;

  constructor(trouble: Trouble, firm: Firm, people: People) {
    this.trouble = trouble;
    this.firm = firm;
    this.#people = people;
  }

  get path(): string {
    return `/incidents/${this.id}`;
  }

  get paths(): readonly (readonly string[])[] {
    return paths[this.trouble];
  }

  get isOver(): boolean {
    return /^(Resolved|Handed over|Closed):/.test(this.state);
  }

  /** What the page asks for now; undefined while it shows nothing new to press. */
  async move(): Promise<Move | undefined> {
    const { sam, lea } = this.#people;
    if (this.id === '') return this.#opening();
    const { text, forms } = await sam.page(this.path);
    this.state = wordsOf(/<p class="state-line[^>]*>(.*?)<\/p>/s.exec(text)?.[1] ?? '');
    if (this.isOver) return undefined;
    for (const form of forms) {
      if (form.event['type'] !== 'answer.given' || this.#isUsed(form)) continue;
      const answer = this.#answerTo(form);
      if (answer === undefined || form.event['choice'] !== answer.choice) continue;
      if ((answer.isOffered === true) !== 'text' in form.event) continue;
      const text = answer.type?.(this.firm);
      return { who: sam, form, typed: text === undefined ? {} : { text } };
    }
    if (!this.state.startsWith('Waiting for an approver')) return undefined;
    const approve = (await lea.page(this.path)).forms.find(
      ({ event }) => event['type'] === 'confirm.pressed' && event['decision'] === 'approve',
    );
    return approve === undefined || this.#isUsed(approve)
      ? undefined
      : { who: lea, form: approve, typed: {} };
  }

  /** The move got its success reply; the reply to the first one leads to the incident. */
  took({ form, typed }: Move, location: string): void {
    if (this.id === '') this.id = location.replace('/incidents/', '');
    const { type = 'incident.opened', key } = form.event;
    this.given.push({
      type,
      key,
      said: saidBy({ ...typed, ...form.event }),
    });
  }

  async #opening(): Promise<Move> {
    const { sam } = this.#people;
    const { forms } = await sam.page('/');
    const form = forms.find(({ fields }) => fields.includes('client'));
    if (form === undefined) throw new Error('The list has no form to open an incident with.');
    return { who: sam, form, typed: { client: `office@${this.firm.domain}` } };
  }

  #answerTo({ about, event }: Form): Known | undefined {
    // That mail comes in before the block is seen to be gone is not this story.
    if (event['choice'] === 'mailIn') return undefined;
    const answer = answers.find(
      ({ asked, trouble = this.trouble }) => asked.test(about) && trouble === this.trouble,
    );
    if (answer === undefined) throw new Error(`Nobody knows what to answer to "${about}"`);
    // Once is enough: after that somebody else takes it on.
    const again = answer.choice === 'again' && this.given.some(({ said }) => said === 'again');
    return again ? { ...answer, choice: 'unknown' } : answer;
  }

  #isUsed({ event }: Form): boolean {
    return this.given.some(({ type, key }) => type === event['type'] && key === event['key']);
  }
}

const stuckMs = 60_000;

/** Works talks side by side, each as its page asks for it, in the order that `inOrder` puts them, until none is left. */
export async function toTheEnd(
  talks: readonly Talk[],
  press: (talk: Talk, move: Move) => Promise<void> = pressed,
  inOrder: (talks: readonly Talk[]) => readonly Talk[] = (all) => all,
): Promise<void> {
  let stuckAt = performance.now() + stuckMs;
  for (;;) {
    const left = inOrder(talks.filter(({ isOver }) => !isOver));
    if (left.length === 0) return;
    let moved = false;
    for (const talk of left) {
      const move = await talk.move();
      if (move === undefined) continue;
      await press(talk, move);
      moved = true;
    }
    if (moved) stuckAt = performance.now() + stuckMs;
    else if (performance.now() > stuckAt)
      throw new Error(`It does not go on: ${talks.map(({ id, state }) => `${id} ${state}`).join('; ')}`);
    else await after(30);
  }
}

/** Presses, and takes nothing but success for an answer. */
export async function pressed(talk: Talk, { who, form, typed }: Move): Promise<void> {
  const { status, location, text } = await who.send(form, typed);
  if (status !== 303) throw new Error(`${talk.id} answered ${status}: ${wordsOf(text)}`);
  talk.took({ who, form, typed }, location);
}
