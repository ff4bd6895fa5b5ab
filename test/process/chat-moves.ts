import type { Firm, Trouble } from './outside.ts';
import { after } from './server.ts';
import type { Given } from './talk.ts';

/** What the server answered to one request; status 0 when nothing came. */
export interface Answer {
  readonly status: number;
  readonly error?: string;
}

/** What somebody does next. */
export interface ChatMove<D extends Answer> {
  readonly kind: 'asks for a form' | 'opens' | 'answers' | 'remarks' | 'approves';
  /** Events are delivered again by the chat product, everything else is pressed again by people. */
  readonly by: 'press' | 'event';
  /** Makes it, and brings what the server answered to each request of it. */
  readonly make: () => Promise<readonly D[]>;
  /** After no answer: an event is delivered again, and a person looks, and presses again what is still there. */
  readonly again: (before: readonly D[]) => Promise<readonly D[]>;
  /** What the log must have once, when it was answered. */
  readonly given?: Given;
  /** Whoever made it knows that it was answered. */
  readonly took?: () => void;
}

/** One incident as people work it from its thread, and from nothing but the thread. */
export interface ChatTalk<D extends Answer> {
  readonly id: string;
  readonly trouble: Trouble;
  readonly firm: Firm;
  readonly given: readonly Given[];
  readonly state: string;
  readonly isOver: boolean;
  /** What the thread asks for now; undefined while it shows nothing new. */
  move(): ChatMove<D> | undefined | Promise<ChatMove<D> | undefined>;
  /** The move was answered; the log has to have it. */
  took(move: ChatMove<D>): void;
}

const stuckMs = 60_000;

/** Works talks side by side, each as its thread asks for it, until all are over. */
export async function toTheEnd<D extends Answer, T extends ChatTalk<D>>(
  talks: readonly (T & ChatTalk<D>)[],
  press: (talk: T, move: ChatMove<D>) => Promise<void> = answered,
): Promise<void> {
  let stuckAt = performance.now() + stuckMs;
  for (;;) {
    const left = talks.filter(({ isOver }) => !isOver);
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
    else await after(20);
  }
}

/** Makes the move, and takes nothing but success for an answer. */
export async function answered<D extends Answer>(talk: ChatTalk<D>, move: ChatMove<D>): Promise<void> {
  for (const { status, error = '' } of await move.make())
    if (status !== 200) throw new Error(`${talk.id} ${move.kind}, and got ${status} ${error}`);
  talk.took(move);
}

/** Works on a talk until this is what is to be done next. */
export async function workUntil<D extends Answer>(
  talk: ChatTalk<D>,
  isNext: (move: ChatMove<D>) => boolean,
): Promise<void> {
  for (;;) {
    const move = await talk.move();
    if (move !== undefined && isNext(move)) return;
    if (move === undefined) await after(20);
    else await answered(talk, move);
  }
}
