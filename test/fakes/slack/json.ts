/** A JSON object whose fields are still to be looked at. */
export type Json = Record<string, unknown>;

/** Whether a value is a JSON object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a JSON object; an empty one when it is none. */
export function jsonOf(value: unknown): Json {
  return isJson(value) ? value : {};
}

/** A value as a list; an empty one when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The JSON objects of a list, without whatever else stands in it. */
export function jsonsOf(value: unknown): readonly Json[] {
  return listOf(value).filter((item) => isJson(item));
}

/** A value as text; empty when it is none. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** JSON text as a value; undefined when it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text, a number, or true or false as text; undefined for anything else. */
export function scalarIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
