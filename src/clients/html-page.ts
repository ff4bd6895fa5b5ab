import { defaultTreeAdapter as tree, Parser } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A field or button of a form, as a browser would send it. */
export interface HtmlControl {
  readonly kind: 'text' | 'hidden' | 'password' | 'chosen' | 'submit' | 'file';
  readonly name: string;
  readonly value: string;
  /** What a person reads on a button. */
  readonly label: string;
  /** The button sends the form elsewhere or otherwise than the form says. */
  readonly elsewhere: boolean;
}

/** A form of a page, with the controls that a browser would take for its own. */
export interface HtmlForm {
  readonly action: string;
  readonly method: string;
  readonly encoding: string;
  readonly controls: readonly HtmlControl[];
}

/** What a web page says and asks for. */
export interface HtmlPage {
  /** What a person reads, one entry for each line of the page; the cells of a table's row are one line. */
  readonly lines: readonly string[];
  readonly forms: readonly HtmlForm[];
  /** What the page wants its addresses to start from. */
  readonly base: string | undefined;
  /** Whether its `</html>` came. */
  readonly ended: boolean;
}

const blocks = new Set(
  'address article aside blockquote body br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const unread = new Set(
  'head iframe noscript object option script select style svg template textarea title'.split(' '),
);
const cells = new Set(['td', 'th']);
const controls = new Set(['input', 'select', 'textarea', 'button']);

/** Reads a page as a browser without scripts does, however badly it is written; changes and loads nothing. */
export function readHtml(html: string): HtmlPage {
  const owners = new Map<Node, Node | null>();
  // Old pages open a form between the rows of a table: its fields are then not inside it in the tree. A browser knows
  // whose they are by this very pointer, which parse5 keeps and calls internal; its version is pinned.
  const parser: Parser<DefaultTreeAdapterTypes.DefaultTreeAdapterMap> = new Parser({
    treeAdapter: {
      ...tree,
      createElement(...args) {
        const element = tree.createElement(...args);
        if (controls.has(element.tagName)) owners.set(element, parser.formElement);
        return element;
      },
    },
  });
  parser.tokenizer.write(html, true);
  const elements = elementsOf(parser.document);
  return {
    lines: linesOf(parser.document),
    forms: elements
      .filter(({ tagName }) => tagName === 'form')
      .map((form) => formOf(form, elements, (control) => owners.get(control) === form)),
    base: attribute(
      elements.find(({ tagName }) => tagName === 'base'),
      'href',
    ),
    ended: html.toLowerCase().includes('</html'),
  };
}

function formOf(
  form: Element,
  elements: readonly Element[],
  isInside: (control: Element) => boolean,
): HtmlForm {
  const id = attribute(form, 'id');
  const isMine = (element: Element) => {
    const named = attribute(element, 'form');
    return named === undefined ? isInside(element) : named === id;
  };
  return {
    action: attribute(form, 'action') ?? '',
    method: (attribute(form, 'method') ?? 'get').toLowerCase(),
    encoding: (attribute(form, 'enctype') ?? 'application/x-www-form-urlencoded').toLowerCase(),
    controls: elements
      .filter((element) => controls.has(element.tagName) && isMine(element))
      .filter((element) => attribute(element, 'disabled') === undefined)
      .flatMap(controlOf),
  };
}

function controlOf(element: Element): HtmlControl[] {
  const type = (attribute(element, 'type') ?? '').toLowerCase();
  const value = attribute(element, 'value') ?? '';
  const common = { name: attribute(element, 'name') ?? '', value, label: value, elsewhere: false };
  if (element.tagName === 'textarea') return [{ ...common, kind: 'text', value: textOf(element) }];
  if (element.tagName === 'select')
    return selected(element).map((one) => ({ ...common, kind: 'chosen', value: one }));
  if (element.tagName === 'button' || type === 'submit' || type === 'image') {
    if (type === 'button' || type === 'reset') return [];
    const elsewhere = ['formaction', 'formmethod', 'formenctype'].some(
      (name) => attribute(element, name) !== undefined,
    );
    const words = element.tagName === 'button' ? textOf(element) : value;
    return [{ ...common, kind: 'submit', label: words, elsewhere }];
  }
  switch (type) {
    case 'button':
    case 'reset':
      return [];
    case 'checkbox':
    case 'radio':
      return attribute(element, 'checked') === undefined
        ? []
        : [{ ...common, kind: 'chosen', value: attribute(element, 'value') ?? 'on' }];
    case 'hidden':
    case 'password':
    case 'file':
      return [{ ...common, kind: type }];
    default:
      return [{ ...common, kind: 'text' }];
  }
}

function selected(element: Element): readonly string[] {
  const options = elementsOf(element).filter(({ tagName }) => tagName === 'option');
  const marked = options.filter((option) => attribute(option, 'selected') !== undefined);
  const many = attribute(element, 'multiple') !== undefined;
  const chosen = many ? marked : [marked.at(-1) ?? options[0]];
  return chosen.flatMap((option) =>
    option === undefined ? [] : [attribute(option, 'value') ?? textOf(option)],
  );
}

function linesOf(document: Node): readonly string[] {
  const parts: string[] = [];
  const breaks = (node: Node) => tree.isElementNode(node) && blocks.has(node.tagName);
  walk(
    document,
    (node) => {
      if (tree.isTextNode(node)) parts.push(node.value.replaceAll(/\s+/g, ' '));
      if (!tree.isElementNode(node)) return true;
      if (unread.has(node.tagName) || isHidden(node)) return false;
      if (breaks(node)) parts.push('\n');
      else if (cells.has(node.tagName)) parts.push(' ');
      return true;
    },
    (node) => {
      if (breaks(node)) parts.push('\n');
    },
  );
  const lines = parts.join('').split('\n');
  return lines.map((line) => line.replaceAll(/\s+/g, ' ').trim()).filter((line) => line !== '');
}

function isHidden(element: Element): boolean {
  const style = (attribute(element, 'style') ?? '').replaceAll(/\s/g, '').toLowerCase();
  return attribute(element, 'hidden') !== undefined || style.includes('display:none');
}

function textOf(element: Element): string {
  const parts: string[] = [];
  walk(element, (node) => {
    if (tree.isTextNode(node)) parts.push(node.value);
    return true;
  });
  return parts.join('').replaceAll(/\s+/g, ' ').trim();
}

function elementsOf(root: Node): readonly Element[] {
  const found: Element[] = [];
  walk(root, (node) => {
    if (tree.isElementNode(node)) found.push(node);
    return true;
  });
  return found;
}

/** In the order of the page, without recursion: a page may be nested deeper than the stack is. `enter` says whether to go in. */
function walk(root: Node, enter: (node: Node) => boolean, leave: (node: Node) => void = () => {}): void {
  const waiting: { node: Node; over: boolean }[] = [{ node: root, over: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, over } = next;
    if (over) {
      leave(node);
      continue;
    }
    if (!enter(node)) continue;
    waiting.push({ node, over: true });
    if (!('childNodes' in node)) continue;
    for (const child of node.childNodes.toReversed()) waiting.push({ node: child, over: false });
  }
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((one) => one.name === name)?.value;
}
