import type { Text } from './card.ts';
import type { Duration } from './duration.ts';
import type { Values } from './fact.ts';

/** One outside call that an action is about to make, or made. Each is marked by its id when it is sent. */
export interface Call {
  readonly id: string;
  readonly system: 'whm' | 'cpa' | 'smtp';
  readonly text: Text;
}

/** How dangerous an act is, and why; `needs` people must approve. */
export interface Risk {
  readonly level: 'low' | 'raised' | 'high';
  readonly reasons: readonly Text[];
}

/** What an action is about to do, as its handler found it by looking. The runtime adds the hash. */
export interface PlanDraft {
  /** What it touches, `ip:203.0.113.7` or `account:host/user`: one act at a time for each subject, over all incidents. */
  readonly subject: string;
  readonly title: Text;
  readonly input: Values;
  readonly calls: readonly Call[];
  /** The state it starts from. Compared again just before acting, and part of the hash. */
  readonly from: string;
  readonly to: string;
  readonly evidence: readonly Text[];
  readonly consequence?: Text;
  readonly risk: Risk;
  readonly needs: number;
  /** Smaller changes that may be approved instead, each with a hash of its own. */
  readonly alternatives?: readonly PlanDraft[];
  readonly covers?: Covered<PlanDraft>;
}

/**
 * An act that the same approval allows as well: once, by itself, not before so long after the deed, and only if it then
 * is this very plan. Part of the hash of the plan that covers it.
 */
export interface Covered<P> {
  readonly action: string;
  readonly after: Duration;
  readonly plan: P;
}

/** A plan that can be approved: an approval is for this hash. */
export interface Plan extends PlanDraft {
  readonly hash: string;
  readonly alternatives?: readonly Plan[];
  readonly covers?: Covered<Plan>;
}
