import { setBy } from './set.ts';
import { words, type Text } from './card.ts';
import type { AskStep, Choice, Dialog, Next, Step } from './dialog.ts';
import type { Facts, Values } from './fact.ts';
import { inWords } from './fill.ts';
import type { Answer } from './incident.ts';
import type { Refusal } from './reply.ts';
import { factType } from './work.ts';

/** An answer that can be taken: what it brings, how it reads, where it leads. */
export interface Taken {
  readonly brings: Values;
  readonly text: Text;
  readonly next: Next;
  /** What the answer means, to be read from now on. */
  readonly explain?: Text;
  /** What was typed where a choice was understood from other words than its own. */
  readonly from?: { readonly typed: string };
}

/** Reads an answer against its question; a refusal says what to type or press instead. */
export function readAnswer(dialog: Dialog, step: Step, answer: Answer, facts: Facts): Taken | Refusal {
  const choices = step.kind === 'ask' || step.kind === 'check' ? (step.choices ?? {}) : {};
  if (answer.choice !== undefined) {
    const choice = Object.hasOwn(choices, answer.choice) ? choices[answer.choice] : undefined;
    return choice === undefined
      ? unknownChoice(answer.choice, choices)
      : readChoice(dialog, choice, answer.text);
  }
  if (
    step.kind !== 'ask' ||
    step.save === undefined ||
    step.next === undefined ||
    answer.text === undefined
  ) {
    return unknownChoice(answer.text ?? '', choices);
  }
  // Without a field there are only the buttons of what was found.
  if (step.field === undefined && !offered(step, facts).includes(answer.text))
    return unknownChoice(answer.text, choices);
  const saved = readFact(dialog, step.save, answer.text);
  if (isRefusal(saved)) return saved;
  const text = words('{value}', { value: inWords(saved.values[step.save] ?? '') });
  return { brings: saved.values, text, next: step.next };
}

/** The values that a question offers as buttons. */
export function offered(step: AskStep, facts: Facts): readonly string[] {
  const value = step.offer === undefined ? undefined : facts[step.offer]?.value;
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [inWords(value)];
}

/** True for what `readAnswer` and `readFact` refuse. */
export function isRefusal(read: object): read is Refusal {
  return 'code' in read;
}

/** A typed value as the dialog's zod type of the fact reads it. */
export function readFact(dialog: Dialog, name: string, text: string): { readonly values: Values } | Refusal {
  const type = factType(dialog, name);
  if (type === undefined) {
    return { code: 'malformed', message: `This runbook knows no fact "${name}".`, field: name };
  }
  const read = type.safeParse(text);
  if (!read.success) {
    return {
      code: 'bad-text',
      message: read.error.issues[0]?.message ?? 'That cannot be read.',
      field: 'text',
    };
  }
  const value: unknown = read.data;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return { values: { [name]: value } };
  }
  throw new Error(`The type of fact "${name}" gives neither text, number nor yes/no.`);
}

function readChoice(dialog: Dialog, choice: Choice, typed: string | undefined): Taken | Refusal {
  const label = words(choice.label);
  const brings = setBy(choice);
  const explain = choice.explain === undefined ? {} : { explain: words(choice.explain) };
  const text = (typed ?? '').trim();
  if (choice.text === undefined) {
    const from = text === '' ? {} : { from: { typed: text } };
    return { brings, text: label, next: choice.next, ...explain, ...from };
  }
  if (text === '') {
    return { code: 'bad-text', message: `${choice.text.label}: please type it.`, field: 'text' };
  }
  const saved = choice.text.save === undefined ? { values: {} } : readFact(dialog, choice.text.save, text);
  if (isRefusal(saved)) return saved;
  const said: Text = { template: `${choice.label.replace(/\s*…$/, '')}: {typed}`, values: { typed: text } };
  return { brings: { ...brings, ...saved.values }, text: said, next: choice.next, ...explain };
}

function unknownChoice(given: string, choices: Readonly<Record<string, Choice>>): Refusal {
  const labels = Object.values(choices).map((choice) => `“${choice.label}”`);
  const shown = given.length > 60 ? `${given.slice(0, 60)}…` : given;
  const way =
    labels.length === 0 ? 'type the value that was asked for' : `choose one of ${labels.join(', ')}`;
  return { code: 'unknown-choice', message: `“${shown}” is not an answer here: ${way}.`, field: 'text' };
}
