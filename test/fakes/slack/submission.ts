import { controlsIn } from './controls.ts';
import type { Delivered } from './delivery.ts';
import { jsonOf, jsonsOf, textIn } from './json.ts';
import type { Json } from './json.ts';
import { Refusal } from './refusal.ts';
import type { ShownView, SlackState } from './state.ts';
import { changeView, checkView, pushView } from './views.ts';

/** How long Slack waits for the answer to a submission. */
const ackMs = 3000;

/** What a person sees after a submission. */
export interface SubmissionOutcome {
  /** The error texts by the `block_id` of their input, as the app sent them. */
  readonly errors: Readonly<Record<string, string>>;
  /** Those that Slack shows, by the label of their input. */
  readonly errorsByLabel: Readonly<Record<string, string>>;
  /** Keys of errors that stand for no input: nobody sees those. */
  readonly unshown: readonly string[];
  /** Slack could not use the answer, and the person reads that something went wrong. */
  readonly trouble: string | undefined;
  /** The modal that is open now. */
  readonly view: ShownView | undefined;
}

/** Does to the modals what the app answered to a submission. */
export function applySubmission(state: SlackState, shown: ShownView, result: Delivered): SubmissionOutcome {
  const errors = result.json['response_action'] === 'errors' ? textsOf(result.json['errors']) : {};
  const labels = new Map(
    controlsIn(jsonsOf(shown.view['blocks']))
      .filter(({ block }) => block['type'] === 'input')
      .map(({ blockId, label }) => [blockId, label]),
  );
  const trouble = troubleWith(result) ?? attempt(() => act(state, shown, result.json));
  const seen = Object.entries(errors).filter(([id]) => labels.has(id));
  return {
    errors,
    errorsByLabel: Object.fromEntries(seen.map(([id, text]) => [labels.get(id) ?? '', text])),
    unshown: Object.keys(errors).filter((id) => !labels.has(id)),
    trouble,
    view: state.stacks.get(shown.user)?.at(-1),
  };
}

function troubleWith({ status, ms, error }: Delivered): string | undefined {
  if (status < 200 || status >= 300) return error ?? `The app answered with ${status}.`;
  return ms > ackMs ? 'The app answered after more than three seconds.' : undefined;
}

function attempt(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return `${error.error} ${JSON.stringify(error.more)}`;
    throw error;
  }
}

function act(state: SlackState, shown: ShownView, answer: Json): void {
  const stack = state.stacks.get(shown.user) ?? [];
  switch (answer['response_action']) {
    case undefined:
      if (Object.keys(answer).length > 0) throw new Refusal('invalid_response', { answer });
      // Only this one: the app may have opened another meanwhile.
      state.stacks.set(
        shown.user,
        stack.filter(({ id }) => id !== shown.id),
      );
      return;
    case 'clear':
      state.stacks.set(shown.user, []);
      return;
    case 'errors':
      if (Object.keys(textsOf(answer['errors'])).length === 0)
        throw new Refusal('invalid_response', { answer });
      return;
    case 'update':
      checkView(jsonOf(answer['view']), 'modal');
      changeView(state, shown, jsonOf(answer['view']));
      return;
    case 'push':
      checkView(jsonOf(answer['view']), 'modal');
      pushView(state, shown, jsonOf(answer['view']));
      return;
    default:
      throw new Refusal('invalid_response', { answer });
  }
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(jsonOf(value)).map(([id, text]) => [id, textIn(text)]));
}
