import type { Card } from './card.ts';
import { clientLanguageOf } from './client-language.ts';
import type { Contracts } from './contract.ts';
import type { Dialog } from './dialog.ts';
import type { Incident } from './incident.ts';
import { askedAgain } from './recap.ts';
import { rootCard } from './root.ts';
import { same } from './same.ts';
import { offerOf, turnCard, type Seen } from './view.ts';
import { messageOf, type Work } from './work.ts';

/**
 * Adds the shows of an event: every message that reads differently than before, and no other. How it read under another
 * version of the runbook cannot be told here, so with a new version all are shown that people could press.
 */
export function showChanged(work: Work, before: Incident | undefined): void {
  const show = (message: string, card: Card): void => {
    const notify = work.notify.get(message) ?? 'none';
    work.effects.push({ type: 'show', key: `show.${message}`, message, card, notify });
  };
  const edited = before?.dialogVersion !== work.it.dialogVersion && before?.ended === undefined;
  const { dialog, contracts } = work;
  const old = before === undefined || edited ? undefined : drawnOf({ dialog, contracts, it: before });
  const now = drawnOf({ dialog, contracts, it: work.it });
  if (!same(now.root, old?.root)) show('root', now.root);
  for (let turn = 0; turn <= work.it.turn; turn += 1) {
    if (sameParts(now.parts.get(turn), old?.parts.get(turn))) continue;
    const card = now.turn(turn);
    if (card !== undefined && !same(card, old?.turn(turn))) show(messageOf(turn), card);
  }
}

/** What was drawn of a state, as far as it was asked for. */
interface Drawn {
  readonly dialog: Dialog;
  readonly contracts: Contracts;
  readonly root: Card;
  readonly parts: ReadonlyMap<number, readonly unknown[]>;
  turn(turn: number): Card | undefined;
}

/** A state never changes: after an event is before the next one, and need not be drawn twice where it is the same object. */
const drawn = new WeakMap<Incident, Drawn>();

function drawnOf(seen: Seen): Drawn {
  const { dialog, contracts, it } = seen;
  const known = drawn.get(it);
  if (known !== undefined && known.dialog === dialog && known.contracts === contracts) return known;
  const turns = new Map<number, Card | undefined>();
  const made: Drawn = {
    dialog,
    contracts,
    root: rootCard(dialog, it),
    parts: partsOf(seen),
    turn(turn) {
      if (!turns.has(turn)) turns.set(turn, turnCard(seen, turn));
      return turns.get(turn);
    },
  };
  drawn.set(it, made);
  return made;
}

/**
 * What each turn's message is made from. States share what did not change, so that a long thread costs a comparison of
 * references and not of cards. A question with an offer reads a fact of anywhere.
 */
function partsOf({ it, dialog }: Seen): ReadonlyMap<number, readonly unknown[]> {
  const parts = new Map<number, unknown[]>();
  const language = clientLanguageOf(dialog, it);
  const add = (turn: number, part: unknown): void => {
    const known = parts.get(turn);
    if (known === undefined)
      parts.set(turn, [it.ended === undefined, it.parked === undefined, it.dialogVersion, language, part]);
    else known.push(part);
  };
  for (const visit of it.visits) {
    add(visit.turn, visit);
    const step = Object.hasOwn(dialog.steps, visit.step) ? dialog.steps[visit.step] : undefined;
    const offer = offerOf(it, step);
    if (offer !== undefined) add(visit.turn, offer);
  }
  for (const note of it.notes) add(note.turn, note);
  for (const told of it.related ?? []) add(told.turn, told);
  for (const recap of it.recaps ?? []) {
    add(recap.turn, recap);
    if (askedAgain(it, recap.turn) === undefined) continue;
    // The question stands there too, whose parts are elsewhere: never taken for the same.
    add(recap.turn, {});
  }
  for (const open of Object.values(it.open)) add(it.visits[open.visit - 1]?.turn ?? 0, open);
  return parts;
}

function sameParts(one: readonly unknown[] | undefined, other: readonly unknown[] | undefined): boolean {
  return one?.length === other?.length && (one ?? []).every((part, index) => part === other?.[index]);
}
