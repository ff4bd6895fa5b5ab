/**
 * What the policy says of a plan when it is proposed: whom to ask, and when. It is logged with the plan, so that the
 * log folds whatever the settings say later; who may approve is decided at the press all the same.
 */
export interface Terms {
  /** Entries of the settings: people and groups who are asked. */
  readonly by: readonly string[];
  /** How long it waits for a decision; the runbook's time when absent (ms). */
  readonly withinMs?: number;
  /** When to remind; half of the time when absent (ms). */
  readonly remindAfterMs?: number;
  /** Who is asked besides, and after how long (ms); in quiet hours they are asked at once, and alone. */
  readonly escalation?: { readonly to: readonly string[]; readonly afterMs?: number };
  /** Nobody is called before: an instant (epoch ms), and the time of day that people know it by. */
  readonly quiet?: { readonly until: number; readonly ends: string };
  /** The rule that lets it go without a person. Only for low risk. */
  readonly waiver?: string;
  /** Why a rule that would have let it go did not. */
  readonly notWaived?: string;
}

/**
 * How long a question waits that opens with an event: instants (epoch ms) by the settings and working hours of then. It
 * is logged with that event, so that the log folds whatever the settings say later.
 */
export interface AskTerms {
  /** When its owner is reminded. */
  readonly remindAt?: number;
  /** When the channel is told. */
  readonly callAt?: number;
  /** When the incident is parked. */
  readonly parkAt?: number;
  /** When people are back at work tomorrow: for whoever wants to be reminded then. */
  readonly morningAt?: number;
}

/** What was chosen for being reminded of a parked incident. */
export const snoozes = ['30m', '2h', 'morning'] as const;
export type Snooze = (typeof snoozes)[number];

/** Whom an act is for and who drives it: what limits are counted by besides the act's own subject. */
export interface About {
  readonly client: string;
  /** The person who owns the incident. */
  readonly technician: string;
}
