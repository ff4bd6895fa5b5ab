import { expect } from 'vitest';
import type { Delivered } from '../fakes/slack/delivery.ts';
import type { Fault } from '../fakes/slack/faults.ts';
import type { OutsideAnswer } from './outside.ts';
import { after, within } from './server.ts';
import type { Office } from './slack-office.ts';
import type { Move, SlackTalk } from './slack-talk.ts';

/** When the server is killed: about an answer to Slack, in a call to Slack, or about the approval and what it leads to. */
const moments = {
  'before the answer to a press': 'press',
  'before the answer to an event': 'event',
  'right after the answer to a press': 'press',
  'right after the answer to an event': 'event',
  'again in the next start': 'any',
  'a post done, its answer lost': 'call',
  'a post done, its answer late': 'call',
  'a post never done': 'call',
  'an edit under way': 'call',
  'before the approval': 'approval',
  'between the approval and the un-block': 'approval',
  'an un-block never done': 'approval',
  'an un-block done': 'approval',
} as const;
/** One of the kinds of moments. */
export type Moment = keyof typeof moments;
/** All kinds of moments. */
export const allMoments = Object.keys(moments) as readonly Moment[];

const lostReply: Fault = { kind: 'lost-reply' };
const hang: Fault = { kind: 'hang' };
const doneAndHang: Fault = { kind: 'hang', applied: true };
/** Later than the kill. */
const slow: Fault = { kind: 'slow', ms: 5000 };

const limitMs = 20_000;

/** Works on Slack's side and kills the server at moments that a seed puts in their order. */
export class SlackKiller {
  /** The moments of all kills. */
  readonly kills: Moment[] = [];
  /** Requests of Slack that came again: events that it delivered again, and presses that people made again. */
  readonly again = { events: 0, presses: 0 };
  readonly #office: Office;
  readonly #random: () => number;
  readonly #deck: Moment[];
  readonly #approvals: Moment[];

  constructor(office: Office, { seed, wanted }: { seed: number; wanted: number }) {
    this.#office = office;
    this.#random = numbers(seed * 7919);
    const drawn: Moment[] = [];
    while (drawn.length < wanted) drawn.push(...this.#shuffled(allMoments));
    const deck = drawn.slice(0, wanted);
    this.#approvals = deck.filter((one) => moments[one] === 'approval');
    this.#deck = deck.filter((one) => moments[one] !== 'approval');
  }

  /** Every kill that was wanted was made. */
  get isDone(): boolean {
    return this.#deck.length + this.#approvals.length === 0;
  }

  /** Makes the move, perhaps with a kill about it, and makes it again as people and Slack do who heard nothing. */
  async press(talk: SlackTalk, move: Move): Promise<void> {
    const moment = this.#draw(move);
    let answers = await (moment === undefined ? move.make() : this.#killing(moment, talk, move));
    if (moment !== undefined) {
      // An answer that was sent all the same may not arrive.
      const isLost = moment.startsWith('before the answer');
      if (isLost) answers = answers.map((one) => ({ ...one, status: 0 }));
      await this.#office.start();
    }
    const unheard = answers.filter(({ status }) => status === 0);
    if (unheard.length > 0) {
      this.again[isEvent(move) ? 'events' : 'presses'] += unheard.length;
      answers = await move.again(answers);
    }
    for (const { status, error } of answers) expect(status, `${talk.id} ${move.kind} ${error}`).toBe(200);
    talk.took(move);
  }

  #draw(move: Move): Moment | undefined {
    const { kind } = move;
    if (kind === 'approves') return this.#approvals.shift();
    const [next] = this.#deck;
    if (next === undefined || this.#random() < 0.4) return undefined;
    const fits = {
      press: !isEvent(move),
      event: isEvent(move),
      any: true,
      // A remark, and asking for a form, posts nothing.
      call: kind === 'opens' || kind === 'answers',
      approval: false,
    }[moments[next]];
    return fits ? this.#deck.shift() : undefined;
  }

  async #killing(moment: Moment, talk: SlackTalk, move: Move): Promise<readonly Delivered[]> {
    switch (moment) {
      case 'before the approval':
        await this.#kill(moment);
        return move.make();
      case 'before the answer to a press':
      case 'before the answer to an event': {
        const made = move.make();
        await after(this.#upTo([0, 12, 60][this.#upTo(2)] ?? 0));
        await this.#kill(moment);
        return made;
      }
      case 'right after the answer to a press': {
        const answers = await move.make();
        await this.#kill(moment);
        return answers;
      }
      case 'right after the answer to an event': {
        // A new life knows nobody: Slack has to be asked who it is before anything can be stored.
        await this.#kill(moment);
        await this.#office.start();
        this.#office.slack.next('users.info', { kind: 'slow', ms: 150 });
        const answers = await move.make();
        await this.#kill(moment);
        return answers;
      }
      case 'again in the next start': {
        const answers = await move.make();
        await after(this.#upTo(60));
        await this.#kill(moment);
        await this.#office.server.startInVain(this.#upTo(900));
        this.kills.push(moment);
        return answers;
      }
      case 'a post done, its answer lost':
        return this.#inCall(moment, move, 'chat.postMessage', lostReply);
      case 'a post never done':
        return this.#inCall(moment, move, 'chat.postMessage', hang);
      case 'a post done, its answer late':
        return this.#inCall(moment, move, 'chat.postMessage', slow);
      case 'an edit under way': {
        const fault = [lostReply, hang, doneAndHang, slow][this.#upTo(3)] ?? slow;
        return this.#inCall(moment, move, 'chat.update', fault);
      }
      case 'between the approval and the un-block':
        return this.#atOutside(moment, talk, move, 'get_cphulk_brutes');
      case 'an un-block never done':
        return this.#atOutside(moment, talk, move, 'unblock');
      case 'an un-block done':
        return this.#atOutside(moment, talk, move, 'unblock', (apply) => apply());
    }
  }

  /** Kills while Slack has a call of the bot's, a moment after it came in. */
  async #inCall(moment: Moment, move: Move, method: string, fault: Fault): Promise<readonly Delivered[]> {
    const { slack } = this.#office;
    const before = slack.calls(method).length;
    slack.next(method, fault);
    const made = move.make();
    const arrived = async (): Promise<void> => {
      while (slack.calls(method).length === before) await after(1);
    };
    await within(limitMs, `${method} after "${move.kind}"`, arrived());
    await after(this.#upTo(15));
    await this.#kill(moment);
    return made;
  }

  /** Kills in the first call of this name that is about the firm's address, before it is answered. */
  async #atOutside(
    moment: Moment,
    { firm }: SlackTalk,
    move: Move,
    name: string,
    meet: (apply: () => Promise<OutsideAnswer>) => Promise<unknown> = async () => undefined,
  ): Promise<readonly Delivered[]> {
    const { outside } = this.#office;
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
          await this.#kill(moment).then(resolve, reject);
          return 'lost';
        });
      wait();
    });
    const made = move.make();
    await within(limitMs, `${name} after the approval`, killed);
    expect(sent(), moment).toHaveLength(before);
    return made;
  }

  async #kill(moment: Moment): Promise<void> {
    await this.#office.server.kill();
    this.kills.push(moment);
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1));
  }

  #shuffled<T>(all: readonly T[]): readonly T[] {
    return all
      .map((one) => ({ one, at: this.#random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ one }) => one);
  }
}

function isEvent({ by }: Move): boolean {
  return by === 'event';
}

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
