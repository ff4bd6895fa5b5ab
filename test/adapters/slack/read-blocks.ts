/** A block, an element or a view as JSON. */
export type Json = { readonly [name: string]: unknown };

/** Blocks as a person sees them, a line each: `*bold*`, `~struck~`, `[buttons]`, `(small grey text)`, `{fields}`. */
export function readable(blocks: readonly object[]): string {
  return blocks
    .map((block) => readBlock(block as Json))
    .join('\n')
    .replaceAll(/\*\*|~~/g, '');
}

/** Every object within that has a type, however deep. */
export function typedIn(value: unknown): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && typeof value.type === 'string' ? [value as Json] : [];
  return [...own, ...Object.values(value).flatMap(typedIn)];
}

function readBlock(block: Json): string {
  switch (block['type']) {
    case 'header':
      return `# ${textOf(block['text'])}`;
    case 'section':
      return `${textOf(block['text'])}${block['accessory'] === undefined ? '' : ` ${readElement(block['accessory'] as Json)}`}`;
    case 'context':
      return `(${(block['elements'] as Json[]).map(textOf).join(' ')})`;
    case 'actions':
      return (block['elements'] as Json[]).map(readElement).join(' ');
    case 'input':
      return `{${textOf(block['label'])}${block['optional'] === true ? ', optional' : ''}${block['hint'] === undefined ? '' : `, ${textOf(block['hint'])}`}: ${readElement(block['element'] as Json)}}`;
    case 'rich_text':
      return (block['elements'] as Json[]).map(readRich).join('\n');
    default:
      return JSON.stringify(block);
  }
}

function readElement(element: Json): string {
  const options = element['options'] as Json[] | undefined;
  if (options !== undefined)
    return `${String(element['type'])} ${options.map((option) => textOf(option['text'])).join(' / ')}`;
  if (element['type'] !== 'button')
    return `${String(element['type'])} ${textOf(element['placeholder'])}`.trim();
  const style = typeof element['style'] === 'string' ? [element['style']] : [];
  const asks = element['confirm'] === undefined ? [] : ['asks once more'];
  return `[${[textOf(element['text']), ...style, ...asks].join(' | ')}]`;
}

function readRich(element: Json): string {
  const inner = element['elements'] as Json[];
  switch (element['type']) {
    case 'rich_text_list':
      return inner
        .map((item, index) => {
          const sign =
            element['style'] === 'ordered' ? `${Number(element['offset'] ?? 0) + index + 1}.` : '-';
          return `${sign} ${(item['elements'] as Json[]).map(readInline).join('')}`;
        })
        .join('\n');
    case 'rich_text_preformatted':
      return `| ${inner.map(readInline).join('').replaceAll('\n', '\n| ')}`;
    default:
      return inner.map(readInline).join('');
  }
}

function readInline(part: Json): string {
  switch (part['type']) {
    case 'user':
      return `@${String(part['user_id'])}`;
    case 'usergroup':
      return `@${String(part['usergroup_id'])}`;
    case 'date':
      return `<${String(part['fallback'])}>`;
    case 'link':
      return `${String(part['text'])} (${String(part['url'])})`;
    default: {
      const { bold, strike } = (part['style'] ?? {}) as Json;
      const text = String(part['text']);
      if (bold === true) return `*${text}*`;
      return strike === true ? `~${text}~` : text;
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'text' in value ? String(value.text) : '';
}
