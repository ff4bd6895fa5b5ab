import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { textsIn } from './dialog-texts.ts';
import type { Contracts } from './engine/contract.ts';
import type { Dialog } from './engine/dialog.ts';
import { speak, type Catalogue } from './render/language.ts';
import { readerOf } from './render/reading.ts';
import { packageRoot } from './root.ts';
import { SettingsError } from './settings-error.ts';

const file = z.strictObject({
  locale: z.string(),
  sentences: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
  typed: z.record(z.string(), z.string()).optional(),
});

/** Every language that has a file in languages/, by the file's name; English needs none. */
export function readLanguages(folder: string = join(packageRoot, 'languages')): readonly Catalogue[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const language = name.slice(0, -'.yaml'.length);
    const read = file.safeParse(parse(readFileSync(join(folder, name), 'utf8'), { uniqueKeys: true }));
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new Error(`languages/${name}: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    const { locale, sentences, typed = {} } = read.data;
    return { language, locale, sentences: { ...languageNames(locale), ...sentences }, typed };
  });
}

/**
 * From here on the staff reads its language. Gives all that clients can be written to in, theirs first; throws a
 * SettingsError for one that has no file.
 */
export function settleLanguages({
  staff,
  client,
}: {
  readonly staff: string;
  readonly client: string;
}): readonly string[] {
  const catalogues = readLanguages();
  const all = ['en', ...catalogues.map(({ language }) => language)];
  const missing = Object.entries({ STAFF_LANGUAGE: staff, CLIENT_LANGUAGE: client }).flatMap(
    ([name, language]) =>
      all.includes(language)
        ? []
        : [
            `${name} is "${language}", and there is no languages/${language}.yaml. There is: ${all.join(', ')}.`,
          ],
  );
  if (missing.length > 0) throw new SettingsError(missing);
  speak(catalogues, staff);
  return [client, ...all.filter((one) => one !== client)];
}

/** Texts of a dialog that a language lacks, in sentences that name step and file. */
export function untranslated(
  dialog: Dialog,
  contracts: Contracts,
  catalogues: readonly Catalogue[],
): readonly string[] {
  const texts = textsIn(dialog, contracts);
  return catalogues.flatMap(({ language, locale, sentences }) => {
    const { understood } = readerOf(sentences, new Intl.PluralRules(locale));
    return texts
      .filter(({ text }) => understood(text).missed > 0)
      .map(({ step, text }) => `step "${step}": languages/${language}.yaml lacks ${JSON.stringify(text)}`);
  });
}

/** What languages are called: Intl knows, so no file has to. */
function languageNames(locale: string): Readonly<Record<string, string>> {
  const english = new Intl.DisplayNames('en', { type: 'language' });
  const theirs = new Intl.DisplayNames(locale, { type: 'language' });
  const codes = readdirSync(join(packageRoot, 'languages')).flatMap(
    (name) => /^(\w+)\.yaml$/.exec(name)?.[1] ?? [],
  );
  return Object.fromEntries(
    ['en', ...codes].map((code) => [english.of(code) ?? code, theirs.of(code) ?? code]),
  );
}
