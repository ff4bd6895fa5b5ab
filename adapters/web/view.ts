import type { Actor } from '../../src/engine/event.ts';
import type { Refusal } from '../../src/engine/reply.ts';
import type { Notice } from './notices.ts';

/** What was typed into a form that was refused, so that the page comes back with it and says why beside it. */
export interface Returned {
  readonly form: string;
  readonly refusal: Refusal;
  readonly typed: Readonly<Record<string, string>>;
}

/** What every page needs to know about who looks, and when. */
export interface View {
  readonly world: 'simulated' | 'real';
  readonly viewer: Actor | undefined;
  readonly csrf: string;
  /** A fresh id for each form, so that sending one twice is one event. */
  readonly nonce: () => string;
  readonly now: number;
  readonly timeZone: string | undefined;
  readonly approvers: readonly string[];
  /** Who can be handed an incident, and on simulators who can be played. */
  readonly people: readonly Actor[];
  readonly notices: readonly Notice[];
  /** The point of the live stream that this page shows. */
  readonly position: string;
  /** The path that the page is at, for coming back to it. */
  readonly path: string;
  readonly returned?: Returned;
}

/** Whether this viewer is among the approvers; the server decides again at the press. */
export function mayApprove(view: View): boolean {
  return isAmong(view, view.approvers);
}

/** Whether this viewer is one of these people of the settings. */
export function isAmong({ viewer }: View, people: readonly string[]): boolean {
  const id = viewer?.id.toLowerCase();
  return id !== undefined && people.some((one) => one.toLowerCase() === id);
}

/** A safe HTML id out of parts that may have any sign. */
export function domId(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(/[^\w-]/g, '_')).join('--');
}
