import type { Json } from './json.ts';
import type { Problem } from './shape.ts';

/** Slack's "no": HTTP 200 with `ok: false` and these words. */
export class Refusal extends Error {
  readonly error: string;
  readonly more: Json;

  constructor(error: string, more: Json = {}) {
    super(error);
    this.error = error;
    this.more = more;
  }
}

/** A refusal of blocks or views, with what is wrong in Slack's form. */
export function refusalOf(error: string, problems: readonly Problem[]): Refusal {
  const messages = problems.map(({ pointer, message }) => `[ERROR] ${message} [json-pointer:${pointer}]`);
  return new Refusal(error, { errors: messages, response_metadata: { messages } });
}
