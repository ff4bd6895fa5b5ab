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
  known: 'What I know',
  back: 'Back to the question before',
  repeat: 'Ask again at the bottom',
  restart: 'Start over',
  escalate: 'Escalate',
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
  return menuOf('more:root', incident, [
    'note',
    ...(ended === true ? [] : (['take', 'hand', parked === true ? 'resume' : 'park', 'cancel'] as const)),
  ]);
}

/** Below the state: all that is known, and where the path goes besides by answers. */
export function steerBlock({
  incident,
  ended,
}: {
  readonly incident: string;
  readonly ended?: boolean;
}): types.ActionsBlock | undefined {
  const known = menuValue(incident, 'known');
  if (known.length > longestValue || readMenu(known) === undefined) return undefined;
  const button: types.Button = {
    type: 'button',
    action_id: 'more:known',
    text: plainText(labels.known, 75),
    value: known,
  };
  const menu =
    ended === true ? undefined : menuOf('more:steer', incident, ['back', 'repeat', 'restart', 'escalate']);
  return { type: 'actions', elements: [button, ...(menu === undefined ? [] : [menu])] };
}

function menuOf(id: string, incident: string, choices: readonly MenuChoice[]): types.Overflow | undefined {
  const options = choices.map((choice) => ({
    text: plainText(labels[choice], 75),
    value: menuValue(incident, choice),
  }));
  const fits = options.every(({ value }) => value.length <= longestValue && readMenu(value) !== undefined);
  return fits ? { type: 'overflow', action_id: id, options } : undefined;
}
