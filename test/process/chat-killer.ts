import { expect } from 'vitest';
import type { Answer, ChatMove, ChatTalk } from './chat-moves.ts';
import type { ChatDesk } from './chat-office.ts';
import { numbers } from './numbers.ts';
import type { OutsideAnswer } from './outside.ts';
import { after, within } from './server.ts';

/** A kind of moment to kill the server at. */
export interface Moment<D extends Answer> {
  /** About which moves: `call` is one that posts something, `approval` the pressing of Approve. */
  readonly about: 'press' | 'event' | 'any' | 'call' | 'approval';
  /** Makes the move, with a kill about it. */
  readonly kills: (at: At<D>) => Promise<readonly D[]>;
  /** An answer that was sent all the same may not arrive. */
  readonly isDeaf?: true;
}

/** What a moment has at hand. */
export interface At<D extends Answer> {
  readonly talk: ChatTalk<D>;
  readonly move: ChatMove<D>;
  readonly kill: () => Promise<void>;
  /** A random whole number from 0. */
  readonly upTo: (most: number) => number;
  /** Starts the server and kills it so long after. */
  readonly startInVain: (ms: number) => Promise<void>;
}

/** A desk whose server can be killed and started. */
export type Killable = Pick<ChatDesk, 'server' | 'outside'> & {
  start(): Promise<void>;
  /** Is called right before each kill, or right after it where only the server knows when that is. */
  readonly dies?: () => void;
};

const limitMs = 60_000;

/** Works on the chat product's side and kills the server at moments that a seed puts in their order. */
export class ChatKiller<D extends Answer> {
  /** The names of the moments of all kills. */
  readonly kills: string[] = [];
  /** Requests that came again: events that were delivered again, and presses that people made again. */
  readonly again = { events: 0, presses: 0 };
  readonly #desk: Killable;
  readonly #moments: Readonly<Record<string, Moment<D>>>;
  readonly #random: () => number;
  readonly #deck: string[];
  readonly #approvals: string[];

  constructor(
    desk: Killable,
    moments: Readonly<Record<string, Moment<D>>>,
    { seed, wanted }: { seed: number; wanted: number },
  ) {
    this.#desk = desk;
    this.#moments = { ...aboutOutside(desk), ...aboutAnswers, ...moments };
    this.#random = numbers(seed * 7919);
    const drawn: string[] = [];
    while (drawn.length < wanted) drawn.push(...this.#shuffled(this.names));
    const deck = drawn.slice(0, wanted);
    const isApproval = (name: string) => this.#moments[name]?.about === 'approval';
    this.#approvals = deck.filter(isApproval);
    this.#deck = deck.filter((name) => !isApproval(name));
  }

  /** The names of all kinds of moments. */
  get names(): readonly string[] {
    return Object.keys(this.#moments);
  }

  /** Every kill that was wanted was made. */
  get isDone(): boolean {
    return this.#deck.length + this.#approvals.length === 0;
  }

  /** Makes the move, perhaps with a kill about it, and makes it again as people and the chat product do who heard nothing. */
  async press(talk: ChatTalk<D>, move: ChatMove<D>): Promise<void> {
    const name = this.#draw(move);
    const moment = name === undefined ? undefined : this.#moments[name];
    let answers: readonly D[];
    if (name === undefined || moment === undefined) answers = await move.make();
    else {
      answers = await moment.kills(this.#at(name, talk, move));
      if (moment.isDeaf === true) answers = answers.map((one) => ({ ...one, status: 0 }));
      await this.#desk.start();
    }
    const unheard = answers.filter(({ status }) => status === 0);
    if (unheard.length > 0) {
      this.again[move.by === 'event' ? 'events' : 'presses'] += unheard.length;
      answers = await move.again(answers);
    }
    for (const { status, error } of answers) expect(status, `${talk.id} ${move.kind} ${error}`).toBe(200);
    talk.took(move);
  }

  #at(name: string, talk: ChatTalk<D>, move: ChatMove<D>): At<D> {
    return {
      talk,
      move,
      kill: async () => {
        this.#desk.dies?.();
        await this.#desk.server.kill();
        this.kills.push(name);
      },
      upTo: (most) => Math.floor(this.#random() * (most + 1)),
      startInVain: async (ms) => {
        await this.#desk.server.startInVain(ms);
        this.#desk.dies?.();
        this.kills.push(name);
      },
    };
  }

  #draw({ kind, by }: ChatMove<D>): string | undefined {
    if (kind === 'approves') return this.#approvals.shift();
    const [next = ''] = this.#deck;
    const about = this.#moments[next]?.about;
    if (about === undefined || this.#random() < 0.4) return undefined;
    const fits = {
      press: by === 'press',
      event: by === 'event',
      any: true,
      // A remark, and asking for a form, posts nothing.
      call: kind === 'opens' || kind === 'answers',
      approval: false,
    }[about];
    return fits ? this.#deck.shift() : undefined;
  }

  #shuffled<T>(all: readonly T[]): readonly T[] {
    return all
      .map((one) => ({ one, at: this.#random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ one }) => one);
  }
}

async function beforeTheAnswer<D extends Answer>({ move, kill, upTo }: At<D>): Promise<readonly D[]> {
  const made = move.make();
  await after(upTo([0, 12, 60][upTo(2)] ?? 0));
  await kill();
  return made;
}

const aboutAnswers = {
  'before the answer to a press': { about: 'press', kills: beforeTheAnswer, isDeaf: true },
  'before the answer to an event': { about: 'event', kills: beforeTheAnswer, isDeaf: true },
  'right after the answer to a press': {
    about: 'press',
    kills: async <D extends Answer>({ move, kill }: At<D>) => {
      const answers = await move.make();
      await kill();
      return answers;
    },
  },
  'again in the next start': {
    about: 'any',
    kills: async <D extends Answer>({ move, kill, upTo, startInVain }: At<D>) => {
      const answers = await move.make();
      await after(upTo(60));
      await kill();
      await startInVain(upTo(900));
      return answers;
    },
  },
  'before the approval': {
    about: 'approval',
    kills: async <D extends Answer>({ move, kill }: At<D>) => {
      await kill();
      return move.make();
    },
  },
} as const;

function aboutOutside({ outside }: Pick<ChatDesk, 'outside'>) {
  /** Kills in the first call of this name that is about the firm's address, before it is answered. */
  const inCall =
    (name: string, meet: (apply: () => Promise<OutsideAnswer>) => Promise<unknown> = async () => undefined) =>
    async <D extends Answer>({ talk: { firm }, move, kill }: At<D>): Promise<readonly D[]> => {
      const sent = () =>
        outside.calls.filter((call) => call.name === 'unblock' && call.params['ip'] === firm.ip);
      const before = sent().length + (name === 'unblock' ? 1 : 0);
      const killed = new Promise<void>((resolve, reject) => {
        const wait = (): void =>
          outside.next(name, async (call, apply) => {
            if (!Object.values(call.params).includes(firm.ip)) {
              wait();
              return apply();
            }
            await meet(apply);
            await kill().then(resolve, reject);
            return 'lost';
          });
        wait();
      });
      const made = move.make();
      await within(limitMs, `${name} after the approval`, killed);
      expect(sent(), name).toHaveLength(before);
      return made;
    };
  return {
    'between the approval and the un-block': { about: 'approval', kills: inCall('get_cphulk_brutes') },
    'an un-block never done': { about: 'approval', kills: inCall('unblock') },
    'an un-block done': { about: 'approval', kills: inCall('unblock', (apply) => apply()) },
  } as const;
}

/** Kills while the chat product has a call of the bot's, a moment after it came in; `count` tells how many came. */
export async function killInCall<D extends Answer>(
  { move, kill, upTo }: At<D>,
  what: string,
  count: () => number,
): Promise<readonly D[]> {
  const before = count();
  const made = move.make();
  const arrived = async (): Promise<void> => {
    while (count() === before) await after(1);
  };
  await within(limitMs, `${what} after "${move.kind}"`, arrived());
  await after(upTo(15));
  await kill();
  return made;
}
