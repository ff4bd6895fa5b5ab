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
    | 'malformed';
  readonly message: string;
  /** The message belongs beside this field: `text`, `why`, or a fact of the opening form. */
  readonly field?: string;
}

/** What the person gets at once. */
export type Reply =
  | { readonly ok: true; readonly incident: string; readonly said?: string }
  | { readonly ok: false; readonly refusal: Refusal };
