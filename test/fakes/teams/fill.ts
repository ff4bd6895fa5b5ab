import { jsonsOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';

/** What somebody types and chooses, by the id or the label of the input; a choice by its value or words. */
export type Typed = Readonly<Record<string, string>>;

/** The values of inputs after somebody filled them, and what the client would not send yet, in words. */
export function filled(inputs: readonly Json[], typed: Typed) {
  for (const name of Object.keys(typed)) {
    if (!inputs.some((input) => isCalled(input, name)))
      throw new Error(`There is no input "${name}", only: ${inputs.map(nameOf).join(', ') || 'none'}.`);
  }
  const data: Json = {};
  const faults: string[] = [];
  for (const input of inputs) {
    const name = Object.keys(typed).find((one) => isCalled(input, one));
    const value = name === undefined ? initial(input) : valueOf(input, typed[name] ?? '');
    data[textIn(input['id'])] = value;
    const problem = problemOf(input, value);
    if (problem !== undefined) faults.push(problem);
  }
  return { data, faults };
}

function isCalled(input: Json, name: string): boolean {
  return [input['id'], input['label'], input['placeholder']].includes(name);
}

function nameOf(input: Json): string {
  return `${textIn(input['id'])} (${textIn(input['label'])})`;
}

function initial(input: Json): string {
  if (input['type'] === 'Input.Toggle') return textIn(input['value']) || textIn(input['valueOff']) || 'false';
  return typeof input['value'] === 'number' ? String(input['value']) : textIn(input['value']);
}

function valueOf(input: Json, typed: string): string {
  if (input['type'] !== 'Input.ChoiceSet' || typed === '') return typed;
  const choices = jsonsOf(input['choices']);
  const parts = input['isMultiSelect'] === true ? typed.split(',') : [typed];
  return parts
    .map((part) => {
      const choice = choices.find(({ title, value }) => value === part || title === part);
      const titles = choices.map(({ title }) => textIn(title)).join(', ');
      if (choice === undefined) throw new Error(`There is no choice "${part}", only: ${titles}.`);
      return textIn(choice['value']);
    })
    .join(',');
}

/** What the client checks before it sends. */
function problemOf(input: Json, value: string): string | undefined {
  const words = textIn(input['errorMessage']) || `${nameOf(input)} is not filled as it should be`;
  if (value === '') return input['isRequired'] === true ? words : undefined;
  const most = input['maxLength'];
  if (typeof most === 'number' && value.length > most) return words;
  const regex = textIn(input['regex']);
  if (regex !== '' && !new RegExp(regex).test(value)) return words;
  return undefined;
}
