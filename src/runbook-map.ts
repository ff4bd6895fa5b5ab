import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Problem } from './engine/check.ts';
import type { Contracts } from './engine/contract.ts';
import type { Dialog, Step } from './engine/dialog.ts';
import { packageRoot } from './root.ts';

/** Where a sentence of the company's runbook went: the steps that say or do it, and the phrases that can be read there. */
const mapType = z.array(
  z.strictObject({
    sentence: z.string().min(1),
    steps: z.array(z.string()).min(1),
    words: z.array(z.string().min(1)).min(1),
  }),
);

/** Where each sentence of a runbook went. */
export type RunbookMap = z.output<typeof mapType>;

/** A runbook and its map, as they lie beside the dialog (`runbook.txt`, `runbook-map.json`); none if the dialog has no runbook. */
export function readRunbook(dialog: string): { readonly text: string; readonly map: RunbookMap } | undefined {
  const [text, map] = ['runbook.txt', 'runbook-map.json'].map((file) =>
    join(packageRoot, 'dialogs', dialog, file),
  );
  if (text === undefined || map === undefined || !existsSync(text)) return undefined;
  return { text: readFileSync(text, 'utf8'), map: mapType.parse(JSON.parse(readFileSync(map, 'utf8'))) };
}

/** Sentences of the runbook that went nowhere; entries of the map that name a wrong sentence, step or phrase. */
export function problemsOfRunbook(
  dialog: Dialog,
  contracts: Contracts,
  text: string,
  map: RunbookMap,
): Problem[] {
  const sentences = sentencesOf(text);
  const mapped = new Map(map.map((entry) => [entry.sentence, entry]));
  const lost = sentences
    .filter((sentence) => !mapped.has(sentence))
    .map((sentence) => `No step has the runbook’s sentence “${sentence}”.`);
  const gone = map
    .filter(({ sentence }) => !sentences.includes(sentence))
    .map(({ sentence }) => `The runbook has no sentence “${sentence}” (any more).`);
  const wrong = map.flatMap(({ sentence, steps, words }) => {
    const texts = new Map(
      steps.flatMap((id) => {
        const step = Object.hasOwn(dialog.steps, id) ? dialog.steps[id] : undefined;
        return step === undefined ? [] : [[id, textsIn(step, contracts).join('\n')] as const];
      }),
    );
    const all = [...texts.values()];
    return [
      ...steps
        .filter((id) => !texts.has(id))
        .map((id) => `“${sentence}” names the step "${id}", and there is none.`),
      ...words
        .filter((phrase) => !all.some((one) => one.includes(phrase)))
        .map((phrase) => `“${phrase}” of “${sentence}” is in none of the texts of ${steps.join(', ')}.`),
      ...[...texts]
        .filter(([, one]) => !words.some((phrase) => one.includes(phrase)))
        .map(([id]) => `The step "${id}" says none of the words of “${sentence}”.`),
    ];
  });
  return [...lost, ...gone, ...wrong].map((reason) => ({ step: dialog.id, reason }));
}

/** The sentences and headings of a runbook, without bullets and numbers. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*(?:•|[*-]|\d+\.)?\s*/, '').trim())
    .flatMap((line) => line.split(/(?<=[.?!])\s+(?=\p{Lu})/u))
    .filter((sentence) => sentence !== '');
}

/** Everything that people can read of a step: its own texts and its buttons, and what its checks and actions are called. */
function textsIn(step: Step, contracts: Contracts): readonly string[] {
  const choices = step.kind === 'ask' || step.kind === 'check' ? Object.values(step.choices ?? {}) : [];
  const buttons = choices.flatMap(({ label, explain, text }) => [label, explain ?? '', text?.label ?? '']);
  const titles = (names: readonly string[]): readonly string[] =>
    names.map((name) => contracts[name]?.title ?? '');
  switch (step.kind) {
    case 'ask':
      return [step.ask, step.explain ?? '', step.field?.label ?? '', ...buttons];
    case 'check':
    case 'watch':
      return [step.title, ...titles(step.run), ...buttons];
    case 'action':
      return [step.title, ...titles([step.run])];
    case 'say':
      return [step.title ?? '', step.text];
    case 'end':
      return [step.text];
  }
}
