import { expect } from 'vitest';
import type { Contracts } from '../../src/engine/contract.ts';
import { textsIn } from '../../src/dialog-texts.ts';
import { readLanguages } from '../../src/languages.ts';
import type { Catalogue } from '../../src/render/language.ts';
import { contracts, dialog } from '../runtime/rig.ts';
import type { Player, Scenario, Theatre, Told } from './scenarios.ts';

/** What the runtime's own small runbook and its firewall say: no shipped language has to know it. */
const ofTheRig = [
  ...textsIn(dialog, contracts as Contracts).map(({ text }) => text),
  '{ip} is {state}.',
  'un-block {ip}',
  'blocked',
  'open',
  'clear',
  'That is no address.',
  'The firewall says so.',
];

/**
 * A language that says every sentence which the shipped ones know as it is, in «marks»: whatever is shown without them
 * was never looked up, or no language has it. So the stories can be played in it, and every word of theirs be seen to.
 */
export function markedCatalogue(): Catalogue {
  const known = readLanguages().flatMap(({ sentences }) => Object.keys(sentences));
  const marked = [...known, ...ofTheRig].map((key) => [key, `«${key}»`] as const);
  return { language: 'xx', locale: 'en-GB', sentences: Object.fromEntries(marked) };
}

/** Everything that was shown without having been looked up, over all the stories of a file. */
export interface Unmarked {
  readonly words: Set<string>;
  /** How many words were looked at, so that a test which saw none fails. */
  seen: number;
}

/** The story in marks: who plays it reads and presses as ever, and each word that a person sees is looked at. */
export function inMarks([title, play]: Scenario, unmarked: Unmarked): Scenario {
  return [title, (theatre) => play(markedTheatre(theatre, unmarked))];
}

/** Without the dots that promise a field: a page shows some labels so. */
const short = (label: string) => bare(label).replace(/\s*…$/, '');
const bare = (text: string) => text.replaceAll(/[«»]/g, '');

function markedTheatre(theatre: Theatre, unmarked: Unmarked): Theatre {
  const look = (text: string): string => {
    unmarked.seen += text.split('«').length - 1;
    for (const words of outside(text)) unmarked.words.add(words);
    return bare(text);
  };
  const told = (said: Told | undefined): Told | undefined =>
    said === undefined ? undefined : { ...said, words: look(said.words) };
  return {
    ...theatre,
    settled: () => theatre.settled(),
    restart: () => theatre.restart(),
    async player(name) {
      const inner = await theatre.player(name);
      const labelled = async (incident: string, label: string): Promise<string> =>
        (await inner.buttons(incident)).findLast((one) => short(one) === short(label)) ?? `«${label}»`;
      const player: Player = {
        async opens(line) {
          const opened = await inner.opens(line);
          return 'incident' in opened ? opened : { told: { ...opened.told, words: look(opened.told.words) } };
        },
        opensAgain: () => inner.opensAgain(),
        reads: async (incident) => look(await inner.reads(incident)),
        buttons: async (incident) => (await inner.buttons(incident)).map(look),
        presses: async (incident, label, typed) =>
          told(await inner.presses(incident, await labelled(incident, label), typed)),
        pressesTwice: async (incident, label, typed) =>
          told(await inner.pressesTwice(incident, await labelled(incident, label), typed)),
        async holds(incident, label, typed) {
          const press = await inner.holds(incident, await labelled(incident, label), typed);
          return async () => told(await press());
        },
        forges: async (incident, event) => told(await inner.forges(incident, event)),
        changes: async (incident, question, choice, typed) =>
          told(await inner.changes(incident, `«${question}»`, `«${choice}»`, typed)),
        notes: async (incident, text) => told(await inner.notes(incident, text)),
        takesOver: (incident) => inner.takesOver(incident),
        handsOver: (incident, to, why) => inner.handsOver(incident, to, why),
        cancels: async (incident, why) => told(await inner.cancels(incident, why)),
        told: async () => look(await inner.told()),
        parks: (incident, why) => inner.parks(incident, why),
        resumes: (incident) => inner.resumes(incident),
        steers: async (incident, verb) => told(await inner.steers(incident, verb)),
        confirms: async (incident) => told(await inner.confirms(incident)),
        knows: async (incident) => look(await inner.knows(incident)),
        changesKnown: async (incident, question, choice) =>
          told(await inner.changesKnown(incident, `«${question}»`, `«${choice}»`)),
      };
      return player;
    },
  };
}

/** What stands outside all marks and is more than names, numbers and signs. */
function outside(text: string): readonly string[] {
  let left = text;
  for (let before = ''; before !== left;) [before, left] = [left, left.replaceAll(/«[^«»]*»/g, '\n')];
  return left
    .split(/[\n·|]+/)
    .map((words) => words.replaceAll(/[\p{S}\p{P}\d\s]+/gu, ' ').trim())
    .filter(
      (words) => words.split(' ').filter((word) => /^\p{L}{2,}$/u.test(word) && !isName(word)).length > 0,
    );
}

/** What nobody says: names, units, and what people type in the stories. */
const values =
  'id known min OK Ask them my shift ends first line second channel ip http evil Sam Lea Tom sam lea tom INC acme example UTC GMT mailfix web slack teams console low Jun db com org their router'.split(
    ' ',
  );

function isName(word: string): boolean {
  return values.includes(word);
}

/** Asserts that every word was looked up. */
export function expectMarked({ words, seen }: Unmarked): void {
  expect(seen).toBeGreaterThan(100);
  expect([...words].sort()).toEqual([]);
}
