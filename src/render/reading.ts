/** A sentence in another language, or one for each plural form (`one`, `few`, `other` …), chosen by its first number. */
export type Entry = string | Readonly<Record<string, string>>;

/** Reads English words and writes them in another language. */
export interface Reader {
  (english: string, values?: Readonly<Record<string, string>>): string;
  /** The same for the value of a place; names, addresses and what people wrote are left alone. */
  readonly value: (place: string, value: string) => string;
  /** How the words were read: for whoever checks that the catalogue has them. */
  readonly understood: (english: string) => Read;
}

/** What stands in these places was written by people or names something: it has no language of ours. */
const names = new Set(
  'account address by client domain entry host hosts id incident incidents ip login mailbox mailTo near note owner ref server servers typed url user'.split(
    ' ',
  ),
);

/** What was made of some words, and how many letters of them were not understood. */
export interface Read {
  readonly words: string;
  readonly missed: number;
  /** The sentences of the catalogue that it is made of. */
  readonly keys: readonly string[];
}

/** A sentence of the catalogue with places, ready to be found in longer words. */
interface Pattern {
  readonly key: string;
  /** What stands between its places, and before and after them. */
  readonly between: readonly string[];
  /** Letters between its places. */
  readonly weight: number;
  /** The longest of what stands between its places: where that is not, there is no need to look closer. */
  readonly mark: string;
  readonly places: readonly string[];
  readonly entry: Entry;
}

const place = /\{([A-Za-z][\w-]*)\}/g;
/** Where words may be taken apart: what is composed in English is composed of such parts. */
const seam = /(?<=[.!?…:;,)”])\s+|\s+[—·→–/]\s+/g;
const mostSeams = 14;
/** Letters of a sentence that make it unlikely to fit by chance. */
const firm = 8;
const longest = 700;
/** Tries for one text: what somebody else wrote fits nothing, and must not be tried for ever. */
const mostTries = 400;
const mostKept = 5000;

/**
 * Reads by whole sentences. What is no sentence of the catalogue may be one with its places filled in ("14 failed logins"
 * for "{count} failed logins"), or several in a row: of all ways to read it, the one that leaves the fewest letters over.
 */
export function readerOf(sentences: Readonly<Record<string, Entry>>, plural: Intl.PluralRules): Reader {
  const exact = new Map(Object.entries(sentences));
  const patterns = Object.entries(sentences).flatMap(([key, entry]) => patternOf(key, entry) ?? []);
  const kept = new Map<string, Read>();
  let tries = 0;

  function read(english: string, values: Readonly<Record<string, string>> = {}): string {
    const entry = exact.get(english);
    if (entry !== undefined) return formOf(entry, Object.values(values));
    return whatIs(english).words;
  }

  function whatIs(english: string): Read {
    tries = 0;
    return understood(english);
  }

  function understood(english: string): Read {
    const known = kept.get(english);
    if (known !== undefined) return known;
    if (tries > mostTries) return asItIs(english);
    // Words are of few kinds, but values in them are not: it begins anew rather than growing for ever.
    if (kept.size >= mostKept) kept.clear();
    const made = byLines(english);
    // What was given up may be understood where it stands alone.
    if (tries <= mostTries) kept.set(english, made);
    return made;
  }

  function byLines(english: string): Read {
    const lines = english.split('\n').map((line) => {
      const [, sign = '', words = line] = /^(\s*(?:(?:\d{1,3}[.)]|[-*•])\s+)?)([\s\S]*)$/.exec(line) ?? [];
      const read = line === english && sign === '' ? byLine(words) : understood(words);
      return { ...read, words: `${sign}${read.words}` };
    });
    return together(lines, '\n');
  }

  function byLine(english: string): Read {
    const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(english) ?? [];
    const found = words.length > longest ? asItIs(words) : bestOf(words);
    return { ...found, words: `${before}${found.words}${after}` };
  }

  function bestOf(words: string): Read {
    let best = whole(words);
    if (best.missed === 0) return best;
    const seams = [...words.matchAll(seam)].slice(0, mostSeams);
    for (const { 0: sign, index } of seams) {
      const left = whole(words.slice(0, index));
      // Only from the left, so that n seams are n steps and not two to the power of n.
      if (left.missed >= best.missed) continue;
      const right = understood(words.slice(index + sign.length));
      if (left.missed + right.missed < best.missed) best = together([left, right], sign);
    }
    return best;
  }

  /** As one sentence of the catalogue, or not at all; behind it a heading's colon, or the full stop of a title. */
  function whole(words: string): Read {
    const best = asOne(words);
    const [, bare = '', end = ''] = best.missed === 0 ? [] : (/^([\s\S]*[^.:;,])([.:;,])$/.exec(words) ?? []);
    const ended = end === '' ? best : asOne(bare);
    return ended.missed < best.missed ? { ...ended, words: `${ended.words}${end}` } : best;
  }

  function asOne(words: string): Read {
    const entry = exact.get(words);
    if (entry !== undefined) return { words: formOf(entry, []), missed: 0, keys: [words] };
    let best = asItIs(words);
    tries += 1;
    if (best.missed === 0 || tries > mostTries) return best;
    let bestWeight = 0;
    for (const { found, key, weight, places, entry } of fitting(words)) {
      const inside = found.map((one, index) =>
        names.has(places[index] ?? '') ? asItIs(one) : understood(one),
      );
      const missed = inside.reduce((sum, one) => sum + one.missed, 0);
      if (missed > best.missed || (missed === best.missed && weight <= bestWeight)) continue;
      // A word or two prove nothing about a whole sentence of somebody else's.
      const isFirm = weight >= firm || inside.every((one, at) => isPlausible(one, found[at] ?? ''));
      if (!isFirm) continue;
      bestWeight = weight;
      const filled = new Map(places.map((name, index) => [name, inside[index]?.words ?? '']));
      const said = formOf(entry, found).replaceAll(place, (hole, name: string) => filled.get(name) ?? hole);
      best = { words: said, missed, keys: [key, ...inside.flatMap(({ keys }) => keys)] };
    }
    return best;
  }

  /** Each place as short as it can be, and as long: which of them is meant, what stands in them tells. */
  function fitting(words: string): readonly (Pattern & { readonly found: readonly string[] })[] {
    return patterns
      .filter(({ mark }) => words.includes(mark))
      .flatMap((pattern) =>
        [fromLeft(words, pattern.between), fromRight(words, pattern.between)].flatMap((found) =>
          found === undefined ? [] : [{ ...pattern, found }],
        ),
      );
  }

  function formOf(entry: Entry, values: readonly string[]): string {
    if (typeof entry === 'string') return entry;
    const number = values.find((value) => /^\d/.test(value));
    return entry[plural.select(Number.parseFloat(number ?? '1'))] ?? entry['other'] ?? '';
  }

  return Object.assign(read, {
    understood: whatIs,
    value(name: string, value: string) {
      // Several people: their names stay, what joins them does not.
      if (name === 'names') return value.split(' and ').join(read(' and '));
      return names.has(name) ? value : whatIs(value).words;
    },
  });
}

function together(parts: readonly Read[], sign: string): Read {
  return {
    words: parts.map(({ words }) => words).join(sign),
    missed: parts.reduce((sum, { missed }) => sum + missed, 0),
    keys: parts.flatMap(({ keys }) => keys),
  };
}

/** A name, or words that were mostly understood. */
function isPlausible({ missed }: Read, words: string): boolean {
  return !/\s/.test(words) || missed * 2 < asItIs(words).missed || missed === 0;
}

/** Not understood: every letter is one too many, but for those in places. */
function asItIs(words: string): Read {
  return { words, missed: (words.replaceAll(place, '').match(/\p{L}/gu) ?? []).length, keys: [] };
}

function patternOf(key: string, entry: Entry): Pattern | undefined {
  const places = [...key.matchAll(place)].map(([, name = '']) => name);
  if (places.length === 0) return undefined;
  const between = key.split(/\{[A-Za-z][\w-]*\}/);
  const mark = between.reduce((one, other) => (other.length > one.length ? other : one), '');
  if (!/\p{L}/u.test(mark)) return undefined;
  const weight = (between.join('').match(/\p{L}/gu) ?? []).length;
  return { key, between, weight, mark, places, entry };
}

/** What stands in the places, each as short as it can be. By looking for one part after another, so that it takes no time. */
function fromLeft(words: string, between: readonly string[]): readonly string[] | undefined {
  const [first = '', ...others] = between;
  const last = others.pop() ?? '';
  const end = words.length - last.length;
  if (!words.startsWith(first) || !words.endsWith(last) || end < first.length) return undefined;
  const found: string[] = [];
  let from = first.length;
  for (const part of others) {
    const at = words.indexOf(part, from);
    if (at === -1 || at + part.length > end) return undefined;
    found.push(words.slice(from, at));
    from = at + part.length;
  }
  return from > end ? undefined : [...found, words.slice(from, end)];
}

/** The same from the end: each place but the last as long as it can be. */
function fromRight(words: string, between: readonly string[]): readonly string[] | undefined {
  const [first = '', ...others] = between;
  const last = others.pop() ?? '';
  let end = words.length - last.length;
  if (!words.startsWith(first) || !words.endsWith(last) || end < first.length) return undefined;
  const found: string[] = [];
  for (const part of others.toReversed()) {
    const at = end - part.length < first.length ? -1 : words.lastIndexOf(part, end - part.length);
    if (at < first.length) return undefined;
    found.unshift(words.slice(at + part.length, end));
    end = at;
  }
  return [words.slice(first.length, end), ...found];
}
