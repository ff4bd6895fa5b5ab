import type { Text } from '../engine/card.ts';
import { readerOf, type Entry } from './reading.ts';

/** The sentences of one language, by the English ones; `locale` is how it writes dates and numbers. */
export interface Catalogue {
  /** As in HTML's `lang`: `es`. */
  readonly language: string;
  /** For Intl: `es-MX`. */
  readonly locale: string;
  readonly sentences: Readonly<Record<string, Entry>>;
  /** What people may type in it, besides what they read, and what that is in English: `sí` is `yes`. */
  readonly typed?: Readonly<Record<string, string>>;
}

/** A language to speak in. English is what everything is written in, so nothing is looked up for it. */
export interface Tongue {
  readonly language: string;
  readonly locale: string;
  /** English words in this language; what the catalogue does not know stays as it is. */
  readonly say: (english: string) => string;
  /** The same for a sentence with values. Its places keep their values: no value becomes part of the template. */
  readonly text: (text: Text) => Text;
  /** The English of what somebody typed, if it is a whole sentence or word of this language; undefined for all else. */
  readonly heard: (typed: string) => string | undefined;
}

const english: Tongue = {
  language: 'en',
  // Days before months, and 24 hours.
  locale: 'en-GB',
  say: (words) => words,
  text: (text) => text,
  heard: () => undefined,
};

const tongues = new Map<string, Tongue>([['en', english]]);
let staff = english;

/**
 * Sets which languages there are and which of them the staff reads: once, before anything is drawn. It is one for the
 * process, like its locale, so that no function that draws has to be handed it.
 */
export function speak(catalogues: readonly Catalogue[], staffLanguage = 'en'): void {
  tongues.clear();
  tongues.set('en', english);
  for (const catalogue of catalogues) tongues.set(catalogue.language, tongueOf(catalogue));
  staff = tongueFor(staffLanguage);
}

/** The language of the staff. */
export function staffTongue(): Tongue {
  return staff;
}

/** A language by its short name. Throws for one that has no catalogue. */
export function tongueFor(language: string): Tongue {
  const known = tongues.get(language);
  if (known !== undefined) return known;
  throw new Error(`There is no language "${language}". There is: ${[...tongues.keys()].join(', ')}.`);
}

/** What is drawn by this function (and not after it) is in English: exports, which are as the log is. */
export function inEnglish<T>(draw: () => T): T {
  const before = staff;
  staff = english;
  try {
    return draw();
  } finally {
    staff = before;
  }
}

/** Words of ours for the staff, in their language. */
export function say(words: string): string {
  return staff.say(words);
}

/** A sentence in the language that it is to be read in: its own where it has one, else that of the staff. */
export function spoken(text: Text): Text {
  if (text.language === undefined) return staff.text(text);
  // A log may name a language whose catalogue is gone since.
  return (tongues.get(text.language) ?? english).text(text);
}

/** A language out of its catalogue. */
export function tongueOf({ language, locale, sentences, typed = {} }: Catalogue): Tongue {
  const heard = new Map([
    ...Object.entries(sentences).flatMap(([english, said]) =>
      typeof said === 'string' ? [[bare(said), english] as const] : [],
    ),
    ...Object.entries(typed).map(([said, english]) => [bare(said), english] as const),
  ]);
  const read = readerOf(sentences, new Intl.PluralRules(locale));
  return {
    language,
    locale,
    say: (words) => read(words),
    heard: (words) => heard.get(bare(words)),
    text: (text) => {
      const { template, values } = text;
      if (values === undefined) return { ...text, template: read(template) };
      const said = Object.entries(values).map(([name, value]) => [name, read.value(name, value)] as const);
      return { ...text, template: read(template, values), values: Object.fromEntries(said) };
    },
  };
}

/** As people type: small, without accents and signs around. */
function bare(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/^[\s¿¡]+|[\s.,!?…]+$/gu, '');
}
