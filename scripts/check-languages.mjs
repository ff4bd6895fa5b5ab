#!/usr/bin/env node
// Whether each language in languages/ has every sentence that mailfix can say. Run after the build: node scripts/check-languages.mjs

/** Code that speaks to people in chats and the console. What only a log, a terminal or an editor shows stays in English. */
const SPEAKING = [
  'src/engine',
  'src/actions',
  'src/chat',
  'src/render',
  'src/input',
  'src/runtime',
  'adapters',
];
const SPEAKING_FILES = ['src/examples.ts', 'src/main.ts'];

/** Files there that say nothing to people, and why. */
const SILENT = [
  // Problems of runbooks are for whoever writes them: `mailfix check`.
  /^src\/engine\/(?:check|edges|flowchart|duration|next|work|dialog)[\w-]*\.ts$/,
  // Of settings and logs, for whoever runs the server.
  /^src\/runtime\/(?:fold|readiness|retention|worker|job|listeners|outbox|orders|plan-hash)\.ts$/,
  /^src\/render\/(?:language|reading|to-mail)\.ts$/,
  // Names of kinds, put into words elsewhere.
  /^src\/input\/near-ip\.ts$/,
  // Manifests, tokens, transports and the errors of outside systems.
  /^adapters\/slack\/(?:api|bolt-log|durable|install|installations|listen|manifest|slack|socket[\w-]*|workspaces|find-post|token)\.ts$/,
  /^adapters\/teams\/(?:failure|gate|gone|http|keys|manifest|sdk)\.ts$/,
  /^adapters\/web\/(?:assets|icons|live|log-export|session|audit-page|audit-parts|audit-acts|html)\.ts$/,
  /^adapters\/web\/public\//,
];

/** Holds what people may type besides what they read, in small letters. */
const TYPED = /^src\/runtime\/typed-\w+\.ts$/;

/** Words of formats and protocols, and names. */
const NOT_WORDS = new Set(
  (
    'Action.Execute Action.OpenUrl Action.ShowCard Action.Submit Action.ToggleVisibility ActionSet AdaptiveCard ' +
    'Bolder Bearer Container Full Input.ChoiceSet Input.Text Large Medium None RichTextBlock Small TextBlock TextRun ' +
    'POP3 IMAP SMTP WHM MB KB GB UTC Teams Slack MemberNotFound TimeoutError Overtaken Over TimedOut CPA CSF cPHulk'
  ).split(' '),
);

/** Colours of Adaptive Cards, which are words elsewhere. */
const COLOURS = new Set(['Accent', 'Attention', 'Good', 'Warning']);

import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const itself = fileURLToPath(import.meta.url);
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(itself)) {
  const root = resolve(dirname(itself), '..');
  const load = (/** @type {string} */ name) => import(join(root, 'dist', 'src', `${name}.js`));
  const [{ readLanguages }, { readerOf }, { loadDialogs }, { textsIn }, { contracts }] = await Promise.all(
    ['languages', 'render/reading', 'dialogs', 'dialog-texts', 'actions/contracts'].map(load),
  );
  const dialogs = [...(await loadDialogs(defaultSettings())).values()];
  const sentences = [
    ...programSentences(root),
    ...dialogs.flatMap((dialog) =>
      textsIn(dialog, contracts).map((/** @type {{ step: string, text: string }} */ { step, text }) => ({
        where: `dialogs/${dialog.id}, step "${step}"`,
        text,
      })),
    ),
    ...markdownSentences(root),
  ];
  const { faults, summary } = checkLanguages(readLanguages(), sentences, readerOf, allLiterals(root));
  if (faults.length > 0) console.error(faults.join('\n'));
  console[faults.length > 0 ? 'error' : 'log'](summary);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** What the runbooks are made with where nothing is set. */
function defaultSettings() {
  return {
    unblockChecks: ['5m', '7m', '10m'],
    approvalWithin: '30m',
    watchFor: '24h',
    quotaLease: '14d',
    byfUrl: undefined,
    ownAddresses: [],
  };
}

/**
 * What is wrong with the languages: sentences that one lacks, sentences that it has and nobody says, places and mark-up
 * that do not agree.
 *
 * @param {readonly { language: string, locale: string, sentences: Record<string, string | Record<string, string>> }[]} languages
 * @param {readonly { where: string, text: string }[]} sentences
 * @param {typeof import('../src/render/reading.ts').readerOf} readerOf
 * @param {ReadonlySet<string>} pieces what sentences may be put together of at run time: single words, plurals
 * @returns {{ faults: string[], summary: string }}
 */
export function checkLanguages(languages, sentences, readerOf, pieces = new Set()) {
  /** @type {string[]} */
  const faults = [];
  if (languages.length === 0) faults.push('no language in languages/: is this the right folder?');
  if (sentences.length < 100) faults.push(`only ${sentences.length} sentences found: the scan is broken`);
  for (const { language, locale, sentences: known } of languages) {
    const file = `languages/${language}.yaml`;
    const reader = readerOf(known, new Intl.PluralRules(locale));
    const used = new Set();
    const missing = new Map();
    const english = new Intl.DisplayNames('en', { type: 'language' });
    const names = new Set(['en', ...languages.map((one) => one.language)].map((one) => english.of(one)));
    for (const { where, text } of sentences) {
      const read = reader.understood(text.trim());
      for (const key of read.keys) used.add(key);
      if (read.missed > 0 && !missing.has(text.trim())) missing.set(text.trim(), where);
    }
    for (const [text, where] of missing) faults.push(`${file} lacks (${where}): ${JSON.stringify(text)}`);
    for (const [key, entry] of Object.entries(known)) {
      if (!used.has(key) && !names.has(key) && !pieces.has(bareOf(key)))
        faults.push(`${file} has what nobody says: ${JSON.stringify(key)}`);
      for (const form of typeof entry === 'string' ? [entry] : Object.values(entry)) {
        if (signsOf(form) !== signsOf(key))
          faults.push(`${file}: places or mark-up of ${JSON.stringify(key)} and of its translation differ`);
      }
    }
  }
  const summary =
    faults.length > 0
      ? `languages: ${faults.length} fault(s) in ${languages.map(({ language }) => language).join(', ')}`
      : `languages: ${languages.map(({ language }) => language).join(', ')} with all of ${sentences.length} sentences`;
  return { faults, summary };
}

/** @param {string} text */
function signsOf(text) {
  return (text.match(/\{[A-Za-z][\w-]*\}|\*\*|\]\(https:[^)]*\)/g) ?? []).sort().join(' ');
}

/** Without places, numbers and blanks around. @param {string} key */
function bareOf(key) {
  return key.replaceAll(/\{[A-Za-z][\w-]*\}|^\d+ /g, '').trim();
}

/**
 * Every literal of all code, whoever reads it.
 *
 * @param {string} root
 */
function allLiterals(root) {
  const files = ['src', 'adapters', 'dialogs'].flatMap((folder) => codeIn(root, folder));
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/'([^'\n]*)'/g)].map(([, text = '']) =>
        text.trim(),
      ),
    ),
  );
}

/**
 * Every literal in speaking code that reads like words for people, with `{0}` for what is put into it.
 *
 * @param {string} root
 */
export function programSentences(root) {
  const files = [...SPEAKING.flatMap((folder) => codeIn(root, folder)), ...SPEAKING_FILES].filter(
    (file) => !SILENT.some((silent) => silent.test(file)),
  );
  return files.flatMap((file) =>
    literalsOf(file, readFileSync(join(root, file), 'utf8'))
      .filter((text) => !TYPED.test(file) || /^\p{Lu}|[.“]/u.test(text))
      .map((text) => ({ where: file, text })),
  );
}

/**
 * The Markdown beside the dialogs, a line each.
 *
 * @param {string} root
 */
function markdownSentences(root) {
  const folder = join(root, 'dialogs');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .replace(/^<!--([\s\S]*?)-->\s*/, (_, comment) => /^\s*Subject: .*$/m.exec(comment)?.[0] ?? '')
        .split('\n')
        .map((line) => line.replace(/^\s*(?:(?:Mail s|S)ubject: |\d+[.)] |[-*•] )/, ''))
        .filter((line) => /\p{L}/u.test(line))
        .map((text) => ({ where: `dialogs/${name}`, text })),
    );
}

/**
 * @param {string} file
 * @param {string} source
 * @returns {string[]}
 */
export function literalsOf(file, source) {
  /** @type {string[]} */
  const found = [];
  /** @param {any} node @param {any[]} parents */
  const walk = (node, parents) => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one, parents);
      return;
    }
    if (typeof node?.type !== 'string' || isSilent(node, parents)) return;
    if (node.type === 'Literal' && typeof node.value === 'string') add(node.value);
    if (node.type === 'TemplateLiteral') addTemplate(node, parents.at(-1));
    if (node.type === 'CallExpression' && node.callee.name === 'counted') return addCounted(node.arguments);
    if (node.type === 'CallExpression' && /^(?:say|words)$/.test(node.callee.name ?? ''))
      saidHere(node.arguments[0]);
    for (const [name, inside] of Object.entries(node)) if (name !== 'type') walk(inside, [...parents, node]);
  };
  /** @param {string} text */
  const add = (text) => {
    const words = text.trim();
    const isColour = file.startsWith('adapters/teams/') && COLOURS.has(words);
    if (!isColour && looksLikeWords(words)) found.push(words);
  };
  /** @param {any} node @param {any} parent */
  const addTemplate = (node, parent) => {
    const whole = node.quasis
      .map(
        (/** @type {any} */ part, /** @type {number} */ n) =>
          (n === 0 ? '' : `{x${n - 1}}`) + part.value.cooked,
      )
      .join('');
    if (parent?.type !== 'TaggedTemplateExpression') return whole.split('\n').forEach(add);
    if (parent.tag.name !== 'html') return;
    const read =
      /(?<=>)([^<>]*\p{L}[^<>]*)(?=<)|(?<=\s(?:aria-label|title|placeholder|alt)=")([^"]*\p{L}[^"]*)(?=")/gu;
    for (const [words] of whole.matchAll(read)) {
      const text = words.replaceAll(/\s+/g, ' ').trim();
      if (/\p{L}/u.test(text.replaceAll(/\{x\d+\}/g, ''))) found.push(text);
    }
  };
  /** What is surely said, however short it is. @param {any} node */
  const saidHere = (node) => {
    if (node?.type === 'ConditionalExpression') return [node.consequent, node.alternate].forEach(saidHere);
    if (node?.type === 'Literal' && /\p{L}{2}/u.test(node.value)) found.push(node.value.trim());
  };
  /** @param {any[]} args */
  const addCounted = ([count, one, many]) => {
    if (one?.type !== 'Literal' || count?.type === 'Literal') return;
    found.push(`1 ${one.value}`, `{count} ${many?.value ?? `${one.value}s`}`);
  };
  walk(parseSync(file, source).program, []);
  return found;
}

/** @param {string} text */
function looksLikeWords(text) {
  const bare = text.replaceAll(/\{x?\w+\}/g, '');
  if (NOT_WORDS.has(text) || !/\p{L}{2}/u.test(bare)) return false;
  if (/^(?:[<#.]|https?:|text\/|application\/|[\w.-]+\/[\w.+-]+;)|=["']|^\w+=|[{}<>$]|\\/.test(bare))
    return false;
  // Two words, a word beside a place, or one that begins like a sentence.
  return (
    /\p{L}[\p{L}’',.…:)”]*\s+[\p{L}“(]/u.test(bare) ||
    /\p{L}{2}\s+\{|\}\s+\p{L}{2}/u.test(text) ||
    /^\p{Lu}\p{Ll}+(?:[ …:.]|$)/u.test(bare)
  );
}

/**
 * Code whose literals are read by nobody, or by those who run the server: types, imports, keys, errors, the log.
 *
 * @param {any} node
 * @param {any[]} parents
 */
function isSilent(node, parents) {
  const parent = parents.at(-1);
  if (/^(?:TS(?!AsExpression|NonNull|Satisfies)|Import|ExportAll)/.test(node.type)) return true;
  if (node.type === 'Literal' && parent?.type === 'Property' && parent.key === node) return true;
  if (node.type === 'Literal' && parent?.type === 'BinaryExpression') return true;
  // What is done later has a name for the log.
  if (node.type === 'Literal' && parent?.callee?.property?.name === 'later') return true;
  if (node.type === 'NewExpression')
    return (node.callee.name ?? '').endsWith('Error') || node.callee.name === 'RegExp';
  if (node.type !== 'CallExpression') return false;
  const { name, property, object } = node.callee;
  if (/^(?:effectError|configError)$/.test(name ?? '')) return true;
  const owner = object?.name ?? object?.property?.name;
  return owner === 'log' || (owner === 'z' && property?.name === 'literal');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} paths from the root, with slashes
 */
function codeIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
