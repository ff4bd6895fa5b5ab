import { isIP } from 'node:net';
import { isRefusal, readFact } from '../engine/answer.ts';
import { plain } from '../engine/card.ts';
import type { PressableEvent } from '../engine/event.ts';
import type { Visit } from '../engine/incident.ts';
import type { Refusal } from '../engine/reply.ts';
import { labelOf } from '../engine/source.ts';
import { answeredVisits, isCorrectable } from '../engine/steer.ts';
import { verbEvent, type Verb } from '../engine/verbs.ts';
import type { Seen } from '../engine/view.ts';
import { factsOf } from '../engine/work.ts';

/** What somebody wants who typed this into the thread: an event, words why not, or the card of all that is known. */
export type Meant = PressableEvent | Refusal | { readonly shows: 'known' };

/** Words that mean the same at every step, whatever is asked. Typed whole and alone, or they are a remark. */
const verbWords: ReadonlyMap<string, Verb> = new Map(
  Object.entries({
    back: ['back', 'go back', 'step back', 'previous question'],
    unknown: [
      'i don’t know',
      'don’t know',
      'i do not know',
      'dunno',
      'no idea',
      'they don’t know',
      'can’t tell',
    ],
    skip: ['skip', 'skip it', 'skip this', 'skip this question'],
    repeat: ['repeat', 'repeat it', 'repeat the question', 'say it again', 'what was the question'],
    restart: ['start over', 'start again', 'start anew', 'restart'],
    escalate: ['escalate', 'escalate it'],
  } satisfies Record<Verb, readonly string[]>).flatMap(([verb, words]) =>
    words.map((word) => [word, verb as Verb] as const),
  ),
);

const knownWords: ReadonlySet<string> = new Set([
  'known',
  'what do we know',
  'what do you know',
  'what is known',
  'what i know',
]);

/** Longer remarks correct nothing. */
const longest = 200;

/**
 * What is meant by words that are no answer to the open question: a verb, `cancel: why`, what is known, or a correction such
 * as `actually the IP is 203.0.113.24`. Undefined for everything else, which is a remark.
 */
export function meantBy(seen: Seen, text: string): Meant | undefined {
  const typed = text.trim();
  if (typed === '' || typed.length > longest) return undefined;
  const said = bare(typed);
  const verb = verbWords.get(said);
  if (verb !== undefined) return verbEvent(seen, verb);
  if (knownWords.has(said)) return { shows: 'known' };
  if (said === 'take over') return { type: 'incident.taken-over' };
  const cancel = /^cancel(?:\s*[:,–-]\s*(.*))?$/isu.exec(typed);
  if (cancel?.[1] !== undefined) return { type: 'incident.cancelled', why: cancel[1] };
  if (cancel !== null) return { code: 'bad-text', message: 'To cancel it, type “cancel:” and why.' };
  return correction(seen, typed);
}

/** Whether it says something of its own, which is to stay on record though it cannot be taken. */
export function isAnswer(meant: PressableEvent | Refusal): boolean {
  return 'code' in meant ? meant.field !== undefined : 'text' in meant || 'choice' in meant;
}

const marker = /^(actually|correction|sorry|i mean|wait|no(?=\s*,))[\s,:;.–-]+/iu;

function correction(seen: Seen, typed: string): Meant | undefined {
  const marked = marker.exec(typed);
  const rest = marked === null ? typed : typed.slice(marked[0].length);
  const named = /^(?:the|their|his|her|its)\s+(.{2,40}?)\s+is\s+/iu.exec(rest);
  if (marked === null && named === null) return undefined;
  const known = factsOf(seen.it);
  const facts = Object.keys(known).filter((name) => isCorrectable(seen.dialog, name));
  const mentioned = facts.filter((name) => isMentioned(seen, name, rest));
  // Without “actually” it has to name what it is about.
  const about = mentioned.length > 0 ? mentioned : marked === null ? [] : facts;
  const values = rest.split(/\s+/).map(trimmed).filter(isValue);
  const ways = about.flatMap((name) =>
    values.filter((value) => reads(seen, name, value)).map((value) => ({ name, value })),
  );
  const [way, ...others] = ways;
  if (way !== undefined && others.length === 0) return correctionOf(seen, way.name, way.value);
  if (way !== undefined) return which(seen, ways);
  return marked === null ? undefined : otherChoice(seen, rest);
}

/** The event by which this fact becomes that: another answer where a person answered, else a person's word against a check's. */
export function correctionOf(seen: Seen, name: string, text: string): PressableEvent {
  const { it, dialog } = seen;
  const fact = factsOf(it)[name];
  const stands = ({ struck, detached }: Visit) => struck !== true && detached === undefined;
  const visit = it.visits.findLast(
    (one) =>
      stands(one) &&
      one.settled?.answer !== undefined &&
      (one.brought[name] === fact || one.settled.known === true),
  );
  const step = visit === undefined ? undefined : dialog.steps[visit.step];
  const choice = visit?.settled?.answer?.choice;
  if (visit !== undefined && step?.kind === 'ask') {
    if (choice === undefined && step.save === name && step.field !== undefined)
      return { type: 'answer.corrected', visit: visit.n, text };
    if (choice !== undefined && step.choices?.[choice]?.text?.save === name)
      return { type: 'answer.corrected', visit: visit.n, choice, text };
  }
  return { type: 'fact.corrected', fact: name, text };
}

/** “Actually: neither”: the label of one answered question’s other choice. Where it fits several, nobody guesses. */
function otherChoice(seen: Seen, rest: string): Meant | undefined {
  const said = bare(rest);
  const found = answeredVisits(seen.it).flatMap((visit) => {
    const step = seen.dialog.steps[visit.step];
    if (step?.kind !== 'ask') return [];
    return Object.entries(step.choices ?? {})
      .filter(
        ([id, { label, text }]) =>
          text === undefined && bare(label) === said && visit.settled?.answer?.choice !== id,
      )
      .map(([choice]) => ({ visit, choice }));
  });
  const [one, ...others] = found;
  if (one === undefined) return undefined;
  if (others.length === 0) return { type: 'answer.corrected', visit: one.visit.n, choice: one.choice };
  const questions = found.map(({ visit }) => `“${plain(visit.text ?? { template: '' })}”`).join(' or ');
  return {
    code: 'bad-text',
    message: `That could answer ${questions}. Type “known”, and press Change beside the one you mean.`,
    field: 'text',
  };
}

function which(seen: Seen, ways: readonly { readonly name: string; readonly value: string }[]): Refusal {
  const readings = ways.map(({ name, value }) => `“the ${labelOf(seen, name).toLowerCase()} is ${value}”`);
  return {
    code: 'bad-text',
    message: `That can be read in more than one way. Type ${[...new Set(readings)].join(' or ')}.`,
    field: 'text',
  };
}

/** The fact’s name, or a word of its label that no other word of a sentence would be. */
function isMentioned(seen: Seen, name: string, text: string): boolean {
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const own = [name, ...labelOf(seen, name).split(/\s+/)].map((word) => word.toLowerCase());
  return own.some((word) => !common.has(word) && words.has(word));
}

const common: ReadonlySet<string> = new Set(['the', 'their', 'is', 'to', 'of', 'for', 'go', 'no', 'address']);

function isValue(word: string): boolean {
  return isIP(word) !== 0 || /[.@]\p{L}/u.test(word) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(word);
}

/** A fact that takes any words at all is not recognised by a value. */
function reads({ dialog }: Seen, name: string, value: string): boolean {
  return !isRefusal(readFact(dialog, name, value)) && isRefusal(readFact(dialog, name, '?? ?? ??'));
}

function trimmed(word: string): string {
  return word.replaceAll(/^[[(<"'“`]+|[\])>"'”`,;.!?]+$/gu, '');
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/['‘]/gu, '’')
    .replaceAll(/[\s.!?…]+$/gu, '')
    .trim();
}
