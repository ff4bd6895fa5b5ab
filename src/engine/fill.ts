import type { Text } from './card.ts';
import type { Facts, Value } from './fact.ts';

const place = /\{([A-Za-z][\w-]*)\}/g;

/** Names of the facts that a template reads. */
export function placesIn(template: string): readonly string[] {
  return [...new Set([...template.matchAll(place)].map((match) => match[1] ?? ''))];
}

/** The template with the values of today: kept as they are, whatever is corrected later. */
export function fill(template: string, facts: Facts): Text {
  const names = placesIn(template).filter((name) => Object.hasOwn(facts, name));
  if (names.length === 0) return { template };
  return {
    template,
    values: Object.fromEntries(names.map((name) => [name, inWords(facts[name]?.value ?? '')])),
  };
}

/** A value as a person reads it. */
export function inWords(value: Value): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** Day and time, `2026-12-09 10:03 UTC`, of an instant in epoch milliseconds. */
export function dated(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)} ${clock(at)}`;
}

/** Time of day, `10:03 UTC`, of an instant in epoch milliseconds. */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
