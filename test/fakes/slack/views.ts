import { isViewTooLarge, problemsInView } from './block-kit.ts';
import { limits } from './block-limits.ts';
import { jsonsOf, textIn } from './json.ts';
import type { Json } from './json.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { ShownView, SlackState } from './state.ts';
import { storedView } from './stored-blocks.ts';

/** How long a `trigger_id` is good. */
const triggerMs = 3000;

/** Refuses a view that Slack would not take, with its words. */
export function checkView(view: Json, type: 'modal' | 'home'): void {
  if (isViewTooLarge(view)) throw new Refusal('view_too_large');
  const problems = problemsInView(view);
  if (problems.length > 0) throw refusalOf('invalid_arguments', problems);
  if (view['type'] !== type)
    throw refusalOf('invalid_arguments', [{ pointer: '/type', message: `must be one of: ${type}` }]);
}

/** Uses a trigger up; it can be used once and only for three seconds. */
export function useTrigger(state: SlackState, id: string) {
  const trigger = state.triggers.get(id);
  if (trigger === undefined) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (state.now() - trigger.at > triggerMs) throw new Refusal('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

/** A new view for somebody; on top of another when it is pushed. */
export function showView(
  state: SlackState,
  to: { readonly user: string; readonly team: string; readonly channel: string | undefined },
  view: Json,
  below?: ShownView,
): ShownView {
  const externalId = textIn(view['external_id']);
  if (externalId !== '' && openViews(state).some((one) => one.view['external_id'] === externalId))
    throw new Refusal('duplicate_external_id');
  const { user, team, channel } = to;
  const id = `V${state.nextId()}`;
  const shown: ShownView = {
    id,
    user,
    team,
    channel,
    rootId: below?.rootId ?? id,
    previousId: below?.id,
    hash: nextHash(state),
    view: storedView(view, state.nextId),
    typed: new Map(),
  };
  state.views.push(shown);
  return shown;
}

/** Puts a pushed view on top of a person's stack, which holds three at most. */
export function pushView(state: SlackState, below: ShownView, view: Json): ShownView {
  const stack = state.stacks.get(below.user) ?? [];
  if (stack.length >= limits.viewStack) throw new Refusal('push_limit_reached');
  const shown = showView(state, below, view, stack.at(-1) ?? below);
  state.stacks.set(below.user, [...stack, shown]);
  return shown;
}

/** Gives a view new content. What was typed stays in elements that are still there under the same ids. */
export function changeView(state: SlackState, shown: ShownView, view: Json): void {
  shown.view = storedView(view, state.nextId);
  shown.hash = nextHash(state);
  const ids = new Set(jsonsOf(shown.view['blocks']).map((block) => textIn(block['block_id'])));
  for (const key of shown.typed.keys()) {
    if (!ids.has(key.split('\n')[0] ?? '')) shown.typed.delete(key);
  }
}

/** The modals that are open, of all people. */
export function openViews(state: SlackState): readonly ShownView[] {
  return [...state.stacks.values()].flat();
}

function nextHash(state: SlackState): string {
  return `${Math.floor(state.now() / 1000)}.${state.nextId()}`;
}
