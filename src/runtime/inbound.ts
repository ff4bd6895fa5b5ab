import { z } from 'zod';
import type { PressableEvent } from '../engine/event.ts';
import type { Refusal } from '../engine/reply.ts';
import { snoozes } from '../engine/terms.ts';

/** The most that may be typed at once, in bytes of UTF-8. */
const longestText = 10 * 1024;
const longestName = 200;

const name = z.string().min(1).max(longestName);
// Keys, choices and ids are ours: whatever else arrives was not on any of our buttons.
const key = name.regex(/^[\w.:@/-]+$/);
const text = z
  .string()
  .refine((typed) => Buffer.byteLength(typed) <= longestText, { params: { tooLong: true } });
const actor = z.strictObject({ id: name, person: name, name });
const answer = { choice: key.optional(), text: text.optional() };
const accepts = key.optional();
const visit = z.int().min(1).max(1_000_000);

const pressable = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer.given'), key, ...answer }),
  z.strictObject({ type: z.literal('answer.corrected'), visit, ...answer, accepts }),
  z.strictObject({ type: z.literal('answer.reopened'), visit, accepts }),
  z.strictObject({ type: z.literal('fact.corrected'), fact: key, text, accepts }),
  z.strictObject({ type: z.literal('question.repeated'), key }),
  z.strictObject({
    type: z.literal('confirm.pressed'),
    key,
    hash: key,
    decision: z.enum(['approve', 'reject', 'hold']),
    why: text.optional(),
  }),
  z.strictObject({ type: z.literal('time.came'), key }),
  z.strictObject({ type: z.literal('note.added'), text }),
  z.strictObject({ type: z.literal('note.edited'), note: key, text }),
  z.strictObject({ type: z.literal('note.deleted'), note: key }),
  z.strictObject({ type: z.literal('incident.taken-over') }),
  z.strictObject({
    type: z.literal('incident.client-language-chosen'),
    language: z.string().regex(/^[a-z]{2,3}$/),
  }),
  z.strictObject({ type: z.literal('incident.handed-over'), to: actor, why: text.optional() }),
  z.strictObject({
    type: z.literal('incident.parked'),
    why: text.optional(),
    wake: z.enum(snoozes).optional(),
  }),
  z.strictObject({ type: z.literal('incident.resumed') }),
  z.strictObject({ type: z.literal('incident.restarted'), accepts }),
  z.strictObject({ type: z.literal('incident.escalated'), why: text.optional(), accepts }),
  z.strictObject({ type: z.literal('incident.cancelled'), why: text }),
]);

const pressableTypes: ReadonlySet<string> = new Set(
  pressable.options.map((option) => option.shape.type.value),
);

/** Facts that an incident is opened with, as a form or a command sent them. */
const openingFacts = z.record(name, text);

/** What reading something from outside gave. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** True for the events that people can make; only the worker makes the others. */
export function isPressable(type: string): boolean {
  return pressableTypes.has(type);
}

/** Reads what a button or a form sent: one of the events that people can make, and nothing besides. */
export function readPressable(outside: unknown): Read<PressableEvent> {
  if (hasProto(outside)) return { ok: false, refusal: unreadable(' (__proto__)') };
  const read = pressable.safeParse(outside);
  // Absent and undefined are the same to zod, and its output leaves absent ones out.
  if (read.success) return { ok: true, value: read.data as PressableEvent };
  return { ok: false, refusal: refusalOf(read.error) };
}

/** Reads the facts of an opening; the engine reads their values by the dialog's types. */
export function readOpeningFacts(outside: unknown): Read<Readonly<Record<string, string>>> {
  if (hasProto(outside)) return { ok: false, refusal: unreadable(' (__proto__)') };
  const read = openingFacts.safeParse(outside);
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, refusal: refusalOf(read.error) };
}

function refusalOf(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'custom' && issue.params?.['tooLong'] === true) {
    return { code: 'bad-text', message: 'That is too long: send at most 10 kB of text.', field };
  }
  const where = field === '' ? '' : ` (${field.slice(0, 60)})`;
  return unreadable(where);
}

function unreadable(where: string): Refusal {
  const message = `That press cannot be read${where}. Please use the buttons of the card as it is now.`;
  return { code: 'malformed', message };
}

/** zod passes over a key of this name without a word; whoever sends one is not one of our buttons. */
function hasProto(outside: unknown, depth = 0): boolean {
  // Nothing that we read lies deeper.
  if (typeof outside !== 'object' || outside === null || depth > 1) return false;
  return (
    Object.hasOwn(outside, '__proto__') || Object.values(outside).some((inner) => hasProto(inner, depth + 1))
  );
}
