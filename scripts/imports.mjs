/**
 * @typedef {{ to: string, line: number, typeOnly: boolean }} Import `to` is what stands between the quotes, or
 * COMPUTED. Only a whole `import type` or `export type` is typeOnly: the others stay in what the compiler emits.
 */

/** What `import(expression)` and `require(expression)` import, as far as reading can tell. */
export const COMPUTED = '<computed>';

/**
 * Every module that a TypeScript source names: import and export statements, `import('…')` as a value or as a type,
 * and `require('…')`. Words inside comments, strings, templates and regular expressions are not mistaken for any.
 *
 * @param {string} source
 * @returns {Import[]}
 */
export function importsOf(source) {
  const { code, strings } = withoutText(source);
  /** @type {Import[]} */
  const found = [];
  /** @param {number} at @param {string} to @param {boolean} typeOnly */
  const add = (at, to, typeOnly) =>
    found.push({ to, line: source.slice(0, at).split('\n').length, typeOnly });
  const stringAt = (/** @type {number} */ at) => strings.get(at) ?? COMPUTED;

  // `import x from "…"`, `export { x } from "…"`: from the keyword to the string nothing but names, braces and commas.
  for (const match of code.matchAll(
    /(?<![.\w$])(?:import|export)(\s+type\b(?!\s*,|\s+from\b))?[\w$\s{},*]*?\bfrom\s*(?=["'])/g,
  )) {
    add(match.index, stringAt(match.index + match[0].length), match[1] !== undefined);
  }
  for (const match of code.matchAll(/(?<![.\w$])import\s*(?=["'])/g)) {
    add(match.index, stringAt(match.index + match[0].length), false);
  }
  for (const match of code.matchAll(/(?<![.\w$])(?:import|require)\s*\(\s*(?:\(\s*)*/g)) {
    const at = match.index + match[0].length;
    const end = at + (strings.get(at)?.length ?? 0) + 2;
    const whole = strings.has(at) && /^\s*[),]/.test(code.slice(end));
    add(match.index, whole ? stringAt(at) : COMPUTED, false);
  }
  return found.sort((a, b) => a.line - b.line);
}

/**
 * The source with the same length and lines, but comments, regular expressions and what stands inside quotes blanked;
 * and the strings, by the position of their opening quote.
 *
 * @param {string} source
 * @returns {{ code: string, strings: Map<number, string> }}
 */
function withoutText(source) {
  /** @type {Map<number, string>} */
  const strings = new Map();
  let code = '';
  /** The depth of braces at which each open `${` returns to its template. @type {number[]} */
  const templates = [];
  let depth = 0;
  let at = 0;

  /** @param {number} end */
  const blankTo = (end) => {
    code += source.slice(at, end).replace(/[^\n]/g, ' ');
    at = end;
  };
  const keep = () => {
    code += source[at] ?? '';
    at += 1;
  };
  /** Blanks the template text that starts here, up to its `${` or its end. */
  const template = () => {
    let end = at;
    while (end < source.length && source[end] !== '`' && !source.startsWith('${', end)) {
      end += source[end] === '\\' ? 2 : 1;
    }
    blankTo(Math.min(end, source.length));
    if (source[at] === '`') return keep();
    templates.push(depth);
    return blankTo(Math.min(at + 2, source.length));
  };

  while (at < source.length) {
    const char = source[at] ?? '';
    if (source.startsWith('//', at) || (at === 0 && source.startsWith('#!'))) {
      const end = source.indexOf('\n', at);
      blankTo(end === -1 ? source.length : end);
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2);
      blankTo(end === -1 ? source.length : end + 2);
    } else if (char === '"' || char === "'") {
      let end = at + 1;
      while (end < source.length && source[end] !== char && source[end] !== '\n')
        end += source[end] === '\\' ? 2 : 1;
      strings.set(at, source.slice(at + 1, end));
      keep();
      blankTo(Math.min(end, source.length));
      if (source[at] === char) keep();
    } else if (char === '`') {
      const end = source.indexOf('`', at + 1);
      const text = source.slice(at + 1, end === -1 ? source.length : end);
      // A template without a hole is a string by another name: import(`./x.ts`) must not slip through.
      if (end !== -1 && !text.includes('${') && !text.includes('\\')) strings.set(at, text);
      keep();
      template();
    } else if (char === '/' && startsRegExp(code)) {
      blankTo(endOfRegExp(source, at) - 1);
      // Any value's last character will do: a slash after it divides.
      code += ')';
      at += 1;
    } else if (char === '}' && templates.at(-1) === depth) {
      templates.pop();
      blankTo(at + 1);
      template();
    } else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      keep();
    }
  }
  return { code, strings };
}

/**
 * Whether a slash after this code opens a regular expression: after a value it divides.
 *
 * @param {string} before
 */
function startsRegExp(before) {
  const text = before.trimEnd();
  if (
    /(?:^|[^.\w$])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield|instanceof)$/.test(
      text,
    )
  )
    return true;
  return !/[\w$)\]}"'`]$/.test(text);
}

/**
 * @param {string} source
 * @param {number} start
 */
function endOfRegExp(source, start) {
  let inClass = false;
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\n') return at;
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at + 1;
  }
  return source.length;
}
