import type { Card } from '../engine/card.ts';
import { say } from './language.ts';

/** The plain words of the simulated world; they stand on every page and every card. */
export const simulatedWords = 'SIMULATORS: nothing here touches a real server';

/** What stands below a card, small: that nothing is real, and what the card is called in the server's log. */
export function smallPrintOf({ simulated, trace }: Pick<Card, 'simulated' | 'trace'>): string {
  return [...(simulated === true ? [say(simulatedWords)] : []), ...(trace === undefined ? [] : [trace])].join(
    ' · ',
  );
}

/** Why a part of a card is struck through. */
export const withdrawnWords = 'Withdrawn, because an earlier answer was changed';

/** What a script is headed by. */
export const scriptWords = 'Words for the client';
