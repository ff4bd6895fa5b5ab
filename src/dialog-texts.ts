import type { Contracts } from './engine/contract.ts';
import type { Dialog, Step } from './engine/dialog.ts';
import { labelOf } from './engine/source.ts';

/** A text of a dialog that people read, and the step that says it. */
export interface DialogText {
  readonly step: string;
  readonly text: string;
}

/** Every text of a dialog: what its steps say, ask and label, its title, and what its facts, checks and actions are called. */
export function textsIn(dialog: Dialog, contracts: Contracts): readonly DialogText[] {
  const titles = [...namesIn(dialog)].flatMap((name) => contracts[name]?.title ?? []);
  const facts = Object.keys(dialog.facts.shape).map((name) => labelOf({ dialog, contracts }, name));
  return [
    ...facts.map((text) => ({ step: 'facts', text })),
    ...[dialog.title, ...titles].map((text) => ({ step: 'title', text })),
    ...Object.entries(dialog.steps).flatMap(([step, spec]) =>
      saidBy(spec)
        .filter((text) => text !== undefined && /\p{L}/u.test(text))
        .map((text) => ({ step, text: text ?? '' })),
    ),
  ];
}

function namesIn(dialog: Dialog): ReadonlySet<string> {
  return new Set(
    Object.values(dialog.steps).flatMap((step) =>
      step.kind === 'check' || step.kind === 'watch' ? step.run : step.kind === 'action' ? [step.run] : [],
    ),
  );
}

function saidBy(step: Step): readonly (string | undefined)[] {
  const choices = step.kind === 'ask' || step.kind === 'check' ? Object.values(step.choices ?? {}) : [];
  const labels = choices.flatMap(({ label, explain, text }) => [
    label,
    explain,
    text?.label,
    text?.placeholder,
  ]);
  switch (step.kind) {
    case 'ask':
      return [step.ask, step.explain, step.field?.label, step.offerLabel, ...labels];
    case 'check':
      return [step.title, ...labels];
    case 'watch':
      return [step.title, step.fired];
    case 'action':
      return [step.title];
    case 'say':
      return [step.title, step.text];
    case 'end':
      return [step.text];
  }
}
