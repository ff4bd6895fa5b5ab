import { isIP } from 'node:net';
import { isRefusal, readFact } from '../engine/answer.ts';
import type { AskStep, CheckStep, Dialog } from '../engine/dialog.ts';
import type { PressableEvent } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import type { Refusal } from '../engine/reply.ts';
import { isNear } from '../input/near-words.ts';
import { asWritten } from '../input/spoken.ts';

/** Longer remarks are never taken for an answer. */
const longestAnswer = 200;

const sameAs = new Map([
  ['y', 'yes'],
  ['yep', 'yes'],
  ['yeah', 'yes'],
  ['n', 'no'],
  ['nope', 'no'],
  ['sí', 'yes'],
  ['si', 'yes'],
  ['no sé', 'unknown'],
  ['no se', 'unknown'],
  ['no lo sé', 'unknown'],
  ['ni idea', 'unknown'],
]);

/**
 * What somebody typed into the thread, as the answer to the question that is open, if it plainly is one: the words of a
 * choice, yes or no, an address, or the one word that the question's field takes. Everything else is a remark.
 */
export function typedAnswer(dialog: Dialog, incident: Incident, text: string): PressableEvent | undefined {
  const asked = askedOf(dialog, incident, text);
  if (asked === undefined) return undefined;
  const { key, step, typed } = asked;
  const choice = choiceOf(step, typed);
  if (choice !== undefined) return { type: 'answer.given', key, choice };
  if (step.kind !== 'ask' || !fits(dialog, step, typed)) return undefined;
  return { type: 'answer.given', key, text: typed };
}

/**
 * The choice that was meant by a mistyped label, with the words as they were typed, which the thread then says; words
 * that ask which, where several could be meant.
 */
export function mistypedAnswer(
  dialog: Dialog,
  incident: Incident,
  text: string,
): PressableEvent | Refusal | undefined {
  const asked = askedOf(dialog, incident, text);
  if (asked === undefined) return undefined;
  const { key, step, typed } = asked;
  const said = bare(typed);
  const near = Object.entries(step.choices ?? {}).filter(
    ([id, choice]) =>
      choice.text === undefined && [id.toLowerCase(), bare(choice.label)].some((one) => isNear(said, one)),
  );
  const [[choice] = [], ...others] = near;
  if (choice === undefined) return undefined;
  if (others.length === 0) return { type: 'answer.given', key, choice, text: typed };
  const labels = near.map(([, { label }]) => `“${label}”`).join(' or ');
  return { code: 'bad-text', message: `Did you mean ${labels}? Press it, or type it whole.`, field: 'text' };
}

/** The question that is open, and what was typed; none where it is too long for an answer. */
function askedOf(
  dialog: Dialog,
  incident: Incident,
  text: string,
): { readonly key: string; readonly step: AskStep | CheckStep; readonly typed: string } | undefined {
  const typed = text.trim();
  if (typed === '' || typed.length > longestAnswer) return undefined;
  const [key, open] = Object.entries(incident.open).findLast(([, one]) => one.kind === 'answer') ?? [];
  const visit = open === undefined ? undefined : incident.visits[open.visit - 1];
  if (key === undefined || visit === undefined || !Object.hasOwn(dialog.steps, visit.step)) return undefined;
  const step = dialog.steps[visit.step];
  return step?.kind === 'ask' || step?.kind === 'check' ? { key, step, typed } : undefined;
}

/** A choice by its label, its name or a word for it; one that needs a text must be pressed. */
function choiceOf({ choices = {} }: AskStep | CheckStep, typed: string): string | undefined {
  const said = bare(typed);
  const word = sameAs.get(said) ?? said;
  const found = Object.entries(choices).find(
    ([id, { label, text }]) => text === undefined && (word === id.toLowerCase() || said === bare(label)),
  );
  return found?.[0];
}

/** Whether the text is for the question's field: one address in it, or nothing but one word that the fact's type takes. */
function fits(dialog: Dialog, { save, field }: AskStep, typed: string): boolean {
  if (save === undefined || field === undefined) return false;
  const words = asWritten(typed)
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[[(<"'`]+|[\])>"'`,;.!?]+$/g, ''));
  const readable = !isRefusal(readFact(dialog, save, typed));
  const addresses = new Set(words.filter((word) => isIP(word) !== 0));
  // An address alone was surely meant as the answer: whoever typed a wrong one is told so.
  if (addresses.size === 1) return readable || words.length === 1;
  return words.length === 1 && /[.@]\p{L}/u.test(words[0] ?? '') && readable;
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/[\s.!…]+$/g, '')
    .trim();
}
