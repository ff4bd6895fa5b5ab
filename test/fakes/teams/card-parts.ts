import { isJson, jsonOf, jsonsOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';

/** The content type of an Adaptive Card. */
export const adaptive = 'application/vnd.microsoft.card.adaptive';

/** Where parts of a card stand in a part, in the order in which they are seen. */
const places = [
  'body',
  'items',
  'columns',
  'rows',
  'cells',
  'pages',
  'selectAction',
  'inlineAction',
  'actions',
];

/** The parts that stand in a part of a card, in order; what an Action.ShowCard opens is in it. */
export function partsIn(part: Json): readonly Json[] {
  const opened = part['type'] === 'Action.ShowCard' && isJson(part['card']) ? [part['card']] : [];
  const inside = places.flatMap((place) => {
    const value = part[place];
    return Array.isArray(value) ? jsonsOf(value) : isJson(value) ? [value] : [];
  });
  return [...inside, ...opened];
}

/** A part and everything below it. */
export function allParts(part: Json): readonly Json[] {
  return [part, ...partsIn(part).flatMap(allParts)];
}

/** The card of an activity; undefined when it has none. */
export function cardIn(activity: Json): Json | undefined {
  const found = jsonsOf(activity['attachments']).find((one) => one['contentType'] === adaptive);
  return found === undefined ? undefined : jsonOf(found['content']);
}

/** An activity with another card. */
export function withCard(activity: Json, card: Json): Json {
  const attachments = jsonsOf(activity['attachments']).map((one) =>
    one['contentType'] === adaptive ? { ...one, content: card } : one,
  );
  return { ...activity, attachments };
}

/** A button, and the inputs whose values go with it. */
export interface Control {
  readonly action: Json;
  readonly title: string;
  readonly inputs: readonly Json[];
}

/** The buttons of a card in order, those of cards that open inside it too. */
export function controlsIn(card: Json, around: readonly Json[] = []): readonly Control[] {
  const own = withoutOpened(card);
  // A card that is opened has its own inputs and those of the cards around it.
  const inputs = [...around, ...own.filter(({ type }) => textIn(type).startsWith('Input.'))];
  return own
    .filter(({ type }) => textIn(type).startsWith('Action.'))
    .flatMap((action) => [
      { action, title: textIn(action['title']), inputs: action['associatedInputs'] === 'none' ? [] : inputs },
      ...(isJson(action['card']) ? controlsIn(action['card'], inputs) : []),
    ]);
}

function withoutOpened(part: Json): readonly Json[] {
  if (part['type'] === 'Action.ShowCard') return [part];
  return [part, ...partsIn(part).flatMap(withoutOpened)];
}
