/** A value that a fact can have. */
export type Value = string | number | boolean | readonly string[];

/** Facts by name, without provenance. */
export type Values = Readonly<Record<string, Value>>;

/** Something known about the case, and who or what said so (epoch ms). */
export interface Fact {
  readonly value: Value;
  readonly by: string;
  /** The person, when a person said so. */
  readonly person?: string;
  readonly source: 'person' | 'check' | 'action';
  readonly at: number;
}

/** Facts by name. */
export type Facts = Readonly<Record<string, Fact>>;

/** The values alone. */
export function valuesOf(facts: Facts): Values {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact.value]));
}
