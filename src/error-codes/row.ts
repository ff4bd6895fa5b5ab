/** One known failure. */
export interface ErrorRow {
  /** What went wrong; `{holes}` are filled with the values of the case. */
  message: string;
  /** What a person does about it; may have the same holes. */
  remedy: string;
}
