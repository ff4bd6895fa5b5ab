import type { Reply } from '../engine/reply.ts';
import type { Verb } from '../engine/verbs.ts';
import type { Opening, Sender } from '../runtime/dispatch.ts';

/** What a chat product's adapter asks of the runtime. Each answers only after the event is committed. */
export interface ChatDispatch {
  open(
    opening: Pick<Opening, 'dialog' | 'facts' | 'actor' | 'eventId' | 'place' | 'unlessOpen'>,
  ): Promise<Reply>;
  /** `event` comes from outside: to be parsed, never trusted. */
  press(event: unknown, sender: Sender): Promise<Reply>;
  /** `addressed`: it was said to mailfix, and not to all in the thread. */
  say(text: string, sender: Sender, addressed: boolean): Promise<Reply>;
  steer(verb: Verb, sender: Sender): Promise<Reply>;
}

/** A runbook that can be opened. */
export interface ChatDialog {
  readonly id: string;
  readonly title: string;
  /** Words in an opening that ask for it. */
  readonly words?: readonly string[];
  /** The fact that names the client, and how its field is labelled. */
  readonly client: { readonly name: string; readonly label: string; readonly placeholder?: string };
}

/** An outside system and how it answered when it was last asked. */
export interface Connection {
  readonly name: string;
  readonly state: 'up' | 'down' | 'unknown' | 'not configured';
  readonly why?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
}

/** The part of a pino logger that adapters use. */
export interface ChatLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
