import { say } from '../../src/render/language.ts';
import { readData, type ActionData } from './press.ts';
import { named, type Element } from './text-elements.ts';
import type { InnerCard } from './to-adaptive-card.ts';

/** How a button looks; its title says what it does. */
export type ButtonStyle = 'positive' | 'destructive';

/** What an action carries. */
export interface Data {
  readonly mailfix: ActionData;
}

interface Sending {
  readonly title: string;
  readonly data: Data;
  readonly style?: ButtonStyle;
  readonly associatedInputs?: 'none';
}

/** Sends its data and inputs as a message of its own: all that dialogs and old clients can do. */
export interface Submit extends Sending {
  readonly type: 'Action.Submit';
}

interface Execute extends Sending {
  readonly type: 'Action.Execute';
  readonly verb: ActionData['verb'];
  readonly fallback: Submit;
}

/** Opens a card within the card. */
export interface ShowCard {
  readonly type: 'Action.ShowCard';
  readonly title: string;
  readonly style?: ButtonStyle;
  readonly card: InnerCard;
}

/** Opens a page. */
export interface OpenUrl {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

interface Toggle {
  readonly type: 'Action.ToggleVisibility';
  readonly title: string;
  readonly targetElements: readonly string[];
}

/** What a button does. */
export type Action = Execute | Submit | ShowCard | OpenUrl | Toggle;

/** A row of buttons. */
export interface ActionSet {
  readonly type: 'ActionSet';
  readonly actions: readonly Action[];
}

/** A field for text. */
export interface TextInput {
  readonly type: 'Input.Text';
  readonly id: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly isMultiline?: true;
  readonly isRequired?: true;
  readonly errorMessage?: string;
}

/** A list to choose one of; never drawn `expanded`, which reads Markdown in its choices. */
export interface ChoiceInput {
  readonly type: 'Input.ChoiceSet';
  readonly id: string;
  readonly label: string;
  readonly style: 'compact';
  readonly placeholder?: string;
  readonly isRequired?: true;
  readonly errorMessage?: string;
  readonly choices: readonly { readonly title: string; readonly value: string }[];
}

/** Teams shows so many buttons of a row. */
const mostActions = 6;
/** Longer titles of buttons are cut. */
export const longestTitle = 40;
const longestLabel = 200;
const longestPlaceholder = 100;

/** A button that makes an event or opens a form; `collects` tells whether the inputs around it come along. */
export function execute(
  title: string,
  data: Data,
  { style, collects }: { readonly style?: ButtonStyle | undefined; readonly collects: boolean },
): Execute {
  const sending = {
    title: named(title, longestTitle),
    data,
    ...(style === undefined ? {} : { style }),
    ...(collects ? {} : { associatedInputs: 'none' as const }),
  };
  const { verb } = data.mailfix;
  return { type: 'Action.Execute', verb, ...sending, fallback: { type: 'Action.Submit', ...sending } };
}

/** A button that opens a form below it. */
export function showCard(
  title: string,
  style: ButtonStyle | undefined,
  body: readonly Element[],
  actions: readonly Action[],
): ShowCard {
  return {
    type: 'Action.ShowCard',
    title: named(title, longestTitle),
    ...(style === undefined ? {} : { style }),
    card: { type: 'AdaptiveCard', body, ...(actions.length === 0 ? {} : { actions }) },
  };
}

/** A text field. */
export function textInput(
  id: string,
  field: {
    readonly label: string;
    readonly placeholder?: string | undefined;
    readonly multiline?: boolean | undefined;
    readonly required: boolean;
    readonly value?: string | undefined;
  },
): TextInput {
  const { label, placeholder, multiline, required, value } = field;
  const name = named(label, longestLabel);
  return {
    type: 'Input.Text',
    id,
    label: name,
    ...(placeholder === undefined ? {} : { placeholder: named(placeholder, longestPlaceholder) }),
    ...(multiline === true ? { isMultiline: true } : {}),
    ...(required ? { isRequired: true, errorMessage: say(`Please fill in: ${name}`) } : {}),
    ...(value === undefined || value === '' ? {} : { value }),
  };
}

/** A list to choose from. */
export function choiceInput(
  id: string,
  label: string,
  choices: ChoiceInput['choices'],
  required: boolean,
): ChoiceInput {
  return {
    type: 'Input.ChoiceSet',
    id,
    label: named(label, longestLabel),
    style: 'compact',
    ...(required ? { isRequired: true, errorMessage: say('Please choose one') } : {}),
    choices: choices.map(({ title, value }) => ({ title: named(title, 100), value })),
  };
}

/** Buttons in rows that Teams shows whole. */
export function actionSets(actions: readonly Action[]): readonly ActionSet[] {
  const rows = Array.from({ length: Math.ceil(actions.length / mostActions) }, (_, row) =>
    actions.slice(row * mostActions, (row + 1) * mostActions),
  );
  return rows.map((row) => ({ type: 'ActionSet', actions: row }));
}

/** How much of a card something takes. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Whether what a button carries would be read when it comes back. */
export function isReadable(data: Data): boolean {
  return readData(data) !== undefined;
}
