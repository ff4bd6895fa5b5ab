import type { Text } from './card.ts';
import type { PressableEvent } from './event.ts';

/** A press or an answer that changes nothing; shown only to that person, in words that say what to do. */
export interface Refusal {
  readonly code:
    | 'late'
    | 'unknown-choice'
    | 'bad-text'
    | 'not-allowed'
    | 'ended'
    | 'unknown-incident'
    | 'unknown-dialog'
    | 'open-already'
    | 'malformed'
    /** Nothing was done yet: `confirm` has what the person should read first, and the event that goes on. */
    | 'confirm';
  readonly message: string;
  /** The message belongs beside this field: `text`, `why`, or a fact of the opening form. */
  readonly field?: string;
  /** The incident that is open for that client. */
  readonly incident?: string;
  readonly confirm?: Confirmation;
}

/** What a correction takes back besides, to be read before it is made. */
export interface Confirmation {
  readonly title: Text;
  readonly lines: readonly Text[];
  /** Of the lines: the approvals that are withdrawn, and whom they were asked of (entries of the settings). */
  readonly withdrawn: readonly { readonly text: Text; readonly asked?: readonly string[] }[];
  /** What the button says that goes on. */
  readonly label: Text;
  readonly event: PressableEvent;
}

/** What the person gets at once. */
export type Reply =
  | {
      readonly ok: true;
      readonly incident: string;
      readonly said?: string;
      /** Asked for by words: the card of all that is known. */
      readonly shows?: 'known';
    }
  | { readonly ok: false; readonly refusal: Refusal };
