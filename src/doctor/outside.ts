/** One own field of what came from outside. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** The rows of a list, if it is one. */
export function rowsIn(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

/** A text in a row; undefined when it is empty or none. */
export function textIn(row: unknown, name: string): string | undefined {
  const value = fieldOf(row, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads JSON; undefined when it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.trim());
  } catch {
    return undefined;
  }
}
