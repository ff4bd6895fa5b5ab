import type { z } from 'zod';
import type { ActionContract, ActionName, BuiltInOutcome, CheckName, Contracts } from './contract.ts';
import type { Duration } from './duration.ts';

/**
 * Where to go: a step, or a first-match table over enumerated facts closed by a default.
 * A check's outcome is such a fact, under the check's name, and is `unknown` when it could not look.
 */
export type Next<Id extends string = string, W = When> =
  | Id
  | readonly [...{ readonly when: W; readonly to: Id }[], Id];

/** Facts that must all have these values. */
export type When = Readonly<Record<string, string>>;

/** A text field that an answer may be typed into. */
export interface AskField {
  readonly label: string;
  readonly placeholder?: string;
  readonly multiline?: boolean;
}

/** A button of a question. */
export interface Choice<Id extends string = string, F extends string = string, W = When> {
  readonly label: string;
  readonly next: Next<Id, W>;
  /** Facts that this choice brings. */
  readonly set?: Readonly<Partial<Record<F, string>>>;
  readonly explain?: string;
  /** A text that must come along; saved under `save`, or kept in the log as a note. */
  readonly text?: AskField & { readonly save?: F };
}

/** Checks to run together, with the time all of them have. */
export interface Looks<C extends string = string, W = When> {
  readonly title: string;
  readonly run: readonly C[];
  readonly deadline: Duration;
  /** When to look, counted from the entering; without it, at once and once. */
  readonly looks?: readonly Duration[];
  /** Stop looking as soon as one of these holds. */
  readonly until?: readonly W[];
}

/** A question to staff. Every question has a choice `unknown`: nobody is forced to guess. */
export interface AskStep<Id extends string = string, F extends string = string, W = When> {
  readonly kind: 'ask';
  readonly ask: string;
  readonly explain?: string;
  /** The fact that the field's text becomes, by the fact's zod type. */
  readonly save?: F;
  readonly field?: AskField;
  /** Values already found (a list fact), offered as buttons that answer with them. */
  readonly offer?: F;
  /** Around each offered `{value}`, such as `Yes, {value}`; the value alone where there is none. */
  readonly offerLabel?: string;
  readonly next?: Next<Id, W>;
  readonly choices?: Readonly<Record<string, Choice<Id, F, W>>>;
  /** Nobody is asked what is known: with `save` known, go on by `next`. */
  readonly skipWhenKnown?: true;
}

/** Read-only checks; waiting and verifying are checks with `looks`. */
export interface CheckStep<
  Id extends string = string,
  F extends string = string,
  C extends string = string,
  W = When,
> extends Looks<C, W> {
  readonly kind: 'check';
  readonly next: Next<Id, W>;
  /** Ways out for people while it waits. */
  readonly choices?: Readonly<Record<string, Choice<Id, F, W>>>;
}

/** A check that lives on beside the path and after the end, with its input as it was; `reopen` when one of `fires` holds. */
export interface WatchStep<Id extends string = string, C extends string = string, W = When> extends Looks<
  C,
  W
> {
  readonly kind: 'watch';
  readonly looks: readonly Duration[];
  readonly fires: readonly W[];
  /** What is said then; `It came back.` where there is none. */
  readonly fired?: string;
  readonly reopen: Next<Id, W>;
}

/** Who must confirm, and within what time. */
export interface Confirm {
  readonly by: 'approvers';
  readonly within: Duration;
}

/** A change to an outside system: always planned, confirmed by a person, done once and read back. */
export interface ActionStep<
  Id extends string = string,
  A extends string = string,
  O extends string = string,
  W = When,
> {
  readonly kind: 'action';
  readonly run: A;
  readonly title: string;
  readonly deadline: Duration;
  readonly confirm: Confirm;
  /** A watch to begin when the act was done, or by what it came to; it hangs on the deed, not on the path. */
  readonly after?: Id | Readonly<Partial<Record<O, Id>>>;
  readonly on: Readonly<Record<O, Next<Id, W>>>;
}

/** Words to staff, or a script for the client to be copied. */
export interface SayStep<Id extends string = string, F extends string = string, W = When> {
  readonly kind: 'say';
  readonly to: 'staff' | 'client';
  readonly title?: string;
  readonly text: string;
  /** Facts that the saying brings: which words were said, for whoever has them sent. */
  readonly set?: Readonly<Partial<Record<F, string>>>;
  readonly next: Next<Id, W>;
}

/** The end. `escalated` hands over with a summary. */
export interface EndStep {
  readonly kind: 'end';
  readonly outcome: 'resolved' | 'escalated';
  readonly text: string;
}

/** Any step, as the engine reads it. */
export type Step = AskStep | CheckStep | WatchStep | ActionStep | SayStep | EndStep;

/** A runbook as data: a typed graph of steps. */
export interface Dialog {
  readonly id: string;
  /** Raise it with every change of steps; running incidents keep theirs in mind. */
  readonly version: number;
  readonly title: string;
  /** Words in an opening that ask for this runbook, in lower case: `send` in `send acme.example`. */
  readonly words?: readonly string[];
  /** Languages that clients can be written to in, the usual one first: of the settings, not of the runbook. */
  readonly languages?: readonly string[];
  readonly facts: z.ZodObject;
  /** The fact that names the client, for lists and the root message. */
  readonly client: string;
  /** The fact that is the same however the client was typed, once it is known: limits per client are counted by it. */
  readonly clientId?: string;
  readonly start: string;
  /** The end that it comes to when somebody says at any step that others have to take it on. */
  readonly escalate?: string;
  /** What facts are called where all that is known is shown; others are called by their names, spelled out. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, Step>>;
}

type Literal<T> = T extends string ? (string extends T ? never : T) : never;
type Enumerated<F extends z.ZodObject> = {
  [
    K in keyof z.output<F> & string as Literal<NonNullable<z.output<F>[K]>> extends never ? never : K
  ]: Literal<NonNullable<z.output<F>[K]>>;
};
type OutcomeOf<C extends Contracts, K extends keyof C> = (keyof C[K]['outcomes'] & string) | 'unknown';

/** What a table of this dialog may ask: its enumerated facts, and the outcomes of its checks. */
export type WhenOf<F extends z.ZodObject, C extends Contracts> = {
  readonly [K in keyof Enumerated<F>]?: Enumerated<F>[K];
} & { readonly [K in CheckName<C>]?: OutcomeOf<C, K> };

type ActionSteps<Id extends string, C extends Contracts, W> = {
  [A in ActionName<C>]: ActionStep<Id, A, BuiltInOutcome | OwnOutcome<C[A]>, W>;
}[ActionName<C>];
type OwnOutcome<K> = K extends ActionContract ? keyof K['outcomes'] & string : never;

/** A step as this dialog may write it: unknown steps, facts, checks, actions and outcomes do not compile. */
export type StepOf<Id extends string, F extends z.ZodObject, C extends Contracts> =
  | AskStep<Id, keyof F['shape'] & string, WhenOf<F, C>>
  | CheckStep<Id, keyof F['shape'] & string, CheckName<C>, WhenOf<F, C>>
  | WatchStep<Id, CheckName<C>, WhenOf<F, C>>
  | ActionSteps<Id, C, WhenOf<F, C>>
  | SayStep<Id, keyof F['shape'] & string, WhenOf<F, C>>
  | EndStep;

/** Types a dialog against the contracts; at run time it returns the dialog as it is. `checkDialog` proves the rest. */
export function defineDialog<const Id extends string, F extends z.ZodObject, C extends Contracts>(
  _contracts: C,
  dialog: {
    readonly id: string;
    readonly version: number;
    readonly title: string;
    readonly words?: readonly string[];
    readonly facts: F;
    readonly client: NoInfer<keyof F['shape'] & string>;
    readonly clientId?: NoInfer<keyof F['shape'] & string>;
    readonly start: NoInfer<Id>;
    readonly escalate?: NoInfer<Id>;
    readonly labels?: Readonly<Partial<Record<NoInfer<keyof F['shape'] & string>, string>>>;
    readonly steps: { readonly [K in Id]: StepOf<NoInfer<Id>, F, C> };
  },
): Dialog {
  return dialog as object as Dialog;
}
