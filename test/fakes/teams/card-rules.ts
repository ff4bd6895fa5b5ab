import { isJson, jsonOf, jsonsOf, listOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import { allParts } from './card-parts.ts';

/** What every Teams draws; anything else has to bring a `fallback`. */
const known = new Set([
  'AdaptiveCard',
  'TextBlock',
  'RichTextBlock',
  'Image',
  'ImageSet',
  'Media',
  'Container',
  'Column',
  'ColumnSet',
  'FactSet',
  'ActionSet',
  'Table',
  'TableRow',
  'TableCell',
  'Input.Text',
  'Input.Number',
  'Input.Date',
  'Input.Time',
  'Input.Toggle',
  'Input.ChoiceSet',
  'Action.OpenUrl',
  'Action.Submit',
  'Action.Execute',
  'Action.ShowCard',
  'Action.ToggleVisibility',
]);

/** Why Teams would not show a card as it is meant; empty when it would. */
export function faultsOfCard(card: Json): readonly string[] {
  const parts = allParts(card);
  const ids = parts
    .map(({ type, id }) => (textIn(type).startsWith('Input.') ? textIn(id) : ''))
    .filter(Boolean);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...(card['type'] === 'AdaptiveCard' ? [] : ['its type is not AdaptiveCard']),
    ...(/^1\.[0-6]$/.test(textIn(card['version'])) ? [] : ['it has no version']),
    ...twice.map((id) => `two inputs are called "${id}"`),
    ...parts.flatMap(faultsOfPart),
    ...faultsOfRefresh(card['refresh']),
    ...faultsOfMentions(jsonsOf(jsonOf(card['msteams'])['entities']), JSON.stringify(card['body'] ?? [])),
  ];
}

/** Mentions whose words do not stand in the text, or that mention nobody. */
export function faultsOfMentions(entities: readonly Json[], text: string): readonly string[] {
  return entities
    .filter(({ type }) => type === 'mention')
    .flatMap((entity) => {
      const words = textIn(entity['text']);
      const id = textIn(jsonOf(entity['mentioned'])['id']);
      const inText = text.includes(words) || text.includes(JSON.stringify(words).slice(1, -1));
      if (!/^<at>[\s\S]+<\/at>$/.test(words)) return [`a mention's text is "${words}"`];
      if (!inText) return [`the mention "${words}" does not stand in the text`];
      return /^(?:29:|28:|[0-9a-f-]{36}$)/i.test(id) ? [] : [`a mention is of "${id}"`];
    });
}

function faultsOfPart(part: Json): readonly string[] {
  const type = textIn(part['type']);
  if (type === '' || !known.has(type)) {
    const isRow = Array.isArray(part['cells']) || (type === '' && Array.isArray(part['items']));
    return isRow || part['fallback'] !== undefined ? [] : [`"${type}" has no fallback`];
  }
  switch (type) {
    case 'TextBlock':
      return typeof part['text'] === 'string' ? [] : ['a TextBlock has no text'];
    case 'FactSet':
      return jsonsOf(part['facts']).every(
        ({ title, value }) => typeof title === 'string' && typeof value === 'string',
      )
        ? []
        : ['a fact is no text'];
    case 'Action.Execute':
    case 'Action.Submit':
    case 'Action.ShowCard':
      return textIn(part['title']) === '' ? [`an ${type} has no title`] : [];
    case 'Input.ChoiceSet':
      return jsonsOf(part['choices']).every(
        ({ title, value }) => textIn(title) !== '' && textIn(value) !== '',
      )
        ? idOf(part)
        : ['a choice has no title or no value'];
    default:
      return type.startsWith('Input.') ? idOf(part) : [];
  }
}

function idOf(input: Json): readonly string[] {
  return textIn(input['id']) === '' ? [`an ${String(input['type'])} has no id`] : [];
}

function faultsOfRefresh(refresh: unknown): readonly string[] {
  if (refresh === undefined) return [];
  const { action, userIds } = jsonOf(refresh);
  const ids = listOf(userIds);
  return [
    ...(isJson(action) && action['type'] === 'Action.Execute' ? [] : ['its refresh is no Action.Execute']),
    ...(ids.length > 60 ? [`its refresh is for ${ids.length} people, at most 60`] : []),
    ...ids.filter((id) => !textIn(id).startsWith('29:')).map((id) => `its refresh is for "${String(id)}"`),
  ];
}
