import { isIP } from 'node:net';
import { isRefusal, readFact } from '../engine/answer.ts';
import type { AskStep, CheckStep, Dialog } from '../engine/dialog.ts';
import type { PressableEvent } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';

/** Longer remarks are never taken for an answer. */
const longestAnswer = 200;

const sameAs = new Map([
  ['y', 'yes'],
  ['yep', 'yes'],
  ['yeah', 'yes'],
  ['n', 'no'],
  ['nope', 'no'],
]);

/**
 * What somebody typed into the thread, as the answer to the question that is open, if it plainly is one: the words of a
 * choice, yes or no, an address, or the one word that the question's field takes. Everything else is a remark.
 */
export function typedAnswer(dialog: Dialog, incident: Incident, text: string): PressableEvent | undefined {
  const typed = text.trim();
  if (typed === '' || typed.length > longestAnswer) return undefined;
  const [key, open] = Object.entries(incident.open).findLast(([, one]) => one.kind === 'answer') ?? [];
  const visit = open === undefined ? undefined : incident.visits[open.visit - 1];
  if (key === undefined || visit === undefined || !Object.hasOwn(dialog.steps, visit.step)) return undefined;
  const step = dialog.steps[visit.step];
  if (step?.kind !== 'ask' && step?.kind !== 'check') return undefined;
  const choice = choiceOf(step, typed);
  if (choice !== undefined) return { type: 'answer.given', key, choice };
  if (step.kind !== 'ask' || !fits(dialog, step, typed)) return undefined;
  return { type: 'answer.given', key, text: typed };
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
  const words = typed.split(/\s+/).map((word) => word.replaceAll(/^[[(<"'`]+|[\])>"'`,;.!?]+$/g, ''));
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
