import type { Finding, Text } from './card.ts';
import type { Duration } from './duration.ts';
import type { Actor, Decision, FieldClass } from './event.ts';
import type { Facts } from './fact.ts';
import type { Plan } from './plan.ts';
import type { Told } from './related.ts';
import type { AskTerms } from './terms.ts';

/** One thing that is waited for. Its key in `Incident.open` is used once and never again. */
export type Open =
  | {
      readonly kind: 'answer';
      readonly visit: number;
      /** How long it is waited for; for ever when absent. */
      readonly terms?: AskTerms;
      /** Its owner was reminded. */
      readonly reminded?: true;
    }
  | {
      readonly kind: 'approval';
      readonly visit: number;
      /** The contract that the plan is of. */
      readonly action: string;
      readonly plan: Plan;
      readonly until: number;
      /** Whoever approved so far approved the plan of this hash, and no other of the proposal. */
      readonly hash?: string;
      readonly approvedBy: readonly Actor[];
      /** How many must approve, where the policy asked for more than the plan says. */
      readonly needs?: number;
      /** Entries of the settings: who is asked. Absent: all who may approve anything. */
      readonly by?: readonly string[];
      /** Who is asked too when nobody decides. */
      readonly escalateTo?: readonly string[];
      /** Somebody asked to wait; whoever may can go on all the same. */
      readonly held?: { readonly by: string; readonly why: string };
      /** How long it was open for at first (ms): a hold prolongs it by that, once. */
      readonly within?: number;
      readonly prolonged?: true;
    }
  | {
      readonly kind: 'press';
      readonly visit: number;
      /** The approval that was pressed. */
      readonly approval: string;
      readonly hash: string;
      readonly decision: Decision;
      readonly why?: string;
      readonly presser: Actor;
    }
  | {
      readonly kind: 'run';
      readonly visit: number;
      readonly contract: string;
      readonly mode: 'check' | 'plan' | 'act';
      /** Number of this look at the visit, from 0. */
      readonly look: number;
      readonly plan?: Plan;
    }
  | {
      readonly kind: 'time';
      readonly visit: number;
      readonly purpose:
        | 'deadline'
        | 'look'
        | 'expiry'
        | 'reminder'
        | 'escalation'
        | 'call'
        /** Nobody answers: the owner is reminded, the channel is told, the incident is parked. */
        | 'nudge'
        | 'summon'
        | 'park';
      readonly at: number;
    };

/** An act that was done, by its plan's hash; never done again for the same from-state. */
export interface Deed {
  readonly hash: string;
  readonly subject: string;
  readonly title: Text;
  readonly action: string;
  readonly visit: number;
  readonly outcome: string;
  readonly at: number;
  readonly approvedBy: readonly Actor[];
  /** What the same approval allows later, by the plan's hash. */
  readonly covers?: { readonly action: string; readonly after: Duration; readonly hash: string };
}

/** One entering of a step, with what it said and brought. Texts are filled on entering and stay as they were. */
export interface Visit {
  readonly n: number;
  readonly step: string;
  /** The message that it is shown in. */
  readonly turn: number;
  readonly at: number;
  /** Who moved the incident here. */
  readonly by: Actor;
  readonly text?: Text;
  readonly explain?: Text;
  readonly script?: Text;
  readonly findings: readonly Finding[];
  /** The case as it was when it was handed over here. */
  readonly summary?: readonly Text[];
  readonly plan?: Plan;
  readonly approvedBy?: readonly Actor[];
  /** Its approval was withdrawn: entries of the settings that had been asked. */
  readonly asked?: readonly string[];
  readonly brought: Facts;
  /** What a person said against a check: holds from here on over checks and actions, until a person answers anew. */
  readonly said?: Facts;
  /** How it was left: what was chosen or came out, by whom, when. */
  readonly settled?: {
    readonly text: Text;
    readonly by: string;
    readonly at: number;
    readonly answer?: Answer;
    /** Nobody was asked, for it was known already. */
    readonly known?: true;
  };
  /** The question was asked before and its answer no longer stands: it can be given again as it was. */
  readonly earlier?: Answer;
  /** The step that it led to. */
  readonly ledTo?: string;
  readonly struck?: boolean;
  /** Looks made so far by a waiting check or a watch. */
  readonly looks: number;
  /** Checks of the latest look that were given up at the deadline; their results may still come. */
  readonly late?: readonly string[];
  /** The action waits until the act that runs is over. */
  readonly queued?: boolean;
  /** A watch: lives on beside the path, with its input as it was. */
  readonly detached?: { readonly input: Facts; readonly subject: string; readonly looked?: true };
  readonly notices: readonly Text[];
}

/** An answer as it was given, to be given again or changed. */
export interface Answer {
  readonly choice?: string;
  readonly text?: string;
}

/** A sign that its server may be the trouble, as this incident was told of it (epoch ms). */
export interface Alarm {
  readonly server: string;
  readonly sign: string;
  readonly text: Text;
  readonly at: number;
}

/** A remark by a person, in the thread and the log. */
export interface Note {
  readonly id: string;
  readonly turn: number;
  readonly text: string;
  readonly by: string;
  /** Who wrote it, as a human; absent in notes of older versions. */
  readonly person?: string;
  readonly at: number;
  readonly editedAt?: number;
  /** It was taken back: its words are in the log alone. */
  readonly deletedAt?: number;
}

/** The case in short lines, said when somebody takes it up; the question that waits is shown again below it. */
export interface Recap {
  readonly n: number;
  readonly turn: number;
  readonly at: number;
  readonly text: Text;
  readonly summary: readonly Text[];
  /** The visit whose question waited. */
  readonly visit?: number;
}

/** One client's trouble: everything there is to know about it; the fold of its log. */
export interface Incident {
  readonly id: string;
  readonly dialog: string;
  readonly dialogVersion: number;
  readonly openedBy: Actor;
  readonly openedAt: number;
  readonly owner: Actor;
  readonly simulated?: true;
  /** What the opening brought. */
  readonly facts: Facts;
  readonly ended?: {
    readonly outcome: 'resolved' | 'escalated' | 'cancelled';
    readonly text: Text;
    readonly at: number;
  };
  readonly parked?: {
    readonly at: number;
    readonly why?: string;
    /** When it is taken up again by itself, and the key of that time. */
    readonly until?: number;
    readonly key?: string;
    /** Nobody answered; mailfix parked it. */
    readonly unanswered?: true;
  };
  /** Under legal hold: nothing of it is redacted. */
  readonly hold?: { readonly at: number; readonly by: string; readonly why: string };
  /** The number of the event that redacted a class last. */
  readonly redacted?: Readonly<Partial<Record<FieldClass, number>>>;
  readonly turn: number;
  readonly seq: number;
  readonly visits: readonly Visit[];
  readonly notes: readonly Note[];
  /** Absent until somebody took it up. */
  readonly recaps?: readonly Recap[];
  /** What came before about the same; absent until something was found. */
  readonly related?: readonly Told[];
  readonly open: Readonly<Record<string, Open>>;
  readonly deeds: readonly Deed[];
  /** What it was told about its server; absent until something was. */
  readonly alarms?: readonly Alarm[];
  /** Watches that fired while the incident was busy: visit numbers, taken up at its end. */
  readonly due: readonly number[];
  readonly lastAt: number;
}
