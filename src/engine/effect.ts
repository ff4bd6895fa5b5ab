import type { Card, Text } from './card.ts';
import type { Actor, Decision } from './event.ts';
import type { Values } from './fact.ts';
import type { Plan } from './plan.ts';
import type { About } from './terms.ts';

/** Who is to be told when a message is shown; an edit alone tells nobody. */
export type Notify = 'none' | 'owner' | 'approvers' | 'channel';

/** What is to be done outside. `key` is unique in the incident; the runtime makes the outbox row's id of it. */
export type Effect =
  | {
      readonly type: 'show';
      readonly key: string;
      readonly message: string;
      readonly card: Card;
      readonly notify: Notify;
    }
  | { readonly type: 'whisper'; readonly key: string; readonly to: Actor; readonly text: Text }
  | {
      readonly type: 'run';
      readonly key: string;
      readonly contract: string;
      readonly mode: 'check' | 'plan' | 'act';
      readonly input: Values;
      /** The handler's time limit, in milliseconds. */
      readonly deadlineMs: number;
      readonly plan?: Plan;
      /** For whom and by whom, where a plan is made. */
      readonly about?: About;
    }
  | {
      /** Ask the policy whether the presser may; answered with `confirm.decided`. */
      readonly type: 'authorize';
      readonly key: string;
      /** The approval that was pressed: who approved by then is looked up there. */
      readonly approval: string;
      readonly presser: Actor;
      readonly action: string;
      readonly by: string;
      readonly plan: Plan;
      /** Persons who asked for this act: they may not approve it under four eyes. */
      readonly requesters: readonly string[];
      readonly decision: Decision;
      readonly about: About;
    }
  | { readonly type: 'wake'; readonly key: string; readonly at: number };
