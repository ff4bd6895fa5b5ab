import type { Card, Section } from '../engine/card.ts';
import type { Notify } from '../engine/effect.ts';
import { say } from '../render/language.ts';
import { toLine } from '../render/markup.ts';

/** What an edited card has to say to whoever is to be told, in plain words: a product that edits silently posts it. */
export type News =
  | {
      readonly kind: 'decide';
      readonly what: string;
      /** Epoch milliseconds. */
      readonly until: number;
      /** Who approved so far; empty when nobody did. */
      readonly so: string;
      /** What was said about it last, e.g. a reminder or a warning; empty when nothing was. */
      readonly said: string;
    }
  | { readonly kind: 'told'; readonly heading: string; readonly words: string };

/** The news of a card: the proposal that waits for approvers, else what happened last. */
export function newsOf(card: Card, notify: Exclude<Notify, 'none'>): News {
  const { sections } = card;
  const standing = sections.filter(({ struck }) => struck !== true);
  const proposed = standing.findLast(({ approval }) => approval !== undefined);
  if (notify === 'approvers' && proposed?.plan !== undefined && proposed.approval !== undefined) {
    const { until, approvedBy } = proposed.approval;
    const said = proposed.notices?.at(-1);
    return {
      kind: 'decide',
      what: toLine(proposed.plan.title),
      until,
      so: approvedBy.join(say(' and ')),
      said: said === undefined ? '' : toLine(said),
    };
  }
  const withdrawn = notify === 'approvers' ? sections.findLast(isWithdrawn) : undefined;
  if (withdrawn?.plan !== undefined) {
    const words = toLine(withdrawn.notices?.at(-1) ?? withdrawn.plan.title);
    return { kind: 'told', heading: toLine(withdrawn.plan.title), words };
  }
  const told = standing.at(-1)?.notices?.at(-1) ?? card.sections[0]?.text ?? card.heading;
  return {
    kind: 'told',
    heading: card.heading === undefined ? '' : toLine(card.heading),
    words: told === undefined ? say('There is news here.') : toLine(told),
  };
}

/** A proposal that people were called to, and that nobody decides any more. */
function isWithdrawn({ plan, approval, notices = [] }: Section): boolean {
  return plan !== undefined && approval === undefined && notices.length > 0;
}

/** Whom a card calls: those that its proposal is for, or was for until it was withdrawn, else all who may approve anything. */
export function calledBy({ sections }: Card, approvers: readonly string[]): readonly string[] {
  const standing = sections.filter(({ struck }) => struck !== true);
  const proposed = standing.findLast(({ approval }) => approval !== undefined);
  if (proposed !== undefined) return proposed.approval?.by ?? approvers;
  return sections.findLast(({ asked }) => asked !== undefined)?.asked ?? approvers;
}

/**
 * Whether somebody answered so lately that they look at the thread: what follows from that needs no mention. A card's
 * time is that of the answer it began with.
 */
export function isLooking(card: Card, notify: Notify, message: string, now: number): boolean {
  // Whoever it is handed to was somewhere else.
  if (card.sections.some(({ id }) => id.startsWith('recap.'))) return false;
  return notify === 'owner' && message !== 'root' && now - card.at < lookingMs;
}

const lookingMs = 60_000;
