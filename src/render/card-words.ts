/** The plain words of the simulated world; they stand on every page and every card. */
export const simulatedWords = 'SIMULATORS: nothing here touches a real server';

/** Why a part of a card is struck through. */
export const withdrawnWords = 'Withdrawn, because an earlier answer was changed';

/** What a script is headed by. */
export const scriptWords = 'Words for the client';
