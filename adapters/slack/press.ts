import { z } from 'zod';
import type { Button } from '../../src/engine/card.ts';

/** What a button of a message carries: which incident and message it stands in, which button it is, and its event. */
export interface Press {
  readonly incident: string;
  readonly message: string;
  readonly button: string;
  /** Comes back from outside: dispatch reads it, and decides again. */
  readonly event: unknown;
}

/**
 * What the `action_id` of an element begins with, before a colon and an id that is unique in its block.
 *
 * - `press`: makes the event of its value.
 * - `ask`: opens a modal with the button's field first.
 * - `type`: a text field in the message; Enter sends it.
 * - `send`: the button beside such a field; what is typed comes along in the message's state.
 * - `change`, `details`: open a modal about a section of the card; the value is `sectionValue`.
 * - `more`: the menus of the root message and the button beside them; the value is `menuValue`.
 * - `form`: opens the form for a new incident.
 * - `anew`: opens an incident though the client has an open one.
 * - `link`: opens a page; nothing is to be done.
 */
export const actionKinds = [
  'press',
  'ask',
  'type',
  'send',
  'change',
  'details',
  'more',
  'form',
  'anew',
  'link',
] as const;
export type ActionKind = (typeof actionKinds)[number];

/** The longest value that Slack takes back from a button. */
const longestValue = 2000;

const text = z.string().min(1).max(200);
const press = z.strictObject({ i: text, m: text, b: text, e: z.record(z.string(), z.unknown()) });
const section = z.strictObject({ i: text, m: text, s: text });

/** The value of a button; undefined when it does not fit into Slack's 2,000 characters. */
export function pressValue(incident: string, message: string, { id, event }: Button): string | undefined {
  const value = JSON.stringify({ i: incident, m: message, b: id, e: event });
  return value.length <= longestValue ? value : undefined;
}

/** Reads such a value back; undefined for anything else. */
export function readPress(value: unknown): Press | undefined {
  const read = press.safeParse(parsed(value));
  if (!read.success) return undefined;
  const { i, m, b, e } = read.data;
  return { incident: i, message: m, button: b, event: e };
}

/** One section of one message of an incident. */
export interface SectionOf {
  readonly incident: string;
  readonly message: string;
  readonly section: string;
}

/** The value of a button that is about a section of the card. */
export function sectionValue({ incident, message, section }: SectionOf): string {
  return JSON.stringify({ i: incident, m: message, s: section });
}

/** Reads such a value back; undefined for anything else. */
export function readSection(value: unknown): SectionOf | undefined {
  const read = section.safeParse(parsed(value));
  return read.success ? { incident: read.data.i, message: read.data.m, section: read.data.s } : undefined;
}

/** What the menu of a root message can do, in its order. */
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

/** The value of a menu's option: Slack takes 75 characters there. */
export function menuValue(incident: string, choice: MenuChoice): string {
  return `${choice} ${incident}`;
}

/** Reads such a value back; undefined for anything else. */
export function readMenu(value: unknown): { incident: string; choice: MenuChoice } | undefined {
  const [first, incident, ...more] = typeof value === 'string' ? value.split(' ') : [];
  const choice = menuChoices.find((one) => one === first);
  if (choice === undefined || incident === undefined || incident === '' || more.length > 0) return undefined;
  return { incident, choice };
}

/** The part of an `action_id` before its colon; undefined for what is not ours. */
export function kindOf(actionId: string): ActionKind | undefined {
  const [kind] = actionId.split(':', 1);
  return actionKinds.find((one) => one === kind);
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > longestValue) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
