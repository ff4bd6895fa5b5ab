import { isJson, listOf, textIn, type Json } from './slack/json.ts';
import { flag, list, oneOf, pattern, rule, shape, text } from './slack/shape.ts';
import type { Check, Fields, Problem } from './slack/shape.ts';

export type { Problem } from './slack/shape.ts';

/** Bytes that our cards keep to; Teams takes a little more, of everything that a message holds. */
const largest = 25_000;
const mostActions = 6;
const longestTitle = 40;
const mostViews = 60;

/** What disguises itself: control characters and marks for the direction of writing. */
const disguised = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
const computed = /\{\{\s*(?:DATE|TIME)\s*\(/i;
/** What a TextBlock or an expanded choice could read as Markdown or as a mention. */
const markdown = /[*_~`#[\]()<>{}\\|!]|^\s*(?:[-+]|\d+[.)])\s/;

const any: Check = () => undefined;

const words: Check = (value, at, found) => {
  text(Infinity)(value, at, found);
  if (disguised.test(textIn(value))) found.push({ pointer: at, message: 'holds a sign that disguises text' });
  if (computed.test(textIn(value))) found.push({ pointer: at, message: 'holds a function that is computed' });
};
const markedUp: Check = (value, at, found) => {
  words(value, at, found);
  if (markdown.test(textIn(value))) found.push({ pointer: at, message: 'could be read as Markdown' });
};
const title: Check = (value, at, found) => {
  words(value, at, found);
  text(longestTitle)(value, at, found);
};

const spacing = oneOf('None', 'Small', 'Default', 'Medium', 'Large', 'ExtraLarge', 'Padding');
const size = oneOf('Small', 'Default', 'Medium', 'Large', 'ExtraLarge');
const colour = oneOf('Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention');
const weight = oneOf('Lighter', 'Default', 'Bolder');
const boxStyle = oneOf('default', 'emphasis', 'good', 'attention', 'warning', 'accent');
const look = { color: colour, fontType: oneOf('Default', 'Monospace'), isSubtle: flag, size, weight };
const placed = { id: text(500), spacing, separator: flag, isVisible: flag, height: oneOf('auto', 'stretch') };

const element: Check = (value, at, found) => byKind(elements, value, at, found);
const action: Check = (value, at, found) => byKind(actions, value, at, found);
const items = list(element, 1, Infinity);

function drawn(required: Fields, optional: Fields = {}): Check {
  return shape({ type: any, ...required }, { ...placed, fallback: any, ...optional });
}

const run = shape(
  { type: oneOf('TextRun'), text: words },
  { ...look, highlight: flag, italic: flag, strikethrough: flag, underline: flag, selectAction: action },
);

function input(required: Fields, optional: Fields): Check {
  const own = { isRequired: flag, errorMessage: words, placeholder: words, ...optional };
  const base = drawn({ id: text(500), label: words, ...required }, own);
  const said = rule('errorMessage', ({ isRequired, errorMessage }) =>
    isRequired === true && errorMessage === undefined
      ? 'missing: what is wrong with an empty one'
      : undefined,
  );
  return (value, at, found) => {
    base(value, at, found);
    said(value, at, found);
  };
}

const choices: Check = (value, at, found) => {
  const isExpanded = isJson(value) && value['style'] === 'expanded';
  list(shape({ title: isExpanded ? markedUp : words, value: text(500) }), 1, 200)(
    isJson(value) ? value['choices'] : undefined,
    `${at}/choices`,
    found,
  );
};

const elements: Readonly<Record<string, Check>> = {
  TextBlock: drawn(
    { text: markedUp, wrap: oneOf(true) },
    { ...look, style: oneOf('default', 'heading'), horizontalAlignment: any, maxLines: any },
  ),
  RichTextBlock: drawn({ inlines: list(run, 1, Infinity) }, { horizontalAlignment: any }),
  Container: drawn({ items }, { style: boxStyle, bleed: flag, selectAction: action, minHeight: any }),
  ColumnSet: drawn({ columns: list(element, 1, 10) }, { style: boxStyle, bleed: flag, selectAction: action }),
  Column: drawn({ items }, { width: any, style: boxStyle, verticalContentAlignment: any }),
  ActionSet: drawn({ actions: list(action, 1, mostActions) }),
  'Input.Text': input({}, { isMultiline: flag, maxLength: any, regex: any, style: any, value: words }),
  'Input.ChoiceSet': (value, at, found) => {
    input(
      { choices: any },
      { style: oneOf('compact', 'expanded', 'filtered'), isMultiSelect: flag, value: any },
    )(value, at, found);
    choices(value, at, found);
  },
};

function pressed(required: Fields, optional: Fields = {}): Check {
  const style = oneOf('default', 'positive', 'destructive');
  const also = { id: text(500), style, fallback: any, tooltip: words, isEnabled: flag };
  return shape({ type: any, title, ...required }, { ...also, ...optional });
}

const submit = pressed({ data: any }, { associatedInputs: oneOf('auto', 'none') });
const inner = (value: unknown, at: string, found: Problem[]) => innerCard(value, at, found);

const actions: Readonly<Record<string, Check>> = {
  'Action.Submit': submit,
  'Action.Execute': (value, at, found) => {
    pressed({ verb: text(100), data: any }, { associatedInputs: oneOf('auto', 'none') })(value, at, found);
    const fallback = isJson(value) ? value['fallback'] : undefined;
    shape({ type: oneOf('Action.Submit') }, { title: any, data: any, style: any, associatedInputs: any })(
      fallback,
      `${at}/fallback`,
      found,
    );
    if (
      isJson(value) &&
      isJson(fallback) &&
      JSON.stringify(value['data']) !== JSON.stringify(fallback['data'])
    )
      found.push({ pointer: `${at}/fallback/data`, message: 'must carry the same' });
  },
  'Action.OpenUrl': pressed({ url: pattern(/^https?:\/\/\S+$/, 'an address') }),
  'Action.ShowCard': pressed({ card: inner }),
  'Action.ToggleVisibility': pressed({ targetElements: list(text(500), 1, 20) }),
};

/** What is not of 1.5 needs something to be shown in its place, and that is looked at too. */
function byKind(kinds: Readonly<Record<string, Check>>, value: unknown, at: string, found: Problem[]): void {
  const check = isJson(value) ? new Map(Object.entries(kinds)).get(textIn(value['type'])) : undefined;
  if (check !== undefined) return check(value, at, found);
  const fallback = isJson(value) ? value['fallback'] : undefined;
  if (isJson(fallback)) return byKind(kinds, fallback, `${at}/fallback`, found);
  const type = isJson(value) ? textIn(value['type']) : typeof value;
  found.push({ pointer: `${at}/type`, message: `not of version 1.5, and without a fallback: ${type}` });
}

const cardFields = { fallbackText: words, lang: text(20), speak: words, minHeight: any, rtl: flag };
const row = list(action, 1, mostActions);

const innerCard: Check = (value, at, found) => {
  shape({ type: oneOf('AdaptiveCard'), body: list(element, 0, Infinity) }, { ...cardFields, actions: row })(
    value,
    at,
    found,
  );
  for (const one of typedIn(isJson(value) ? [value['body'], value['actions']] : []))
    if (one['type'] === 'Action.ShowCard')
      found.push({ pointer: at, message: 'a card within a card opens no third one everywhere' });
};

const refresh = shape({
  action: (value, at, found) => {
    action(value, at, found);
    oneOf('Action.Execute')(isJson(value) ? value['type'] : undefined, `${at}/type`, found);
  },
  userIds: list(pattern(/^29:/, 'how Teams addresses somebody'), 1, mostViews),
});

const whole = shape(
  {
    type: oneOf('AdaptiveCard'),
    $schema: oneOf('http://adaptivecards.io/schemas/adaptive-card.json'),
    version: oneOf('1.5'),
    body: items,
    msteams: shape({ width: oneOf('Full') }, { entities: any }),
  },
  { ...cardFields, actions: row, refresh },
);

/** Everything that Teams, one of its clients, or a careful reader would have against a card. */
export function problemsInCard(card: unknown): readonly Problem[] {
  const found: Problem[] = [];
  whole(card, '', found);
  const bytes = Buffer.byteLength(JSON.stringify(card) ?? '');
  if (bytes > largest) found.push({ pointer: '', message: `${bytes} bytes are more than ${largest}` });
  if (!isJson(card)) return found;
  const ids = typedIn(card).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  // Clients for phones then show nothing of the card, inputs of inner cards included.
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    found.push({ pointer: '', message: `two have the id ${id}` });
  for (const one of typedIn(card)) {
    for (const target of listOf(one['targetElements']))
      if (!ids.includes(textIn(target)))
        found.push({ pointer: '', message: `nothing has the id ${textIn(target)}` });
  }
  if (blocks(card)) found.push({ pointer: '/body', message: 'a required input stops the other buttons' });
  return found;
}

/** Teams looks at all inputs of a card for every button of it and of its inner cards, also for those that want none. */
function blocks(card: Json): boolean {
  const outer = typedIn(card, ['card', 'data', 'fallback', 'refresh']);
  const isRequired = outer.some((one) => one['isRequired'] === true);
  const others = outer.filter(
    ({ type, associatedInputs }) => type === 'Action.ShowCard' || associatedInputs === 'none',
  );
  return isRequired && others.length > 0;
}

/** Every object within that has a type, but not what buttons carry. */
function typedIn(value: unknown, without: readonly string[] = ['data', 'fallback']): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((one) => typedIn(one, without));
  if (!isJson(value)) return [];
  const own = typeof value['type'] === 'string' ? [value] : [];
  const inside = Object.entries(value).filter(([name]) => !without.includes(name));
  return [...own, ...inside.flatMap(([, one]) => typedIn(one, without))];
}
