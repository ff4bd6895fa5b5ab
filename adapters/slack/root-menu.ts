import type { types } from '@slack/bolt';
import { menuValue, readMenu, type MenuChoice } from './press.ts';
import { plainText } from './rich-text.ts';

/** The longest value that an option of a menu may have. */
const longestValue = 75;

const labels: Readonly<Record<MenuChoice, string>> = {
  note: 'Add a note …',
  take: 'Take over',
  hand: 'Hand over …',
  park: 'Park …',
  resume: 'Take up again',
  cancel: 'Cancel incident …',
};

/** The menu of a root message; after the end there is only the note. Undefined for a name that fits into no value. */
export function rootMenu({
  incident,
  parked,
  ended,
}: {
  readonly incident: string;
  readonly parked?: boolean;
  readonly ended?: boolean;
}): types.Overflow | undefined {
  const choices: readonly MenuChoice[] =
    ended === true ? ['note'] : ['note', 'take', 'hand', parked === true ? 'resume' : 'park', 'cancel'];
  const options = choices.map((choice) => ({
    text: plainText(labels[choice], 75),
    value: menuValue(incident, choice),
  }));
  const fits = options.every(({ value }) => value.length <= longestValue && readMenu(value) !== undefined);
  return fits ? { type: 'overflow', action_id: 'more:root', options } : undefined;
}
