/** An element or action as JSON. */
export type Json = { readonly [name: string]: unknown };

/** A card as a person sees it, a line each: `*bold*`, `~struck~`, `(small or grey)`, `{fields}`, `[buttons]`; what a button opens is indented. */
export function readable(card: object): string {
  const { body, actions } = card as Json;
  return [...listOf(body).flatMap(readElement), ...readActions(listOf(actions))].join('\n');
}

/** Every object within that has a type, however deep; not what buttons carry. */
export function typedIn(value: unknown): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && typeof value.type === 'string' ? [value as Json] : [];
  const inner = Object.entries(value).flatMap(([name, one]) => (name === 'data' ? [] : typedIn(one)));
  return [...own, ...inner];
}

function readElement(element: Json): readonly string[] {
  switch (element['type']) {
    case 'TextBlock':
      return [`# ${textIn(element['text'])}`];
    case 'RichTextBlock':
      return [readRuns(listOf(element['inlines']))];
    case 'Container': {
      const lines = listOf(element['items']).flatMap(readElement);
      const sign = element['isVisible'] === false ? '- ' : element['style'] === 'emphasis' ? '| ' : '';
      return lines.map((line) => `${sign}${line}`);
    }
    case 'ActionSet':
      return readActions(listOf(element['actions']));
    case 'Input.Text':
    case 'Input.ChoiceSet': {
      const { label, isRequired, isMultiline, placeholder, value } = element;
      const choices = listOf(element['choices']).map(({ title }) => textIn(title));
      const more = [
        isMultiline === true ? 'large' : '',
        textIn(placeholder),
        textIn(value),
        choices.join(' / '),
      ];
      const shown = more.filter((one) => one !== '').join(', ');
      return [`{${textIn(label)}${isRequired === true ? ' *' : ''}${shown === '' ? '' : `: ${shown}`}}`];
    }
    default:
      return [JSON.stringify(element)];
  }
}

function readActions(actions: readonly Json[]): readonly string[] {
  if (actions.length === 0) return [];
  const titles = actions.map(({ title, style }) =>
    style === undefined ? `[${textIn(title)}]` : `[${textIn(title)} | ${textIn(style)}]`,
  );
  const opened = actions.flatMap(({ card }) =>
    card === undefined
      ? []
      : readable(card as object)
          .split('\n')
          .map((line) => `    ${line}`),
  );
  return [titles.join(' '), ...opened];
}

function readRuns(runs: readonly Json[]): string {
  let line = '';
  let open = '';
  for (const { text, weight, strikethrough, isSubtle } of runs) {
    const mark = weight === 'Bolder' ? '*' : strikethrough === true ? '~' : isSubtle === true ? '(' : '';
    if (mark !== open) line += `${closing(open)}${mark}`;
    line += textIn(text);
    open = mark;
  }
  return `${line}${closing(open)}`;
}

function closing(mark: string): string {
  return mark === '(' ? ')' : mark;
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
