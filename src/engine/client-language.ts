import { words, type Section } from './card.ts';
import type { Dialog } from './dialog.ts';
import type { InboundEvent } from './event.ts';
import type { Incident, Visit } from './incident.ts';
import { factsOf, saidBy, type Work } from './work.ts';

/** The fact that holds which language this client is written to in, where somebody chose one. */
const clientLanguage = 'clientLanguage';

/** The language that the client is written to in; undefined where there is but one, that of the staff. */
export function clientLanguageOf({ languages = [] }: Dialog, it: Incident): string | undefined {
  const chosen = factsOf(it)[clientLanguage]?.value;
  return languages.find((one) => one === chosen) ?? languages[0];
}

/** The words for the client, and how to have them in another language. */
export function scriptOf(
  dialog: Dialog,
  it: Incident,
  { n, script, struck }: Visit,
): Pick<Section, 'script' | 'otherLanguages'> {
  if (script === undefined) return {};
  const language = clientLanguageOf(dialog, it);
  if (language === undefined) return { script };
  const others = (dialog.languages ?? []).filter((one) => one !== language);
  const isOver = struck === true || it.ended !== undefined;
  return {
    script: { ...script, language },
    ...(isOver || others.length === 0
      ? {}
      : {
          otherLanguages: others.map((other) => ({
            id: `${n}.in-${other}`,
            label: words('In {language}', { language: nameOf(other) }),
            event: { type: 'incident.client-language-chosen', language: other },
          })),
        }),
  };
}

/**
 * From here on the client is written to in that language, in everything that is shown. One that has no words is taken
 * too, and shows nothing else than before: a log must fold whatever languages there are by then.
 */
export function chooseLanguage(
  work: Work,
  event: InboundEvent & { type: 'incident.client-language-chosen' },
): void {
  const chosen = saidBy(event, { [clientLanguage]: event.language });
  work.it = { ...work.it, facts: { ...work.it.facts, ...chosen } };
}

const names = new Intl.DisplayNames('en', { type: 'language' });

function nameOf(language: string): string {
  return names.of(language) ?? language;
}
