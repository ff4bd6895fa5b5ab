import { isJson, textIn } from './json.ts';
import type { Json } from './json.ts';

/** What is wrong, and where: a JSON pointer as Slack gives it. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** Looks at one value and writes down what is wrong with it. */
export type Check = (value: unknown, at: string, found: Problem[]) => void;

/** The checks of an object's fields by name. */
export type Fields = Readonly<Record<string, Check>>;

/** Text with a length; empty text is refused unless `min` is 0. */
export function text(max: number, min = 1): Check {
  return (value, at, found) => {
    if (typeof value !== 'string') return void found.push({ pointer: at, message: 'must be a string' });
    if (value.length > max) found.push({ pointer: at, message: `must be less than ${max + 1} characters` });
    if (value.length < min) found.push({ pointer: at, message: `must be more than ${min - 1} characters` });
  };
}

/** Text that a pattern must match, with words for what it has to be. */
export function pattern(expression: RegExp, what: string): Check {
  return (value, at, found) => {
    if (!expression.test(textIn(value))) found.push({ pointer: at, message: `must be ${what}` });
  };
}

/** One of the values named. */
export function oneOf(...values: readonly unknown[]): Check {
  return (value, at, found) => {
    if (!values.includes(value))
      found.push({ pointer: at, message: `must be one of: ${values.map(String).join(', ')}` });
  };
}

/** True or false. */
export const flag: Check = oneOf(true, false);

/** A number between two others. */
export function number(min: number, max: number): Check {
  return (value, at, found) => {
    if (typeof value !== 'number' || value < min || value > max)
      found.push({ pointer: at, message: `must be a number from ${min} to ${max}` });
  };
}

/** A list of which every item passes the check. */
export function list(item: Check, min: number, max: number): Check {
  return (value, at, found) => {
    if (!Array.isArray(value)) return void found.push({ pointer: at, message: 'must be an array' });
    if (value.length > max) found.push({ pointer: at, message: `no more than ${max} items allowed` });
    if (value.length < min) found.push({ pointer: at, message: `no fewer than ${min} items required` });
    value.forEach((one, index) => item(one, `${at}/${index}`, found));
  };
}

/** An object of exactly these fields; a key that Slack does not know is refused, as Slack does. */
export function shape(required: Fields, optional: Fields = {}, ...also: readonly Check[]): Check {
  return (value, at, found) => {
    if (!isJson(value)) return void found.push({ pointer: at, message: 'must be an object' });
    for (const name of Object.keys(required)) {
      if (value[name] === undefined)
        found.push({ pointer: `${at}/${name}`, message: `missing required field: ${name}` });
    }
    for (const [name, field] of Object.entries(value)) {
      const check = required[name] ?? optional[name];
      if (check === undefined)
        found.push({ pointer: `${at}/${name}`, message: `invalid additional property: ${name}` });
      else if (field !== undefined) check(field, `${at}/${name}`, found);
    }
    for (const check of also) check(value, at, found);
  };
}

/** Objects told apart by `type`; a type that is not among the kinds is refused. */
export function byType(kinds: Readonly<Record<string, Check>>): Check {
  const known = new Map(Object.entries(kinds));
  return (value, at, found) => {
    if (!isJson(value)) return void found.push({ pointer: at, message: 'must be an object' });
    const check = known.get(textIn(value['type']));
    if (check === undefined)
      return void found.push({
        pointer: `${at}/type`,
        message: `unsupported type: ${String(value['type'])}`,
      });
    check(value, at, found);
  };
}

/** An object whose `type` is already known. */
export function kind(required: Fields, optional: Fields = {}, ...also: readonly Check[]): Check {
  return shape({ type: text(255), ...required }, optional, ...also);
}

/** A rule about several fields of an object at once: words for what is wrong, or undefined. */
export function rule(field: string, wrong: (value: Json) => string | undefined): Check {
  return (value, at, found) => {
    const message = isJson(value) ? wrong(value) : undefined;
    if (message !== undefined) found.push({ pointer: `${at}/${field}`, message });
  };
}
