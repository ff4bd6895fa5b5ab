import { isJson, jsonsOf, textIn } from './json.ts';
import type { Json } from './json.ts';

/** Elements that nobody can act on have no `action_id`. */
const still = new Set(['image', 'plain_text', 'mrkdwn']);

/**
 * Blocks as Slack keeps them, which is not as they were sent: every block and element has an id,
 * every `plain_text` says `emoji` and every `mrkdwn` says `verbatim`.
 */
export function storedBlocks(blocks: unknown, nextId: () => string): readonly Json[] {
  return jsonsOf(blocks).map((block) => {
    const { type, ...rest } = block;
    const withIds = {
      type,
      block_id: textIn(block['block_id']) || nextId(),
      ...Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'block_id')),
    };
    return kept(withIds, nextId);
  });
}

/** A view as Slack keeps it. */
export function storedView(view: Json, nextId: () => string): Json {
  const { blocks, ...rest } = view;
  return { ...kept(rest, nextId), blocks: storedBlocks(blocks, nextId) };
}

function kept(value: Json, nextId: () => string): Json {
  const copy: Json = {};
  for (const [name, field] of Object.entries(value)) {
    if (name === 'element' || name === 'accessory') copy[name] = withActionId(field, nextId);
    else if (name === 'elements') copy[name] = elementsOf(value, nextId);
    else copy[name] = keptAny(field, nextId);
  }
  if (copy['type'] === 'plain_text') copy['emoji'] ??= true;
  if (copy['type'] === 'mrkdwn') copy['verbatim'] ??= false;
  return copy;
}

function keptAny(value: unknown, nextId: () => string): unknown {
  if (Array.isArray(value)) return value.map((one) => keptAny(one, nextId));
  return isJson(value) ? kept(value, nextId) : value;
}

function elementsOf(value: Json, nextId: () => string): unknown {
  const acting = value['type'] === 'actions' || value['type'] === 'context_actions';
  return jsonsOf(value['elements']).map((one) => (acting ? withActionId(one, nextId) : kept(one, nextId)));
}

function withActionId(element: unknown, nextId: () => string): unknown {
  if (!isJson(element)) return element;
  const copy = kept(element, nextId);
  if (!still.has(textIn(copy['type']))) copy['action_id'] ??= nextId();
  return copy;
}
