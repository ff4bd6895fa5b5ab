import { z } from 'zod';
import type { Button } from '../../src/engine/card.ts';

/**
 * What a card's action is about: its `verb`, which also stands in the data for clients that only submit.
 *
 * - `press`: makes the event; a field that belongs to the button comes along as the input `inputOf(button.id)`.
 * - `change`: another answer, chosen in the input `changeInput`, with a text in `changeText` where it needs one.
 * - `menu`: what is done about the incident as a whole (`MenuChoice`), with the inputs `menuText` and `menuTo`; `n` is
 *   the number of the form as it was drawn.
 * - `open`: a new incident, with the inputs `client` and `ip`; `n` is the form's own number, for it is sent once.
 * - `refresh`: shows the card as it is now to whoever looks; changes nothing.
 */
const verbs = ['press', 'change', 'menu', 'open', 'refresh'] as const;

/** What can be done about an incident as a whole. */
export const menuChoices = [
  'note',
  'take',
  'hand',
  'park',
  'resume',
  'cancel',
  'known',
  'back',
  'repeat',
  'restart',
  'escalate',
] as const;
export type MenuChoice = (typeof menuChoices)[number];

/** The inputs of forms by name. */
export const inputs = {
  changeChoice: 'changeChoice',
  changeText: 'changeText',
  menuText: 'menuText',
  menuTo: 'menuTo',
  client: 'client',
  ip: 'ip',
} as const;

const text = z.string().min(1).max(200);
const data = z.object({
  mailfix: z.strictObject({
    verb: z.enum(verbs),
    i: text.optional(),
    m: text.optional(),
    b: text.optional(),
    e: z.record(z.string(), z.unknown()).optional(),
    s: text.optional(),
    n: text.optional(),
    menu: z.enum(menuChoices).optional(),
  }),
});

/** The data of an action, read back; undefined for what is not ours. */
export type ActionData = z.output<typeof data>['mailfix'];

/** The `data` of a button's action. */
export function pressData(
  incident: string,
  message: string,
  { id, event }: Button,
): { readonly mailfix: ActionData } {
  return { mailfix: { verb: 'press', i: incident, m: message, b: id, e: { ...event } } };
}

/** Reads the data of an action, as it came back with the inputs; undefined for anything else. */
export function readData(value: unknown): ActionData | undefined {
  const read = data.safeParse(value);
  return read.success ? read.data.mailfix : undefined;
}

/** The name of the input that belongs to a button's field: unique in its card. */
export function inputOf(button: string): string {
  return `field:${button}`;
}
