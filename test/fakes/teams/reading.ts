import { isJson, jsonOf, jsonsOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import { cardIn, controlsIn, partsIn, withCard } from './card-parts.ts';
import type { Account, Post } from './state.ts';

/** A message of somebody, or an activity or card as it was sent. */
export type Readable = Json | Post;

/** All words as a person reads them, one line for each thing: the text, then the card. */
export function textOf(what: Readable): string {
  const activity = activityIn(what);
  const card = activity['type'] === 'AdaptiveCard' ? activity : cardIn(activity);
  const text = textIn(activity['text']);
  const words =
    activity['textFormat'] === 'plain' ? withoutMentions(text) : read(text.replaceAll(/<br ?\/?>/g, '\n'));
  return [words.trim(), ...(card === undefined ? [] : linesOf(card))].filter(Boolean).join('\n');
}

/** The words on the buttons, in order. */
export function buttonsOf(what: Readable): readonly string[] {
  const activity = activityIn(what);
  const card = activity['type'] === 'AdaptiveCard' ? activity : cardIn(activity);
  return card === undefined
    ? []
    : controlsIn(card)
        .map(({ title }) => title)
        .filter(Boolean);
}

/** An activity as one person sees it: with the card that the app made for them, if it did. */
export function seenBy(person: Pick<Account, 'id'>, post: Post): Json {
  const view = post.views.get(person.id);
  return view === undefined ? post.activity : withCard(post.activity, view);
}

function activityIn(what: Readable): Json {
  return isJson(what['activity']) ? what['activity'] : (what as Json);
}

function linesOf(part: Json): readonly string[] {
  if (part['isVisible'] === false && part['id'] === undefined) return [];
  const inside = (): readonly string[] => partsIn(part).flatMap(linesOf);
  const type = textIn(part['type']);
  switch (type) {
    case 'TextBlock':
      return [read(textIn(part['text']))];
    case 'RichTextBlock':
      return [listed(part['inlines'])];
    case 'FactSet':
      return jsonsOf(part['facts']).map(
        ({ title, value }) => `${read(textIn(title))} ${read(textIn(value))}`,
      );
    case 'Image':
      return [textIn(part['altText'])];
    case 'ColumnSet':
      return inside();
    case 'TableRow':
      return [row(part)];
    case 'Table':
      return jsonsOf(part['rows']).map(row);
    case 'Input.ChoiceSet':
      return [textIn(part['label']), ...choiceLines(part)];
    case 'Input.Toggle':
      return [textIn(part['label']), textIn(part['title'])];
    case 'Input.Text':
    case 'Input.Number':
    case 'Input.Date':
    case 'Input.Time':
      return [textIn(part['label']), textIn(part['value']) || textIn(part['placeholder']), ...inside()];
    default:
      break;
  }
  if (type.startsWith('Action.')) return [textIn(part['title']), ...inside()];
  const own = [part['title'], part['text'], part['codeSnippet']]
    .map((one) => read(textIn(one)))
    .filter(Boolean);
  const lines = [...own, ...inside()];
  // Where a client knows no better, it shows what stands in for it.
  return lines.length === 0 && isJson(part['fallback']) ? linesOf(part['fallback']) : lines;
}

function row(part: Json): string {
  return jsonsOf(part['cells'])
    .map((cell) => partsIn(cell).flatMap(linesOf).join(' '))
    .join(' | ');
}

function choiceLines(input: Json): readonly string[] {
  const choices = jsonsOf(input['choices']);
  if (input['style'] === 'expanded') return choices.map(({ title }) => textIn(title));
  const chosen = choices.find(({ value }) => value === input['value']);
  return [textIn(chosen?.['title']) || textIn(input['placeholder'])];
}

function listed(inlines: unknown): string {
  const list: readonly unknown[] = Array.isArray(inlines) ? inlines : [];
  return list.map((one) => (typeof one === 'string' ? one : textIn(jsonOf(one)['text']))).join('');
}

function withoutMentions(text: string): string {
  return text.replaceAll(/<at>([\s\S]*?)<\/at>/g, '$1').replaceAll('\u00a0', ' ');
}

/** Markdown as it is shown: links by their words, no marks, nothing escaped. */
function read(markdown: string): string {
  const kept: string[] = [];
  const keep = (_: string, char: string): string => {
    kept.push(char);
    return `\uE000${kept.length - 1}\uE001`;
  };
  return withoutMentions(markdown)
    .replaceAll(/\\([\\`*_{}[\]()#+\-.!~<>|&])/g, keep)
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(?<![\w*])(\*\*|\*)(\S|\S[^\n]*?\S)\1(?![\w*])/g, '$2')
    .replaceAll(/(?<![\w_])_(\S|\S[^\n]*?\S)_(?![\w_])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\uE000(\d+)\uE001/g, (_, index: string) => kept[Number(index)] ?? '');
}
