import type { z } from 'zod';
import type { Duration } from './duration.ts';

/** A check's title, input facts and named outcomes with the facts each brings. The outcome `unknown` always exists. */
export interface CheckContract {
  readonly kind: 'check';
  readonly title: string;
  /** The system that is asked, as the source of what it says. */
  readonly system?: string;
  /** The time that this check has at most, where a step gives it more: one slow system holds up nobody else. */
  readonly deadline?: Duration;
  readonly input: z.ZodObject;
  readonly outcomes: Readonly<Record<string, z.ZodObject>>;
}

/**
 * An action's title, input facts and own outcomes. Every action also ends in `failed`, `partly`, `unknown`, `rejected`,
 * `expired`; `changed` (the world is no longer as approved) asks for a new approval by itself.
 */
export interface ActionContract {
  readonly kind: 'action';
  readonly title: string;
  readonly input: z.ZodObject;
  readonly outcomes: Readonly<Record<string, z.ZodObject>>;
}

/** Contracts by name: what dialogs may refer to, and what handlers must be written for. */
export type Contracts = Readonly<Record<string, CheckContract | ActionContract>>;

/** Outcomes that every action has beside its own. */
export const builtInOutcomes = ['failed', 'partly', 'unknown', 'rejected', 'expired'] as const;

/** One of the outcomes that every action has. */
export type BuiltInOutcome = (typeof builtInOutcomes)[number];

/** Names of the checks among the contracts. */
export type CheckName<C extends Contracts> = {
  [K in keyof C & string]: C[K] extends CheckContract ? K : never;
}[keyof C & string];

/** Names of the actions among the contracts. */
export type ActionName<C extends Contracts> = {
  [K in keyof C & string]: C[K] extends ActionContract ? K : never;
}[keyof C & string];
